/** Root of an increasing function between two points, by false position with the Illinois rule (Dowell and Jarratt 1971), to 1e-10. */
export function rootOf(valueAt: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let atLow = valueAt(low);
  let atHigh = valueAt(high);
  if (atHigh <= 0) return high;
  let root = low;
  let side = 0;
  for (let i = 0; i < 60 && high - low > 1e-10 * high && atLow < 0; i++) {
    const was = root;
    root = (low * atHigh - high * atLow) / (atHigh - atLow);
    const at = valueAt(root);
    if (at < 0) {
      low = root;
      atLow = at;
      if (side === 1) atHigh /= 2;
      side = 1;
    } else {
      high = root;
      atHigh = at;
      if (side === -1) atLow /= 2;
      side = -1;
    }
    if (Math.abs(root - was) < 1e-10 * root || at === 0) break;
  }
  return root;
}

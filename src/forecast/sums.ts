/** Mean of the absolute values, 1 where there are none. */
export function typical(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const v of values) {
    if (Number.isNaN(v)) continue;
    sum += Math.abs(v);
    count++;
  }
  return sum > 0 ? sum / count : 1;
}

/** Fills short gaps by a straight line, longer ones by the same time of the day before or after, what is left by the mean. */
export function fill(z: Float64Array, perDay: number, perHour: number): void {
  let before = -1;
  for (let i = 0; i < z.length; i++) {
    if (Number.isNaN(z[i])) continue;
    const gap = i - before - 1;
    if (before >= 0 && gap > 0 && gap <= 2 * perHour) {
      for (let k = 1; k <= gap; k++) z[before + k] = z[before]! + ((z[i]! - z[before]!) * k) / (gap + 1);
    }
    before = i;
  }
  let sum = 0;
  let count = 0;
  for (const v of z) {
    if (Number.isNaN(v)) continue;
    sum += v;
    count++;
  }
  for (let i = 0; i < z.length; i++) if (Number.isNaN(z[i]) && i >= perDay) z[i] = z[i - perDay]!;
  for (let i = z.length - 1; i >= 0; i--) {
    if (Number.isNaN(z[i])) z[i] = i + perDay < z.length ? z[i + perDay]! : Number.NaN;
    if (Number.isNaN(z[i])) z[i] = count > 0 ? sum / count : 0;
  }
}

/** Nights keep the share of the last light. */
export function hold(z: Float64Array): void {
  const first = z.find((v) => !Number.isNaN(v)) ?? 0;
  for (let i = 0; i < z.length; i++) if (Number.isNaN(z[i])) z[i] = i === 0 ? first : z[i - 1]!;
}

/** Means over `half` steps to each side. */
export function smoothed(z: Float64Array, half: number): Float64Array {
  if (half === 0) return z;
  const sums = new Float64Array(z.length + 1);
  for (let i = 0; i < z.length; i++) sums[i + 1] = sums[i]! + z[i]!;
  return z.map((_, i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(z.length, i + half + 1);
    return (sums[to]! - sums[from]!) / (to - from);
  });
}

/** Running sums over every `stride`th value. */
export function strided(values: Float64Array, stride: number): Float64Array {
  const sums = Float64Array.from(values);
  for (let i = stride; i < sums.length; i++) sums[i] = sums[i]! + sums[i - stride]!;
  return sums;
}

/** Mean of the values at `at`, `at - stride`, ... at most `most` of them; undefined where there is none. */
export function meanBack(sums: Float64Array, at: number, stride: number, most: number): number | undefined {
  if (at < 0 || at >= sums.length) return undefined;
  const held = Math.floor(at / stride) + 1;
  const count = Math.min(held, most);
  return (sums[at]! - (held > count ? sums[at - count * stride]! : 0)) / count;
}

/**
 * Edits (insert, delete, replace, swap of neighbours) that turn one word into the other: optimal string alignment
 * (Damerau 1964; Wagner and Fischer 1974), letter case ignored. Costs length x length.
 */
export function editDistance(from: string, to: string): number {
  const a = from.toLowerCase();
  const b = to.toLowerCase();
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/**
 * The known word that a misspelt one most likely meant: the fewest edits, at most a third of the longer word (at least two);
 * failing that, the shortest known word that contains it ("h100" -> "nvidia-h100-sxm-80gb"). Undefined when none is close.
 */
export function nearestWord(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  let inside: string | undefined;
  const wanted = word.toLowerCase();
  for (const known of words) {
    const edits = editDistance(word, known);
    if (edits < fewest && edits <= Math.max(2, Math.floor(Math.max(word.length, known.length) / 3))) {
      best = known;
      fewest = edits;
    }
    const holds = wanted.length >= 2 && known.toLowerCase().includes(wanted);
    if (holds && (inside === undefined || known.length < inside.length)) inside = known;
  }
  return fewest <= 2 ? best : (inside ?? best);
}

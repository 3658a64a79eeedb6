/** One line of a Prometheus page. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples by metric name; a histogram `h` is `h_sum`, `h_count` and `h_bucket`. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,?)/y;

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char));
}

function numberIn(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}

/** The labels between braces from `at` on, and where they end; null when they are not well formed. */
function readLabels(line: string, at: number): { labels: Record<string, string>; end: number } | null {
  const labels: Record<string, string> = {};
  let end = at + 1;
  for (;;) {
    LABEL.lastIndex = end;
    const found = LABEL.exec(line);
    if (found === null) break;
    labels[found[1]!] = unescaped(found[2]!);
    end = LABEL.lastIndex;
    if (found[3] === '') break;
  }
  while (line[end] === ' ') end += 1;
  return line[end] === '}' ? { labels, end: end + 1 } : null;
}

/**
 * Reads the Prometheus text format 0.0.4. Lines that are not well formed are left out, as are values that are no numbers:
 * half a page is better than none.
 */
export function parsePrometheus(text: string): Samples {
  const samples = new Map<string, Sample[]>();
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line[0] === '#') continue;
    const name = NAME.exec(line)?.[0];
    if (name === undefined) continue;
    const braced = line[name.length] === '{' ? readLabels(line, name.length) : { labels: {}, end: name.length };
    if (braced === null) continue;
    const value = numberIn(line.slice(braced.end).trim().split(/\s+/, 1)[0]!);
    if (Number.isNaN(value)) continue;
    const known = samples.get(name);
    const sample = { labels: braced.labels, value };
    if (known === undefined) samples.set(name, [sample]);
    else known.push(sample);
  }
  return samples;
}

import { loadavg } from 'node:os';

/** One thing that a bench measured: a value per repeat. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** A ratio to the peer or bound named here, measured in the same run. */
  readonly beside?: string;
}

/** What a bench found. */
export interface Result {
  readonly bench: string;
  /** What was done, in a sentence or two. */
  readonly about: string;
  /** Load average of the last minute when the bench began and ended. */
  readonly load: readonly [number, number];
  readonly figures: readonly Figure[];
}

/** The options that every bench takes. */
export interface BenchOptions {
  readonly repeat: number;
  readonly json: boolean;
}

const MOST_REPEATS = 200;

/** Reads `--repeat N` and `--json`. */
export function benchOptions(words: readonly string[], repeat: number): BenchOptions {
  const at = words.indexOf('--repeat');
  const asked = at < 0 ? repeat : Number(words[at + 1]);
  if (!(Number.isInteger(asked) && asked >= 1 && asked <= MOST_REPEATS)) {
    throw new RangeError(`--repeat takes a whole number from 1 to ${MOST_REPEATS}`);
  }
  return { repeat: asked, json: words.includes('--json') };
}

/** The value that a share of the values lies below: 0.5 = median; linear between neighbours. NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Value by value: how often `of` holds the bound of the same repeat. */
export function ratios(of: readonly number[], bound: readonly number[]): number[] {
  return of.map((value, i) => value / bound[i]!);
}

/** Runs a bench and prints what it found, as JSON or as a table. */
export async function bench(
  name: string,
  about: string,
  options: BenchOptions,
  measure: () => Promise<Figure[]>,
): Promise<void> {
  const before = loadavg()[0]!;
  const figures = await measure();
  const result: Result = { bench: name, about, load: [before, loadavg()[0]!], figures };
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : tableOf(result));
}

function digits(value: number): string {
  if (Number.isNaN(value)) return '-';
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** Ratios first, then the figures: the median, and the lowest and highest of the repeats. */
export function tableOf({ bench: name, about, load, figures }: Result): string {
  const sorted = [...figures.filter((f) => f.beside !== undefined), ...figures.filter((f) => f.beside === undefined)];
  const rows = sorted.map((f) => [
    f.beside === undefined ? f.what : `${f.what} / ${f.beside}`,
    digits(median(f.values)),
    `${digits(quantile(f.values, 0))} .. ${digits(quantile(f.values, 1))}`,
    f.unit,
    String(f.values.length),
  ]);
  const head = ['', 'median', 'low .. high', 'unit', 'n'];
  const wide = head.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, c) => (c === 1 || c === 4 ? cell.padStart(wide[c]!) : cell.padEnd(wide[c]!)))
      .join('  ')
      .trimEnd();
  const title = `${name}: ${about}`;
  const busy = `load average ${load[0].toFixed(2)} before, ${load[1].toFixed(2)} after`;
  return `${[title, busy, line(head), ...rows.map(line)].join('\n')}\n\n`;
}

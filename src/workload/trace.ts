import { fail } from '../errors/error.ts';
import { type CsvTable, headerText, parseCsv, readText } from '../series/csv.ts';
import { quantile } from '../series/grid.ts';

/** Samples kept of each length. */
export const LENGTH_SAMPLES = 32;
const NEEDED_ROWS = 10;
/** No model has a context of more tokens than this; a cell beyond it is a slip that would swamp every mean. */
const MOST_TOKENS = 10_000_000;

/** What a recording of requests says about a service: how long its requests are and how unevenly they come. */
export interface Trace {
  readonly file: string;
  readonly requests: number;
  readonly spanS: number;
  readonly meanPerS: number;
  readonly inputMean: number;
  readonly outputMean: number;
  /** Equally likely lengths; their mean is the trace's mean. */
  readonly inputTokens: readonly number[];
  readonly outputTokens: readonly number[];
  /** Squared coefficient of variation of the time between arrivals. */
  readonly arrivalCv2: number;
  /** True where many requests share a time stamp, so that `arrivalCv2` is the index of dispersion of counts per tick. */
  readonly ticked: boolean;
}

const LAYOUTS = [
  { time: 't_s', input: 'input_tokens', output: 'output_tokens' },
  { time: 'TIMESTAMP', input: 'ContextTokens', output: 'GeneratedTokens' },
] as const;

/** Seconds from a cell: a number, or a date and time such as `2023-11-16 18:15:46.6805900` (UTC). */
function seconds(cell: string): number {
  const direct = Number(cell);
  if (cell !== '' && Number.isFinite(direct)) return direct;
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(?:Z|\+00:00)?$/.exec(cell);
  if (match === null) return Number.NaN;
  return Date.parse(`${match[1]}T${match[2]}Z`) / 1000 + Number(match[3] ?? 0);
}

function columns(table: CsvTable): { time: number; input: number; output: number } {
  for (const layout of LAYOUTS) {
    const at = {
      time: table.columns.indexOf(layout.time),
      input: table.columns.indexOf(layout.input),
      output: table.columns.indexOf(layout.output),
    };
    if (at.time >= 0 && at.input >= 0 && at.output >= 0) return at;
  }
  const { file } = table;
  return fail('JW_TRACE_COLUMNS', {
    file,
    wanted: Object.values(LAYOUTS[0]).join(','),
    columns: headerText(table.columns),
  });
}

/** Mid-quantiles of a sample, scaled so that their mean is the sample's mean: the long tail keeps its weight. */
export function midQuantiles(values: Float64Array, count = LENGTH_SAMPLES): readonly number[] {
  const sorted = Float64Array.from(values).sort();
  let sum = 0;
  for (const v of sorted) sum += v;
  const picked = Array.from({ length: count }, (_, i) => quantile(sorted, (i + 0.5) / count));
  return rescale(picked, sum / sorted.length);
}

/** Multiplies samples so that their mean is `mean`. All zero stays zero. */
export function rescale(samples: readonly number[], mean: number): readonly number[] {
  const now = samples.reduce((a, b) => a + b, 0) / samples.length;
  return now === 0 ? samples : samples.map((s) => (s * mean) / now);
}

/**
 * Squared coefficient of variation of inter-arrival times. Where more than a third of them are zero the stamps are coarse
 * ticks; then the variance-to-mean ratio of the counts per tick stands for it (equal for a renewal process in the long run:
 * Cox and Lewis, The Statistical Analysis of Series of Events, 1966, section 4.5).
 */
function burstiness(times: Float64Array): { readonly cv2: number; readonly ticked: boolean } {
  const n = times.length - 1;
  const counts = [1];
  let tick = Number.POSITIVE_INFINITY;
  let square = 0;
  const mean = (times[n]! - times[0]!) / n;
  for (let i = 1; i <= n; i++) {
    const gap = times[i]! - times[i - 1]!;
    square += (gap - mean) ** 2;
    if (gap === 0) counts[counts.length - 1]! += 1;
    else {
      counts.push(1);
      if (gap < tick) tick = gap;
    }
  }
  const zeros = n + 1 - counts.length;
  if (zeros <= n / 3 || counts.length < 3) return { cv2: mean === 0 ? 0 : square / n / mean ** 2, ticked: false };
  const ticks = Math.round((times[n]! - times[0]!) / tick) + 1;
  const perTick = (n + 1) / ticks;
  const second = counts.reduce((a, c) => a + c * c, 0) / ticks;
  return { cv2: (second - perTick ** 2) / perTick, ticked: true };
}

/**
 * Reads a recording of requests in the layout of the Azure LLM inference traces: `t_s,input_tokens,output_tokens`, or the
 * original `TIMESTAMP,ContextTokens,GeneratedTokens`; other columns are left aside. `.gz` is unpacked.
 *
 * @throws JW_TRACE_COLUMNS, JW_TRACE_NUMBER, JW_TRACE_NEGATIVE, JW_TRACE_BACKWARDS (each with the line and the column),
 * JW_TRACE_LONG above ten million tokens, JW_TRACE_SHORT below 10 rows, JW_FILE_MISSING, JW_FILE_UNREADABLE, JW_FILE_GZIP
 */
export function readTrace(file: string): Trace {
  const table = parseCsv(readText(file), file);
  const at = columns(table);
  const n = table.rows.length;
  if (n < NEEDED_ROWS) fail('JW_TRACE_SHORT', { file, rows: n, needed: NEEDED_ROWS });
  const times = new Float64Array(n);
  const input = new Float64Array(n);
  const output = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const line = i + table.firstLine;
    const read = (column: number, parse: (cell: string) => number): number => {
      const cell = (table.rows[i]![column] ?? '').trim();
      const value = cell === '' ? Number.NaN : parse(cell);
      const name = table.columns[column]!;
      if (!Number.isFinite(value)) fail('JW_TRACE_NUMBER', { file, line, column: name, value: cell });
      return value;
    };
    times[i] = read(at.time, seconds);
    if (i > 0 && times[i]! < times[i - 1]!) {
      const [value, previous] = [table.rows[i]![at.time]!, table.rows[i - 1]![at.time]!];
      fail('JW_TRACE_BACKWARDS', { file, line, column: table.columns[at.time]!, value, previous });
    }
    for (const [column, into] of [
      [at.input, input],
      [at.output, output],
    ] as const) {
      const tokens = read(column, Number);
      if (tokens < 0) fail('JW_TRACE_NEGATIVE', { file, line, column: table.columns[column]!, value: tokens });
      if (tokens > MOST_TOKENS) {
        fail('JW_TRACE_LONG', { file, line, column: table.columns[column]!, value: tokens, limit: MOST_TOKENS });
      }
      into[i] = tokens;
    }
  }
  const spanS = times[n - 1]! - times[0]!;
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / n;
  const { cv2, ticked } = burstiness(times);
  return {
    file,
    requests: n,
    spanS,
    meanPerS: spanS > 0 ? (n - 1) / spanS : 0,
    inputMean: mean(input),
    outputMean: mean(output),
    inputTokens: midQuantiles(input),
    outputTokens: midQuantiles(output),
    arrivalCv2: cv2,
    ticked,
  };
}

import { fail } from '../errors/error.ts';
import { type CsvTable, headerText, parseCsv, readText } from '../series/csv.ts';

/** No model has a context of more tokens than this; a cell beyond it is a slip that would swamp every mean. */
const MOST_TOKENS = 10_000_000;
/** Tokens that a hash of a prefix stands for in the Mooncake traces. */
export const HASH_TOKENS = 512;

/** A recording of requests as it stands in a file: columns of equal length in order of arrival. */
export interface Recording {
  readonly file: string;
  readonly timeS: Float64Array;
  readonly inputTokens: Float64Array;
  readonly outputTokens: Float64Array;
  /** Tokens at the start of each prompt that an unlimited cache would know from earlier requests, where the file says so. */
  readonly seenTokens?: Float64Array;
  /** Hashes of each prompt's blocks of HASH_TOKENS tokens, where the file has them. */
  readonly hashes?: readonly (readonly number[])[];
}

const LAYOUTS = [
  { time: 't_s', input: 'input_tokens', output: 'output_tokens' },
  { time: 'arrival_s', input: 'input_tokens', output: 'output_tokens' },
  { time: 'TIMESTAMP', input: 'ContextTokens', output: 'GeneratedTokens' },
] as const;
const SEEN = 'blocks_seen_before';
const SERIES = ['service', 'series', 'model'];

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

/** Rows of the series asked for; all of them in a file without such a column. */
function chosen(table: CsvTable, series: string | undefined): readonly number[] {
  const { file } = table;
  const all = table.rows.map((_, i) => i);
  const column = table.columns.findIndex((c) => SERIES.includes(c));
  if (column < 0) {
    if (series !== undefined) fail('JW_SERIES_UNKNOWN', { file, series, names: 'one unnamed' });
    return all;
  }
  const nameOf = (i: number) => (table.rows[i]![column] ?? '').trim();
  const names = [...new Set(all.map(nameOf))];
  const name = series ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    return fail('JW_SERIES_CHOICE', { file, names: names.join(', '), first: names[0] ?? '', service: 'SERVICE' });
  }
  if (!names.includes(name)) fail('JW_SERIES_UNKNOWN', { file, series: name, names: names.join(', ') });
  return all.filter((i) => nameOf(i) === name);
}

/** Checks what a file says of one request; `shown` is the text of the cell. */
class Checked {
  readonly #file: string;
  #beforeS = Number.NEGATIVE_INFINITY;
  #beforeText = '';

  constructor(file: string) {
    this.#file = file;
  }

  number(value: number, line: number, column: string, shown: string): number {
    if (!Number.isFinite(value)) fail('JW_TRACE_NUMBER', { file: this.#file, line, column, value: shown });
    return value;
  }

  timeS(value: number, line: number, column: string, shown: string): number {
    const file = this.#file;
    this.number(value, line, column, shown);
    if (value < this.#beforeS) {
      fail('JW_TRACE_BACKWARDS', { file, line, column, value: shown, previous: this.#beforeText });
    }
    this.#beforeS = value;
    this.#beforeText = shown;
    return value;
  }

  tokens(value: number, line: number, column: string, shown: string): number {
    const file = this.#file;
    this.number(value, line, column, shown);
    if (value < 0) fail('JW_TRACE_NEGATIVE', { file, line, column, value });
    if (value > MOST_TOKENS) fail('JW_TRACE_LONG', { file, line, column, value, limit: MOST_TOKENS });
    return value;
  }
}

function readCsvRecording(text: string, file: string, series: string | undefined): Recording {
  const table = parseCsv(text, file);
  const at = columns(table);
  const rows = chosen(table, series);
  const seen = table.columns.indexOf(SEEN);
  const checked = new Checked(file);
  const count = rows.length;
  const timeS = new Float64Array(count);
  const inputTokens = new Float64Array(count);
  const outputTokens = new Float64Array(count);
  const seenTokens = new Float64Array(seen < 0 ? 0 : count);
  for (let i = 0; i < count; i++) {
    const row = table.rows[rows[i]!]!;
    const line = rows[i]! + table.firstLine;
    const cell = (column: number) => (row[column] ?? '').trim();
    const number = (column: number) => (cell(column) === '' ? Number.NaN : Number(cell(column)));
    const name = (column: number) => table.columns[column]!;
    timeS[i] = checked.timeS(
      cell(at.time) === '' ? Number.NaN : seconds(cell(at.time)),
      line,
      name(at.time),
      cell(at.time),
    );
    inputTokens[i] = checked.tokens(number(at.input), line, name(at.input), cell(at.input));
    outputTokens[i] = checked.tokens(number(at.output), line, name(at.output), cell(at.output));
    if (seen >= 0) seenTokens[i] = HASH_TOKENS * checked.tokens(number(seen), line, name(seen), cell(seen));
  }
  return { file, timeS, inputTokens, outputTokens, ...(seen < 0 ? {} : { seenTokens }) };
}

/** One line of a Mooncake trace: times in ms. */
function mooncakeLine(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function readMooncake(text: string, file: string): Recording {
  const lines = text.split(/\r?\n/);
  const times: number[] = [];
  const input: number[] = [];
  const output: number[] = [];
  const hashes: number[][] = [];
  const checked = new Checked(file);
  lines.forEach((line, i) => {
    if (line.trim() === '') return;
    const row = mooncakeLine(line);
    if (row === undefined) fail('JW_TRACE_NUMBER', { file, line: i + 1, column: 'the line', value: line.slice(0, 40) });
    const number = (key: string) => (typeof row?.[key] === 'number' ? row[key] : Number.NaN);
    const shown = (key: string) => String(row?.[key] ?? '');
    times.push(checked.timeS(number('timestamp') / 1000, i + 1, 'timestamp', shown('timestamp')));
    input.push(checked.tokens(number('input_length'), i + 1, 'input_length', shown('input_length')));
    output.push(checked.tokens(number('output_length'), i + 1, 'output_length', shown('output_length')));
    const ids = row?.['hash_ids'];
    hashes.push(Array.isArray(ids) ? ids.filter((id): id is number => typeof id === 'number') : []);
  });
  return {
    file,
    timeS: Float64Array.from(times),
    inputTokens: Float64Array.from(input),
    outputTokens: Float64Array.from(output),
    ...(hashes.some((ids) => ids.length > 0) ? { hashes } : {}),
  };
}

/**
 * Reads a recording of requests: CSV with `t_s,input_tokens,output_tokens` (or `arrival_s,...`), the original layout of the Azure
 * LLM traces, `TIMESTAMP,ContextTokens,GeneratedTokens`, or the original Mooncake traces, one JSON object a line with
 * `timestamp` (ms), `input_length`, `output_length`, `hash_ids`. Other columns are left aside. `.gz` is unpacked.
 *
 * @param series which series of a CSV with a column `service`, `series` or `model`
 * @throws JW_TRACE_COLUMNS, JW_TRACE_NUMBER, JW_TRACE_NEGATIVE, JW_TRACE_BACKWARDS, JW_TRACE_LONG (each with the line and the
 * column), JW_SERIES_CHOICE, JW_SERIES_UNKNOWN, JW_FILE_MISSING, JW_FILE_UNREADABLE, JW_FILE_GZIP
 */
export function readRecording(file: string, series?: string): Recording {
  const text = readText(file);
  return /\.jsonl?(\.gz)?$/i.test(file) ? readMooncake(text, file) : readCsvRecording(text, file, series);
}

/**
 * Tokens at the start of each prompt of a recording that a prefix cache of so many tokens would hold: by its hashes, or as the
 * file says for a cache without limit; undefined where it says nothing of prefixes.
 */
export function hitTokens({ hashes, seenTokens }: Recording, cacheTokens: number): Float64Array | undefined {
  return hashes === undefined ? seenTokens : cachedTokens(hashes, Math.floor(cacheTokens / HASH_TOKENS));
}

/**
 * Tokens at the start of each prompt that a cache of `blocks` blocks would hold when the request comes: leading hashes that are in
 * the cache, which forgets what was used longest ago. One cache for all, as with a router that knows where prefixes lie.
 */
export function cachedTokens(hashes: readonly (readonly number[])[], blocks: number): Float64Array {
  // A map keeps its keys in the order of their last insertion, which is the order of use here.
  const cache = new Map<number, true>();
  return Float64Array.from(hashes, (ids) => {
    let known = 0;
    while (known < ids.length && cache.has(ids[known]!)) known++;
    for (const id of ids) {
      cache.delete(id);
      cache.set(id, true);
    }
    for (const id of cache.keys()) {
      if (cache.size <= blocks) break;
      cache.delete(id);
    }
    return known * HASH_TOKENS;
  });
}

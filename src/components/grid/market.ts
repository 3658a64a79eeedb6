import { fail } from '../../errors/error.ts';
import { columnIndex, numberColumn, parseCsv, readText } from '../../series/csv.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../series/grid.ts';

/** Columns of a file on equal steps, UTC. */
export interface MarketFile {
  readonly startMs: number;
  readonly stepMs: number;
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/**
 * Reads columns of a CSV whose rows are equal steps of 1 minute to 1 hour that divide the hour.
 *
 * @param time column with the start of each step; a time without an offset is UTC
 * @param names columns wanted
 * @throws JW_FILE_MISSING, JW_CSV_HEADER, JW_CSV_VALUE, JW_GRID_SERIES with the line
 */
export function readMarket(file: string, time: string, names: readonly string[]): MarketFile {
  const table = parseCsv(readText(file), file);
  const at = columnIndex(table, time);
  const wrong = (line: number, reason: string): never =>
    fail('JW_GRID_SERIES', { file, line: line + table.firstLine, reason });
  const count = table.rows.length;
  if (count < 2) wrong(count, 'at least two rows are needed');
  const instant = (i: number): number => {
    const ms = instantUtc(table.rows[i]![at] ?? '');
    return ms ?? wrong(i, `${time} is "${table.rows[i]![at] ?? ''}", not a time like 2024-01-31T18:00Z`);
  };
  const startMs = instant(0);
  const stepMs = instant(1) - startMs;
  if (!(stepMs >= MINUTE_MS && stepMs <= HOUR_MS && HOUR_MS % stepMs === 0)) {
    wrong(1, `a step of ${stepMs / MINUTE_MS} min; it must be 1 min to 1 h and divide the hour`);
  }
  for (let i = 2; i < count; i++) {
    if (instant(i) !== startMs + i * stepMs) wrong(i, 'the steps are not equal: a row is missing or twice');
  }
  const columns = new Map<string, Float64Array>();
  for (const name of names) {
    const values = numberColumn(table, name);
    const gap = values.findIndex((v) => !Number.isFinite(v));
    if (gap >= 0) wrong(gap, `${name} is empty`);
    columns.set(name, values);
  }
  return { startMs, stepMs, columns };
}

/** ms UTC of "2024-01-31T18:00Z", with any offset; without one it is UTC. Undefined when it is no time. */
export function instantUtc(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|[+-]\d{2}:\d{2})?$/.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  // Date.parse takes 30 February for 2 March in some forms: what comes back must name the same day.
  if (!Number.isFinite(ms) || Number.isNaN(Date.parse(`${match[1]}T00:00Z`))) return undefined;
  return new Date(`${match[1]}T00:00Z`).toISOString().startsWith(match[1]!) ? ms : undefined;
}

/**
 * A column read by instant. What lies outside the file takes the value of the same month, day and hour (UTC) of the file's
 * own year, so that a market year can be laid on any calendar; 29 February of a file without one takes the 28th.
 */
export class MarketSeries {
  readonly #values: Float64Array;
  readonly #startMs: number;
  readonly #stepMs: number;
  readonly #homeYear: number;
  #day = Number.NaN;
  #shiftMs = 0;

  constructor(file: MarketFile, values: Float64Array) {
    this.#values = values;
    this.#startMs = file.startMs;
    this.#stepMs = file.stepMs;
    this.#homeYear = new Date(file.startMs + (values.length * file.stepMs) / 2).getUTCFullYear();
  }

  #index(ms: number): number {
    const last = this.#values.length - 1;
    const direct = Math.floor((ms - this.#startMs) / this.#stepMs);
    if (direct >= 0 && direct <= last) return direct;
    const day = Math.floor(ms / DAY_MS);
    if (day !== this.#day) {
      const date = new Date(ms);
      const month = date.getUTCMonth();
      let home = Date.UTC(this.#homeYear, month, date.getUTCDate());
      if (new Date(home).getUTCMonth() !== month) home -= DAY_MS;
      this.#shiftMs = home - day * DAY_MS;
      this.#day = day;
    }
    let moved = Math.floor((ms + this.#shiftMs - this.#startMs) / this.#stepMs);
    // A file that begins within a UTC year holds the rest of that year at its end, or the other way round.
    const year = (365 * DAY_MS) / this.#stepMs;
    if (moved > last) moved -= year;
    else if (moved < 0) moved += year;
    return Math.min(last, Math.max(0, moved));
  }

  /** Value of the step that holds an instant, ms UTC. */
  at(ms: number): number {
    return this.#values[this.#index(ms)]!;
  }

  /** Mean over a step [startMs, startMs + dtMs): of all values in it where it is longer than theirs. */
  over(startMs: number, dtMs: number): number {
    const count = Math.round(dtMs / this.#stepMs);
    if (count <= 1) return this.at(startMs + dtMs / 2);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += this.at(startMs + (i + 0.5) * this.#stepMs);
    return sum / count;
  }
}

import { csvCell } from '../series/csv.ts';
import { stepStartMs, type TimeGrid } from '../series/grid.ts';
import { writePieces } from './write.ts';

/** A column of numbers with its unit. */
export interface Column {
  /** Unit as printed: "kW", "°C", "tokens/s"; empty for shares and counts. */
  readonly unit: string;
  readonly values: Float64Array;
}

/** How numbers are written. */
export interface CsvOptions {
  /** Significant digits, 1..17; without it the shortest text that reads back to the same number. */
  readonly digits?: number;
}

/** A number as a CSV cell; NaN and infinities are empty. */
export function csvNumber(value: number, digits?: number): string {
  if (!Number.isFinite(value)) return '';
  return String(digits === undefined ? value : Number(value.toPrecision(digits)));
}

const ROWS_PER_PIECE = 512;

/**
 * The text of a ledger as CSV in pieces: `time` is the start of each step in ISO 8601 UTC, then the columns by name.
 * Shorter columns end in empty cells.
 */
export function* csvPieces(
  grid: TimeGrid,
  columns: Readonly<Record<string, Column>>,
  options: CsvOptions = {},
): Generator<string> {
  const entries = Object.entries(columns);
  yield `${['time', ...entries.map(([name]) => csvCell(name))].join(',')}\n`;
  let piece = '';
  for (let i = 0; i < grid.count; i++) {
    piece += new Date(stepStartMs(grid, i)).toISOString().replace('.000Z', 'Z');
    for (const [, column] of entries) piece += `,${csvNumber(column.values[i] ?? Number.NaN, options.digits)}`;
    piece += '\n';
    if ((i + 1) % ROWS_PER_PIECE === 0) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/** Writes a ledger's columns as CSV, streaming and atomically. @throws JW_FILE_UNWRITABLE */
export async function writeCsv(
  file: string,
  grid: TimeGrid,
  columns: Readonly<Record<string, Column>>,
  options: CsvOptions = {},
): Promise<void> {
  await writePieces(file, csvPieces(grid, columns, options));
}

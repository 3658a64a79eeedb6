import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fail, reasonOf } from '../errors/error.ts';

/** Text of a file, unpacked when its name ends in `.gz`. @throws JW_FILE_MISSING, JW_FILE_UNREADABLE, JW_FILE_GZIP */
export function readText(file: string): string {
  const bytes = readBytes(file);
  return (file.endsWith('.gz') ? unpacked(bytes, file) : bytes).toString('utf8').replace(/^\uFEFF/, '');
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') fail('JW_FILE_MISSING', { file });
    return fail('JW_FILE_UNREADABLE', { file, reason: reasonOf(error) });
  }
}

function unpacked(bytes: Buffer, file: string): Buffer {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    return fail('JW_FILE_GZIP', { file, reason: reasonOf(error) }, '', error);
  }
}

const SHOWN_COLUMNS = 12;
const SHOWN_CHARACTERS = 24;

/** The header as a fault names it: of a file that is no table it is one long line of anything. */
export function headerText(columns: readonly string[]): string {
  const names = columns.filter((c) => c !== '');
  if (names.length === 0) return 'none';
  const short = names
    .slice(0, SHOWN_COLUMNS)
    .map((c) => (c.length > SHOWN_CHARACTERS ? `${c.slice(0, SHOWN_CHARACTERS)}…` : c));
  return names.length > SHOWN_COLUMNS
    ? `${short.join(', ')} and ${names.length - SHOWN_COLUMNS} more`
    : short.join(', ');
}

/** Splits one CSV line; double quotes protect commas and are doubled inside (RFC 4180). */
export function splitCsvLine(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (line[i + 1] === '"') cell += line[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') {
      cells.push(cell);
      cell = '';
    } else cell += c;
  }
  cells.push(cell);
  return cells;
}

/** A CSV table: header and rows of cells. Line k of `rows` stands on line `firstLine + k` of the file. */
export interface CsvTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly firstLine: number;
}

/** Reads CSV text with a header line. Quoted cells may not contain line breaks. */
export function parseCsv(text: string, file: string): CsvTable {
  const lines = text.split(/\r?\n/);
  while (lines.length > 0 && lines[lines.length - 1] === '') lines.pop();
  const columns = splitCsvLine(lines[0] ?? '').map((c) => c.trim());
  return { file, columns, rows: lines.slice(1).map(splitCsvLine), firstLine: 2 };
}

/** Index of a column. @throws JW_CSV_HEADER */
export function columnIndex(table: CsvTable, column: string): number {
  const index = table.columns.indexOf(column);
  if (index < 0) fail('JW_CSV_HEADER', { file: table.file, column, columns: headerText(table.columns) });
  return index;
}

/** A column as numbers; empty cells become NaN. @throws JW_CSV_HEADER, JW_CSV_VALUE with the line */
export function numberColumn(table: CsvTable, column: string): Float64Array {
  const at = columnIndex(table, column);
  const values = new Float64Array(table.rows.length);
  for (let i = 0; i < values.length; i++) {
    const cell = (table.rows[i]![at] ?? '').trim();
    const value = cell === '' ? Number.NaN : Number(cell);
    if (cell !== '' && !Number.isFinite(value)) {
      fail('JW_CSV_VALUE', { file: table.file, line: i + table.firstLine, column, value: cell });
    }
    values[i] = value;
  }
  return values;
}

/** Quotes a cell where it must be. */
export function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

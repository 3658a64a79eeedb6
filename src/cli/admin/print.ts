import { z } from 'zod';
import { type TableColumn, textTable } from '../../report/table.ts';

/** A list as the administration answers it. */
export const listAnswer = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

/** A value of an answer as a cell. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** Objects as a table; a column that is empty in every row is left out. */
export function printRows(
  rows: readonly Readonly<Record<string, unknown>>[],
  names: readonly string[],
  numbers: ReadonlySet<string> = new Set(),
): void {
  const kept = names.filter((name) => rows.some((row) => cellOf(row[name]) !== ''));
  const columns = kept.map(
    (name): TableColumn => ({ header: name, align: numbers.has(name) ? 'right' : 'left', maxWidth: 60 }),
  );
  const text =
    rows.length === 0
      ? 'none'
      : textTable(
          columns,
          rows.map((row) => kept.map((name) => cellOf(row[name]))),
        );
  process.stdout.write(`${text.trimEnd()}\n`);
}

/** The answer itself. */
export function printJson(body: object | string): void {
  process.stdout.write(typeof body === 'string' ? body : `${JSON.stringify(body, null, 2)}\n`);
}

import type { CsvTable } from '../series/csv.ts';
import type { Measured } from './measured.ts';
import { type Asked, type Cells, type Named, pointOf } from './row.ts';

/** Cells of a table's row by column name; columns that are not there are empty. */
export function cellsOf(table: CsvTable, row: number): Cells {
  const at = new Map(table.columns.map((name, k) => [name, k]));
  const cells = table.rows[row]!;
  return (column) => cells[at.get(column) ?? -1] ?? '';
}

/** Every row of a table as a point, or why not, in the table's order. */
export function askedOf(table: CsvTable, catalog: Named): readonly Asked[] {
  return table.rows.map((_, k) => pointOf(cellsOf(table, k), catalog));
}

function positive(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return value > 0 && Number.isFinite(value) ? value : undefined;
}

/** Measurements of a table, and why rows were left out, with their lines. */
export interface Measurements {
  readonly measured: readonly Measured[];
  readonly skipped: ReadonlyMap<string, readonly number[]>;
}

/**
 * The measurements of a table whose points can be computed. A measurement that stands in several rows (one run listed under
 * two names) counts once.
 */
export function measurementsOf(table: CsvTable, catalog: Named): Measurements {
  const seen = new Set<string>();
  const measured: Measured[] = [];
  const skipped = new Map<string, number[]>();
  const skip = (reason: string, row: number) => {
    const lines = skipped.get(reason);
    if (lines === undefined) skipped.set(reason, [table.firstLine + row]);
    else lines.push(table.firstLine + row);
  };
  for (let k = 0; k < table.rows.length; k++) {
    const cells = cellsOf(table, k);
    const { point, reason } = pointOf(cells, catalog);
    if (point === undefined) {
      skip(reason, k);
      continue;
    }
    // An engine ends an answer where the model's context ends; a rate computed from the length asked for is too high then.
    if (point.mode === 'static' && point.inputTokens + point.outputTokens > point.model.context) {
      skip('a static batch whose answers are longer than the context of the model', k);
      continue;
    }
    const figures = ['throughput_tok_s', 'ttft_ms', 'tpot_ms', 'power_w'].map((column) => positive(cells(column)));
    if (figures.every((figure) => figure === undefined)) {
      skip('nothing was measured', k);
      continue;
    }
    const key = [point.chip.id, cells('input_tokens'), cells('output_tokens'), ...figures].join('|');
    if (seen.has(key)) continue;
    seen.add(key);
    const [throughput, ttftMs, tpotMs, powerW] = figures;
    measured.push({
      id: cells('id'),
      source: cells('source'),
      point,
      throughput,
      ttftS: ttftMs === undefined ? undefined : ttftMs / 1000,
      tpotS: tpotMs === undefined ? undefined : tpotMs / 1000,
      powerW,
    });
  }
  return { measured, skipped };
}

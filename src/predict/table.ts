import type { Interval, Predictor } from '../components/inference/predict/predict.ts';
import type { CsvTable } from '../series/csv.ts';
import { impossible } from './impossible.ts';
import { askedOf } from './read.ts';
import type { Asked, Named } from './row.ts';

/** Columns that a prediction adds, each followed by its `_low` and `_high`, and `reason` at the end. */
export const PREDICTED_COLUMNS = [
  'predicted_throughput_tok_s',
  'predicted_power_w',
  'predicted_energy_j_per_output_token',
  'predicted_ttft_ms',
  'predicted_tpot_ms',
] as const;

const HEADER: readonly string[] = [
  ...PREDICTED_COLUMNS.flatMap((column) => [column, `${column}_low`, `${column}_high`]),
  'reason',
];

const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const digits = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(6))) : '');
const cells = (interval: Interval | undefined, factor = 1): string[] =>
  interval === undefined
    ? ['', '', '']
    : [interval.value, interval.low, interval.high].map((value) => digits(value * factor));

/** Rows of a table with their predictions: text of CSV, and how many have one. */
export interface PredictedTable {
  readonly text: string;
  readonly predicted: number;
  /** Why rows have none, each with its lines in the file. */
  readonly reasons: ReadonlyMap<string, readonly number[]>;
}

/** What a row asks, or why it cannot be answered: it cannot be read, or what it asks for can run nowhere. */
function answerable(asked: Asked): Asked {
  const reason = asked.point === undefined ? undefined : impossible(asked.point);
  return reason === undefined ? asked : { reason };
}

/** Predicts every row of a table; rows keep their order and cells. */
export function predictTable(table: CsvTable, catalog: Named, predictor: Predictor): PredictedTable {
  const asked = askedOf(table, catalog);
  const lines = [[...table.columns, ...HEADER].map(quoted).join(',')];
  const reasons = new Map<string, number[]>();
  let predicted = 0;
  for (const [k, row] of table.rows.entries()) {
    // A short row is filled up, so that the predictions stand under their names.
    const own = Array.from({ length: table.columns.length }, (_, c) => row[c] ?? '');
    const { point, reason = '' } =
      row.length > table.columns.length
        ? { point: undefined, reason: `has ${row.length} cells under ${table.columns.length} columns` }
        : answerable(asked[k]!);
    let values: string[];
    if (point === undefined) {
      reasons.set(reason, [...(reasons.get(reason) ?? []), table.firstLine + k]);
      values = [...new Array<string>(HEADER.length - 1).fill(''), reason];
    } else {
      const p = predictor.predict(point);
      predicted++;
      const noPower = p.powerW === undefined ? `no power: nobody published the board power of ${point.chip.id}` : '';
      values = [
        ...cells(p.throughput),
        ...cells(p.powerW),
        ...cells(p.joulesPerOutputToken),
        ...cells(p.ttftS, 1000),
        ...cells(p.tpotS, 1000),
        noPower,
      ];
    }
    lines.push([...own, ...values].map(quoted).join(','));
  }
  return { text: `${lines.join('\n')}\n`, predicted, reasons };
}

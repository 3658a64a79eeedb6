import { z } from 'zod';
import { plain, quantity } from '../../units/schema.ts';
import type { Complaint } from '../contract.ts';
import {
  type CalendarModel,
  type CalendarTable,
  type CycleRow,
  type CycleTable,
  cycleTable,
  SSC_CALENDAR,
} from './ageing.ts';
import type { CRates } from './physics.ts';

/** Where the rates by temperature come from. */
export const ALPHA =
  'Alpha Technologies, APL48-50LFP manual, tables 4.3 and 4.4: continuous rates of iron phosphate cells';

/** Rows of rates by temperature. */
export const cRatesFile = (about: string) =>
  z
    .array(
      z.strictObject({
        from: quantity('temperature', 'cells at this temperature and warmer', { min: -60, max: 90 }),
        c_rate: plain('power over nameplate energy, 1/h; 0 = not allowed', { min: 0, max: 20 }),
      }),
    )
    .min(1)
    .max(20)
    .meta({ about });

/** Rows of a cycle table. */
export const cycleRowsFile = z
  .array(
    z.strictObject({
      depth: quantity('share', 'depth of discharge of the cycles', { min: 0.001, max: 1 }),
      cycles: plain('cycles of that depth', { min: 0, max: 1e6 }),
      left: quantity('share', 'capacity left after them', { min: 0, max: 1 }),
    }),
  )
  .min(1)
  .max(100)
  .meta({ about: 'capacity by depth and number of cycles, from the data sheet; by `cycles` when left out' });

const calendarRows = z
  .array(
    z.strictObject({
      age: quantity('duration', 'age of the cells', { min: 0 }),
      left: quantity('share', 'capacity left at that age', { min: 0, max: 1 }),
    }),
  )
  .min(2)
  .max(100);

/** Ageing at rest. */
export const calendarFile = z.union([z.enum(['lithium-ion', 'none']), calendarRows]).meta({
  about: 'ageing at rest: by temperature, charge and root of time; rows of { age, left } of a data sheet; or "none"',
});

/** Rates of iron phosphate cells, charging. */
export const CHARGE_ROWS = [
  { from: '0 °C', c_rate: 0.1 },
  { from: '5 °C', c_rate: 0.2 },
  { from: '10 °C', c_rate: 1 },
  { from: '25 °C', c_rate: 0.75 },
  { from: '50 °C', c_rate: 0.1 },
  { from: '60 °C', c_rate: 0 },
];

/** The same, discharging. */
export const DISCHARGE_ROWS = [
  { from: '-40 °C', c_rate: 0.1 },
  { from: '-20 °C', c_rate: 0.5 },
  { from: '0 °C', c_rate: 1 },
  { from: '60 °C', c_rate: 0 },
];

/** How cells age at rest. */
export type Calendar =
  | { readonly by: 'root'; readonly model: CalendarModel }
  | { readonly by: 'table'; readonly table: CalendarTable }
  | { readonly by: 'none' };

type Complain = (c: Complaint) => void;

/** Resolves rates by temperature; complains where the rows are out of order. */
export function ratesOf(key: string, rows: z.output<ReturnType<typeof cRatesFile>>, complain: Complain): CRates {
  if (rows.some((row, i) => i > 0 && row.from <= rows[i - 1]!.from)) {
    complain({ path: [key], message: 'the temperatures do not rise', hint: 'list the rows from cold to hot' });
  }
  return { fromC: rows.map((r) => r.from), perHour: rows.map((r) => r.c_rate) };
}

/** Falls with every step and rises in its first column. */
function falls(rows: readonly { readonly at: number; readonly left: number }[]): boolean {
  return rows.every((row, i) => i === 0 || (row.at > rows[i - 1]!.at && row.left <= rows[i - 1]!.left));
}

/** Resolves ageing at rest. */
export function calendarOf(calendar: z.output<typeof calendarFile>, complain: Complain): Calendar {
  if (calendar === 'none') return { by: 'none' };
  if (calendar === 'lithium-ion') return { by: 'root', model: SSC_CALENDAR };
  if (!falls(calendar.map((r) => ({ at: r.age, left: r.left })))) {
    complain({ path: ['calendar'], message: 'capacity does not fall with age', hint: 'list the rows from new to old' });
  }
  return { by: 'table', table: { days: calendar.map((r) => r.age / 86_400), left: calendar.map((r) => r.left) } };
}

/** Resolves ageing by cycles: the table of the file, or one straight line to the end of life. */
export function cyclesOf(
  given: z.output<typeof cycleRowsFile> | undefined,
  line: CycleRow,
  complain: Complain,
): CycleTable {
  if (given === undefined) {
    return [{ depthShare: line.depthShare, cycles: [0, line.cycles], left: [1, line.leftShare] }];
  }
  const table = cycleTable(given.map((r) => ({ depthShare: r.depth, cycles: r.cycles, leftShare: r.left })));
  const good = table.every(
    (curve) => curve.cycles.length > 1 && falls(curve.cycles.map((at, i) => ({ at, left: curve.left[i]! }))),
  );
  if (!good) {
    complain({
      path: ['cycle_table'],
      message: 'capacity does not fall with the number of cycles at some depth',
      hint: 'each depth needs a row with more than 0 cycles, and less capacity for more cycles',
    });
  }
  return table;
}

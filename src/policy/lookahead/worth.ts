import type { Solved } from '../../balance/highs.ts';
import type { LinearModel } from '../../balance/linearModel.ts';
import { DAY_MS, HOUR_MS } from '../../series/grid.ts';

/** What one more of a stored quantity saves at the ends of segments, money per unit; below 0 for what costs, as a backlog does. */
export interface Worth {
  readonly name: string;
  /** Ends of segments but the last, ms, and the worth there. */
  readonly atMs: Float64Array;
  readonly perUnit: Float64Array;
}

/** Reads the worth of stored quantities off the duals of the rows that have them as what stood before. */
export function worthsOf(model: LinearModel, { rowDuals }: Pick<Solved, 'rowDuals'>, startMs: number): Worth[] {
  const segmentOfRow = new Int32Array(model.rowCount).fill(-1);
  for (const { first, count } of model.rowGroups) {
    if (count !== model.segments) continue;
    for (let k = 0; k < count; k++) segmentOfRow[first + k] = k;
  }
  const { starts, rows, values } = model.matrix();
  return model.states.map(({ name, state }) => {
    const count = model.segments - 1;
    const atMs = new Float64Array(count);
    const perUnit = new Float64Array(count);
    let ms = startMs;
    for (let k = 0; k < count; k++) {
      ms += model.hours[k]! * HOUR_MS;
      atMs[k] = ms;
      const column = state.before(k + 1);
      for (let i = starts[column]!; i < starts[column + 1]!; i++) {
        if (segmentOfRow[rows[i]!] === k + 1) perUnit[k]! += rowDuals[rows[i]!]! * values[i]!;
      }
    }
    return { name, atMs, perUnit };
  });
}

/** The worth at the end of a horizon: what it was a day before, as the last look ahead has it; undefined where that does not reach. */
export function endWorth({ atMs, perUnit }: Worth, endMs: number): number | undefined {
  const ms = endMs - DAY_MS;
  if (atMs.length === 0 || ms < atMs[0]! || ms > atMs[atMs.length - 1]! + HOUR_MS) return undefined;
  let k = 0;
  while (k + 1 < atMs.length && atMs[k + 1]! <= ms) k++;
  return perUnit[k]!;
}

import { endMs, type Series, type TimeGrid } from '../../series/grid.ts';
import type { Plant } from '../../twin/plant.ts';
import type { Run } from '../stepping.ts';

/** Curves of a run that say how a site met an order of the grid, kW by step. */
export interface EventCurves {
  readonly grid: TimeGrid;
  /** Import of all connections, as the meter shows it. */
  readonly importKw: Float64Array;
  readonly loadKw: Float64Array;
  /** What batteries gave less what they took, and what generators gave. */
  readonly storeKw: Float64Array;
  readonly generatorKw: Float64Array;
}

export function eventCurves({ ledger }: Run, plant: Plant): EventCurves {
  const sum = (of: (unit: Plant['dispatch'][number]) => boolean): Float64Array => {
    const total = new Float64Array(ledger.grid.count);
    for (const { id } of plant.dispatch.filter(of)) {
      ledger.get(`${id}.powerKw`).forEach((kw, i) => {
        total[i]! += kw;
      });
    }
    return total;
  };
  const connections = plant.dispatch.filter((unit) => unit.role === 'slack');
  const importKw = new Float64Array(ledger.grid.count);
  for (const { id } of connections) {
    ledger.get(`${id}.powerKw`).forEach((kw, i) => {
      importKw[i]! += Math.max(0, kw);
    });
  }
  return {
    grid: ledger.grid,
    importKw,
    loadKw: ledger.get('site.loadKw'),
    storeKw: sum((unit) => unit.role === 'store'),
    generatorKw: sum((unit) => unit.role === 'source' && !unit.mustTake),
  };
}

/** Mean of a column between two instants, as far as the grid reaches; 0 where it does not. */
export function meanOf(grid: TimeGrid, values: Float64Array, fromMs: number, toMs: number): number {
  return (
    sumOf({ grid, values }, fromMs, toMs) / Math.max(1, Math.min(toMs, endMs(grid)) - Math.max(fromMs, grid.startMs))
  );
}

/** Value x ms of a column between two instants, as far as the grid reaches. */
export function sumOf({ grid, values }: Series, fromMs: number, toMs: number): number {
  const { startMs, stepMs, count } = grid;
  let sum = 0;
  const first = Math.max(0, Math.floor((fromMs - startMs) / stepMs));
  for (let i = first; i < count && startMs + i * stepMs < toMs; i++) {
    const low = Math.max(fromMs, startMs + i * stepMs);
    sum += values[i]! * (Math.min(toMs, startMs + (i + 1) * stepMs) - low);
  }
  return sum;
}

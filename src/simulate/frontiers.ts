import type { Conditions, FrontierPoint } from '../components/contract.ts';
import type { CoolingUnit } from '../components/unit.ts';
import type { TimeGrid } from '../series/grid.ts';

/** PUE against WUE of a hall's plant. */
export interface HallFrontier {
  readonly hall: string;
  readonly rows: readonly FrontierPoint[];
}

/** What is needed of a run and of its plant. */
interface Ran {
  readonly ledger: { get(name: string): Float64Array };
}
interface Halls {
  readonly halls: readonly { readonly id: string; readonly cooling: Pick<CoolingUnit, 'frontier'> }[];
}

/** Steps that stand for the period: evenly spread, so that hours and seasons mix. */
const SAMPLES = 149;

/** Mean of a column. */
function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
}

/**
 * The frontier of every hall that ran: its plant at the hall's mean load in 149 steps of the period. Some tenths of a second a hall.
 * Halls whose IT never ran, plants without set points and plants without water are left out.
 */
export function frontiersOf(
  run: Ran,
  plant: Halls,
  grid: TimeGrid,
  conditions: (i: number) => Conditions,
): HallFrontier[] {
  const count = Math.min(SAMPLES, grid.count);
  const sample = Array.from({ length: count }, (_, k) => conditions(Math.floor(((k + 0.5) * grid.count) / count)));
  return plant.halls.flatMap((hall) => {
    const of = (name: string): number => mean(run.ledger.get(`${hall.id}.${name}`));
    const itKw = of('itKw');
    if (itKw <= 0 || hall.cooling.frontier === undefined) return [];
    const load = { itKw, liquidKw: of('liquidKw'), airKw: of('airKw'), chainKw: of('chainLossKw') };
    const rows = hall.cooling.frontier(sample, load);
    return rows.some((row) => row.wue > 0) ? [{ hall: hall.id, rows }] : [];
  });
}

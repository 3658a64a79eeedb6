import type { Basis } from '../balance/highs.ts';
import type { Cut } from './coupling.ts';
import type { Master } from './master.ts';

/** Wholes of a size by its column: bounds of their number. */
export interface Whole {
  readonly column: number;
  readonly step: number;
  readonly least: number;
  readonly most: number;
}

/** The best whole numbers of the merged model. */
export interface Branched {
  /** In the order of the wholes; undefined where none were found in the time. */
  readonly counts: readonly number[] | undefined;
  /** No whole numbers cost less. */
  readonly bound: number;
  /** Where the merged model stood without regard to wholes. */
  readonly root: Basis | undefined;
}

/** Ranges of the numbers, and what the merged model costs within them. */
interface Node {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly at: readonly number[];
  readonly cost: number;
  /** Where the merged model stood there. */
  readonly basis: Basis | undefined;
}

/** Distance from a whole number that is rounding of the solver. */
const NEAR = 1e-6;
const MOST_NODES = 300;

/**
 * The whole numbers for which the merged model is cheapest, by branch and bound, the cheapest node first (Land and Doig 1960): few
 * sizes are sold in wholes, so few nodes do it, and each goes on from where its parent stood. Sizes of the model are left bounded
 * by the last node.
 *
 * @param cuts to add first
 * @param root where an earlier search in the same model stood at first
 */
export async function bestWholes(
  master: Master,
  wholes: readonly Whole[],
  cuts: readonly Cut[],
  isOver: () => boolean,
  root?: Basis,
): Promise<Branched> {
  const open: Node[] = [];
  let nodes = 0;
  let news = cuts;
  const look = async (low: readonly number[], high: readonly number[], from?: Basis): Promise<void> => {
    nodes++;
    const sizes = {
      columns: wholes.map((w) => w.column),
      lower: low.map((n, k) => n * wholes[k]!.step),
      upper: high.map((n, k) => n * wholes[k]!.step),
    };
    const solved = await master.solve(news, undefined, sizes, from);
    news = [];
    if (solved.status === 'infeasible') return;
    const known = solved.status === 'optimal';
    const at = wholes.map(({ column, step }) => (known ? solved.values[column]! / step : Number.NaN));
    open.push({ low, high, at, cost: known ? solved.objective : Number.NEGATIVE_INFINITY, basis: solved.basis });
  };
  await look(
    wholes.map((w) => w.least),
    wholes.map((w) => w.most),
    root,
  );
  const first = open[0]?.basis;
  for (;;) {
    const best = open.reduce<Node | undefined>((a, b) => (a === undefined || b.cost < a.cost ? b : a), undefined);
    if (best === undefined) return { counts: undefined, bound: Number.NEGATIVE_INFINITY, root: first };
    const off = best.at.map((n) => Math.abs(n - Math.round(n)));
    const k = off.indexOf(Math.max(...off));
    if (!(off[k]! > NEAR))
      return {
        counts: Number.isFinite(best.cost) ? best.at.map(Math.round) : undefined,
        bound: best.cost,
        root: first,
      };
    if (isOver() || nodes >= MOST_NODES) return { counts: undefined, bound: best.cost, root: first };
    open.splice(open.indexOf(best), 1);
    const cut = Math.floor(best.at[k]!);
    await look(best.low, best.high.with(k, cut), best.basis);
    await look(best.low.with(k, cut + 1), best.high, best.basis);
  }
}

import { checkModel } from '../balance/check.ts';
import { arraysOf, type Method, type Solved, type SolveStatus } from '../balance/highs.ts';
import type { LinearModel } from '../balance/linearModel.ts';
import type { Held, NewRow, SolverPool } from '../balance/pool.ts';
import type { SiteBalance, SizeChoice } from '../balance/siteModel.ts';
import { fault, JoulewrightError } from '../errors/error.ts';

/**
 * How far from the best plan so far towards the merged model's optimum the next look is: cuts there are deeper than at the
 * corners that the merged model prefers (in-out separation: Ben-Ameur and Neto 2007, Networks 49(1)).
 */
const INWARD = 0.6;
/** Times that the way is halved for windows that have no plan. */
const MOST_HALVINGS = 3;
const MOST_ROUNDS = 60;

/**
 * Why a search ended: the gap is reached; time or rounds ran out, or the pool was stopped; no sizes within the bounds meet what
 * has no slack; the solver found no answer, twice.
 */
export type Ended = 'gap' | 'time' | 'rounds' | 'stopped' | 'infeasible' | 'failed';

/** What the search has found so far. */
export interface Certified {
  /**
   * Sizes in the order of the balance, and their bounds of cost, money over the horizon, fixed sizes included. Before the first
   * plan the upper bound is infinite, and the sizes say nothing.
   */
  readonly sizes: Float64Array;
  readonly lower: number;
  readonly upper: number;
  /** What ties the windows together in the best plan, by name: stored quantities at their ends, shares of budgets. */
  readonly ties: ReadonlyMap<string, number>;
  /** (upper - lower) over what can still be decided: the upper bound less the cost of sizes that are given. */
  readonly gapShare: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Undefined while it goes on. */
  readonly ended?: Ended;
  /** Columns and rows of the merged model and of all windows together. */
  readonly merged: { readonly columns: number; readonly rows: number; readonly segments: number };
  readonly full: { readonly columns: number; readonly rows: number };
  /** What was learnt about the windows, as rows of the merged model. */
  readonly cuts: readonly NewRow[];
}

export interface CertifyOptions {
  /** Gap at which to stop, a share. */
  readonly gap: number;
  /** Segments of the merged model, over the whole horizon. */
  readonly segments: number;
  readonly timeLimitS?: number;
  readonly mostRounds?: number;
  readonly windowMethod?: Method;
  /** Cuts of an earlier search over the same segments, whatever the bounds of its sizes. */
  readonly cuts?: readonly NewRow[];
  /** Told after every round. */
  readonly onRound?: (state: Certified) => void;
}

/** A window at full resolution: its model in a thread, and the names of the columns that tie it to the others. */
interface Window {
  readonly held: Held;
  readonly links: readonly { readonly own: number; readonly master: number; readonly size: boolean }[];
  readonly costColumn: number;
}

/**
 * Least-cost sizes with a certificate. The merged model of the whole horizon bounds the cost from below (segments.ts). Its sizes,
 * stored quantities at the ends of windows and shares of budgets are handed to the windows, each solved at full resolution: their
 * costs add up to a plan that can be carried out, an upper bound, and their duals to cuts that hold the merged model's costs of
 * each window from below (Benders 1962; Geoffrion 1972), until both bounds meet.
 *
 * @returns the best sizes and bounds, and why it ended
 * @throws JW_SOLVER, JW_PLAN_MODEL
 */
export async function certify(
  balance: SiteBalance,
  choices: readonly SizeChoice[],
  pool: SolverPool,
  options: CertifyOptions,
): Promise<Certified> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const master = balance.model(balance.merged(options.segments), choices);
  refuseFaulty(master);
  const costs = master.gatherCosts();
  // What costs money outside the windows: sizes, and limits on sizes that are missed.
  const standing = standingCosts(master, new Set(costs.values()));
  const masterHeld = await pool.hold(arraysOf(master), 0);
  const windows: Window[] = [];
  let [columns, rows] = [0, 0];
  for (const [w, costColumn] of costs) {
    const model = windowModel(balance, choices, w);
    const arrays = arraysOf(model);
    columns += arrays.columns;
    rows += arrays.rows;
    windows.push({ held: await pool.hold(arrays, w % pool.size), links: linksOf(model, master), costColumn });
  }
  const sizeCost = choices.map((c) => c.costPerYear * balance.years);
  const given = choices.reduce((sum, c, i) => sum + (c.lower === c.upper ? c.lower * sizeCost[i]! : 0), 0);
  const n = choices.length;
  let best: Certified = {
    sizes: Float64Array.from(choices, (c) => c.upper),
    lower: Number.NEGATIVE_INFINITY,
    upper: Number.POSITIVE_INFINITY,
    ties: new Map(),
    gapShare: Number.POSITIVE_INFINITY,
    rounds: 0,
    seconds: 0,
    merged: { columns: master.columnCount, rows: master.rowCount, segments: master.segments },
    full: { columns, rows },
    cuts: [],
  };
  const left = () => (options.timeLimitS === undefined ? {} : { timeLimitS: options.timeLimitS - seconds() });
  const ask = (asked: Float64Array): Promise<Solved[]> =>
    Promise.all(
      windows.map(({ held, links }) =>
        pool.solve(held, {
          fix: {
            columns: links.map((l) => l.own),
            lower: links.map((l) => asked[l.master]! - loose(l, asked)),
            upper: links.map((l) => asked[l.master]! + loose(l, asked)),
          },
          options: { method: options.windowMethod ?? 'simplex', ...left() },
          want: { values: links.map((l) => l.own), duals: links.map((l) => l.own) },
        }),
      ),
    );
  let inner: Float64Array | undefined;
  let cuts: NewRow[] = [...(options.cuts ?? [])];
  const learnt = [...cuts];
  let ended: Ended | undefined;
  for (let round = 1; ended === undefined; round++) {
    const at = await pool.solve(masterHeld, {
      rows: cuts,
      options: { method: 'simplex', ...left() },
      want: { values: 'all', duals: [] },
    });
    if (at.status !== 'optimal') {
      ended = endOf(at.status, pool);
      break;
    }
    let asked = inner === undefined ? at.values : between(inner, at.values, INWARD);
    let solved = await ask(asked);
    for (let k = 0; k < MOST_HALVINGS && inner !== undefined && !solved.every(isAnswer); k++) {
      asked = between(inner, asked, 0.5);
      solved = await ask(asked);
    }
    const without = solved.find((s) => s.status !== 'optimal');
    if (without !== undefined) {
      ended = endOf(without.status, pool);
      break;
    }
    const sizes = asked.slice(0, n);
    cuts = solved.map((s, k) => {
      const { links, costColumn } = windows[k]!;
      let offset = s.objective;
      links.forEach((_, i) => {
        offset -= s.columnDuals[i]! * s.values[i]!;
      });
      return {
        lower: offset,
        upper: Number.POSITIVE_INFINITY,
        columns: [costColumn, ...links.map((l) => l.master)],
        values: [1, ...links.map((_, i) => -s.columnDuals[i]!)],
      };
    });
    learnt.push(...cuts);
    const running = solved.reduce((sum, s) => sum + s.objective, 0);
    const upper = standing.reduce((sum, { column, cost }) => sum + asked[column]! * cost, running);
    const lower = Math.max(best.lower, at.objective);
    const better = upper < best.upper;
    const least = Math.min(upper, best.upper);
    if (better) inner = asked;
    best = {
      ...best,
      sizes: better ? sizes : best.sizes,
      ties: better ? tiesOf(master, asked) : best.ties,
      lower,
      upper: least,
      gapShare: (least - lower) / Math.max(1e-9, least - given),
      rounds: round,
      seconds: seconds(),
    };
    options.onRound?.(best);
    if (best.gapShare <= options.gap) ended = 'gap';
    else if (pool.stopped) ended = 'stopped';
    else if (options.timeLimitS !== undefined && seconds() > options.timeLimitS) ended = 'time';
    else if (round >= (options.mostRounds ?? MOST_ROUNDS)) ended = 'rounds';
  }
  await Promise.all([masterHeld, ...windows.map((w) => w.held)].map((held) => pool.drop(held)));
  return { ...best, cuts: learnt, seconds: seconds(), ended };
}

/** Whether asking elsewhere is of no use. */
function isAnswer({ status }: Solved): boolean {
  return status === 'optimal' || status === 'limit';
}

function endOf(status: SolveStatus, pool: SolverPool): Ended {
  if (status === 'limit') return pool.stopped ? 'stopped' : 'time';
  return status === 'infeasible' ? 'infeasible' : 'failed';
}

function between(from: Float64Array, to: Float64Array, share: number): Float64Array {
  return to.map((v, i) => share * v + (1 - share) * from[i]!);
}

/**
 * Half width of the band that a window may choose a tie from: the merged model keeps its rows to 1e-7 only, and a window with a
 * tie on the wrong side of a row would have no plan at all. Sizes have none.
 */
function loose(link: Window['links'][number], values: Float64Array): number {
  return link.size ? 0 : tieWidth(values[link.master]!);
}

/** Half width of the band of a tie at a value. */
export function tieWidth(value: number): number {
  return 1e-6 * (1 + Math.abs(value));
}

function tiesOf(master: LinearModel, values: Float64Array): Map<string, number> {
  return new Map([...master.links].map(([name, column]) => [name, values[column]!]));
}

/** Columns outside time with their cost, without those that stand for windows. */
function standingCosts(master: LinearModel, windows: ReadonlySet<number>): { column: number; cost: number }[] {
  const { windowOfColumn, cost } = master;
  const list: { column: number; cost: number }[] = [];
  for (let column = 0; column < cost.length; column++) {
    if (windowOfColumn[column]! >= 0 || cost[column] === 0 || windows.has(column)) continue;
    list.push({ column, cost: cost[column]! });
  }
  return list;
}

/** @throws JW_PLAN_MODEL for a model that has no sensible solution */
function refuseFaulty(model: LinearModel): void {
  const faults = checkModel(model).filter((f) => f.severity === 'error');
  if (faults.length > 0) throw new JoulewrightError(faults.map(({ text }) => fault('JW_PLAN_MODEL', { reason: text })));
}

/** The model of one window at full resolution; sizes cost nothing in it, they are the merged model's. */
export function windowModel(balance: SiteBalance, choices: readonly SizeChoice[], window: number): LinearModel {
  return balance.model(
    balance.flat(window),
    choices.map((c) => ({ ...c, costPerYear: 0 })),
    true,
  );
}

/** Columns of a window that the merged model sets: sizes, and what ties windows together. */
function linksOf(model: LinearModel, master: LinearModel): Window['links'] {
  const sizes = model.sizes.map((_, i) => ({ own: i, master: i, size: true }));
  const ties = [...model.links].map(([name, own]) => {
    const other = master.links.get(name);
    if (other === undefined) throw new RangeError(`the merged model has no ${name}`);
    return { own, master: other, size: false };
  });
  return [...sizes, ...ties];
}

import { arraysOf } from '../balance/highs.ts';
import { SolverPool } from '../balance/pool.ts';
import type { SizeChoice } from '../balance/siteModel.ts';
import type { FreeSize } from '../site/freeSize.ts';
import type { PlanProblem } from './problem.ts';
import { type Found, GAP, type Sizing, type SizingOptions, segmentsOf, sizeSite } from './sizing.ts';

/** A plan in sizes that can be bought. */
export interface Rounding {
  readonly sizing: Sizing;
  /** Money over the horizon that whole sets, nodes and containers cost above the continuous plan. */
  readonly lossMoney: number;
  /** The same over what can be decided, as the gap is. */
  readonly lossShare: number;
}

/** Below this share of its most a size is a leftover of the search, not something to build. */
const NOTHING = 0.002;
/** How far whole numbers may move from the continuous size, in wholes. */
const REACH = 1;
const MIP_GAP = 1e-4;
const MIP_TIME_S = 60;

/** Wholes of a size by its column: bounds of their number near the continuous size. */
interface Whole {
  readonly column: number;
  readonly step: number;
  readonly low: number;
  readonly high: number;
}

function wholesOf({ site, balance }: PlanProblem, sizes: Float64Array): Whole[] {
  return site.free.flatMap((free): Whole[] => {
    const { step } = free;
    if (step === undefined) return [];
    const column = columnOf(balance.sizes, free);
    const [least, most] = [Math.ceil(free.lower / step - 1e-9), Math.floor(free.upper / step + 1e-9)];
    const at = sizes[column]! / step;
    return [
      {
        column,
        step,
        low: Math.min(most, Math.max(least, Math.floor(at + 1e-6) - REACH)),
        high: Math.max(least, Math.min(most, Math.ceil(at - 1e-6) + REACH)),
      },
    ];
  });
}

function columnOf(sizes: PlanProblem['balance']['sizes'], { unitId, key }: FreeSize): number {
  return sizes.findIndex((s) => s.unitId === unitId && s.key === key);
}

/**
 * Brings a continuous plan to sizes that can be bought: sizes of next to nothing become nothing, and those that are sold in wholes
 * become whole by a search over whole numbers near the continuous plan, in the merged model with what was learnt about it at full
 * resolution; then the other sizes and the dispatch are found again with these fixed.
 *
 * @returns undefined where nothing is sold in wholes and nothing was left over
 * @throws JW_SOLVER
 */
export async function roundSizes(
  problem: PlanProblem,
  found: Found,
  options: SizingOptions = {},
): Promise<Rounding | undefined> {
  const { balance, choices } = problem;
  const nothing = (i: number): boolean => {
    const { lower, upper } = choices[i]!;
    return lower === 0 && upper > 0 && found.sizes[i]! > 0 && found.sizes[i]! < NOTHING * upper;
  };
  const cleaned = choices.map((c, i): SizeChoice => (nothing(i) ? { ...c, upper: 0 } : c));
  const wholes = wholesOf(problem, found.sizes).filter(({ column }) => !nothing(column));
  const isWhole = wholes.every(({ column, step }) => {
    const at = found.sizes[column]! / step;
    return Math.abs(at - Math.round(at)) < 1e-6;
  });
  if (isWhole && !choices.some((_, i) => nothing(i))) return undefined;
  const counts = wholes.length === 0 ? [] : await searchWholes(problem, cleaned, wholes, found, options);
  const fixed = cleaned.map((c, i): SizeChoice => {
    const k = wholes.findIndex(({ column }) => column === i);
    if (k < 0) return c;
    const size = counts[k]! * wholes[k]!.step;
    return { ...c, lower: size, upper: size };
  });
  const open = found.upper - givenMoney(choices, balance.years);
  const rest = found.upper - givenMoney(fixed, balance.years);
  // As close in money as the continuous plan: what is left to decide is less than it was.
  const gap = (options.gap ?? GAP) * Math.max(1, open / Math.max(1e-9, rest));
  const sizing = await sizeSite({ ...problem, choices: fixed }, { ...options, gap, cuts: found.cuts });
  const lossMoney = sizing.upper - found.upper;
  return { sizing, lossMoney, lossShare: lossMoney / Math.max(1e-9, open) };
}

/** What the given sizes cost over the horizon, money. */
export function givenMoney(choices: readonly SizeChoice[], years: number): number {
  return choices.reduce((sum, c) => sum + (c.lower === c.upper ? c.lower * c.costPerYear * years : 0), 0);
}

/** Numbers of wholes, in their order; each rounded up where the search finds none in its time. */
async function searchWholes(
  { balance }: PlanProblem,
  choices: readonly SizeChoice[],
  wholes: readonly Whole[],
  found: Found,
  options: SizingOptions,
): Promise<number[]> {
  const model = balance.model(balance.merged(segmentsOf(balance, options)), choices);
  model.gatherCosts();
  const columns = wholes.map(({ column, step, low, high }) => {
    const count = model.column('whole number', '', low, high, 0, 0);
    const row = model.row('A2', 'sold in wholes', 0, 0);
    model.put(row, column, 1);
    model.put(row, count, -step);
    return count;
  });
  for (const { lower, upper, columns: of, values } of found.cuts) {
    const row = model.row('K2', 'cost of a window at full resolution', lower, upper);
    of.forEach((column, i) => {
      model.put(row, column, values[i]!);
    });
  }
  const pool = new SolverPool(1);
  const stop = (): void => pool.stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const held = await pool.hold({ ...arraysOf(model), whole: columns });
    const solved = await pool.solve(held, {
      options: { timeLimitS: MIP_TIME_S, mipGap: MIP_GAP },
      want: { values: columns, duals: [] },
    });
    return wholes.map(({ step, column, low, high }, k) => {
      const value = solved.values[k];
      if (value !== undefined && value > low - 0.5 && value < high + 0.5) return Math.round(value);
      return Math.min(high, Math.max(low, Math.ceil(found.sizes[column]! / step - 1e-6)));
    });
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

import { availableParallelism } from 'node:os';
import { type NewRow, SolverPool } from '../balance/pool.ts';
import type { SiteBalance } from '../balance/siteModel.ts';
import { fail } from '../errors/error.ts';
import { type Certified, certify } from './certify.ts';
import { type Dispatch, dispatchAt } from './dispatch.ts';
import type { PlanProblem } from './problem.ts';

export interface SizingOptions {
  /** Largest gap between the bounds over what can be decided; 0.5 % when left out. */
  readonly gap?: number;
  /** Segments of the merged model per year; 300 when left out. */
  readonly segments?: number;
  readonly timeLimitS?: number;
  /** Solver threads; as many as there are processors, at most four, when left out. */
  readonly jobs?: number;
  readonly onRound?: (state: Certified) => void;
  /** Cuts of an earlier search over the same segments. */
  readonly cuts?: readonly NewRow[];
  /** Ends the search with the best so far. */
  readonly signal?: AbortSignal;
}

/** Sizes with their certificate. */
export interface Found extends Certified {
  /** True when the search ended before the gap was reached. */
  readonly stopped: boolean;
}

/** The same, and how the site runs with them. */
export interface Sizing extends Found {
  readonly dispatch: Dispatch;
}

/** Largest gap unless another is asked for. */
export const GAP = 0.005;
const SEGMENTS_A_YEAR = 300;

/** Segments of the merged model over the whole horizon. */
export function segmentsOf(balance: SiteBalance, options: SizingOptions): number {
  return Math.round((options.segments ?? SEGMENTS_A_YEAR) * Math.max(1, balance.years));
}

/** Runs something with solver threads that end when the signal says so. */
async function withPool<T>(options: SizingOptions, run: (pool: SolverPool) => Promise<T>): Promise<T> {
  const pool = new SolverPool(options.jobs ?? Math.min(4, availableParallelism()));
  const stop = (): void => pool.stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted === true) pool.stop();
  try {
    return await run(pool);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

/** The search of `searchSizes` on threads that are there. */
async function search({ balance, choices }: PlanProblem, options: SizingOptions, pool: SolverPool): Promise<Found> {
  const gap = options.gap ?? GAP;
  const found = await certify(balance, choices, pool, {
    gap,
    segments: segmentsOf(balance, options),
    ...(options.cuts === undefined ? {} : { cuts: options.cuts }),
    ...(options.timeLimitS === undefined ? {} : { timeLimitS: options.timeLimitS }),
    ...(options.onRound === undefined ? {} : { onRound: options.onRound }),
  });
  if (!Number.isFinite(found.upper)) fail('JW_PLAN_NONE', { seconds: found.seconds.toFixed(0) });
  return { ...found, stopped: found.gapShare > gap };
}

/**
 * The least-cost sizes of a problem, certified to a gap.
 *
 * @throws JW_SOLVER; JW_PLAN_NONE when it was stopped before there was a plan
 */
export function searchSizes(problem: PlanProblem, options: SizingOptions = {}): Promise<Found> {
  return withPool(options, (pool) => search(problem, options, pool));
}

/** How the site runs with sizes that were found, at full resolution; not stopped by the signal. @throws JW_SOLVER */
export function dispatchSizes({ balance, choices }: PlanProblem, found: Found, jobs?: number): Promise<Sizing> {
  return withPool(jobs === undefined ? {} : { jobs }, async (pool) => ({
    ...found,
    dispatch: await dispatchAt(balance, choices, found, pool),
  }));
}

/**
 * The least-cost sizes of a problem, certified to a gap, and the dispatch of the whole horizon at full resolution with them.
 *
 * @throws JW_SOLVER; JW_PLAN_NONE when it was stopped before there was a plan
 */
export function sizeSite(problem: PlanProblem, options: SizingOptions = {}): Promise<Sizing> {
  return withPool(options, async (pool) => {
    const found = await search(problem, options, pool);
    pool.resume();
    return { ...found, dispatch: await dispatchAt(problem.balance, problem.choices, found, pool) };
  });
}

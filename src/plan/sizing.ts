import { availableParallelism } from 'node:os';
import { SolverPool } from '../balance/pool.ts';
import type { SiteBalance } from '../balance/siteModel.ts';
import { fail } from '../errors/error.ts';
import type { Certified, Learnt } from './certified.ts';
import { certify } from './certify.ts';
import { type Dispatch, dispatchAt } from './dispatch.ts';
import type { PlanProblem } from './problem.ts';
import { Windows } from './windows.ts';

export interface SizingOptions {
  /** Largest gap between the bounds over what can be decided; 0.5 % when left out. */
  readonly gap?: number;
  /** Segments of the merged model per year to begin with; 300 for one year when left out, fewer for many. */
  readonly segments?: number;
  readonly timeLimitS?: number;
  /** Solver threads; as many as there are processors, at most four, when left out. */
  readonly jobs?: number;
  readonly onRound?: (state: Certified) => void;
  /** What an earlier search over the same balance has learnt. */
  readonly learnt?: Learnt;
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

/**
 * Segments of the merged model over the whole horizon to begin with. Without a word they grow with the root of the years: more
 * are slower to solve than what they tell is worth, for the windows tell it too.
 */
export function segmentsOf(balance: SiteBalance, { segments }: Pick<SizingOptions, 'segments'>): number {
  const years = Math.max(1, balance.years);
  return Math.round(segments === undefined ? SEGMENTS_A_YEAR * Math.sqrt(years) : segments * years);
}

/** Solver threads unless so many are asked for. */
export function threadsFor(jobs = Math.min(4, availableParallelism())): number {
  return Math.max(1, jobs);
}

/** Solver threads that hold the windows of a balance, for one search after the other over it. */
export interface Threads {
  readonly pool: SolverPool;
  readonly windows: Windows;
}

/** Runs something with the windows of a problem in solver threads, which end when the signal says so. */
export async function withThreads<T>(
  { balance, choices }: PlanProblem,
  options: Pick<SizingOptions, 'jobs' | 'signal'>,
  run: (threads: Threads) => Promise<T>,
): Promise<T> {
  const pool = new SolverPool(threadsFor(options.jobs));
  const stop = (): void => pool.stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted === true) pool.stop();
  try {
    return await run({ pool, windows: await Windows.open(balance, choices, pool) });
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

/** The search of `searchSizes` on threads that are there; the balance is that of their windows. */
export async function searchOn(
  { balance, choices }: PlanProblem,
  options: SizingOptions,
  { pool, windows }: Threads,
): Promise<Found> {
  const gap = options.gap ?? GAP;
  const found = await certify(balance, choices, pool, {
    gap,
    windows,
    segments: segmentsOf(balance, options),
    ...(options.learnt === undefined ? {} : { learnt: options.learnt }),
    ...(options.timeLimitS === undefined ? {} : { timeLimitS: options.timeLimitS }),
    ...(options.onRound === undefined ? {} : { onRound: options.onRound }),
  });
  if (!Number.isFinite(found.upper)) noPlan(found);
  return { ...found, stopped: found.gapShare > gap };
}

/** Says why a search has no plan: time helps only where time was short. */
function noPlan({ ended, seconds }: Certified): never {
  if (ended === 'failed')
    fail('JW_SOLVER', { reason: 'the search for sizes ended without a solution, from its basis and anew' });
  if (ended === 'infeasible') fail('JW_PLAN_MODEL', { reason: 'no sizes within their bounds keep its rows' });
  return fail('JW_PLAN_NONE', { seconds: seconds.toFixed(0) });
}

/** How the site runs with sizes that were found, on threads that are there; not stopped by the signal. @throws JW_SOLVER */
export async function dispatchOn({ balance, choices }: PlanProblem, found: Found, threads: Threads): Promise<Sizing> {
  threads.pool.resume();
  return { ...found, dispatch: await dispatchAt(balance, choices, found, threads.windows) };
}

/**
 * The least-cost sizes of a problem, certified to a gap.
 *
 * @throws JW_SOLVER; JW_PLAN_NONE when it was stopped before there was a plan
 */
export function searchSizes(problem: PlanProblem, options: SizingOptions = {}): Promise<Found> {
  return withThreads(problem, options, (threads) => searchOn(problem, options, threads));
}

/**
 * The least-cost sizes of a problem, certified to a gap, and the dispatch of the whole horizon at full resolution with them.
 *
 * @throws JW_SOLVER; JW_PLAN_NONE when it was stopped before there was a plan
 */
export function sizeSite(problem: PlanProblem, options: SizingOptions = {}): Promise<Sizing> {
  return withThreads(problem, options, async (threads) =>
    dispatchOn(problem, await searchOn(problem, options, threads), threads),
  );
}

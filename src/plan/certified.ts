import type { Method } from '../balance/highs.ts';
import type { Segments } from '../balance/segments.ts';
import type { Cut, Point } from './coupling.ts';
import type { Stand } from './stand.ts';
import type { Windows } from './windows.ts';

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
  /** The best plan as windows are asked for it: sizes, stored quantities at the ends of windows, shares of budgets. */
  readonly ties: Point;
  /** (upper - lower) over what can still be decided: the upper bound less the cost of sizes that are given. */
  readonly gapShare: number;
  readonly rounds: number;
  /**
   * Windows that the upper bound has looked at; while that is not all of them, the merged model speaks for the others, and the upper
   * bound is none.
   */
  readonly windows: number;
  readonly seconds: number;
  /** Undefined while it goes on. */
  readonly ended?: Ended;
  /** Columns and rows of the merged model and of all windows together. */
  readonly merged: { readonly columns: number; readonly rows: number; readonly segments: number };
  readonly full: { readonly columns: number; readonly rows: number };
  readonly learnt: Learnt;
}

/** Share of the cost by which both bounds may cross where they meet: the solver's tolerances. */
const ROUNDING = 1e-5;

/** Money between two bounds; 0 where they meet. */
export function unproven(lower: number, upper: number): number {
  const money = upper - lower;
  return money < 0 && money > -ROUNDING * Math.abs(upper) ? 0 : money;
}

/** What a search has learnt about a balance; it holds whatever the bounds of sizes. */
export interface Learnt {
  /** Segments of the merged model at last. */
  readonly segments: Segments;
  /** About the windows at full resolution. */
  readonly cuts: readonly Cut[];
  /** Where the merged model ended. */
  readonly stand?: Stand;
}

export interface CertifyOptions {
  /** Gap at which to stop, a share. */
  readonly gap: number;
  /** Segments of the merged model to begin with, over the whole horizon. */
  readonly segments: number;
  readonly timeLimitS?: number;
  readonly mostRounds?: number;
  readonly windowMethod?: Method;
  /** What an earlier search over the same balance has learnt: its segments are taken as they are. */
  readonly learnt?: Learnt;
  /** Windows that are there already, left open at the end; opened and closed here when left out. */
  readonly windows?: Windows;
  /** Told after every round. */
  readonly onRound?: (state: Certified) => void;
}

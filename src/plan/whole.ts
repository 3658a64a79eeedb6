import type { SizeChoice } from '../balance/siteModel.ts';
import { JoulewrightError } from '../errors/error.ts';
import type { FreeSize } from '../site/freeSize.ts';
import { type Branched, bestWholes, type Whole } from './branch.ts';
import { givenMoney } from './certify.ts';
import type { Cut } from './coupling.ts';
import { Master } from './master.ts';
import type { PlanProblem } from './problem.ts';
import {
  dispatchOn,
  type Found,
  GAP,
  type Sizing,
  type SizingOptions,
  searchOn,
  type Threads,
  withThreads,
} from './sizing.ts';

/** A plan in sizes that can be bought. */
export interface Rounding {
  readonly sizing: Sizing;
  /** No site whose sizes are whole where they are sold in wholes costs less, money over the horizon. */
  readonly lower: number;
  /** Choices of whole numbers that were looked at. */
  readonly tried: number;
  /** Rounds of the searches with whole numbers given, and seconds of all. */
  readonly rounds: number;
  readonly seconds: number;
  /** Money over the horizon that whole sets, nodes and containers cost above the continuous plan. */
  readonly lossMoney: number;
  /** The same over what can be decided, as the gap is. */
  readonly lossShare: number;
}

/** Below this share of its most a size is a leftover of the search, not something to build. */
const NOTHING = 0.002;
/** Choices of whole numbers looked at, at most. */
const MOST_TRIED = 8;
/** Share of the gap left to the sizes beside the whole ones; the rest is for which whole ones. */
const OWN_GAP = 0.5;

function wholesOf({ site, balance, choices }: PlanProblem): Whole[] {
  return site.free.flatMap((free): Whole[] => {
    const { step } = free;
    if (step === undefined) return [];
    const column = columnOf(balance.sizes, free);
    const { lower, upper } = choices[column]!;
    return [{ column, step, least: Math.ceil(lower / step - 1e-9), most: Math.floor(upper / step + 1e-9) }];
  });
}

function columnOf(sizes: PlanProblem['balance']['sizes'], { unitId, key }: FreeSize): number {
  return sizes.findIndex((s) => s.unitId === unitId && s.key === key);
}

/**
 * Brings a continuous plan to sizes that can be bought: those that are sold in wholes become whole, and sizes of next to nothing
 * become nothing. The merged model, with what was learnt about it at full resolution and whole numbers for the sizes that are sold
 * so, says which whole numbers are best and bounds the cost of all of them from below; with these given, the other sizes are
 * searched at full resolution, which teaches the merged model more; and so on, until the bound is within the gap of the best.
 *
 * @returns undefined where nothing is sold in wholes and nothing was left over
 * @throws JW_SOLVER; JW_PLAN_NONE when it was stopped before there was a plan
 */
export async function roundSizes(
  problem: PlanProblem,
  found: Found,
  options: SizingOptions = {},
  threads?: Threads,
): Promise<Rounding | undefined> {
  if (threads === undefined) return withThreads(problem, options, (own) => roundSizes(problem, found, options, own));
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const { balance, choices } = problem;
  const wholes = wholesOf(problem);
  const isWhole = wholes.every(({ column, step }) => {
    const at = found.sizes[column]! / step;
    return Math.abs(at - Math.round(at)) < 1e-6;
  });
  if (isWhole && !leftovers(choices, found).includes(true)) return undefined;
  const open = found.upper - givenMoney(choices, balance.years);
  const gap = options.gap ?? GAP;
  const left = () =>
    options.timeLimitS === undefined ? {} : { timeLimitS: Math.max(1, options.timeLimitS - seconds()) };
  let { learnt } = found;
  let lower = found.lower;
  let best: Made | undefined;
  let rounds = 0;
  const tried = new Set<string>();
  const master = await Master.open(balance, choices, learnt.segments, threads.pool, learnt.stand);
  let news: readonly Cut[] = learnt.cuts;
  let root: Branched['root'];
  const isOver = (): boolean =>
    threads.pool.stopped || (options.timeLimitS !== undefined && seconds() > options.timeLimitS);
  while (tried.size < MOST_TRIED) {
    const branched: Branched = await bestWholes(master, wholes, news, isOver, root);
    ({ root } = branched);
    lower = Math.max(lower, branched.bound);
    if (best !== undefined && best.found.upper - lower <= gap * open) break;
    // Without an answer in its time, every size is rounded up.
    const counts = branched.counts ?? wholes.map((whole) => roundedUp(whole, found.sizes[whole.column]!));
    // What is tried again has nothing more to teach.
    if (tried.has(counts.join(' '))) break;
    tried.add(counts.join(' '));
    const fixed = { ...problem, choices: choices.map((choice, i) => fixedChoice(choice, i, wholes, counts)) };
    const rest = found.upper - givenMoney(fixed.choices, balance.years);
    // As close in money as the continuous plan: what is left to decide is less than it was.
    const own = Math.min(0.5, OWN_GAP * gap * Math.max(1, open / Math.max(1e-9, rest)));
    const made = await searchOn(fixed, { ...options, ...left(), gap: own, learnt }, threads);
    news = made.learnt.cuts.slice(learnt.cuts.length);
    ({ learnt } = made);
    rounds += made.rounds;
    if (best === undefined || made.upper < best.found.upper) best = { found: made, problem: fixed };
    if (isOver()) break;
  }
  await master.close();
  best = await withoutLeftovers(best!, gap * open, { ...options, ...left(), learnt }, threads);
  const sizing = await dispatchOn(best.problem, best.found, threads);
  const lossMoney = sizing.upper - found.upper;
  return {
    sizing,
    lower,
    tried: tried.size,
    rounds,
    seconds: seconds(),
    lossMoney,
    lossShare: lossMoney / Math.max(1e-9, open),
  };
}

/** Sizes that were found, and for which bounds. */
interface Made {
  readonly found: Found;
  readonly problem: PlanProblem;
}

/** Which sizes are leftovers of a search, not something to build. */
function leftovers(choices: readonly SizeChoice[], found: Found): boolean[] {
  return choices.map(({ lower, upper }, i) => {
    const size = found.sizes[i]!;
    return lower === 0 && upper > 0 && size > 0 && size < NOTHING * upper;
  });
}

/** The same with leftovers at nothing, unless that costs more than the gap or cannot be. */
async function withoutLeftovers(
  made: Made,
  mostMoney: number,
  options: SizingOptions,
  threads: Threads,
): Promise<Made> {
  const { problem, found } = made;
  const nothing = leftovers(problem.choices, found);
  if (!nothing.includes(true) || threads.pool.stopped) return made;
  const choices = problem.choices.map((c, i) => (nothing[i] === true ? { ...c, upper: 0 } : c));
  const bare = { ...problem, choices };
  try {
    const without = await searchOn(bare, { ...options, gap: options.gap ?? GAP }, threads);
    return without.upper <= found.upper + mostMoney ? { found: without, problem: bare } : made;
  } catch (error) {
    if (error instanceof JoulewrightError && error.code === 'JW_PLAN_NONE') return made;
    throw error;
  }
}

/** Bounds of a size when whole numbers are given. */
function fixedChoice(choice: SizeChoice, i: number, wholes: readonly Whole[], counts: readonly number[]): SizeChoice {
  const k = wholes.findIndex(({ column }) => column === i);
  if (k >= 0) return { ...choice, lower: counts[k]! * wholes[k]!.step, upper: counts[k]! * wholes[k]!.step };
  return choice;
}

/** Wholes that a size needs. */
function roundedUp({ step, least, most }: Whole, size: number): number {
  return Math.min(most, Math.max(least, Math.ceil(size / step - 1e-6)));
}

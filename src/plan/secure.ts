import { RESERVE_DEFAULTS, type Reserve } from '../balance/rules/reserve.ts';
import type { SizeChoice } from '../balance/siteModel.ts';
import { figuresOf } from './figures.ts';
import type { PlanProblem } from './problem.ts';
import { costOfNines, type NineCost, type TriedDesign } from './reliability/nines.ts';
import { type Sizing, type SizingOptions, sizeSite } from './sizing.ts';
import { type PlanSurvival, setsOfSize, survivalOf } from './survival.ts';

/** A plan with one reserve, and how it stands when the grid goes. */
export interface SecuredPlan {
  /** Hours of stored energy held in reserve; undefined for none at all. */
  readonly reserveHours: number | undefined;
  /** Generator sets beyond those that the most reliable plan before it had. */
  readonly spares: number;
  readonly problem: PlanProblem;
  readonly sizing: Sizing;
  readonly survival: PlanSurvival;
  readonly yearlyMoney: number;
}

export interface Secured {
  /** The cheapest plan tried that reaches the target; the most reliable one where none does. */
  readonly chosen: SecuredPlan;
  readonly reached: boolean;
  readonly tried: readonly SecuredPlan[];
  /** What each nine costs, over the plans tried. */
  readonly nines: readonly NineCost[];
}

export interface SecureOptions extends SizingOptions {
  /** Loss of load expectation that must not be exceeded, hours a year. */
  readonly loleHPerYear: number;
  /** Share of the load that must go on, 0..1. */
  readonly share?: number;
  /** Longest outage looked at, h. */
  readonly hours?: number;
  /** Told of every plan that was tried. */
  readonly onPlan?: (plan: SecuredPlan) => void;
  /** All reserves are tried, also beyond the target, so that each nine has its price. */
  readonly all?: boolean;
}

/** Hours of reserve that are tried, one after the other. */
const RESERVES: readonly (number | undefined)[] = [undefined, 0.5, 1, 2, 4, 8, 16, 24];
/** Generator sets that are added when hours alone do not do it: what is left then are sets that fail. */
const MOST_SPARES = 3;

/** A reserve to be tried. */
interface Step {
  readonly hours: number | undefined;
  /** Sets beyond those of the most reliable plan so far; undefined where that plan is not built upon. */
  readonly spares?: number;
}

/**
 * Raises the reserve until the loss of load that follows from unannounced outages is within a target: the balance cannot see
 * such outages, it holds a reserve against them, and the Markov chain of what stands there tells what the reserve is worth.
 *
 * The least-cost answer to more reserve may be another kind of it, a set in place of batteries, that fails more often. Where the
 * loss of load rises, the same reserve is planned again with no less of anything than the most reliable plan so far; where it is
 * not within the target at the longest reserve, sets are added to that plan.
 *
 * @throws JW_SOLVER, JW_RELIABILITY
 */
export async function securePlan(problem: PlanProblem, options: SecureOptions): Promise<Secured> {
  const tried: SecuredPlan[] = [];
  const started = performance.now();
  const own = problem.balance.reserve;
  const { share = own?.share ?? RESERVE_DEFAULTS.share, hours = 24, loleHPerYear, timeLimitS } = options;
  // What the site asks for is held in any case.
  const reserves =
    own === undefined ? RESERVES : [own.hours, ...RESERVES.filter((h) => h !== undefined && h > own.hours)];
  const left = (): Pick<SizingOptions, 'timeLimitS'> =>
    timeLimitS === undefined ? {} : { timeLimitS: Math.max(1, timeLimitS - (performance.now() - started) / 1000) };
  const attempt = async ({ hours: reserveHours, spares }: Step): Promise<SecuredPlan> => {
    const reserve: Reserve | undefined =
      reserveHours === undefined ? undefined : { ...RESERVE_DEFAULTS, ...own, share, hours: reserveHours };
    const choices = spares === undefined ? problem.choices : builtUpon(problem, safest(tried).sizing.sizes, spares);
    const held: PlanProblem = { ...problem, choices, balance: problem.balance.withReserve(reserve) };
    const sizing = await sizeSite(held, { ...options, ...left() });
    return {
      reserveHours,
      spares: spares ?? 0,
      problem: held,
      sizing,
      survival: survivalOf(held, sizing, hours, share),
      yearlyMoney: figuresOf(held, sizing).yearly.totalMoney,
    };
  };
  const isOver = (): boolean => options.signal?.aborted === true && tried.length > 0;
  const isReached = (): boolean => tried.some((plan) => loleOf(plan) <= loleHPerYear);
  const keep = (plan: SecuredPlan): void => {
    tried.push(plan);
    options.onPlan?.(plan);
  };
  for (const reserveHours of reserves) {
    if (isOver() || (isReached() && options.all !== true)) break;
    const plan = await attempt({ hours: reserveHours });
    const fell = tried.length === 0 || loleOf(plan) <= Math.max(loleHPerYear, loleOf(safest(tried)));
    keep(fell || isOver() ? plan : await attempt({ hours: reserveHours, spares: 0 }));
  }
  for (let spares = 1; spares <= MOST_SPARES && !isOver() && !isReached(); spares++) {
    const before = loleOf(safest(tried));
    if (!hasRoom(problem, safest(tried).sizing.sizes)) break;
    keep(await attempt({ hours: reserves.at(-1), spares: 1 }));
    if (loleOf(safest(tried)) >= before) break;
  }
  const good = tried.filter((plan) => loleOf(plan) <= loleHPerYear);
  const chosen = good.length > 0 ? good.reduce((a, b) => (b.yearlyMoney < a.yearlyMoney ? b : a)) : safest(tried);
  const designs = tried.map(
    (plan): TriedDesign => ({
      id: reserveName(plan),
      costMoneyPerYear: plan.yearlyMoney,
      loleHPerYear: loleOf(plan),
    }),
  );
  return { chosen, reached: good.length > 0, tried, nines: costOfNines(designs) };
}

/** A reserve in words. */
export function reserveName({ reserveHours, spares }: Pick<SecuredPlan, 'reserveHours' | 'spares'>): string {
  const held = reserveHours === undefined ? 'no reserve' : `${reserveHours} h of reserve`;
  return spares === 0 ? held : `${held} and a set more`;
}

function loleOf(plan: SecuredPlan): number {
  return plan.survival.risk?.loleHPerYear ?? 0;
}

/** The most reliable of some plans, the first of equals. */
function safest(plans: readonly SecuredPlan[]): SecuredPlan {
  return plans.reduce((a, b) => (loleOf(b) < loleOf(a) ? b : a));
}

/** Sizes that carry a site without its grid, by their place in the balance, and the power of a set where there are any. */
function carriers({ balance, site }: PlanProblem, sizes: ArrayLike<number>): Map<number, number | undefined> {
  const list = new Map<number, number | undefined>();
  for (const { unitId, standby } of balance.standbys) {
    const at = (key: string): number => balance.sizes.findIndex((s) => s.unitId === unitId && s.key === key);
    if (standby.kind === 'free') list.set(at(standby.key), undefined);
    if (standby.kind === 'store') for (const key of [standby.energyKey, standby.powerKey]) list.set(at(key), undefined);
    if (standby.kind !== 'generators') continue;
    const place = at(standby.key);
    list.set(place, setsOfSize(standby, site.free, unitId, sizes[place]!).setKw);
  }
  return list;
}

/** Choices that leave no less of what carries the site than there is, and of generators so many sets more. */
function builtUpon(problem: PlanProblem, sizes: ArrayLike<number>, spares: number): SizeChoice[] {
  const known = carriers(problem, sizes);
  return problem.choices.map((choice, i) => {
    if (!known.has(i)) return choice;
    const least = sizes[i]! + spares * (known.get(i) ?? 0);
    return { ...choice, lower: Math.min(choice.upper, Math.max(choice.lower, least)) };
  });
}

/** Whether there are generators of which there could be more. */
function hasRoom(problem: PlanProblem, sizes: ArrayLike<number>): boolean {
  const known = carriers(problem, sizes);
  return problem.choices.some(({ upper }, i) => known.get(i) !== undefined && sizes[i]! < upper * (1 - 1e-6));
}

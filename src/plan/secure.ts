import { RESERVE_DEFAULTS, type Reserve } from '../balance/rules/reserve.ts';
import { figuresOf } from './figures.ts';
import type { PlanProblem } from './problem.ts';
import { costOfNines, type NineCost, type TriedDesign } from './reliability/nines.ts';
import { type Sizing, type SizingOptions, sizeSite } from './sizing.ts';
import { type PlanSurvival, survivalOf } from './survival.ts';

/** A plan with one reserve, and how it stands when the grid goes. */
export interface SecuredPlan {
  /** Hours of stored energy held in reserve; undefined for none at all. */
  readonly reserveHours: number | undefined;
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

/**
 * Raises the reserve until the loss of load that follows from unannounced outages is within a target: the balance cannot see
 * such outages, it holds a reserve against them, and the Markov chain of what stands there tells what the reserve is worth.
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
  const lole = (plan: SecuredPlan): number => plan.survival.risk?.loleHPerYear ?? 0;
  for (const reserveHours of reserves) {
    if (options.signal?.aborted === true && tried.length > 0) break;
    const reserve: Reserve | undefined =
      reserveHours === undefined ? undefined : { ...RESERVE_DEFAULTS, ...own, share, hours: reserveHours };
    const held: PlanProblem = { ...problem, balance: problem.balance.withReserve(reserve) };
    const sizing = await sizeSite(held, { ...options, ...left() });
    const plan: SecuredPlan = {
      reserveHours,
      problem: held,
      sizing,
      survival: survivalOf(held, sizing, hours, share),
      yearlyMoney: figuresOf(held, sizing).yearly.totalMoney,
    };
    tried.push(plan);
    options.onPlan?.(plan);
    if (lole(plan) <= loleHPerYear && options.all !== true) break;
  }
  const good = tried.filter((plan) => lole(plan) <= loleHPerYear);
  const chosen =
    good.length > 0
      ? good.reduce((a, b) => (b.yearlyMoney < a.yearlyMoney ? b : a))
      : tried.reduce((a, b) => (lole(b) < lole(a) ? b : a));
  const designs = tried.map(
    (plan): TriedDesign => ({
      id: plan.reserveHours === undefined ? 'no reserve' : `${plan.reserveHours} h of reserve`,
      costMoneyPerYear: plan.yearlyMoney,
      loleHPerYear: lole(plan),
    }),
  );
  return { chosen, reached: good.length > 0, tried, nines: costOfNines(designs) };
}

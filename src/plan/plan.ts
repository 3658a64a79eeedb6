import { JoulewrightError } from '../errors/error.ts';
import { readText } from '../series/csv.ts';
import { weatherOf } from '../simulate/air.ts';
import { builtSize, type ChosenSize, designText } from '../site/design.ts';
import type { Site } from '../site/site.ts';
import type { WeatherYear } from '../weather/year.ts';
import { unproven } from './certified.ts';
import { givenMoney } from './certify.ts';
import { type ClockShare, clockShares, steadyClocks } from './clocks.ts';
import { refuseExclusion } from './exclusion.ts';
import { figuresOf, type PlanFigures } from './figures.ts';
import { type Settled, settleReplicas } from './operate.ts';
import { acceleratorsOf } from './pools.ts';
import { type PlanProblem, type ProblemOptions, problemOf } from './problem.ts';
import { type Secured, type SecuredPlan, type SecureOptions, securePlan } from './secure.ts';
import { dispatchOn, type Found, type Sizing, type SizingOptions, searchOn, withThreads } from './sizing.ts';
import { type Rounding, roundSizes } from './whole.ts';

/** What a plan may be told; all of it may be left out. */
export interface PlanOptions extends Omit<ProblemOptions, 'years'>, Omit<SizingOptions, 'learnt' | 'onRound'> {
  /** Weather years to plan for at once; the site's own when left out. */
  readonly years?: readonly WeatherYear[];
  /** Hours a year that may be expected to be without supply; what the site's limits say when left out. */
  readonly loleHPerYear?: number;
  /** Told of every reserve that was tried for it. */
  readonly onReserve?: (plan: SecuredPlan) => void;
  /** Told what is being done, and the bounds after every round. */
  readonly onProgress?: (progress: PlanProgress) => void;
  /** Handed the problem before the search, to be written or solved elsewhere. */
  readonly onProblem?: (problem: PlanProblem) => void | Promise<void>;
}

/** How far a plan is. */
export interface PlanProgress {
  readonly stage: 'writing the balance' | 'sizing' | 'whole numbers' | 'whole replicas';
  /** After a round of a search: bounds of the yearly cost without staff and network, and the gap over what can be decided. */
  readonly round?: {
    readonly count: number;
    readonly lowerMoney: number;
    readonly upperMoney: number;
    readonly gapShare: number;
    /** Windows that were looked at, and how many there are: of many years the dearest come first. */
    readonly windows: number;
    readonly allWindows: number;
  };
}

/** The least-cost site. */
export interface Plan {
  readonly site: Site;
  readonly problem: PlanProblem;
  /** The search for the availability that the site asks for, over reserves; undefined where it asks for none. */
  readonly secured: Secured | undefined;
  /** Sizes without regard to wholes, between two proven bounds. */
  readonly continuous: Found;
  /** What selling in wholes changed; undefined where nothing is, or there was no time. */
  readonly rounding: Rounding | undefined;
  /** What replicas that are whole in every step changed; undefined where that is next to nothing, or there was no time. */
  readonly settled: Settled | undefined;
  /** The plan that is built, the last of `continuous`, `rounding` and `settled`, with the dispatch of every step. */
  readonly chosen: Sizing;
  /** No site whose sizes are whole where they are sold in wholes costs less, money over the horizon. */
  readonly lower: number;
  /** (cost of the chosen plan - that) over what can be decided: all that is not proven. */
  readonly gapShare: number;
  readonly figures: PlanFigures;
  /** Clocks and caps that set points have, of deployments whose plan may choose; [] where there are none. */
  readonly clocks: readonly ClockShare[];
  /** Free sizes as they are built, in the order of `site.free`. */
  readonly sizes: readonly ChosenSize[];
  /**
   * The site file with the sizes filled in.
   *
   * @param to where it will lie: names of files in it are written as seen from there
   */
  design(to: string): string;
}

/**
 * Plans a site: sizes for the least cost over the project, certified between two bounds, whole where they are sold in wholes, with
 * the dispatch of every hour. Money is that of the site's price year, level over the project.
 *
 * @param site as `loadFreeSite` gives it; a site without free sizes is dispatched as it is
 * @throws JW_SOLVER; JW_PLAN_LIMIT for limits that cannot be kept; JW_PLAN_NONE when it was stopped or out of time before there was
 * a plan
 */
export async function plan(site: Site, options: PlanOptions = {}): Promise<Plan> {
  const started = performance.now();
  const { years, onProgress, onProblem, loleHPerYear, onReserve, ...rest } = options;
  onProgress?.({ stage: 'writing the balance' });
  const asked = problemOf(site, { ...rest, years: years ?? [weatherOf(site)] });
  await refuseExclusion(asked);
  await onProblem?.(asked);
  const told = (stage: PlanProgress['stage']): SizingOptions => ({
    ...rest,
    ...(rest.timeLimitS === undefined
      ? {}
      : { timeLimitS: Math.max(1, rest.timeLimitS - (performance.now() - started) / 1000) }),
    onRound: ({ rounds, lower, upper, gapShare, windows }) =>
      onProgress?.({
        stage,
        round: {
          count: rounds,
          lowerMoney: lower / asked.balance.years,
          upperMoney: upper / asked.balance.years,
          gapShare,
          windows,
          allWindows: asked.balance.calendar.windows.length,
        },
      }),
  });
  const secured = await securedIfAsked(asked, loleHPerYear, {
    ...told('sizing'),
    ...(onReserve === undefined ? {} : { onPlan: onReserve }),
  });
  const free = secured?.chosen.problem ?? asked;
  const { continuous, rounding, whole } = await withThreads(free, rest, async (threads) => {
    const found = secured?.chosen.sizing ?? (await searchOn(free, told('sizing'), threads));
    onProgress?.({ stage: 'whole numbers' });
    const rounded = await ifTime(rest, () => roundSizes(free, found, told('whole numbers'), threads));
    const made = rounded?.sizing ?? secured?.chosen.sizing ?? (await dispatchOn(free, found, threads));
    return { continuous: found, rounding: rounded, whole: made };
  });
  onProgress?.({ stage: 'whole replicas' });
  const settled = await ifTime(rest, () => settleReplicas(free, whole, told('whole replicas')));
  const { sizing: chosen } = settled ?? { sizing: whole };
  // What was fixed on the way to whole replicas was free to choose all the same.
  const problem = settled === undefined ? free : { ...settled.problem, choices: free.choices };
  const sizeOf = (unitId: string, key: string): number =>
    chosen.sizes[problem.balance.sizes.findIndex((s) => s.unitId === unitId && s.key === key)]!;
  const sizes = site.free.map((free) => ({ free, size: builtSize(free, sizeOf(free.unitId, free.key)) }));
  const pools = site.freePools
    .filter((pool) => pool.counted)
    .map((pool) => ({ path: pool.path, accelerators: acceleratorsOf(pool, (id) => sizeOf(id, 'replicas')) }));
  const { deployments } = site.parsed;
  const clocks = clockShares(
    problem.horizon,
    deployments.map(({ id }) => id),
  );
  const steady = steadyClocks(clocks);
  const settings = deployments.flatMap(({ id }, d) => {
    const at = steady.get(id);
    if (at === undefined) return [];
    return [
      { path: ['deployments', d, 'clock'], value: `${Number((100 * at.clock).toPrecision(6))} %` },
      ...(deployments[d]!.power_caps === undefined
        ? []
        : [{ path: ['deployments', d, 'power_cap'], value: `${at.capW} W` }]),
    ];
  });
  const design = (to: string): string => designText(readText(site.file), site.file, to, sizes, pools, settings);
  const lower = rounding?.lower ?? continuous.lower;
  // As the gap of the continuous search: over what could be decided there.
  const decided = continuous.upper - givenMoney(free.choices, free.balance.years);
  return {
    site,
    problem,
    secured,
    continuous,
    rounding,
    settled,
    chosen,
    lower,
    gapShare: decided > 0 ? unproven(lower, chosen.upper) / decided : 0,
    figures: figuresOf(problem, chosen),
    clocks,
    sizes,
    design,
  };
}

const HOURS_A_YEAR = 8760;

/** Raises the reserve until the hours without supply that are asked for hold, or the availability of the site's limits. */
function securedIfAsked(
  problem: PlanProblem,
  hours: number | undefined,
  options: Omit<SecureOptions, 'loleHPerYear'>,
): Promise<Secured> | undefined {
  const availability = problem.site.limits?.availability;
  const loleHPerYear = hours ?? (availability === undefined ? undefined : (1 - availability) * HOURS_A_YEAR);
  return loleHPerYear === undefined ? undefined : securePlan(problem, { ...options, loleHPerYear });
}

/** What comes after a first plan; whoever stops the search, or has no time left, wants what there is. */
async function ifTime<T>({ signal }: SizingOptions, next: () => Promise<T>): Promise<T | undefined> {
  if (signal?.aborted === true) return undefined;
  try {
    return await next();
  } catch (error) {
    if (error instanceof JoulewrightError && error.code === 'JW_PLAN_NONE') return undefined;
    throw error;
  }
}

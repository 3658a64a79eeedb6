import { readText } from '../series/csv.ts';
import { weatherOf } from '../simulate/air.ts';
import { builtSize, type ChosenSize, designText } from '../site/design.ts';
import type { Site } from '../site/site.ts';
import type { WeatherYear } from '../weather/year.ts';
import type { Certified } from './certify.ts';
import { figuresOf, type PlanFigures } from './figures.ts';
import { acceleratorsOf } from './pools.ts';
import { type PlanProblem, type ProblemOptions, problemOf } from './problem.ts';
import { type Sizing, type SizingOptions, sizeSite } from './sizing.ts';
import { type Rounding, roundSizes } from './whole.ts';

/** What a plan may be told; all of it may be left out. */
export interface PlanOptions extends Omit<ProblemOptions, 'years'>, Omit<SizingOptions, 'cuts' | 'onRound'> {
  /** Weather years to plan for at once; the site's own when left out. */
  readonly years?: readonly WeatherYear[];
  /** Told what is being solved, and the bounds after every round. */
  readonly onProgress?: (stage: PlanStage, state?: Certified) => void;
}

/** What a plan is at. */
export type PlanStage = 'writing the balance' | 'sizing' | 'whole numbers';

/** The least-cost site. */
export interface Plan {
  readonly site: Site;
  readonly problem: PlanProblem;
  /** Sizes without regard to wholes, between two proven bounds, with the dispatch of every step. */
  readonly continuous: Sizing;
  /** What selling in wholes changed; undefined where nothing is. */
  readonly rounding: Rounding | undefined;
  /** The plan that is built: `rounding.sizing` where there is one, else `continuous`. */
  readonly chosen: Sizing;
  readonly figures: PlanFigures;
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
 * @throws JW_SOLVER; JW_PLAN_NONE when it was stopped or out of time before there was a plan
 */
export async function plan(site: Site, options: PlanOptions = {}): Promise<Plan> {
  const started = performance.now();
  const { years, onProgress, ...rest } = options;
  onProgress?.('writing the balance');
  const problem = problemOf(site, { ...rest, years: years ?? [weatherOf(site)] });
  const told = (stage: PlanStage): SizingOptions => ({
    ...rest,
    ...(rest.timeLimitS === undefined
      ? {}
      : { timeLimitS: Math.max(1, rest.timeLimitS - (performance.now() - started) / 1000) }),
    onRound: (state) => onProgress?.(stage, state),
  });
  const continuous = await sizeSite(problem, told('sizing'));
  // Who stops the search wants what there is.
  const rounding =
    rest.signal?.aborted === true ? undefined : await roundSizes(problem, continuous, told('whole numbers'));
  const chosen = rounding?.sizing ?? continuous;
  const sizeOf = (unitId: string, key: string): number =>
    chosen.sizes[problem.balance.sizes.findIndex((s) => s.unitId === unitId && s.key === key)]!;
  const sizes = site.free.map((free) => ({ free, size: builtSize(free, sizeOf(free.unitId, free.key)) }));
  const pools = site.freePools
    .filter((pool) => pool.counted)
    .map((pool) => ({ path: pool.path, accelerators: acceleratorsOf(pool, (id) => sizeOf(id, 'replicas')) }));
  return {
    site,
    problem,
    continuous,
    rounding,
    chosen,
    figures: figuresOf(problem, chosen),
    sizes,
    design: (to) => designText(readText(site.file), site.file, to, sizes, pools),
  };
}

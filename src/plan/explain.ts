import { shortfallLines } from '../balance/explainText.ts';
import { type SizeUse, sizeUse } from '../balance/rules/sizes.ts';
import { zoneOf } from '../series/zone.ts';
import { formatNumber } from '../units/quantity.ts';
import type { Dispatch } from './dispatch.ts';
import type { PlanProblem } from './problem.ts';

/** A free size that stands at a bound. */
export interface BoundSize {
  readonly unitId: string;
  readonly key: string;
  readonly at: 'least' | 'most';
  readonly size: number;
  readonly unit: string;
}

/** What a plan is held back by, and what it could not keep, as data and in words of the site file. */
export interface Explained {
  readonly bounds: readonly BoundSize[];
  readonly limits: readonly SizeUse[];
  /** What is short and why, and limits on sizes that are missed, one line each. */
  readonly short: readonly string[];
  /** Limits on sizes that bind, and free sizes at their bounds, one line each. */
  readonly binding: readonly string[];
}

/** Nearness to a bound, share of the range. */
const NEAR = 1e-6;

/** Free sizes at their least or most. @param sizes in the order of the balance */
export function sizesAtBounds({ balance, choices }: PlanProblem, sizes: ArrayLike<number>): BoundSize[] {
  return balance.sizes.flatMap(({ unitId, key, unit }, i): BoundSize[] => {
    const { lower, upper } = choices[i]!;
    if (!(lower < upper)) return [];
    const [size, near] = [sizes[i]!, NEAR * (upper - lower)];
    if (size >= upper - near) return [{ unitId, key, unit, size, at: 'most' }];
    return size <= lower + near ? [{ unitId, key, unit, size, at: 'least' }] : [];
  });
}

function limitText({ limit, used, missed }: SizeUse): string {
  const text = (value: number): string => `${formatNumber(value)} ${limit.unit}`;
  return missed > 0 ? `${limit.name}: missed by ${text(missed)}` : `${limit.name}: binds at ${text(used)}`;
}

/**
 * Explains a plan: what is short, when, by how much and which limits bind then ("chat not served: 210 req/s on 14 January
 * 18:00-21:00: grid import limit and gensets rating bind"), limits on sizes, and free sizes that stand at a bound of their range.
 *
 * @param found sizes in the order of the balance, and how the site runs with them
 */
export function explainPlan(
  problem: PlanProblem,
  found: { readonly sizes: ArrayLike<number>; readonly dispatch: Pick<Dispatch, 'shortfalls'> },
): Explained {
  const { balance, horizon } = problem;
  const at = new Map(balance.sizes.map((s, i) => [`${s.unitId}.${s.key}`, found.sizes[i]!]));
  const limits = problem.limits.map((limit) => sizeUse(limit, (unit, key) => at.get(`${unit}.${key}`)!));
  const bounds = sizesAtBounds(problem, found.sizes);
  const zone = zoneOf(problem.site.context.zone);
  const { count, stepMs } = horizon.grid;
  const starts = (step: number) =>
    zone.local(
      step < count
        ? horizon.conditions(step).startMs
        : horizon.conditions(count - 1).startMs + (step - count + 1) * stepMs,
    );
  return {
    bounds,
    limits,
    short: [
      ...shortfallLines(found.dispatch.shortfalls, starts),
      ...limits.filter((use) => use.missed > 0).map(limitText),
    ],
    binding: [
      ...limits.filter((use) => use.binds && use.missed === 0).map(limitText),
      ...bounds.map(
        ({ unitId, key, at: end, size, unit }) => `${unitId}: ${key} is at its ${end}, ${formatNumber(size)} ${unit}`,
      ),
    ],
  };
}

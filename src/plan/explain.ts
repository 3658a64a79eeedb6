import { shortfallLines } from '../balance/explainText.ts';
import { type SizeUse, sizeUse } from '../balance/rules/sizes.ts';
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
  /** One line each: what is short and why, limits on sizes that are missed or bind, sizes at their bounds. */
  readonly lines: readonly string[];
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

function limitLine({ limit, used, missed, binds }: SizeUse): string[] {
  const { name, unit } = limit;
  const text = (value: number): string => `${formatNumber(value)} ${unit}`;
  if (missed > 0) return [`${name}: missed by ${text(missed)}`];
  return binds ? [`${name}: binds at ${text(used)}`] : [];
}

/**
 * Explains a plan: what is short, when, by how much and which limits bind then ("electricity short by 210 kW on 14 January
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
  const clock = (step: number) => horizon.conditions(Math.min(step, horizon.grid.count - 1)).local;
  // A step's local time is that of its middle; its start is half a step before.
  const half = balance.stepH / 2;
  const starts = (step: number) => {
    if (step < horizon.grid.count) return { ...clock(step), hour: clock(step).hour - half };
    const last = clock(horizon.grid.count);
    return { ...last, hour: (last.hour + half) % 24 };
  };
  return {
    bounds,
    limits,
    lines: [
      ...shortfallLines(found.dispatch.shortfalls, starts),
      ...limits.flatMap(limitLine),
      ...bounds.map(
        ({ unitId, key, at: end, size, unit }) => `${unitId}: ${key} is at its ${end}, ${formatNumber(size)} ${unit}`,
      ),
    ],
  };
}

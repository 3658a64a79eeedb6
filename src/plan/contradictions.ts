import type { SizeLimit } from '../balance/rules/sizes.ts';
import type { SiteSize, SizeChoice } from '../balance/siteModel.ts';
import type { Horizon } from '../components/model.ts';
import { type Fault, fault } from '../errors/error.ts';
import type { Site } from '../site/site.ts';
import { formatNumber } from '../units/quantity.ts';
import { figureOf, keyOf } from './limitWords.ts';

/** What the limits are made for. */
export interface LimitsFor {
  readonly site: Site;
  readonly horizon: Horizon;
  /** Sizes of the balance with their bounds and cost. */
  readonly sizes: readonly SiteSize[];
  readonly choices: readonly SizeChoice[];
  /** Years that the horizon stands for. */
  readonly years: number;
}

/** Limits, each by itself, that the bounds of the sizes cannot keep, whatever is chosen. */
export function contradictions(given: LimitsFor, limits: readonly SizeLimit[]): Fault[] {
  return [...limits.flatMap((limit) => contradiction(limit, given)), ...spareFaults(given), ...renewableFaults(given)];
}

/** Least and most that a limit's sum can be. */
export function reach(limit: Omit<SizeLimit, 'penalty'>, { sizes, choices }: LimitsFor): readonly [number, number] {
  let [least, most] = [0, 0];
  for (const { unit, key, factor } of limit.terms) {
    const { lower, upper } = choices[sizes.findIndex((s) => s.unitId === unit && s.key === key)]!;
    least += factor * (factor > 0 ? lower : upper);
    most += factor * (factor > 0 ? upper : lower);
  }
  return [least, most];
}

/** A limit that the bounds of the sizes cannot keep, whatever is chosen. */
function contradiction(limit: SizeLimit, given: LimitsFor): Fault[] {
  const [least, most] = reach(limit, given);
  const near = 1e-6 * Math.max(1, Math.abs(least), Math.abs(most));
  const text = (value: number): string => figureOf(value, limit.unit);
  const key = keyOf(limit);
  if (limit.most !== undefined && least > limit.most + near) {
    const reason = `${key}: the least that the file asks for takes ${text(least)}, ${text(limit.most)} are allowed`;
    return [fault('JW_PLAN_LIMIT', { reason, hint: 'raise the limit, or lower the sizes that are given' })];
  }
  if (limit.least !== undefined && most < limit.least - near) {
    const short = text(limit.least - most);
    const reason = `${key}: with the most of every free size ${short} are missing to what is asked`;
    return [fault('JW_PLAN_LIMIT', { reason, hint: 'lower what is asked, or raise the most of the free sizes' })];
  }
  return [];
}

/** Nodes that are kept free of a pool, and nothing is left of it. */
function spareFaults({ site, choices, sizes }: LimitsFor): Fault[] {
  return (site.limits?.pools ?? []).flatMap(({ pool: id, spare_nodes: nodes = 0 }): Fault[] => {
    const pool = site.parsed.pools.find((p) => p.id === id);
    if (pool === undefined || nodes === 0) return [];
    const own = site.parsed.deployments.filter((d) => d.pool === id);
    const bought = own.reduce((sum, { id: unit, tensor_parallel: each }) => {
      const { upper } = choices[sizes.findIndex((s) => s.unitId === unit && s.key === 'replicas')]!;
      return sum + each * upper;
    }, 0);
    const most = Math.min(bought, site.freePools.find((p) => p.id === id)?.most ?? Number.POSITIVE_INFINITY);
    const kept = nodes * pool.accelerators_per_node;
    if (kept < most) return [];
    const reason = `limits.pools ${id}: ${formatNumber(kept)} accelerators are kept free, and there are ${formatNumber(most)} at most`;
    return [fault('JW_PLAN_LIMIT', { reason, hint: 'lower spare_nodes, or raise the most of the pool' })];
  });
}

/** A share of sun and wind where there can be none. */
function renewableFaults({ site, sizes, choices }: LimitsFor): Fault[] {
  const { solar = [], wind = [] } = site.parsed;
  const own = new Set([...solar, ...wind].map(({ id }) => id));
  const some = sizes.some(({ unitId }, i) => own.has(unitId) && choices[i]!.upper > 0);
  if (!((site.limits?.renewable_share ?? 0) > 0) || some) return [];
  const reason = 'limits.renewable_share: it is asked for, and the site can have neither sun nor wind';
  return [fault('JW_PLAN_LIMIT', { reason, hint: 'give it solar or wind, or leave out limits.renewable_share' })];
}

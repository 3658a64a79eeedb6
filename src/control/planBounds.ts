import { type KeptAwake, type KeptCharge, keptAwakeRule, keptChargeRule } from '../balance/rules/kept.ts';
import type { Rule } from '../balance/rules/rule.ts';
import type { Horizon } from '../components/model.ts';
import type { Start } from '../policy/lookahead/index.ts';
import { stepStartMs, type TimeGrid } from '../series/grid.ts';
import type { Bounds } from '../site/bounds.ts';
import type { ImportLimit } from '../site/gridEvent.ts';
import type { Lever } from './levers.ts';

/**
 * What a plan misses, over a kWh not fed. A kWh used below what is to be kept goes before an order of the grid (a tenth), as the plant leaves the bands
 * of stores first; and after every honest price. A kWh that is missing for an hour counts more than prices differ by, so that a store is filled soon, and not used meanwhile.
 */
const USED_PENALTY = 0.05;
const MISSING_PENALTY = 1e-3;
/** A replica that is not awake for an hour: it cannot be had by anything but waiting for its boot. */
const AWAKE_PENALTY = 0.01;

/** What bounds are asked of. */
export interface BoundedSite {
  /** Replicas by deployment. */
  readonly installed: ReadonlyMap<string, number>;
  /** What stores hold at most above their floor, kWh. */
  readonly capacityKwh: ReadonlyMap<string, number>;
  /** Bounds of the site file. */
  readonly own: Partial<Bounds>;
}

/** Bounds of the site file as a lever that always holds. */
export function ownBounds(own: Partial<Bounds>): Lever {
  const setting = { kind: 'bounds', ...own } as const;
  return { id: 0, setting, fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY, by: 'site file' };
}

/** The value of a bound at a moment: that of the last lever that holds and says anything of it; undefined where none does. */
export function boundAt<K extends keyof Bounds>(levers: readonly Lever[], key: K, ms: number): Bounds[K] | undefined {
  let held: Bounds[K] | undefined;
  for (const { setting, fromMs, untilMs } of levers) {
    if (setting.kind !== 'bounds' || ms < fromMs || ms >= untilMs) continue;
    const given: Partial<Bounds> = setting;
    held = given[key] ?? held;
  }
  return held;
}

/** Limits on import that bounds of an operator set, beside those that the site knows as orders. */
export function boundLimits(levers: readonly Lever[], fromMs: number): ImportLimit[] {
  const edges = levers.flatMap((lever) => [lever.fromMs, lever.untilMs]).filter((ms) => ms > fromMs);
  const starts = [...new Set([fromMs, ...edges])].filter(Number.isFinite).sort((a, b) => a - b);
  return starts.flatMap((startMs, k): ImportLimit[] => {
    const mostKw = boundAt(levers, 'mostImportKw', startMs) ?? Number.POSITIVE_INFINITY;
    const toMs = starts[k + 1] ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(mostKw) ? [{ fromMs: startMs, toMs, mostKw }] : [];
  });
}

/** Rows for what bounds ask of stores and replicas, as the fast rules hold it: stores while the grid is there, replicas always. */
export function boundRules(
  { grid, isGridLost }: Horizon,
  start: Start,
  levers: readonly Lever[],
  site: Pick<BoundedSite, 'installed' | 'capacityKwh'>,
): Rule[] {
  const on = (key: 'leastStoredShare' | 'leastAwakeShare', only: (i: number) => boolean) =>
    Float64Array.from({ length: grid.count }, (_, i) =>
      only(i) ? (boundAt(levers, key, stepStartMs(grid, i)) ?? 0) : 0,
    );
  const stored = on('leastStoredShare', (i) => isGridLost?.(i) !== true);
  const awake = on('leastAwakeShare', () => true);
  const list: Rule[] = [];
  for (const [unit, capacityKwh] of stored.some((share) => share > 0) ? site.capacityKwh : []) {
    const kept: KeptCharge = {
      unit,
      leastKwh: stored.map((share) => share * capacityKwh),
      startKwh: start.stored?.get(`${unit} energy`) ?? 0,
      usedPenalty: USED_PENALTY,
      missingPenalty: MISSING_PENALTY,
    };
    list.push(keptChargeRule(kept));
  }
  for (const deployment of keptAwake(levers) ? site.installed.keys() : []) {
    const installed = site.installed.get(deployment)!;
    const least = awake.map((share, i) =>
      isDrained(levers, deployment, stepStartMs(grid, i)) ? 0 : Math.ceil(share * installed - 1e-9),
    );
    const kept: KeptAwake = { deployment, least, penalty: AWAKE_PENALTY };
    list.push(keptAwakeRule(kept));
  }
  return list;
}

/** Whether anybody asks for replicas that stay awake. */
export function keptAwake(levers: readonly Lever[]): boolean {
  return levers.some(({ setting }) => setting.kind === 'bounds' && (setting.leastAwakeShare ?? 0) > 0);
}

function isDrained(levers: readonly Lever[], deployment: string, ms: number): boolean {
  return levers.some(
    ({ setting, fromMs, untilMs }) =>
      setting.kind === 'drain' && setting.deployment === deployment && ms >= fromMs && ms < untilMs,
  );
}

/** Edges of levers, so that no segment goes over one: the number of the stretch that each base step lies in. */
export function leverEdges(levers: readonly Lever[], grid: TimeGrid): Float64Array {
  const edges = levers.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]);
  return Float64Array.from({ length: grid.count }, (_, i) => {
    const ms = stepStartMs(grid, i);
    return edges.reduce((count, edge) => count + (edge <= ms ? 1 : 0), 0);
  });
}

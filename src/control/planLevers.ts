import type { LinearModel } from '../balance/linearModel.ts';
import { RESERVE_DEFAULTS } from '../balance/rules/reserve.ts';
import type { AheadSite } from '../policy/lookahead/index.ts';
import type { TimeGrid } from '../series/grid.ts';
import type { Lever } from './levers.ts';
import { type BoundedSite, boundAt, boundRules, keptAwake, leverEdges, ownBounds } from './planBounds.ts';

/** What a plan misses for an hour of reserve, over a kWh not fed: service goes before it. As the look ahead has it. */
const RESERVE_PENALTY = 0.01 * RESERVE_DEFAULTS.penalty;

/** What a site is asked beside its file. */
export interface Asked extends BoundedSite {
  readonly levers: readonly Lever[];
  /** Price of water, money per L. */
  readonly waterMoneyPerL: number;
}

/** A site as a look ahead sees it while levers hold. The last of several that say the same counts. */
export function siteUnder(site: AheadSite, { levers: pulled, waterMoneyPerL, own, ...asked }: Asked): AheadSite {
  const levers = [ownBounds(own), ...pulled];
  let under = site;
  for (const { setting } of levers) {
    if (setting.kind === 'reserve') {
      const reserve = site.reserve ?? { ...RESERVE_DEFAULTS, penalty: RESERVE_PENALTY };
      under = { ...under, reserve: { ...reserve, hours: setting.hours } };
    }
    if (setting.kind === 'weights') {
      const { cost, carbonPerT, waterPerM3 } = setting;
      const water = waterMoneyPerL > 0 ? cost + waterPerM3 / 1000 / waterMoneyPerL : cost;
      const carbonPerKg = site.carbonPerKg + carbonPerT / 1000;
      under = { ...under, carbonPerKg, weights: { energy: cost, fuel: cost, water } };
    }
  }
  return {
    ...under,
    ...(keptAwake(levers) ? { keepsAwake: new Set(asked.installed.keys()) } : {}),
    rules: (horizon, start, limits) => [
      ...site.rules(horizon, start, limits),
      ...boundRules(horizon, start, levers, asked),
      { sharp: [leverEdges(levers, horizon.grid)], add: () => undefined },
    ],
    bind: (model, grid) => bind(model, grid, levers),
  };
}

function bind(model: LinearModel, grid: TimeGrid, levers: readonly Lever[]): void {
  const all = segmentsWithin(model, grid, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  const starts = levers.filter(({ setting }) => setting.kind === 'start-generator');
  const forbidden = all.filter((k) => {
    const ms = grid.startMs + model.span(k)[0] * grid.stepMs;
    // Whoever starts a generator allows it
    if (starts.some(({ fromMs, untilMs }) => ms >= fromMs && ms < untilMs)) return false;
    return boundAt(levers, 'generators', ms) === false;
  });
  still(model, forbidden, (name) => isOf(name, ' power', null));
  for (const { setting, fromMs, untilMs } of levers) {
    const held = segmentsWithin(model, grid, fromMs, untilMs);
    if (setting.kind === 'hold-battery') {
      for (const suffix of [' charge', ' discharge']) still(model, held, (name) => isOf(name, suffix, setting.unit));
    }
    if (setting.kind === 'drain')
      still(model, held, (name, tag) => tag === 'replicas' && name.startsWith(`${setting.deployment} `));
    if (setting.kind === 'start-generator') {
      for (const group of model.columnGroups) {
        if (group.count !== model.segments || !isOf(group.name, ' power', setting.unit)) continue;
        for (const k of held) model.lower[group.first + k] = setting.powerKw ?? 0;
      }
    }
  }
}

/** `bess charge` is of the unit bess; a tank's name has its own ending. */
function isOf(name: string, suffix: string, unit: string | null): boolean {
  if (!name.endsWith(suffix) || name.endsWith(` tank${suffix}`)) return false;
  return unit === null || name === `${unit}${suffix}`;
}

function still(model: LinearModel, segments: readonly number[], is: (name: string, tag: string) => boolean): void {
  for (const { name, tag, first, count, slack } of model.columnGroups) {
    if (count !== model.segments || slack || !is(name, tag)) continue;
    for (const k of segments) {
      model.lower[first + k] = Math.min(0, model.lower[first + k]!);
      model.upper[first + k] = 0;
    }
  }
}

/** Segments of which a part lies within a time. */
export function segmentsWithin(model: LinearModel, grid: TimeGrid, fromMs: number, untilMs: number): number[] {
  return Array.from({ length: model.segments }, (_, k) => k).filter((k) => {
    const [first, end] = model.span(k);
    const [startMs, endMs] = [grid.startMs + first * grid.stepMs, grid.startMs + end * grid.stepMs];
    return endMs > fromMs && startMs < untilMs;
  });
}

import { conditionsOfBlock } from '../plan/horizon.ts';
import type { Plan } from '../plan/plan.ts';
import { DAY_MS, endMs, type TimeGrid } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { localMidnights } from '../view/axis.ts';
import { energyKwh, type Stretch } from './period.ts';
import type { Curves } from './simulateInput.ts';

/** Power below this is none, kW. */
const NOTHING_KW = 1e-6;

/** The first weather year of a plan, hour by hour, as reports draw it. */
export interface PlanCurves {
  readonly grid: TimeGrid;
  readonly zone: string;
  readonly curves: Curves;
  /** IT, cooling and losses, kW. */
  readonly loadKw: Float64Array;
  /** What sun and wind could give, kW. */
  readonly renewableKw: Float64Array;
  /** What they could have given and nobody took, kWh. */
  readonly notTakenKwh: { readonly solar: number; readonly wind: number };
}

/** Below this share of a hundred hours' worth it is rounding. */
const NOTHING_KWH = 1e-3;

/** Curves of a plan's dispatch in its first weather year. */
export function planCurves({ site, problem, chosen }: Plan): PlanCurves {
  const { horizon, balance } = problem;
  const { grid } = conditionsOfBlock(horizon, 0);
  const { dispatch } = chosen;
  const cut = (values: Float64Array): Float64Array => values.slice(0, grid.count);
  const sum = (kinds: readonly string[], flows: readonly (readonly [string, 1 | -1])[]): Float64Array | undefined => {
    const total = new Float64Array(grid.count);
    const ids = site.units.filter((u) => kinds.includes(u.kind)).map((u) => u.id);
    for (const id of ids) {
      for (const [suffix, sign] of flows) {
        const values = dispatch.columns.get(`${id} ${suffix}`)?.values;
        if (values !== undefined) for (let i = 0; i < total.length; i++) total[i]! += sign * values[i]!;
      }
    }
    // What is not built leaves rounding of the solver at most.
    return total.some((kw) => Math.abs(kw) > NOTHING_KW) ? total : undefined;
  };
  const possible = { sun: new Float64Array(grid.count), wind: new Float64Array(grid.count) };
  for (const { unitId, standby } of balance.standbys) {
    if (standby.kind !== 'free') continue;
    const size = chosen.sizes[balance.sizes.findIndex((s) => s.unitId === unitId && s.key === standby.key)] ?? 0;
    const own = possible[standby.origin];
    for (let i = 0; i < own.length; i++) own[i]! += size * standby.perUnit[i]!;
  }
  const solarKw = sum(['solar'], [['used', 1]]);
  const windKw = sum(['wind'], [['used', 1]]);
  const [itKw, coolingKw, loadKw] = [cut(dispatch.itKw), cut(dispatch.coolingKw), cut(dispatch.loadKw)];
  const curves: Record<string, Float64Array | undefined> = {
    solarKw,
    windKw,
    generatorKw: sum(['generator'], [['power', 1]]),
    gridKw: sum(
      ['grid'],
      [
        ['import', 1],
        ['export', -1],
      ],
    ),
    batteryKw: sum(
      ['battery'],
      [
        ['discharge', 1],
        ['charge', -1],
      ],
    ),
    itKw,
    coolingKw,
    lossesKw: loadKw.map((kw, i) => Math.max(0, kw - itKw[i]! - coolingKw[i]!)),
    tokensPerS: cut(dispatch.tokensPerS),
  };
  const left = (can: Float64Array, used: Float64Array | undefined): number => {
    const kwh = energyKwh(grid, can) - energyKwh(grid, used);
    return kwh > NOTHING_KWH ? kwh : 0;
  };
  return {
    grid,
    zone: site.context.zone,
    curves: Object.fromEntries(Object.entries(curves).filter(([, values]) => values !== undefined)),
    loadKw,
    renewableKw: possible.sun.map((kw, i) => kw + possible.wind[i]!),
    notTakenKwh: { solar: left(possible.sun, solarKw), wind: left(possible.wind, windKw) },
  };
}

/** The week with the least or the greatest sum. */
export type Extreme = 'least' | 'most';

const WINTER = [11, 12, 1, 2];
const SUMMER = [5, 6, 7, 8];

/**
 * The seven days from a local midnight whose sum of values is the least or the greatest, of those whose middle lies in the months;
 * undefined where the grid has none.
 */
export function extremeWeek(
  grid: TimeGrid,
  zone: string,
  values: Float64Array,
  extreme: Extreme,
  months?: readonly number[],
): Stretch | undefined {
  const z = zoneOf(zone);
  const count = Math.round((7 * DAY_MS) / grid.stepMs);
  const sign = extreme === 'least' ? 1 : -1;
  let best: (Stretch & { readonly key: number }) | undefined;
  for (const ms of localMidnights(grid.startMs, endMs(grid), zone)) {
    const from = Math.round((ms - grid.startMs) / grid.stepMs);
    if (from + count > grid.count) break;
    if (months !== undefined && !months.includes(z.local(ms + 3.5 * DAY_MS).month)) continue;
    let sum = 0;
    for (let i = from; i < from + count; i++) sum += values[i]!;
    if (best === undefined || sign * sum < best.key) best = { from, count, key: sign * sum };
  }
  return best === undefined ? undefined : { from: best.from, count };
}

/** The winter week with the least and the summer week with the most of sun and wind; of the site's own half of the world. */
export function seasonWeeks({ grid, zone, renewableKw }: PlanCurves, latDeg: number) {
  const [winter, summer] = latDeg < 0 ? [SUMMER, WINTER] : [WINTER, SUMMER];
  return {
    winter: extremeWeek(grid, zone, renewableKw, 'least', winter),
    summer: extremeWeek(grid, zone, renewableKw, 'most', summer),
  };
}

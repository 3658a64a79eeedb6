import { HOUR_MS } from '../../series/grid.ts';
import { mostOver } from '../../site/gridEvent.ts';
import { FOLLOW, OFF, type Order } from '../../twin/decision.ts';
import type { Plant } from '../../twin/plant.ts';
import { mostKw, type Roles } from '../energy.ts';
import type { SegmentAhead } from '../lookahead/index.ts';
import type { View } from '../policy.ts';
import type { Shares } from '../split.ts';

/** Powers below this share of a site's load are nothing. */
const NOTHING_SHARE = 1e-3;

/** What a plan has for a step: means over it. */
export interface Planned {
  readonly batteryKw: ReadonlyMap<string, number>;
  readonly generatorKw: ReadonlyMap<string, number>;
  readonly gridKw: ReadonlyMap<string, number>;
  /** Requests/s that are served, by service. */
  readonly servedPerS: ReadonlyMap<string, number>;
  /** The same on each deployment, by service, where it has a choice. */
  readonly splitPerS: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly sourcesKw: number;
  /** Cold into tanks, or out of them below 0, kW, by plant. */
  readonly tankKw: ReadonlyMap<string, number>;
  /** What one more kWh on the site's bus would cost, money. */
  readonly pricePerKwh: number;
}

/** Means of a plan over a step; undefined where it does not reach the step's end. */
export function plannedAt(segments: readonly SegmentAhead[], startMs: number, endMs: number): Planned | undefined {
  const batteryKw = new Map<string, number>();
  const generatorKw = new Map<string, number>();
  const gridKw = new Map<string, number>();
  const tankKw = new Map<string, number>();
  const servedPerS = new Map<string, number>();
  const splitPerS = new Map<string, Map<string, number>>();
  let [sourcesKw, pricePerKwh, covered] = [0, 0, 0];
  const add = (to: Map<string, number>, key: string, value: number): void => {
    to.set(key, (to.get(key) ?? 0) + value);
  };
  for (const segment of segments) {
    const part = (Math.min(endMs, segment.endMs) - Math.max(startMs, segment.startMs)) / (endMs - startMs);
    if (part <= 0) continue;
    covered += part;
    for (const { unit, powerKw } of segment.batteries) add(batteryKw, unit, part * powerKw);
    for (const { unit, powerKw } of segment.generators) add(generatorKw, unit, part * powerKw);
    for (const { unit, powerKw } of segment.grids) add(gridKw, unit, part * powerKw);
    for (const { service, servedPerS: perS } of segment.services) add(servedPerS, service, part * perS);
    for (const { service, deployment, perS } of segment.split ?? []) {
      let own = splitPerS.get(service);
      if (own === undefined) {
        own = new Map();
        splitPerS.set(service, own);
      }
      add(own, deployment, part * perS);
    }
    for (const { powerKw } of segment.sources) sourcesKw += part * powerKw;
    for (const { unit, tankKw: kw } of segment.coolings) if (kw !== undefined) add(tankKw, unit, part * kw);
    pricePerKwh += part * segment.pricePerKwh;
  }
  if (covered <= 1 - 1e-6) return undefined;
  return { batteryKw, generatorKw, gridKw, servedPerS, splitPerS, sourcesKw, tankKw, pricePerKwh };
}

/** The planned split of services among their deployments, requests/s in the plant's order; of those that have a choice. */
export function plannedSplit({ services }: Plant, { splitPerS }: Pick<Planned, 'splitPerS'>): Shares {
  return services.map(({ id, deployments }) => deployments.map((d) => splitPerS.get(id)?.get(d) ?? 0));
}

/** Energy found in stores by a plan at an instant, kWh; undefined beyond it. */
export function plannedEnergyKwh(segments: readonly SegmentAhead[], ms: number): number | undefined {
  for (const [k, { startMs, endMs, batteries }] of segments.entries()) {
    if (ms <= startMs || ms > endMs || k === 0) continue;
    const part = (ms - startMs) / (endMs - startMs);
    return batteries.reduce((sum, { energyKwh }, b) => {
      const before = segments[k - 1]!.batteries[b]!.energyKwh;
      return sum + before + part * (energyKwh - before);
    }, 0);
  }
  return undefined;
}

/** Orders of the energy side for a step. */
export interface EnergyOrders {
  readonly orders: readonly Order[];
  readonly deficitOrder: readonly number[];
  readonly surplusOrder: readonly number[];
  readonly runs: boolean;
}

/**
 * Orders of batteries, generators and connections from what a plan has for the step. Where the plan buys nothing, batteries cover
 * what is short; elsewhere they do what was planned and the grid covers the rest, up to the peak that the plan
 * allows and the orders of the grid. Without the grid
 * batteries follow and generators run as planned, and by the level of the stores where the plan was too hopeful.
 */
export function followEnergy(
  plant: Plant,
  roles: Roles,
  view: View,
  planned: Planned,
  ceilingsKw: ReadonlyMap<string, number>,
  mustRun: boolean,
): EnergyOrders {
  const { stores, slacks, generators } = roles;
  const loadKw = (view.last?.loadKw ?? 0) + (view.last?.shortKw ?? 0);
  const nothing = Math.max(1e-6, NOTHING_SHARE * loadKw);
  const limitKw = mostOver(view.limits, view.conditions.startMs, endMsOf(view.conditions));
  const canBuyKw = mostKw(view, slacks);
  const gridUp = canBuyKw > 0;
  const netKw = [...planned.gridKw.values()].reduce((sum, kw) => sum + kw, 0);
  let runs = false;
  const orders = plant.dispatch.map((unit, i): Order => {
    if (unit.role === 'store') {
      const powerKw = planned.batteryKw.get(unit.id) ?? 0;
      if (!gridUp || netKw <= nothing) {
        // Sold on purpose: it gives what was planned also where less is drawn.
        const sells = gridUp && powerKw > nothing && netKw < -nothing;
        return sells ? { ...FOLLOW, minKw: powerKw } : FOLLOW;
      }
      return { ...FOLLOW, maxKw: powerKw };
    }
    if (unit.role === 'slack') {
      const ordered = canBuyKw > 0 ? (limitKw * Math.max(0, view.feasible[i]!.maxKw)) / canBuyKw : limitKw;
      const maxKw = Math.max(0, Math.min(ceilingsKw.get(unit.id) ?? Number.POSITIVE_INFINITY, ordered));
      return Number.isFinite(maxKw) ? { ...FOLLOW, maxKw } : FOLLOW;
    }
    if (unit.mustTake) return FOLLOW;
    const powerKw = planned.generatorKw.get(unit.id) ?? 0;
    // Less than half of the least that it can give is left to the stores until it is more.
    const commits = mustRun || powerKw > Math.max(nothing, view.feasible[i]!.minKw / 2);
    if (!commits) return OFF;
    runs = true;
    return { commit: true, minKw: powerKw, maxKw: FOLLOW.maxKw };
  });
  return {
    orders,
    deficitOrder: [...stores, ...slacks, ...generators],
    surplusOrder: [...stores, ...slacks],
    runs,
  };
}

export function endMsOf({ startMs, dtH }: View['conditions']): number {
  return startMs + dtH * HOUR_MS;
}

import type { CheapestPoint, Conditions, PointPrices } from '../contract.ts';
import { LEAST_AIR, leastFan } from './hold.ts';
import { leakageKw } from './liquid.ts';
import type { CoolingSpec } from './spec.ts';
import { type CoolingState, step } from './twin.ts';

/** A way to run the plant in a step: its set points, and what they cost. */
export interface OperatingPoint extends CheapestPoint {
  /** Supply at the end of the step. */
  readonly endC: number;
  /** Supply and hall stay within their limits. */
  readonly safe: boolean;
}

const SUPPLIES = 5;
const FLOWS = 6;
const FANS = 7;

/** What a set point comes to. */
function pointAt(
  spec: CoolingSpec,
  state: CoolingState,
  liquidKw: number,
  airKw: number,
  conditions: Conditions,
  supplyC: number,
  flow: number,
  fan: number,
  wet: number,
): OperatingPoint {
  const { flows, meters } = step(spec, state, { liquidKw, airKw, supplyC, flow, fan, wet }, conditions);
  const endC = meters['supplyC']!;
  const hot = spec.liquidKw > 0 && liquidKw > 0 && endC > spec.maxSupplyC + 1e-6;
  return {
    supplyC,
    flow,
    fan,
    wet,
    powerKw: -flows['power']!,
    waterLPerH: -flows['water']!,
    leakageKw: leakageKw(liquidKw, spec.leakageSharePerK, endC, spec.supplyC),
    mostSupplyC: spec.maxSupplyC,
    endC,
    safe: !hot && meters['overloadKw']! <= 1e-6,
  };
}

/** Coldest supply that is asked for, °C: the least that a site file may want. */
const COLDEST_C = 15;

/** The fan limit a share `u` of the way from the slowest fans that hold the supply with full pads to full fans. */
function fanOf(
  spec: CoolingSpec,
  state: CoolingState,
  liquidKw: number,
  conditions: Conditions,
  supplyC: number,
  flow: number,
  u: number,
): number {
  const least = spec.wet === undefined ? leastFan(spec, state.loopC, liquidKw, supplyC, flow, conditions) : LEAST_AIR;
  // a hair more, so that rounding does not leave the loop above its supply
  return Math.min(1, least * (1 + 1e-12) + u * (1 - least));
}

/**
 * The operating points of the plant for this heat and air: a grid over supply, pump flow, fan limit and pads on or off, each with
 * kW, L/h and leakage, safe or not. Fans and pads do no more than the supply asks for, so that a point's limits are what binds in
 * the heat. `liquidKw`, `airKw` >= 0. Pure: the state is not changed.
 */
export function operatingPoints(
  spec: CoolingSpec,
  state: CoolingState,
  liquidKw: number,
  airKw: number,
  conditions: Conditions,
): OperatingPoint[] {
  if (spec.liquidKw === 0) return [pointAt(spec, state, liquidKw, airKw, conditions, spec.supplyC, 0, 1, 1)];
  const points: OperatingPoint[] = [];
  const wets = spec.wet === undefined && spec.padEffectiveness > 0 ? [1, 0] : [1];
  const fans = spec.wet === undefined || spec.wet.chillerKw === 0 ? FANS : 1;
  for (let s = 0; s < SUPPLIES; s++) {
    const supplyC = spec.maxSupplyC - ((spec.maxSupplyC - COLDEST_C) * s) / (SUPPLIES - 1);
    for (let f = 0; f < FLOWS; f++) {
      const flow = spec.minFlow + ((1 - spec.minFlow) * f) / (FLOWS - 1);
      for (let a = 0; a < fans; a++) {
        const u = fans === 1 ? 1 : a / (fans - 1);
        const fan = fanOf(spec, state, liquidKw, conditions, supplyC, flow, u);
        for (const wet of wets) {
          points.push(pointAt(spec, state, liquidKw, airKw, conditions, supplyC, flow, fan, wet));
        }
      }
    }
  }
  return points;
}

/** What a point costs in an hour. */
export function pointCost(point: OperatingPoint, prices: PointPrices): number {
  const { perKwh, perLitre, perLeakageKwh = perKwh } = prices;
  return point.powerKw * perKwh + point.leakageKw * perLeakageKwh + point.waterLPerH * perLitre;
}

const HALVINGS = 7;

const clip = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));

/** Directions of the search: along supply, flow and fan limit, and along two of them at once, since the limits are oblique. */
const DIRECTIONS: readonly (readonly [number, number, number])[] = [-1, 0, 1].flatMap((s) =>
  [-1, 0, 1].flatMap((f) =>
    [-1, 0, 1].flatMap((a): [number, number, number][] => {
      const axes = Math.abs(s) + Math.abs(f) + Math.abs(a);
      return axes === 1 || axes === 2 ? [[s, f, a]] : [];
    }),
  ),
);

/**
 * The cheapest safe operating point at a price of power and of water: the best of the grid, then improved along supply, flow and
 * fan limit by halving steps, which finds what a fine search over all of them finds to 0.5 %. Undefined when none is safe.
 */
export function cheapestPoint(
  spec: CoolingSpec,
  state: CoolingState,
  liquidKw: number,
  airKw: number,
  conditions: Conditions,
  prices: PointPrices,
): OperatingPoint | undefined {
  let best: OperatingPoint | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  let at: readonly [number, number, number] = [0, 0, 0];
  const consider = (supplyC: number, flow: number, u: number): boolean => {
    const fan = spec.liquidKw === 0 ? 1 : fanOf(spec, state, liquidKw, conditions, supplyC, flow, u);
    const point = pointAt(spec, state, liquidKw, airKw, conditions, supplyC, flow, fan, 1);
    const cost = pointCost(point, prices);
    if (!point.safe || cost >= bestCost) return false;
    best = point;
    bestCost = cost;
    at = [supplyC, flow, u];
    return true;
  };
  if (spec.liquidKw === 0) {
    consider(spec.supplyC, 0, 1);
    return best;
  }
  const size = [(spec.maxSupplyC - COLDEST_C) / (SUPPLIES - 1), (1 - spec.minFlow) / (FLOWS - 1), 1 / (FANS - 1)];
  for (let s = 0; s < SUPPLIES; s++) {
    for (let f = 0; f < FLOWS; f++) {
      for (let a = 0; a < FANS; a++) {
        consider(spec.maxSupplyC - s * size[0]!, spec.minFlow + f * size[1]!, a * size[2]!);
      }
    }
  }
  if (best === undefined) return best;
  for (let k = 1; k <= HALVINGS; k++) {
    const scale = 0.5 ** k;
    for (let tries = 0, moved = true; moved && tries < 8; tries++) {
      moved = false;
      for (const [s, f, a] of DIRECTIONS) {
        const supplyC = clip(at[0] + s * scale * size[0]!, COLDEST_C, spec.maxSupplyC);
        const flow = clip(at[1] + f * scale * size[1]!, spec.minFlow, 1);
        moved = consider(supplyC, flow, clip(at[2] + a * scale * size[2]!, 0, 1)) || moved;
      }
    }
  }
  return best;
}

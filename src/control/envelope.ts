import { type Decision, FOLLOW, type Order } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';

/** Limits that hold whatever a policy says. */
export interface Bounds {
  /** Coldest and warmest supply of a liquid loop, °C. */
  readonly minSupplyC: number;
  readonly maxSupplyC: number;
}

/** A decision that may be acted on, and what had to be changed to make it so. */
export interface Bounded {
  readonly decision: Decision;
  readonly changed: readonly string[];
}

/**
 * The safety envelope: every number of a decision is made to lie where the plant can bear it, and what is not a number is
 * replaced by the plain default (everything awake, every unit free to follow). Runs every second, allocates little, never
 * throws.
 */
export function withinEnvelope(decision: Decision, plant: Plant, bounds: Bounds): Bounded {
  const changed: string[] = [];
  const replicas = plant.halls.map((hall, h) =>
    hall.it.map((unit, i) => {
      const asked = decision.replicas[h]?.[i];
      if (asked === undefined || !Number.isFinite(asked)) {
        changed.push(`${unit.id}: replicas not given, all ${unit.installed} kept`);
        return unit.installed;
      }
      const kept = Math.min(unit.installed, Math.max(0, Math.round(asked)));
      if (kept !== asked) changed.push(`${unit.id}: replicas ${asked} -> ${kept}`);
      return kept;
    }),
  );
  const supplyC = plant.halls.map((hall, h) => {
    const asked = decision.supplyC[h];
    if (asked === undefined) return undefined;
    if (!Number.isFinite(asked)) {
      changed.push(`${hall.id}: supply temperature is not a number, the plant’s own kept`);
      return undefined;
    }
    const kept = Math.min(bounds.maxSupplyC, Math.max(bounds.minSupplyC, asked));
    if (kept !== asked) changed.push(`${hall.id}: supply ${asked} -> ${kept} °C`);
    return kept;
  });
  const orders = plant.dispatch.map((unit, i): Order => {
    const order = decision.orders[i];
    if (order === undefined || Number.isNaN(order.minKw) || Number.isNaN(order.maxKw) || order.minKw > order.maxKw) {
      changed.push(`${unit.id}: order unusable, free to follow`);
      return FOLLOW;
    }
    return order;
  });
  const batchPerS = plant.services.map((_, s) => {
    const asked = decision.batchPerS[s];
    return asked === undefined || Number.isNaN(asked) ? 0 : Math.max(0, asked);
  });
  return {
    decision: {
      ...decision,
      replicas,
      supplyC,
      orders,
      batchPerS,
      deficitOrder: complete(decision.deficitOrder, plant.dispatch.length),
      surplusOrder: decision.surplusOrder.filter((i) => i >= 0 && i < plant.dispatch.length),
    },
    changed,
  };
}

/** Every unit once: those that a policy forgot come last. */
function complete(order: readonly number[], count: number): number[] {
  const seen = new Set(order.filter((i) => Number.isInteger(i) && i >= 0 && i < count));
  for (let i = 0; i < count; i++) seen.add(i);
  return [...seen];
}

import type { Bounds } from '../site/bounds.ts';
import { type Decision, FOLLOW, OFF, type Order } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';
import type { Outlook } from './contract.ts';

/** A decision that may be acted on, and what had to be changed to make it so. */
export interface Bounded {
  readonly decision: Decision;
  readonly changed: readonly string[];
}

/**
 * The safety envelope: every number of a decision is made to lie where the plant can bear it and the operator allows it, and what
 * is not a number is replaced by the plain default (everything awake, every unit free to follow). Runs every second, allocates
 * little, never throws.
 *
 * @param outlook what is possible in the step
 * @param drained deployments that an operator has drained: the least that stays awake does not hold for them
 */
export function withinEnvelope(
  decision: Decision,
  plant: Plant,
  bounds: Bounds,
  outlook: Outlook,
  drained: ReadonlySet<string> = new Set(),
): Bounded {
  const changed: string[] = [];
  const replicas = plant.halls.map((hall, h) =>
    hall.it.map((unit, i) => {
      const asked = decision.replicas[h]?.[i];
      if (asked === undefined || !Number.isFinite(asked)) {
        changed.push(`${unit.id}: replicas not given, all ${unit.installed} kept`);
        return unit.installed;
      }
      const least = drained.has(unit.id) ? 0 : Math.ceil(bounds.leastAwakeShare * unit.installed - 1e-9);
      const kept = Math.min(unit.installed, Math.max(least, Math.round(asked)));
      if (kept !== asked) changed.push(`${unit.id}: replicas ${asked} -> ${kept}`);
      return kept;
    }),
  );
  const asleep =
    decision.asleep &&
    plant.halls.map((hall, h) =>
      hall.it.map((unit, i) => {
        const asked = decision.asleep?.[h]?.[i] ?? 0;
        if (!Number.isFinite(asked)) {
          changed.push(`${unit.id}: replicas asleep are not a number, none kept`);
          return 0;
        }
        const kept = Math.min(unit.installed - replicas[h]![i]!, Math.max(0, Math.round(asked)));
        if (kept !== asked) changed.push(`${unit.id}: replicas asleep ${asked} -> ${kept}`);
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
  // A point belongs to its supply: where that was moved, the plant chooses the rest.
  const cooling =
    decision.cooling &&
    plant.halls.map((hall, h) => {
      const asked = decision.cooling?.[h];
      if (asked === undefined) return undefined;
      const { flow, fan, wet, tankKw } = asked;
      const isUsable =
        supplyC[h] === decision.supplyC[h] &&
        [flow, fan, wet].every((share) => share === undefined || (share >= 0 && share <= 1)) &&
        (tankKw === undefined || Number.isFinite(tankKw));
      if (!isUsable) changed.push(`${hall.id}: set points of the cooling unusable, the plant’s own kept`);
      return isUsable ? asked : undefined;
    });
  const gridUp = plant.dispatch.some((unit, i) => unit.role === 'slack' && (outlook.feasible[i]?.maxKw ?? 0) > 0);
  const allowed = plant.dispatch.map((unit, i): Order => {
    const order = decision.orders[i];
    if (order === undefined || Number.isNaN(order.minKw) || Number.isNaN(order.maxKw) || order.minKw > order.maxKw) {
      changed.push(`${unit.id}: order unusable, free to follow`);
      return FOLLOW;
    }
    return order;
  });
  const orders = allowed.map((order, i) => allowedOrder(order, i, plant, bounds, outlook, gridUp));
  const batchPerS = plant.services.map((_, s) => {
    const asked = decision.batchPerS[s];
    return asked === undefined || Number.isNaN(asked) ? 0 : Math.max(0, asked);
  });
  return {
    decision: {
      ...decision,
      replicas,
      ...(asleep === undefined ? {} : { asleep }),
      supplyC,
      ...(cooling === undefined ? {} : { cooling }),
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

/** An order within the operator's bounds. What protects load goes before them: the plant leaves the bands where load would be lost. */
function allowedOrder(
  order: Order,
  i: number,
  plant: Plant,
  bounds: Bounds,
  { conditions, feasible }: Outlook,
  gridUp: boolean,
): Order {
  const unit = plant.dispatch[i]!;
  if (unit.role === 'slack') return { ...order, maxKw: Math.min(order.maxKw, bounds.mostImportKw) };
  if (unit.role === 'source') return unit.mustTake || bounds.generators ? order : OFF;
  const store = feasible[i]?.store;
  if (!gridUp || bounds.leastStoredShare <= 0 || store === undefined) return order;
  const spareKwh = store.energyKwh - bounds.leastStoredShare * store.capacityKwh;
  const spareKw = Number.isFinite(spareKwh) ? Math.max(0, spareKwh / conditions.dtH) : 0;
  const maxKw = Math.min(order.maxKw, spareKw);
  return { ...order, minKw: Math.min(order.minKw, maxKw), maxKw };
}

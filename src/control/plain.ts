import { type Decision, FOLLOW, OFF } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';

/**
 * What the plant does when nobody decides for it: everything awake, batch as there is room, cooling at its own set points,
 * stores before the grid, generators only when load would be lost.
 */
export function plainDecision(plant: Plant): Decision {
  const of = (role: string) => plant.dispatch.flatMap((unit, i) => (unit.role === role ? [i] : []));
  const [stores, slacks, sources] = [of('store'), of('slack'), of('source')];
  return {
    replicas: plant.halls.map((hall) => hall.it.map((unit) => unit.installed)),
    supplyC: plant.halls.map(() => undefined),
    batchPerS: plant.services.map(() => Number.POSITIVE_INFINITY),
    orders: plant.dispatch.map((unit) => (unit.role === 'source' && !unit.mustTake ? OFF : FOLLOW)),
    deficitOrder: [...stores, ...slacks, ...sources],
    surplusOrder: [...stores, ...slacks],
  };
}

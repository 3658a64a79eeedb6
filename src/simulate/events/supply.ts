import type { Conditions, Feasible } from '../../components/contract.ts';
import { storeSheet } from '../../policy/tuned/dataSheet.ts';
import type { Plant } from '../../twin/plant.ts';

/** What batteries and generators can give when an order of the grid begins. */
export interface EventSupply {
  /** Power of all batteries, kW, and what they hold as it reaches the bus, kWh. */
  readonly storeKw: number;
  readonly storeKwh: number;
  /** Power of all generators, kW; their fuel is not looked at. */
  readonly generatorKw: number;
}

/** @param feasible what each dispatchable unit can do in the step, in the plant's order */
export function supplyOf(plant: Plant, feasible: readonly Feasible[], conditions: Conditions): EventSupply {
  let [storeKw, storeKwh, generatorKw] = [0, 0, 0];
  plant.dispatch.forEach((unit, i) => {
    const { maxKw, store } = feasible[i]!;
    if (unit.role === 'store') {
      storeKw += Math.max(0, maxKw);
      storeKwh += (store?.energyKwh ?? 0) * storeSheet(unit, conditions).dischargeShare;
    } else if (unit.role === 'source' && !unit.mustTake) generatorKw += Math.max(0, maxKw);
  });
  return { storeKw, storeKwh, generatorKw };
}

import { ratio } from '../../kpi/kpi.ts';
import type { Totals } from '../../kpi/totals.ts';
import type { ServiceOutcome } from './service.ts';

/** What a kWh on the site's bus is worth at the end of a comparison, the same for all who are compared. */
export interface EndPrice {
  readonly moneyPerKwh: number;
  readonly co2KgPerKwh: number;
}

/** Mean price and CO2 of a bought kWh in a run; of a generated one where nothing was bought. */
export function endPrice(t: Totals): EndPrice {
  const billMoney = t.runningCostMoney - t.fuelCostMoney - t.waterCostMoney;
  if (t.importKwh > 0)
    return { moneyPerKwh: Math.max(0, billMoney / t.importKwh), co2KgPerKwh: t.gridCo2Kg / t.importKwh };
  const ofGenerators = (part: number): number => ratio(part, t.generatorKwh) ?? 0;
  return { moneyPerKwh: ofGenerators(t.fuelCostMoney), co2KgPerKwh: ofGenerators(t.co2Kg - t.gridCo2Kg) };
}

/**
 * Totals with final states made equal. Batch work that waits at the end, more than at the start, is counted as done, at the energy per request
 * that the same service took over the run, with its share of cooling and losses, from bought energy. What stores hold more or less at the end than at the start
 * is energy that need not have been bought, or must be.
 *
 * @param services as measured, with what waits at the end
 */
export function correctedTotals(t: Totals, services: readonly ServiceOutcome[], price: EndPrice): Totals {
  let itKwh = 0;
  let outputTokens = 0;
  let waiting = 0;
  for (const { backlogStart, backlogEnd, served, ...of } of services) {
    if (served <= 0) continue;
    const more = backlogEnd - backlogStart;
    waiting += more;
    itKwh += (more * of.itKwh) / served;
    outputTokens += (more * of.outputTokens) / served;
  }
  const more = t.itKwh > 0 ? itKwh / t.itKwh : 0;
  const facilityKwh = more * t.facilityKwh;
  const storedKwh = t.storedEndKwh - t.storedStartKwh;
  const boughtKwh = facilityKwh - storedKwh;
  const waterMoney = more * t.waterCostMoney;
  return {
    ...t,
    itKwh: t.itKwh + itKwh,
    itAirKwh: (1 + more) * t.itAirKwh,
    facilityKwh: t.facilityKwh + facilityKwh,
    coolingKwh: (1 + more) * t.coolingKwh,
    chainLossKwh: (1 + more) * t.chainLossKwh,
    waterL: (1 + more) * t.waterL,
    importKwh: t.importKwh + boughtKwh,
    co2Kg: t.co2Kg + boughtKwh * price.co2KgPerKwh,
    gridCo2Kg: t.gridCo2Kg + boughtKwh * price.co2KgPerKwh,
    runningCostMoney: t.runningCostMoney + boughtKwh * price.moneyPerKwh + waterMoney,
    waterCostMoney: t.waterCostMoney + waterMoney,
    outputTokens: t.outputTokens + outputTokens,
    batchServed: t.batchServed + waiting,
    backlogEnd: 0,
    storedEndKwh: t.storedStartKwh,
  };
}

import type { Conditions } from '../../components/contract.ts';
import type { DispatchUnit } from '../../components/unit.ts';

/** What an operator of the battery knows of its neighbours on the bus, read off copies of the devices. */
export interface StoreSheet {
  /** Share of what is charged that arrives, and of what is taken that comes out. */
  readonly chargeShare: number;
  readonly dischargeShare: number;
  /** Wear of a kWh through the cells, money. */
  readonly wearPerKwh: number;
}

/** Power at which devices are tried, kW. */
const SMALL_KW = 1;

/** Efficiency and wear of a store: a copy of it is charged and discharged a little. */
export function storeSheet(unit: DispatchUnit, conditions: Conditions): StoreSheet {
  const hour = { ...conditions, dtH: 1 };
  const tried = (powerKw: number) => {
    const copy = unit.start();
    const before = copy.feasible(hour).store?.energyKwh ?? 0;
    const stepped = copy.step({ powerKw, commit: true }, hour);
    const after = copy.feasible(hour).store?.energyKwh ?? 0;
    return { change: after - before, wear: stepped.meters['wearMoney'] ?? 0 };
  };
  const charged = tried(-SMALL_KW);
  const taken = tried(SMALL_KW);
  return {
    chargeShare: charged.change > 0 ? Math.min(1, charged.change / SMALL_KW) : 1,
    dischargeShare: taken.change < 0 ? Math.min(1, -SMALL_KW / taken.change) : 1,
    wearPerKwh: charged.change > 0 ? charged.wear / charged.change : 0,
  };
}

/** Price of a kWh from a generator that runs well loaded, money; Infinity where it cannot run. */
export function generatorPrice(unit: DispatchUnit, conditions: Conditions): number {
  const hour = { ...conditions, dtH: 1 };
  const copy = unit.start();
  // The first hour starts it.
  copy.step({ powerKw: copy.feasible(hour).maxKw, commit: true }, hour);
  const { maxKw } = copy.feasible(hour);
  if (maxKw <= 0) return Number.POSITIVE_INFINITY;
  const stepped = copy.step({ powerKw: 0.75 * maxKw, commit: true }, hour);
  const kwh = stepped.flows['power'] ?? 0;
  return kwh > 0 ? (stepped.meters['costMoney'] ?? 0) / kwh : Number.POSITIVE_INFINITY;
}

/** What the tariff says of an hour, money. */
export interface HourPrices {
  readonly importPerKwh: number;
  readonly exportPerKwh: number;
  /** What a kW of a new peak costs over its billing period. */
  readonly demandPerKw: number;
}

/** Prices of an hour by the tariff, read off a connection that has not bought anything yet. */
export function gridPrices(unit: DispatchUnit, conditions: Conditions): HourPrices {
  const billed = (powerKw: number) => unit.start().step({ powerKw }, conditions);
  const still = billed(0);
  const idle = still.meters['costMoney'] ?? 0;
  const importPerKwh = still.meters['pricePerKwh'] ?? 0;
  const bought = billed(SMALL_KW);
  const drawnKw = bought.flows['power'] ?? 0;
  const extra = drawnKw > 0 ? ((bought.meters['costMoney'] ?? 0) - idle) / drawnKw - importPerKwh : 0;
  const sold = billed(-SMALL_KW);
  const givenKw = -(sold.flows['power'] ?? 0);
  return {
    importPerKwh,
    exportPerKwh: givenKw > 0 ? (idle - (sold.meters['costMoney'] ?? 0)) / givenKw : 0,
    demandPerKw: Math.max(0, extra) < 1e-9 ? 0 : extra,
  };
}

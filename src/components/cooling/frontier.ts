import type { Conditions, FrontierLoad, FrontierPoint } from '../contract.ts';
import { cheapestPoint } from './points.ts';
import type { CoolingSpec } from './spec.ts';
import { type CoolingState, initial, step } from './twin.ts';

/** Prices of water, in kWh per litre, that trace the frontier: from free to a litre as dear as two tenths of a kWh. */
export const WATER_PRICES: readonly number[] = [0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.2];

/**
 * The frontier of PUE against WUE of a plant at constant load over a series of conditions (a year, or a sample of its hours), one
 * point for each price of water. `load.itKw` > 0. Pure. A year of hours takes about half a second a price.
 */
export function frontier(
  spec: CoolingSpec,
  year: readonly Conditions[],
  load: FrontierLoad,
  waterPrices: readonly number[] = WATER_PRICES,
): FrontierPoint[] {
  return waterPrices.map((perLitre) => {
    let state: CoolingState = initial(spec);
    let coolingKwh = 0;
    let litres = 0;
    let hours = 0;
    let unsafeHours = 0;
    for (const conditions of year) {
      const { liquidKw, airKw } = load;
      const point = cheapestPoint(spec, state, liquidKw, airKw, conditions, { perKwh: 1, perLitre });
      const setPoint = point === undefined ? { liquidKw, airKw } : { ...point, liquidKw, airKw };
      const stepped = step(spec, state, setPoint, conditions);
      state = stepped.state;
      coolingKwh += conditions.dtH * (stepped.meters['leakageKw']! - stepped.flows['power']!);
      litres += stepped.meters['waterL']!;
      hours += conditions.dtH;
      if (point === undefined) unsafeHours += conditions.dtH;
    }
    const itKwh = load.itKw * hours;
    return {
      waterPrice: perLitre,
      pue: 1 + (coolingKwh + load.chainKw * hours) / itKwh,
      wue: litres / itKwh,
      unsafeHours,
    };
  });
}

/** A straight fuel curve: fuel kW = slope x electricity kW + intercept x kW on the plate of the sets that run. */
export interface FuelCurve {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Fuel curve through the efficiencies at full and half load (NREL REopt, `fuel_slope_and_intercept`). Unlike there, the
 * intercept is meant per kW of committed capacity.
 *
 * @param fullShare electricity over fuel at full load, 0..1
 * @param halfShare the same at half load; between fullShare / 2 and fullShare
 */
export function fuelCurve(fullShare: number, halfShare: number): FuelCurve {
  const slope = (1 / fullShare - 0.5 / halfShare) / 0.5;
  return { slope, intercept: 1 / fullShare - slope };
}

/**
 * Share of the rated power left at an altitude: linear above 1,000 m (Stamford sizing procedure), never below 0.
 *
 * @param elevationM above sea level
 * @param per100mShare lost per 100 m
 */
export function altitudeShare(elevationM: number, per100mShare: number): number {
  return Math.max(0, 1 - (Math.max(0, elevationM - 1000) / 100) * per100mShare);
}

/** Share of the power left in hot air: linear above 40 °C (Stamford sizing procedure), never below 0. */
export function hotShare(tempC: number, perKShare: number): number {
  return tempC <= 40 ? 1 : Math.max(0, 1 - (tempC - 40) * perKShare);
}

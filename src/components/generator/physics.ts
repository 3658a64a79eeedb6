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
 * Fuel of a time at one load: slope x electricity + intercept x plate of the sets that run, so that the idle part follows
 * what is committed (REopt multiplies it by on or off only, whatever the size).
 *
 * @param powerKw electricity, kW
 * @param committedKw plate of the running sets, kW
 * @returns kWh of fuel by the heating value that the curve is meant for
 */
export function fuelKwh({ slope, intercept }: FuelCurve, powerKw: number, committedKw: number, hours: number): number {
  return (slope * powerKw + intercept * committedKw) * hours;
}

/** What a kind of engine takes from thin and hot air: exponents of ISO 3046-1, table 2. */
export interface EngineKind {
  readonly pressure: number;
  readonly temperature: number;
  /** Of the coolant of the charge air. */
  readonly coolant: number;
}

/** Compression ignition engines: by aspiration (codes A, C and D of the standard). */
export const ENGINES = {
  natural: { pressure: 1, temperature: 0.75, coolant: 0 },
  turbocharged: { pressure: 0.7, temperature: 2, coolant: 0 },
  'charge-cooled': { pressure: 0.7, temperature: 1.2, coolant: 1 },
} as const satisfies Record<string, EngineKind>;

/**
 * Share of the ISO power left in other air: alpha = k - 0.7 (1 - k) (1 / eta_m - 1) with
 * k = (p / 100 kPa)^m (298 K / T)^n (298 K / T_c)^s. ISO 3046-1:2002, clause 10, without its term for humidity (a = 0, or
 * small in dry air for naturally aspirated engines). Never above 1: a rating is not raised by cold, dense air.
 *
 * @param pressureKPa barometer, kPa
 * @param airK air at the intake, K
 * @param coolantK coolant of the charge air, K
 * @param mechanicalShare mechanical efficiency, 0.8 where the maker says none
 */
export function isoShare(
  kind: EngineKind,
  pressureKPa: number,
  airK: number,
  coolantK: number,
  mechanicalShare: number,
): number {
  const k =
    (pressureKPa / 100) ** kind.pressure *
    (298 / airK) ** kind.temperature *
    (kind.coolant === 0 ? 1 : (298 / coolantK) ** kind.coolant);
  return Math.min(1, Math.max(0, k - 0.7 * (1 - k) * (1 / mechanicalShare - 1)));
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

/**
 * Energy in the cells after a step: E' = E + dt (eta_c charge - discharge / eta_d). One of the two powers is 0.
 * Source: energy balance of NREL REopt, storage constraint (4g).
 *
 * @param powerKw at the site bus, positive = discharge, kW
 * @param chargeShare bus to cells, 0..1
 * @param dischargeShare cells to bus, 0..1
 * @param dtH hours, > 0
 * @returns change of the cells' energy, kWh
 */
export function cellChangeKwh(powerKw: number, chargeShare: number, dischargeShare: number, dtH: number): number {
  return powerKw < 0 ? -powerKw * chargeShare * dtH : -(powerKw / dischargeShare) * dtH;
}

/** Most charging power at the bus, kW (>= 0), that fills at most the room left in the window within dtH hours. */
export function chargeLimitKw(powerKw: number, roomKwh: number, chargeShare: number, dtH: number): number {
  return Math.min(powerKw, Math.max(0, roomKwh) / (chargeShare * dtH));
}

/** Most discharging power at the bus, kW (>= 0), that takes at most the energy left in the window within dtH hours. */
export function dischargeLimitKw(powerKw: number, leftKwh: number, dischargeShare: number, dtH: number): number {
  return Math.min(powerKw, (Math.max(0, leftKwh) * dischargeShare) / dtH);
}

/** A container as one body: heat through its wall, heater, cooler and the mass of its cells. */
export interface Container {
  readonly envelopeKwPerK: number;
  /** Heat of the cells, kWh/K, > 0. */
  readonly massKwhPerK: number;
  /** Heater (0 = none) and heat that the cooler moves at most, kW. */
  readonly heaterKw: number;
  readonly coolerKw: number;
  /** Held between these. */
  readonly heatBelowC: number;
  readonly coolAboveC: number;
}

/** Kelvin that one kW for the whole step leaves at its end: (1 - exp(-dt UA / C)) / UA, which is dt / C for a perfect wall. */
function gainKPerKw({ envelopeKwPerK, massKwhPerK }: Container, dtH: number): number {
  return envelopeKwPerK > 0 ? -Math.expm1((-dtH * envelopeKwPerK) / massKwhPerK) / envelopeKwPerK : dtH / massKwhPerK;
}

/**
 * Temperature of the cells after a step: C dT/dt = UA (T_out - T) + Q, solved exactly for steady heat and outside air.
 *
 * @param cellC at the start, °C
 * @param tempC outside, °C
 * @param heatKw into the cells, kW; negative = removed
 * @param dtH hours, > 0
 */
export function cellAfterC(box: Container, cellC: number, tempC: number, heatKw: number, dtH: number): number {
  const gain = gainKPerKw(box, dtH);
  return cellC + ((tempC - cellC) * box.envelopeKwPerK + heatKw) * gain;
}

/**
 * Heat that the thermostat gives (positive) or takes (negative) in a step so that the cells end it within their band, as far
 * as heater and cooler reach. It does not foresee what the cells themselves will lose in this step; that is met in the next.
 *
 * @returns kW of heat
 */
export function climateKw(box: Container, cellC: number, tempC: number, dtH: number): number {
  const gain = gainKPerKw(box, dtH);
  const freeC = cellC + (tempC - cellC) * box.envelopeKwPerK * gain;
  if (freeC < box.heatBelowC) return Math.min(box.heaterKw, (box.heatBelowC - freeC) / gain);
  if (freeC > box.coolAboveC) return -Math.min(box.coolerKw, (freeC - box.coolAboveC) / gain);
  return 0;
}

/** What cells may be charged or discharged with by their temperature: from each temperature on, so many C (1/h). */
export interface CRates {
  /** Rising. */
  readonly fromC: readonly number[];
  readonly perHour: readonly number[];
}

/** Allowed rate at a cell temperature, 1/h; 0 below the first row. Steps, as cell makers give them. */
export function cRateAt({ fromC, perHour }: CRates, cellC: number): number {
  let i = fromC.length - 1;
  while (i >= 0 && fromC[i]! > cellC) i--;
  return i < 0 ? 0 : perHour[i]!;
}

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

/**
 * Electricity to keep a container within its band: heat through the wall, made by resistance below the band and moved by an
 * air conditioner above it. Linear in the outside temperature; the cells' own heat is counted in the one-way efficiencies
 * and neither helps the heater nor burdens the cooler (our choice, small beside the wall at part load).
 *
 * @param tempC outside, °C
 * @param envelopeKwPerK heat through the wall, kW/K
 * @param coolingCop heat moved per electricity, >= 1
 */
export function climateKw(
  tempC: number,
  heatBelowC: number,
  coolAboveC: number,
  envelopeKwPerK: number,
  coolingCop: number,
): number {
  if (tempC < heatBelowC) return envelopeKwPerK * (heatBelowC - tempC);
  if (tempC > coolAboveC) return (envelopeKwPerK * (tempC - coolAboveC)) / coolingCop;
  return 0;
}

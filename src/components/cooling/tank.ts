/** A tank of chilled water. */
export interface TankSpec {
  readonly kwhPerK: number;
  /** Heat through its wall, kW/K. */
  readonly uaKwPerK: number;
}

/** What the tank did in a step; kW, means. */
export interface TankStep {
  readonly endC: number;
  /** Heat taken from the return water (> 0) or given to the free-cooled water (< 0). */
  readonly takenKw: number;
  /** Heat through its wall from outdoors. */
  readonly leakKw: number;
}

/**
 * One step of a mixed tank between return and supply of the chilled water, implicit in its end temperature:
 * C dT/dt = taken + UA (outdoors - T). Discharging it precools the return by up to `flowKwPerK (return - T)`, not more than
 * `wantedKw`; charging gives its heat to free cooling, `spareKw` at most, not below the supply. Only one of the two is > 0.
 * Source: one-node tank, energy balance (Duffie and Beckman, Solar Engineering of Thermal Processes, 8.3).
 */
export function stepTank(
  tank: TankSpec,
  startC: number,
  dtH: number,
  outdoorC: number,
  water: { readonly supplyC: number; readonly returnC: number },
  wantedKw: number,
  flowKwPerK: number,
  spareKw: number,
): TankStep {
  const k = tank.kwhPerK / dtH;
  const drift = (k * startC + tank.uaKwPerK * outdoorC) / (k + tank.uaKwPerK);
  let takenKw = 0;
  if (wantedKw > 0 && flowKwPerK > 0) {
    const share = flowKwPerK / (k + tank.uaKwPerK + flowKwPerK);
    takenKw = Math.min(wantedKw, Math.max(0, share * (k + tank.uaKwPerK) * (water.returnC - drift)));
  } else if (spareKw > 0) {
    takenKw = -Math.min(spareKw, Math.max(0, (k + tank.uaKwPerK) * (drift - water.supplyC)));
  }
  const endC = drift + takenKw / (k + tank.uaKwPerK);
  return { endC, takenKw, leakKw: tank.uaKwPerK * (outdoorC - endC) };
}

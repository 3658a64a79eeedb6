/**
 * Direct-current power. Source: PVWatts version 5 manual (Dobos 2014, NREL/TP-6A20-62641), eq. 8.
 *
 * @param peakKw at 1,000 W/m2 and 25 °C
 * @param gammaPerC change of power per degree, e.g. -0.0037
 */
export function pvwattsDcKw(poaWm2: number, cellC: number, peakKw: number, gammaPerC: number): number {
  return Math.max(0, (poaWm2 / 1000) * peakKw * (1 + gammaPerC * (cellC - 25)));
}

/**
 * Alternating-current power of an inverter, clipped at its rating. Source: PVWatts version 5 manual, eq. 10 and 11.
 *
 * @param dcKw into the inverter
 * @param ratedDcKw at which it gives its rating, eta x ratedDcKw
 * @param etaShare nominal efficiency, 0.96 in PVWatts
 */
export function pvwattsAcKw(dcKw: number, ratedDcKw: number, etaShare: number): number {
  if (dcKw <= 0) return 0;
  const load = dcKw / ratedDcKw;
  const eta = (etaShare / 0.9637) * (-0.0162 * load - 0.0059 / load + 0.9858);
  return Math.min(etaShare * ratedDcKw, Math.max(0, eta * dcKw));
}

/** Losses of PVWatts by cause, shares. Source: PVWatts version 5 manual, table 5. */
export const PVWATTS_LOSSES = {
  soiling: 0.02,
  shading: 0.03,
  snow: 0,
  mismatch: 0.02,
  wiring: 0.02,
  connections: 0.005,
  lightInduced: 0.015,
  nameplate: 0.01,
  age: 0,
  availability: 0.03,
} as const;

/** Total of losses that act one after another, 1 - product of (1 - share): 0.1408 for PVWatts' own. */
export function totalLossShare(losses: Readonly<Record<string, number>>): number {
  let left = 1;
  for (const share of Object.values(losses)) left *= 1 - share;
  return 1 - left;
}

/**
 * Share of a new field's power left in a year of its life: a year's loss compounds at every birthday, as REopt and SAM count.
 * Median of crystalline modules 0.5 % a year. Source: Jordan and Kurtz 2013, Progress in Photovoltaics 21; NREL REopt.jl.
 *
 * @param lossPerYear 0..0.1
 * @param ageYears 0 = new; the first year has no loss
 */
export function agedShare(lossPerYear: number, ageYears: number): number {
  return (1 - lossPerYear) ** Math.floor(ageYears);
}

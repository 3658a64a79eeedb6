/** Temperature of the cells, °C, from plane irradiance (W/m2), air (°C) and wind (m/s). */

/**
 * Cell temperature under sun and wind. Source: Faiman 2008, Progress in Photovoltaics 16, with the coefficients of its
 * open-rack crystalline modules (u0 25 W/m2K, u1 6.84 W s/m3K).
 */
export function faimanCellC(poaWm2: number, airC: number, windMs: number, u0 = 25, u1 = 6.84): number {
  return airC + poaWm2 / (u0 + u1 * windMs);
}

/** Sandia's coefficients of one kind of module on one kind of rack. */
export interface SapmRack {
  readonly a: number;
  readonly b: number;
  /** Cell above module back at 1,000 W/m2, K. */
  readonly deltaK: number;
}

/** Source: King, Boyson and Kratochvil 2004, SAND2004-3535, table 1. */
export const SAPM_RACKS = {
  'open-rack-glass-glass': { a: -3.47, b: -0.0594, deltaK: 3 },
  'open-rack-glass-polymer': { a: -3.56, b: -0.075, deltaK: 3 },
  'close-mount-glass-glass': { a: -2.98, b: -0.0471, deltaK: 1 },
  'insulated-back-glass-polymer': { a: -2.81, b: -0.0455, deltaK: 0 },
} as const satisfies Record<string, SapmRack>;

/** How the modules are mounted and built, as Sandia names them. */
export type Mounting = keyof typeof SAPM_RACKS;

/** Cell temperature of the Sandia array performance model; wind at 10 m. Source: SAND2004-3535, eq. 11 and 12. */
export function sapmCellC(poaWm2: number, airC: number, windMs: number, { a, b, deltaK }: SapmRack): number {
  return airC + poaWm2 * Math.exp(a + b * windMs) + (poaWm2 / 1000) * deltaK;
}

/** Heat loss of PVsyst's mountings, W/m2K. Source: PVsyst 7 help, "Array thermal losses". */
export const PVSYST_LOSS = { freestanding: 29, 'semi-integrated': 20, insulated: 15 } as const;

/** Which of PVsyst's mountings each of Sandia's is. */
export const PVSYST_OF_MOUNTING: Readonly<Record<Mounting, keyof typeof PVSYST_LOSS>> = {
  'open-rack-glass-glass': 'freestanding',
  'open-rack-glass-polymer': 'freestanding',
  'close-mount-glass-glass': 'semi-integrated',
  'insulated-back-glass-polymer': 'insulated',
};

/**
 * Cell temperature of PVsyst.
 *
 * @param lossWm2K heat loss at rest, 29 free-standing, 20 semi-integrated, 15 with an insulated back
 * @param lossPerWind heat loss per wind, W s/m3K; 0 as PVsyst advises without reliable wind
 * @param efficiency of the module, 0.1 in PVsyst
 * @param absorbed share of the light absorbed, 0.9
 */
export function pvsystCellC(
  poaWm2: number,
  airC: number,
  windMs: number,
  lossWm2K = 29,
  lossPerWind = 0,
  efficiency = 0.1,
  absorbed = 0.9,
): number {
  return airC + (poaWm2 * absorbed * (1 - efficiency)) / (lossWm2K + lossPerWind * windMs);
}

/**
 * Dust on the modules: a steady rate while it is dry, none for a while after rain that cleans, none after a cleaning. Source:
 * Kimber, Mitchell, Nogradi and Wenger 2006, The effect of soiling on large grid-connected photovoltaic systems in California and
 * the Southwest region of the United States (IEEE WCPEC 4).
 */

/** How dust settles and goes. */
export interface Kimber {
  /** Share of the light lost per dry day; 0.001 to 0.003 in rural to urban California. */
  readonly ratePerDay: number;
  /** Days after cleaning rain on which the ground is damp and nothing settles. */
  readonly graceDays: number;
  /** Most that is lost. */
  readonly max: number;
}

/** Kimber's own figures, as pvlib takes them. */
export const KIMBER: Kimber = { ratePerDay: 0.0015, graceDays: 14, max: 0.3 };

/** Share of the light lost after this many days since dust began to settle; 0 before (negative days). */
export function soiledShare(days: number, { ratePerDay, max }: Pick<Kimber, 'ratePerDay' | 'max'>): number {
  return days <= 0 ? 0 : Math.min(max, ratePerDay * days);
}

/**
 * Loss in every step of a series of rain, 0..max.
 *
 * @param rainMm per step
 * @param stepH hours per step; a whole number of steps makes a day
 * @param thresholdMm rain within the last 24 h that cleans, 6 mm in Kimber
 * @param washed numbers of the steps in which the modules are washed by hand
 * @param initial loss at the first step
 */
export function kimberSeries(
  rainMm: readonly number[],
  stepH: number,
  rule: Kimber,
  thresholdMm = 6,
  washed: readonly number[] = [],
  initial = 0,
): number[] {
  const perDay = Math.round(24 / stepH);
  const graceSteps = (rule.graceDays * 24) / stepH;
  const byHand = new Set(washed);
  let dust = initial;
  let lastRain = Number.NEGATIVE_INFINITY;
  return rainMm.map((rain, i) => {
    let fallen = rain;
    for (let k = Math.max(0, i - perDay + 1); k < i; k++) fallen += rainMm[k]!;
    if (fallen > thresholdMm) lastRain = i;
    if (i > 0) dust += (rule.ratePerDay * stepH) / 24;
    if (i - lastRain < graceSteps || byHand.has(i)) dust = 0;
    return Math.min(rule.max, dust);
  });
}

/** Leads that learn and are chosen together, h: up to each. */
export const BANDS_H = [1, 4, 12, 24, 48] as const;
/** Finer bands over which the errors of a point forecast are taken, h. */
export const ERROR_BANDS_H = [0.5, 1, 2, 4, 8, 12, 18, 24, 36, 48] as const;

/** Band of a lead; the last for those beyond it. */
export function bandOf(leadH: number, bands: readonly number[]): number {
  let k = 0;
  while (k < bands.length - 1 && leadH > bands[k]! + 1e-9) k++;
  return k;
}

import { LEVELS } from './contract.ts';

/** Pinball loss of a quantile, in the unit of the value, >= 0 (Koenker and Bassett 1978, Econometrica 46). */
export function pinball(level: number, quantile: number, value: number): number {
  const over = value - quantile;
  return over >= 0 ? level * over : (level - 1) * over;
}

/** Mean pinball loss of quantiles at the levels of the contract. */
export function meanPinball(quantiles: ArrayLike<number>, value: number): number {
  let sum = 0;
  for (let q = 0; q < LEVELS.length; q++) sum += pinball(LEVELS[q]!, quantiles[q]!, value);
  return sum / LEVELS.length;
}

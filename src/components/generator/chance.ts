import type { GeneratorSpec } from './spec.ts';

const HOUR_MS = 3_600_000;

/**
 * Whether the n-th start of a site's sets fails: a draw of its own for every start, fixed by the seed, so that what a step
 * can do is known at its beginning and a run can be repeated and resumed. A set that would fail and is never asked is good
 * again after the time of a repair. 32-bit finaliser of MurmurHash3 (public domain).
 *
 * @param startMs start of the step, ms UTC
 */
export function startFails({ startFailure, seed, repairMs }: GeneratorSpec, nth: number, startMs: number): boolean {
  if (startFailure <= 0) return false;
  const slot = Math.floor(startMs / Math.max(HOUR_MS, repairMs));
  let h = (seed ^ Math.imul(nth + 1, 0x9e3779b1) ^ Math.imul(slot, 0x27d4eb2f)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296 < startFailure;
}

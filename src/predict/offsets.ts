import { type Offsets, offsetOf } from '../components/inference/predict/calibration.ts';

/** A residual and its weight, with the groups that it belongs to, coarse first. */
export interface Grouped {
  readonly groups: readonly string[];
  readonly value: number;
  readonly weight: number;
}

const ROUNDS = 3;

function medianOf(members: readonly (readonly [number, number])[]): { middle: number; mass: number } {
  const sorted = [...members].sort((a, b) => a[0] - b[0]);
  let mass = 0;
  for (const [, weight] of sorted) mass += weight;
  let sum = 0;
  for (const [value, weight] of sorted) {
    sum += weight;
    if (sum >= mass / 2) return { middle: value, mass };
  }
  return { middle: 0, mass };
}

/**
 * Offsets of nested groups by backfitting: each group takes the weighted median of what is left, shrunken to the share
 * mass / (mass + shrink) as in empirical Bayes (Efron and Morris 1975). One point moves its group a little, many move it wholly,
 * and what a chip has in common lies in the coarse offset, from which a new engine or format on it profits.
 *
 * @param shrink weight at which an offset is believed half: of all levels, or of each
 */
export function fitOffsets(points: readonly Grouped[], shrink: number | readonly number[]): Offsets {
  const levels = points[0]?.groups.length ?? 0;
  const offsets: Record<string, number>[] = Array.from({ length: levels }, () => ({}));
  for (let round = 0; round < ROUNDS; round++) {
    for (let level = 0; level < levels; level++) {
      const members = new Map<string, [number, number][]>();
      for (const { groups, value, weight } of points) {
        const name = groups[level]!;
        const rest = value - offsetOf(offsets, groups) + (offsets[level]![name] ?? 0);
        const list = members.get(name);
        if (list === undefined) members.set(name, [[rest, weight]]);
        else list.push([rest, weight]);
      }
      for (const [name, list] of members) {
        const { middle, mass } = medianOf(list);
        offsets[level]![name] = (middle * mass) / (mass + (typeof shrink === 'number' ? shrink : shrink[level]!));
      }
    }
  }
  return offsets;
}

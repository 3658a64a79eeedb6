import { describe, expect, it } from 'vitest';
import { random } from '../../series/random.ts';
import { occupancy, upperTail } from './occupancy.ts';

/** Sequences at random for exponential times on replicas, each sent to the replica with the fewest and never moved. */
function simulated(each: number, replicas: number, events: number) {
  const draw = random(3);
  const levels = [replicas];
  let [inService, timeS, idleS, landed, came] = [0, 0, 0, 0, 0];
  for (let k = 0; k < events; k++) {
    const rate = replicas * each + inService;
    const gap = draw.exponential() / rate;
    timeS += gap;
    idleS += gap * levels[0]!;
    if (draw.next() * rate < replicas * each) {
      const to = levels.findIndex((count) => count > 0);
      came++;
      if (to > 0) landed++;
      levels[to]!--;
      levels[to + 1] = (levels[to + 1] ?? 0) + 1;
      inService++;
    } else {
      let left = draw.next() * inService;
      let from = 1;
      while (left >= from * (levels[from] ?? 0)) left -= from++ * (levels[from - 1] ?? 0);
      levels[from]!--;
      levels[from - 1]!++;
      inService--;
    }
  }
  return { busyShare: 1 - idleS / timeS / replicas, landShare: landed / came };
}

describe('occupancy', () => {
  it('is that of M/G/infinity for one replica', () => {
    for (const each of [0.01, 0.5, 3]) {
      const { busyShare, landShare } = occupancy(each, 1);
      expect(busyShare).toBeCloseTo(1 - Math.exp(-each), 12);
      expect(landShare).toBeCloseTo(1 - Math.exp(-each), 12);
    }
  });

  it('keeps more of a pool busy than of replicas apart, and lands less on busy ones', () => {
    const alone = occupancy(0.6, 1);
    const pooled = occupancy(0.6, 8);
    expect(pooled.busyShare).toBeGreaterThan(alone.busyShare);
    expect(pooled.busyShare).toBeLessThan(0.6);
    expect(pooled.landShare).toBeLessThan(alone.landShare);
  });

  it('is that of a router that never moves a request again', () => {
    for (const [each, replicas] of [
      [0.7, 2],
      [1.1, 4],
      [1.5, 8],
      [0.9, 20],
      [2.2, 6],
    ] as const) {
      const found = occupancy(each, replicas);
      const { busyShare, landShare } = simulated(each, replicas, 300_000);
      expect(Math.abs(found.busyShare - busyShare), `${each} on ${replicas}`).toBeLessThan(0.02);
      expect(Math.abs(found.landShare - landShare), `${each} on ${replicas}`).toBeLessThan(0.05);
    }
  });

  it('keeps less busy when requests come in bunches, which meet each other', () => {
    const bunched = occupancy(0.6, 1, 5);
    expect(bunched.busyShare).toBeLessThan(occupancy(0.6, 1).busyShare);
    expect(bunched.landShare).toBeGreaterThan(occupancy(0.6, 1).landShare);
  });

  it('goes over smoothly from counting to the normal distribution', () => {
    for (const each of [0.3, 0.9, 1.5]) {
      expect(occupancy(each, 9).busyShare).toBeCloseTo(occupancy(each, 8).busyShare, 1);
    }
    expect(occupancy(0, 5)).toEqual({ busyShare: 0, landShare: 0 });
    expect(occupancy(100, 5)).toEqual({ busyShare: 1, landShare: 1 });
  });

  it('has the tail of the normal distribution', () => {
    expect(upperTail(0)).toBeCloseTo(0.5, 7);
    expect(upperTail(1.959964)).toBeCloseTo(0.025, 6);
    expect(upperTail(-1)).toBeCloseTo(0.8413447, 6);
  });
});

import { describe, expect, it } from 'vitest';
import { occupancy, upperTail } from './occupancy.ts';

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

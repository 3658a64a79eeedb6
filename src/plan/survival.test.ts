import { describe, expect, it } from 'vitest';
import type { FreeSize } from '../site/freeSize.ts';
import { heldBefore, setsOfSize } from './survival.ts';
import { sampleProblem, sampleSite } from './testing/sample.ts';

const standbyOf = (changes: Parameters<typeof sampleSite>[0]) => {
  const site = sampleSite(changes);
  const { standby } = sampleProblem(site, { days: 1 }).balance.standbys.find(({ unitId }) => unitId === 'gensets')!;
  if (standby.kind !== 'generators') throw new TypeError(standby.kind);
  const sets = (sizeKw: number, free: readonly FreeSize[] = site.free) => setsOfSize(standby, free, 'gensets', sizeKw);
  return { standby, sets };
};

describe('what a store holds when an hour begins', () => {
  it('is what it ended the step before with, in a block that closes in itself', () => {
    const ends = [9, 1, 2, 3, 4, 9];
    expect([...heldBefore(ends, 1, 5, 1)]).toEqual([4, 1, 2, 3]);
    expect([...heldBefore(ends, 1, 5, 2)]).toEqual([4, 2]);
  });
});

describe('generator sets of a size', () => {
  it('are as many as must be bought for it, where their number is chosen', () => {
    const { standby, sets } = standbyOf([['units: 2', 'units: { max: 4 }']]);
    const { setKw } = standby;
    expect(sets(0.2 * setKw)).toEqual({ count: 1, setKw });
    expect(sets(1.3 * setKw)).toEqual({ count: 2, setKw });
    expect(sets(2 * setKw)).toEqual({ count: 2, setKw });
    expect(sets(3.5 * setKw)).toEqual({ count: 4, setKw });
  });

  it('are the file’s number of them, where the power of one is chosen', () => {
    const { standby, sets } = standbyOf([['rated: 798 kW', 'rated: { max: 800 kW }']]);
    expect(standby.sets).toBe(2);
    expect(sets(500)).toEqual({ count: 2, setKw: 250 });
  });

  it('are those of the file where nothing is chosen', () => {
    const { standby, sets } = standbyOf([]);
    expect(sets(2 * standby.setKw)).toEqual({ count: 2, setKw: 798 });
  });
});

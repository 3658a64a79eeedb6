import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../test/imports.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { marginFor, type Outcome } from './margin.ts';
import { Response } from './response.ts';

/** Serves all up to its size, and nobody beyond. */
const cliff = { missed: (load: number) => (load > 1 ? 1 : 0), eachPerS: 1e-6 };
/** A hundred steps in which 1 to 100 % more arrives than was told. */
const rising = Array.from({ length: 100 }, (_, i): Outcome => [10 * (1 + (i + 1) / 100), 10, 10]);

describe('the margin on what is told', () => {
  it('is the least with which no more requests miss than may', () => {
    const all = marginFor({ goal: 0, unforeseen: 0 }, rising, cliff, 0);
    expect(all.factor).toBeGreaterThanOrEqual(2);
    expect(all.factor).toBeLessThan(2 * 1.01);
    const most = marginFor({ goal: 0.1, unforeseen: 0 }, rising, cliff, 0);
    // The last steps bring almost twice what the mean one does.
    expect(most.factor).toBeGreaterThanOrEqual(1.92);
    expect(most.factor).toBeLessThan(1.92 * 1.01);
    expect(most.cost).toBeCloseTo((most.factor * 10) / 15.05, 6);
  });

  it('counts whole replicas', () => {
    const inSixes = { ...cliff, eachPerS: 6 };
    // Two replicas of 6 serve 12, whatever is told between 6 and 12.
    const few = rising.slice(0, 20);
    const mean = few.reduce((sum, [arrived]) => sum + arrived, 0) / 20;
    const strict = marginFor({ goal: 0, unforeseen: 0 }, few, inSixes, 0);
    expect(strict.factor).toBe(1);
    expect(strict.cost).toBeCloseTo(12 / mean, 9);
    // Who may miss much may be sized for less than is told.
    const loose = marginFor({ goal: 0.006, unforeseen: 0 }, few, inSixes, 0);
    expect(loose.factor).toBeGreaterThan(0.6);
    expect(loose.factor).toBeLessThan(0.61);
    expect(loose.cost).toBeCloseTo(12 / mean, 9);
  });

  it('asks for nothing that came out of the blue', () => {
    const burst: Outcome[] = [...rising.map((): Outcome => [10, 10, 10]), [40, 10, 10]];
    expect(marginFor({ goal: 0, unforeseen: 0 }, burst, cliff, 0).factor).toBeGreaterThan(2.3);
    expect(marginFor({ goal: 0, unforeseen: 0.01 }, burst, cliff, 0).factor).toBeLessThan(1.04);
  });

  it('goes by the replicas that are up while others boot', () => {
    const woken = rising.map((): Outcome => [10, 5, 10]);
    expect(marginFor({ goal: 0.2, unforeseen: 0 }, woken, cliff, 0.3).factor).toBeGreaterThanOrEqual(2);
    expect(marginFor({ goal: 0.4, unforeseen: 0 }, woken, cliff, 0.3).factor).toBeLessThan(1.04);
  });
});

describe('what a pool makes of its load', () => {
  const { site } = checkSite(`${ROOT}/sites/tashkent-campus.yaml`);
  const { halls, services } = plantOf(site!);

  it('is next to nothing missed well below its size, a little at it, and more and more beyond', () => {
    for (const { id, kind, deployments } of services) {
      if (kind !== 'interactive') continue;
      const unit = halls.flatMap(({ it: units }) => units).find((u) => u.id === deployments[0])!;
      const response = Response.of(unit, [{ service: id, requestsPerS: 1, batchPerS: 0 }], id)!;
      const missed = Array.from({ length: 60 }, (_, i) => response.missed(i / 10));
      expect(missed[0]).toBe(0);
      expect(missed[2]).toBeLessThan(5e-4);
      expect(missed[10]).toBeLessThan(0.01);
      expect(missed[59]).toBeGreaterThan(0.4);
      missed.forEach((share, i) => {
        expect(share).toBeGreaterThanOrEqual(missed[i - 1] ?? 0);
        expect(share).toBeLessThanOrEqual(1);
      });
    }
  });

  it('is not known of a service that no pool serves in time', () => {
    const unit = halls[0]!.it[0]!;
    expect(Response.of(unit, [{ service: 'nobody', requestsPerS: 1, batchPerS: 0 }], 'nobody')).toBeUndefined();
    expect(
      Response.of(unit, [{ service: services[0]!.id, requestsPerS: 0, batchPerS: 0 }], services[0]!.id),
    ).toBeUndefined();
  });
});

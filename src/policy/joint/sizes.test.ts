import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../test/imports.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { JOINT } from './parameters.ts';
import { ClockedSizes } from './sizes.ts';

const { site } = checkSite(`${ROOT}/sites/tashkent-campus.yaml`);
const units = plantOf(site!).halls.flatMap(({ it: own }) => own);
const unitOf = (id: string) => units.find((unit) => unit.id === id)!;
const tutor = (requestsPerS: number) => [{ service: 'tutor', requestsPerS, batchPerS: 0 }];
const unit = unitOf('tutor-14b');

describe('sizes of a deployment', () => {
  it('draw no more than with any clock alone, nor with any cap at the largest clock', () => {
    for (const perS of [2, 5, 9]) {
      const size = new ClockedSizes(unit).of(tutor(perS));
      expect(size.suffices).toBe(true);
      const kwOf = (turned: { readonly clock?: number; readonly capW?: number }) => {
        const replicas = unit.replicasFor(tutor(1.01 * perS), JOINT.attainment, turned);
        return replicas === undefined
          ? Number.POSITIVE_INFINITY
          : unit.pool(tutor(perS), { ...turned, replicas, filling: JOINT.filling }).powerKw;
      };
      const found = unit.pool(tutor(perS), {
        replicas: size.replicas,
        filling: JOINT.filling,
        clock: size.clock,
        capW: size.capW,
      }).powerKw;
      const best = Math.min(
        ...JOINT.clocks.map((clock) => kwOf({ clock })),
        ...unit.capsW.map((capW) => kwOf({ clock: 1, capW })),
      );
      // Rates are rounded up by a hundredth, which may be one replica more.
      expect(found).toBeLessThan(1.1 * best);
    }
  });

  it('take a cap where it draws less than any clock, and none where clocks are left to the silos', () => {
    const capped = [2, 5, 9, 14].map((perS) => new ClockedSizes(unit).of(tutor(perS)).capW);
    expect(capped.some((capW) => capW !== undefined)).toBe(true);
    for (const capW of capped) if (capW !== undefined) expect(unit.capsW.slice(1)).toContain(capW);
    expect(new ClockedSizes(unit, true).of(tutor(9)).capW).toBeUndefined();
  });

  it('say what is nothing and what is too much', () => {
    const sizes = new ClockedSizes(unit);
    expect(sizes.of(tutor(0))).toMatchObject({ replicas: 0, suffices: true });
    expect(sizes.of(tutor(1e6))).toMatchObject({ replicas: unit.installed, suffices: false });
  });

  it('let in as much batch as so many replicas bear at their setting', () => {
    const grading = unitOf('grading-4b');
    const offers = [{ service: 'grading', requestsPerS: 0, batchPerS: 8 }];
    const sizes = new ClockedSizes(grading);
    const size = sizes.of(offers);
    expect(sizes.batchShare(offers, size.replicas, size)).toBe(1);
    const half = sizes.batchShare(offers, size.replicas / 2, size);
    expect(half).toBeGreaterThan(0.3);
    expect(half).toBeLessThan(0.55);
    expect(sizes.batchShare(offers, 0, size)).toBe(0);
  });
});

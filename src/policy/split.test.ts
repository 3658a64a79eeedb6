import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plantOf } from '../site/plant.ts';
import { twoChips } from '../site/testing/twoChips.ts';
import { partsOf, Splitter } from './split.ts';
import { TUNED } from './tuned/parameters.ts';

const plant = plantOf(twoChips());
const splitter = new Splitter(plant, TUNED);
const [h200, ascend] = splitter.byCapacity()[0] as [number, number];
/** Requests/s of chat that the first chip serves alone. */
const FULL = 75;
const sum = (parts: readonly number[]): number => parts.reduce((all, part) => all + part, 0);

describe('a split of services among deployments', () => {
  it('by capacity goes by what is installed of each', () => {
    expect(h200 + ascend).toBeCloseTo(1, 12);
    const [one, other] = plant.halls.map((hall) => hall.it[0]!);
    const fullPerS = [one, other].map((unit) => {
      let [low, high] = [0, 1000];
      for (let k = 0; k < 30; k++) {
        const middle = (low + high) / 2;
        const offers = [{ service: 'chat', requestsPerS: middle, batchPerS: 0 }];
        if (unit!.replicasFor(offers, TUNED.attainment) === undefined) high = middle;
        else low = middle;
      }
      return low;
    });
    expect(h200 / ascend).toBeCloseTo(fullPerS[0]! / fullPerS[1]!, 3);
    expect(fullPerS[0]).toBeCloseTo(FULL, 0);
  });

  it('by merit fills the chip with less joules per token first, interactive requests before batch', () => {
    expect(splitter.byMerit([30, 4])).toEqual([
      [30, 0],
      [4, 0],
    ]);
    const [chat, archive] = splitter.byMerit([100, 4]) as [number[], number[]];
    expect(chat[0]).toBeCloseTo(FULL, 0);
    expect(sum(chat)).toBeCloseTo(100, 9);
    expect(archive[0]).toBeCloseTo(0, 6);
    expect(archive[1]).toBeCloseTo(4, 6);
    // More than both can serve is borne by both.
    const [much] = splitter.byMerit([1000, 0]) as [number[]];
    expect(much[0]! / much[1]!).toBeCloseTo(h200 / ascend, 1);
  });

  it('near a plan adds by merit, takes off the dear chip, and lets batch take room that was freed', () => {
    expect(splitter.near([[40, 20], [4]], [50, 4])[0]).toEqual([40, 10]);
    expect(splitter.near([[40, 20], [4]], [70, 4])[0]).toEqual([50, 20]);
    expect(splitter.near([[40, 20], [4]], [30, 4])[0]).toEqual([30, 0]);
    const freed = splitter.near(
      [
        [70, 5],
        [0, 6],
      ],
      [20, 6],
    );
    expect(freed[1]).toEqual([6, 0]);
    const kept = splitter.near(
      [
        [70, 0],
        [0, 6],
      ],
      [70, 6],
    );
    expect(kept[1]).toEqual([0, 6]);
  });

  it('never loses or makes a request', () => {
    const rate = fc.double({ min: 0, max: 400, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(rate, rate), fc.tuple(rate, rate, rate, rate), (perS, [a, b, c, d]) => {
        const planned = [
          [a, b],
          [c, d],
        ];
        for (const parts of [splitter.byMerit(perS), splitter.near(planned, perS), partsOf(planned, perS)]) {
          parts.forEach((own, s) => {
            expect(sum(own)).toBeCloseTo(perS[s]!, 6);
            expect(Math.min(...own)).toBeGreaterThanOrEqual(-1e-9);
          });
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('leaves a service with one deployment alone', () => {
    const single = new Splitter(plantOf(twoChips({ chat: 'deployment: on-h200' })), TUNED);
    expect(single.byMerit([60, 50])[0]).toEqual([60]);
    // What chat takes of the first chip is not there for the archive.
    expect(single.byMerit([60, 50])[1]![0]).toBeLessThan(splitter.byMerit([0, 50])[1]![0]!);
  });
});

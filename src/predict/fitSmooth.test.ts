import { describe, expect, it } from 'vitest';
import { FEATURE_NAMES } from '../components/inference/predict/features.ts';
import { type Smooth, smoothAt, wavesAt } from '../components/inference/predict/smooth.ts';
import { packSmooth, unpackSmooth } from '../components/inference/predict/smoothFile.ts';
import { random } from '../series/random.ts';
import { fitSmooth, type PartPlan } from './fitSmooth.ts';

const COUNT = FEATURE_NAMES.length;
const SCALES = { mean: new Array<number>(COUNT).fill(0), deviation: new Array<number>(COUNT).fill(1) };
const BATCH = FEATURE_NAMES.indexOf('batch');
const PLANS: readonly PartPlan[] = [
  { group: -1, waves: 'work', variance: 0.2 },
  { group: 0, waves: undefined, variance: 0.1 },
];

const at = (batch: number): Float64Array => {
  const features = new Float64Array(COUNT);
  features[BATCH] = batch;
  return features;
};
const truth = (batch: number, group: string) => 0.3 * Math.sin(batch) + (group === 'a' ? 0.2 : -0.2);

function fitted(spoil: (value: number, k: number) => number = (value) => value): Smooth {
  const draw = random(5);
  const rows = Array.from({ length: 200 }, (_, k) => ({ batch: 4 * draw.next() - 2, group: k % 2 === 0 ? 'a' : 'b' }));
  return fitSmooth(
    PLANS,
    rows.map((row) => [row.group]),
    rows.map((row) => wavesAt(SCALES, at(row.batch))),
    Float64Array.from(rows, (row, k) => spoil(truth(row.batch, row.group), k)),
    new Float64Array(rows.length).fill(1),
  );
}

const worst = (smooth: Smooth) =>
  Math.max(
    ...['a', 'b'].flatMap((group) =>
      [-1.5, -0.5, 0.5, 1.5].map((batch) =>
        Math.abs(smoothAt(smooth, [group], wavesAt(SCALES, at(batch))) - truth(batch, group)),
      ),
    ),
  );

describe('a smooth function of features with parts of groups', () => {
  it('finds a function and what two groups differ by', () => {
    expect(worst(fitted())).toBeLessThan(0.05);
  });

  it('does not follow one in ten measurements that are of something else', () => {
    expect(worst(fitted((value, k) => (k % 10 === 3 ? value + 5 : value)))).toBeLessThan(0.15);
  });

  it('gives a group that was not measured what all have in common', () => {
    const smooth = fitted();
    const of = (group: string) => smoothAt(smooth, [group], wavesAt(SCALES, at(0.7)));
    expect(of('c')).toBeCloseTo((of('a') + of('b')) / 2, 1);
  });

  it('goes into a file and back within a ten thousandth', () => {
    const smooth = fitted();
    const back = unpackSmooth(packSmooth(smooth));
    for (const batch of [-1, 0, 1]) {
      const waves = wavesAt(SCALES, at(batch));
      expect(smoothAt(back, ['a'], waves)).toBeCloseTo(smoothAt(smooth, ['a'], waves), 3);
    }
  });

  it('refuses a file whose weights do not belong to its names', () => {
    const file = packSmooth(fitted());
    const broken = { ...file, parts: file.parts.map((part) => ({ ...part, names: [...part.names, 'z'] })) };
    expect(() => unpackSmooth(broken)).toThrow(RangeError);
  });
});

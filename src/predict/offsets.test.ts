import { describe, expect, it } from 'vitest';
import { offsetOf } from '../components/inference/predict/calibration.ts';
import { fitOffsets } from './offsets.ts';

const point = (chip: string, engine: string, value: number) => ({
  groups: [chip, `${chip} ${engine}`],
  value,
  weight: 1,
});

describe('offsets', () => {
  it('believe one point a little and many almost wholly', () => {
    const one = fitOffsets([point('a', 'x', 1)], 3);
    const many = fitOffsets(
      Array.from({ length: 60 }, () => point('a', 'x', 1)),
      3,
    );
    expect(offsetOf(one, ['a', 'a x'])).toBeGreaterThan(0.3);
    expect(offsetOf(one, ['a', 'a x'])).toBeLessThan(0.7);
    expect(offsetOf(many, ['a', 'a x'])).toBeGreaterThan(0.97);
  });

  it('carry what a chip has in common over to an engine that was not measured on it', () => {
    const offsets = fitOffsets([...Array(20).fill(point('a', 'x', 0.5)), ...Array(20).fill(point('a', 'y', 0.5))], 3);
    expect(offsetOf(offsets, ['a', 'a z'])).toBeCloseTo(0.43, 1);
    expect(offsetOf(offsets, ['b', 'b x'])).toBe(0);
  });

  it('do not follow one stray among many', () => {
    const offsets = fitOffsets([...Array(40).fill(point('a', 'x', 0.1)), point('a', 'x', 9)], 3);
    expect(offsetOf(offsets, ['a', 'a x'])).toBeCloseTo(0.1, 1);
  });
});

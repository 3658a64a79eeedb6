import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refinedSegments } from './refine.ts';
import { type Calendar, everyStep, segmentsOf } from './segments.ts';

const calendar: Calendar = { steps: 48, stepH: 1, blocks: [0], cyclic: true, windows: [0, 24] };
const starts = (of: { starts: Int32Array; count: number }): number[] => [...of.starts.subarray(0, of.count)];

describe('segments that are refined', () => {
  it('have a peak by itself after two splits', () => {
    const series = new Float64Array(48);
    series[30] = 5;
    expect(starts(refinedSegments(segmentsOf([0, 24], calendar), series, 2, calendar))).toEqual([0, 24, 30, 31]);
  });

  it('stay as they are where the series is even in each, or too little is gained', () => {
    const even = Float64Array.from({ length: 48 }, (_, i) => (i < 24 ? 1 : 2));
    const two = segmentsOf([0, 24], calendar);
    expect(starts(refinedSegments(two, even, 10, calendar))).toEqual([0, 24]);
    const step = Float64Array.from({ length: 48 }, (_, i) => (i < 12 ? 1 : 0));
    expect(starts(refinedSegments(two, step, 10, calendar))).toEqual([0, 12, 24]);
    expect(starts(refinedSegments(two, step, 10, calendar, 6.5))).toEqual([0, 24]);
  });

  it('begin where those before began, with as many more as asked, and no more than there are steps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 48, maxLength: 48 }),
        fc.integer({ min: 0, max: 60 }),
        (values, more) => {
          const before = segmentsOf([0, 7, 24, 40], calendar);
          const after = refinedSegments(before, Float64Array.from(values), more, calendar);
          expect(starts(after)).toEqual(expect.arrayContaining(starts(before)));
          expect(after.count).toBeLessThanOrEqual(Math.min(4 + more, everyStep(calendar).count));
          expect(new Set(starts(after)).size).toBe(after.count);
        },
      ),
    );
  });
});

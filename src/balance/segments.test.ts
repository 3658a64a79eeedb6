import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Calendar, everyStep, mergedSegments, segmentsOf, windowsOf } from './segments.ts';

/** Two blocks in four windows. */
const CALENDAR: Calendar = { steps: 48, stepH: 0.5, blocks: [0, 24], cyclic: true, windows: [0, 12, 24, 36] };

const values = (length: number, max: number) =>
  fc.array(fc.integer({ min: 0, max }), { minLength: length, maxLength: length }).map((v) => Float64Array.from(v));

/** A calendar with random windows and blocks, a shape and a series that must stay sharp. */
const horizons = fc.integer({ min: 6, max: 40 }).chain((steps) =>
  fc.record({
    steps: fc.constant(steps),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: steps - 1 }), { maxLength: 4 }),
    inBlocks: fc.boolean(),
    shape: values(steps, 1_000_000),
    sharp: values(steps, 1),
    target: fc.integer({ min: 1, max: steps }),
  }),
);

function calendarOf({ steps, cuts, inBlocks }: { steps: number; cuts: number[]; inBlocks: boolean }): Calendar {
  const windows = [0, ...cuts.toSorted((a, b) => a - b)];
  return { steps, stepH: 1, blocks: inBlocks ? windows.filter((_, i) => i % 2 === 0) : [0], cyclic: true, windows };
}

/** Sum of squared deviations from the means of segments, in the spread of the whole series. */
function lossOf(shape: Float64Array, starts: readonly number[]): number {
  const variance = (list: readonly number[]): number => {
    const mean = list.reduce((a, b) => a + b, 0) / list.length;
    return list.reduce((a, b) => a + (b - mean) ** 2, 0);
  };
  const spread = variance([...shape]) / shape.length;
  let sum = 0;
  starts.forEach((from, k) => {
    sum += variance([...shape.slice(from, starts[k + 1] ?? shape.length)]);
  });
  return spread > 0 ? sum / spread : 0;
}

describe('segments', () => {
  it('of every step keep time, blocks and windows', () => {
    const flat = everyStep(CALENDAR);
    expect(flat.count).toBe(48);
    expect(flat.whole).toBe(true);
    expect(flat.hours.reduce((a, b) => a + b, 0)).toBe(24);
    // Each block closes in itself.
    expect([flat.before[0], flat.before[23], flat.before[24], flat.before[47]]).toEqual([23, 22, 47, 46]);
    expect([flat.window[11], flat.window[12], flat.window[47]]).toEqual([0, 1, 3]);
  });

  it('of one window begin and end in it, with nothing before', () => {
    const part = everyStep(CALENDAR, 1);
    expect([...part.starts.slice(0, 2), part.starts[part.count]]).toEqual([12, 13, 24]);
    expect(part.whole).toBe(false);
    expect(part.before[0]).toBe(-1);
    expect([...part.window]).toEqual(new Array(12).fill(1));
  });

  it('of a horizon that is not cyclic begin with nothing before', () => {
    const open = { ...CALENDAR, cyclic: false };
    expect([everyStep(open).before[0], everyStep(open).before[24]]).toEqual([-1, -1]);
    expect([...windowsOf(open).before]).toEqual([-1, 0, -1, 2]);
    expect([...windowsOf(CALENDAR).before]).toEqual([1, 0, 3, 2]);
  });

  it('divide the horizon, keep windows and sharp series apart, and are as few as asked where that is possible', () => {
    fc.assert(
      fc.property(horizons, (h) => {
        const calendar = calendarOf(h);
        const merged = mergedSegments([h.shape], [h.sharp], h.target, calendar);
        expect(merged.starts[0]).toBe(0);
        expect(merged.starts[merged.count]).toBe(h.steps);
        for (let k = 0; k < merged.count; k++) expect(merged.starts[k + 1]!).toBeGreaterThan(merged.starts[k]!);
        expect(merged.hours.reduce((a, b) => a + b, 0)).toBe(h.steps);
        const starts = new Set(merged.starts);
        let walls = 1;
        for (let i = 1; i < h.steps; i++) {
          const wall = calendar.windows.includes(i) || h.sharp[i] !== h.sharp[i - 1];
          if (!wall) continue;
          walls++;
          expect(starts.has(i)).toBe(true);
        }
        expect(merged.count).toBe(Math.max(h.target, walls));
      }),
    );
  });

  it('merge as Ward does, always the cheapest merge of all first', () => {
    fc.assert(
      fc.property(horizons, (h) => {
        const calendar = calendarOf(h);
        const merged = mergedSegments([h.shape], [h.sharp], h.target, calendar);
        let starts = Array.from({ length: h.steps }, (_, i) => i);
        while (starts.length > merged.count) {
          const free = starts.flatMap((from, k) =>
            k > 0 && !calendar.windows.includes(from) && h.sharp[from] === h.sharp[from - 1] ? [k] : [],
          );
          const costs = free.map((k) => lossOf(h.shape, starts.toSpliced(k, 1)));
          const [least = 0, second = Number.POSITIVE_INFINITY] = costs.toSorted((a, b) => a - b);
          // Of two that cost the same, either may go, and what follows differs.
          if (second - least < 1e-9) return;
          starts = starts.toSpliced(free[costs.indexOf(least)]!, 1);
        }
        expect([...merged.starts.slice(0, merged.count)]).toEqual(starts);
      }),
    );
  });

  it('do not care for the scale of a series, nor for one that is flat', () => {
    const wave = Float64Array.from({ length: 48 }, (_, i) => Math.sin(i / 5));
    const flat = new Float64Array(48).fill(3);
    const one = mergedSegments([wave], [], 12, CALENDAR);
    const scaled = mergedSegments([wave.map((v) => 1e6 * v), flat], [], 12, CALENDAR);
    expect([...scaled.starts]).toEqual([...one.starts]);
  });

  it('refuse nothing that is whole: one start per window gives the windows', () => {
    const parts = segmentsOf(CALENDAR.windows, CALENDAR);
    expect([...parts.hours]).toEqual([6, 6, 6, 6]);
    expect([...parts.before]).toEqual([1, 0, 3, 2]);
  });
});

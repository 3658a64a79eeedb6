import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import { AHEAD, aheadGrid, segmentStarts } from './shape.ts';

const NOON = Date.UTC(2025, 6, 1, 12);

describe('segments of a look ahead', () => {
  it('are of five minutes, then quarters, then hours', () => {
    const grid = aheadGrid(NOON);
    const starts = segmentStarts(grid, []);
    const minutes = starts.map((s, k) => 5 * ((starts[k + 1] ?? grid.count) - s));
    expect(minutes.slice(0, 12)).toEqual(Array(12).fill(5));
    expect(minutes.slice(12, 24)).toEqual(Array(12).fill(15));
    expect(new Set(minutes.slice(24))).toEqual(new Set([60]));
    expect(minutes.reduce((a, b) => a + b, 0)).toBe(48 * 60);
  });

  it('are at most 72 from any minute on, end on the clock, and do not cross a wall', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1439 }),
        fc.array(fc.integer({ min: 1, max: 575 }), { maxLength: 12 }),
        (minute, walls) => {
          const grid = aheadGrid(NOON + minute * MINUTE_MS);
          const sharp = new Float64Array(grid.count);
          for (const w of walls) sharp.fill(w, w);
          const starts = segmentStarts(grid, [sharp]);
          expect(starts.length).toBeLessThanOrEqual(AHEAD.segments);
          expect(starts[0]).toBe(0);
          for (const [k, s] of starts.entries()) {
            const end = starts[k + 1] ?? grid.count;
            expect(end).toBeGreaterThan(s);
            for (let i = s + 1; i < end; i++) expect(sharp[i]).toBe(sharp[s]);
            const ms = grid.startMs + s * grid.stepMs;
            if (!walls.includes(s) && ms >= grid.startMs + 6 * HOUR_MS) expect(ms % HOUR_MS).toBe(0);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are more where walls ask for it', () => {
    const grid = aheadGrid(NOON);
    const price = Float64Array.from({ length: grid.count }, (_, i) => Math.floor(i / 3));
    expect(segmentStarts(grid, [price]).length).toBeGreaterThanOrEqual(192);
  });
});

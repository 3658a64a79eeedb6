import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { clockText, localMidnights, tickLabels, timeTicks } from './axis.ts';
import { binColumn } from './bins.ts';
import { bands, extent, linear, logarithmic, logTicks, niceTicks } from './scale.ts';

describe('scales', () => {
  it('maps ends to ends, and a domain without width to the middle', () => {
    const s = linear([0, 10], [100, 0]);
    expect([s(0), s(5), s(10)]).toEqual([100, 50, 0]);
    expect(linear([3, 3], [0, 10])(3)).toBe(5);
    const b = bands(4, [0, 100], 0.2);
    expect(b.width).toBeCloseTo(20);
    expect(b.start(3) + b.width).toBeCloseTo(97.5);
  });

  it('leaves out what is not finite', () => {
    expect(extent([[Number.NaN, 2, -1, Number.POSITIVE_INFINITY]])).toEqual([-1, 2]);
    expect(extent([[Number.NaN]])).toEqual([0, 1]);
  });

  it('has ticks that are even, nice and hold the data', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, span) => {
          const { domain, ticks } = niceTicks(low, low + span, 5);
          expect(domain[0]).toBeLessThanOrEqual(low + span * 1e-6);
          expect(domain[1]).toBeGreaterThanOrEqual(low + span - span * 1e-6);
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(14);
        },
      ),
    );
  });

  it.each([
    [0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [5, 5, [0, 1, 2, 3, 4, 5]],
    [Number.NaN, 3, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ])('gives %d..%d an axis all the same', (low, high, ticks) => {
    expect(niceTicks(low, high, 5).ticks).toEqual(ticks);
  });

  it('has logarithmic ticks that are few, rise and hold the data', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 9, noNaN: true }),
        fc.integer({ min: 3, max: 9 }),
        (power, decades, count) => {
          const [low, high] = [10 ** power, 10 ** (power + decades)];
          const { domain, ticks } = logTicks(low, high, count);
          expect(domain[0]).toBeLessThanOrEqual(low * (1 + 1e-6));
          expect(domain[1]).toBeGreaterThanOrEqual(high * (1 - 1e-6));
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(count + 3);
          expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
        },
      ),
    );
    expect(logTicks(1, 256, 9).ticks).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500]);
    expect(logTicks(0, 0).domain).toEqual([1, 10]);
    const s = logarithmic([1, 100], [0, 200]);
    expect([s(1), s(10), s(100), s(0)]).toEqual([0, 100, 200, Number.NaN]);
    expect(tickLabels([0.1, 0.5, 1, 20])).toEqual(['0.1', '0.5', '1', '20']);
  });

  it('labels with the decimals of the step', () => {
    expect(tickLabels([0, 0.25, 0.5])).toEqual(['0.00', '0.25', '0.50']);
    expect(tickLabels([0, 0.2, 0.4])).toEqual(['0.0', '0.2', '0.4']);
    expect(tickLabels([0, 250, 500])).toEqual(['0', '250', '500']);
  });
});

describe('bins', () => {
  it('keep the extremes and the mean', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 500 }),
        (values) => {
          const b = binColumn(values, 50);
          expect(b.mean.length).toBeLessThanOrEqual(50);
          expect(Math.min(...b.min)).toBe(Math.min(...values));
          expect(Math.max(...b.max)).toBe(Math.max(...values));
          for (let i = 0; i < b.mean.length; i++) expect(b.mean[i]! - b.max[i]!).toBeLessThanOrEqual(1e-9);
        },
      ),
    );
  });

  it('say nothing where there is nothing', () => {
    expect(Array.from(binColumn([Number.NaN, Number.NaN, 4], 2).mean)).toEqual([Number.NaN, 4]);
  });
});

describe('time axis', () => {
  it('has midnights of civil days, also where the clocks change', () => {
    const z = zoneOf('Europe/Berlin');
    const from = z.instant(2025, 3, 29);
    const days = localMidnights(from, z.instant(2025, 4, 1), 'Europe/Berlin');
    expect(days.map((ms) => clockText(ms, 'Europe/Berlin'))).toEqual(['00:00', '00:00', '00:00', '00:00']);
    expect((days[2]! - days[1]!) / HOUR_MS).toBe(23);
  });

  it('has months over a year and whole local hours over a day, in a half-hour zone too', () => {
    const z = zoneOf('Asia/Kolkata');
    const from = z.instant(2025, 1, 1);
    expect(timeTicks(from, z.instant(2026, 1, 1), 'Asia/Kolkata').map((t) => t.label)).toHaveLength(12);
    const hours = timeTicks(from, from + 24 * HOUR_MS, 'Asia/Kolkata', 8);
    expect(hours.map((t) => t.label).slice(0, 3)).toEqual(['00:00', '03:00', '06:00']);
    expect(timeTicks(from, from, 'Asia/Kolkata')).toEqual([]);
  });
});

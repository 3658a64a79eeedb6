import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { extent, scaled } from './rate.ts';
import { shapeRate } from './shape.ts';
import { SHAPE_NAMES, SHAPES } from './shapes.ts';

const tashkent = zoneOf('Asia/Tashkent');
const monday = Date.UTC(2026, 0, 5) - 5 * HOUR_MS;

describe('shapes', () => {
  it.each(SHAPE_NAMES)('%s is a full day and week with a source', (name) => {
    const table = SHAPES[name];
    expect(table.hours).toHaveLength(24);
    expect(table.weekdays).toHaveLength(7);
    expect(table.source.length).toBeGreaterThan(5);
    expect(Math.min(...table.hours)).toBeGreaterThan(0);
  });

  it.each(SHAPE_NAMES)('%s has the mean asked for over a local week', (name) => {
    const rate = shapeRate(name, { meanPerS: 3 }, tashkent);
    expect(rate.ratePerS(monday, monday + 7 * DAY_MS)).toBeCloseTo(3, 9);
  });

  it.each(SHAPE_NAMES)('%s never exceeds the peak asked for, and reaches it', (name) => {
    const rate = shapeRate(name, { peakPerS: 2 }, tashkent);
    const seen = extent(rate, monday, monday + 7 * DAY_MS, 5 * 60_000);
    expect(seen.peakPerS).toBeLessThanOrEqual(2 + 1e-9);
    expect(seen.peakPerS).toBeGreaterThan(1.99);
  });

  it('means over parts add up to the mean over the whole', () => {
    const rate = shapeRate('code', { meanPerS: 1 }, tashkent);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3e9 }), fc.integer({ min: 4000, max: 3e8 }), (offset, length) => {
        const a = monday + offset;
        const mid = a + Math.floor(length / 2);
        const b = a + length;
        const parts = rate.ratePerS(a, mid) * (mid - a) + rate.ratePerS(mid, b) * (b - mid);
        expect(parts / (b - a)).toBeCloseTo(rate.ratePerS(a, b), 7);
      }),
    );
  });

  it('is smooth: neighbouring minutes differ by less than a fiftieth of the peak', () => {
    const rate = shapeRate('office', { peakPerS: 1 }, tashkent);
    for (let t = monday; t < monday + 7 * DAY_MS; t += 60_000) {
      expect(Math.abs(rate.ratePerS(t + 60_000, t + 120_000) - rate.ratePerS(t, t + 60_000))).toBeLessThan(0.02);
    }
  });

  it('follows local time: the office works by day, the code table peaks at noon', () => {
    const at = (name: 'office' | 'code', hour: number) =>
      shapeRate(name, { meanPerS: 1 }, tashkent).ratePerS(monday + hour * HOUR_MS, monday + (hour + 1) * HOUR_MS);
    expect(at('office', 10)).toBeGreaterThan(10 * at('office', 3));
    const hours = Array.from({ length: 24 }, (_, h) => at('code', h));
    expect(hours.indexOf(Math.max(...hours))).toBe(12);
  });

  it('a shift moves the day', () => {
    const a = shapeRate('code', { meanPerS: 1 }, tashkent, { shiftH: 0 });
    const b = shapeRate('code', { meanPerS: 1 }, tashkent, { shiftH: 3 });
    const t = monday + 2 * DAY_MS + 10 * HOUR_MS;
    expect(b.ratePerS(t + 3 * HOUR_MS, t + 4 * HOUR_MS)).toBeCloseTo(a.ratePerS(t, t + HOUR_MS), 9);
  });

  it('keeps civil time when clocks change', () => {
    const rate = shapeRate('office', { meanPerS: 1 }, zoneOf('Europe/Berlin'));
    const winter = Date.UTC(2026, 2, 25, 9); // Wednesday 10:00 CET
    const summer = Date.UTC(2026, 3, 1, 8); // Wednesday 10:00 CEST
    expect(rate.ratePerS(summer, summer + HOUR_MS)).toBeCloseTo(rate.ratePerS(winter, winter + HOUR_MS), 9);
  });

  it('weekends are quieter by the published ratio', () => {
    const rate = shapeRate('conversation', { meanPerS: 1 }, tashkent);
    const noonWed = monday + 2.5 * DAY_MS;
    const noonSun = monday + 6.5 * DAY_MS;
    expect(rate.ratePerS(noonSun, noonSun) / rate.ratePerS(noonWed, noonWed)).toBeCloseTo(0.556, 3);
  });

  it('scales', () => {
    const rate = shapeRate('flat', { meanPerS: 2 }, tashkent);
    expect(scaled(rate, 0.25).ratePerS(0, 0)).toBeCloseTo(0.5, 9);
  });
});

import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import type { GridEvent } from '../../site/gridEvent.ts';
import { customerBaseline, meanOver } from './baseline.ts';

/** UTC+5 all year. */
const ZONE = 'Asia/Tashkent';
/** Tuesday 14 January 2025, 18:00 there. */
const START = Date.UTC(2025, 0, 14, 13);
const EVENT: GridEvent = {
  startMs: START,
  endMs: START + 3 * HOUR_MS,
  announcedMs: START - 30 * MINUTE_MS,
  cut: { share: 0.25 },
};

/** A meter of hours for `days` days up to the announcement, with what was imported by days before the event and hour of the clock. */
function meter(days: number, kw: (back: number, hour: number) => number) {
  const stepMs = 15 * MINUTE_MS;
  const midnight = START - 18 * HOUR_MS;
  const startMs = midnight - days * DAY_MS;
  const count = Math.floor((EVENT.announcedMs - startMs) / stepMs);
  const values = Float64Array.from({ length: count }, (_, i) => {
    const ms = startMs + i * stepMs;
    const back = Math.ceil((midnight - ms) / DAY_MS);
    return kw(back, ((ms - midnight) / HOUR_MS + 24 * 100) % 24);
  });
  return { grid: { startMs, stepMs, count }, values };
}

describe('customerBaseline', () => {
  it('is the mean of the five highest of ten weekdays, hour by hour', () => {
    // Ten weekdays back from the 14th: 13, 10..6, 3, 2, 1 January and 31 December.
    const of = [1, 4, 5, 6, 7, 8, 11, 12, 13, 14];
    const kw = (back: number, hour: number): number => {
      if (hour < 18 || hour >= 21) return 50;
      return 100 + 10 * (hour >= 20 ? 1 : 0) + (back === 0 ? 0 : back);
    };
    const found = customerBaseline(meter(28, kw), EVENT, [EVENT], ZONE)!;
    expect(found).toMatchObject({ kind: 'days', counted: 10, wanted: 10, adjustmentKw: 0 });
    // The higher, the longer ago.
    const days = [14, 13, 12, 11, 8];
    expect(of.slice(-5).reverse()).toEqual(days);
    expect(found.days).toEqual(days.map((back) => START - back * DAY_MS));
    const mean = 100 + (14 + 13 + 12 + 11 + 8) / 5;
    expect(found.hours.map(({ fromMs, kw: own }) => [(fromMs - START) / HOUR_MS, Number(own.toFixed(9))])).toEqual([
      [0, mean],
      [1, mean],
      [2, mean + 10],
    ]);
  });

  it('looks at weekends for a weekend, three of five', () => {
    const saturday = { ...EVENT };
    const shift = 4 * DAY_MS;
    const event = {
      ...saturday,
      startMs: START + shift,
      endMs: EVENT.endMs + shift,
      announcedMs: EVENT.announcedMs + shift,
    };
    const record = meter(28, () => 80);
    const longer = {
      grid: { ...record.grid, count: record.grid.count + shift / record.grid.stepMs },
      values: new Float64Array(record.grid.count + shift / record.grid.stepMs).fill(80),
    };
    const found = customerBaseline(longer, event, [event], ZONE)!;
    expect(found).toMatchObject({ counted: 5, wanted: 5 });
    expect(found.days).toHaveLength(3);
    for (const ms of found.days) expect([0, 6]).toContain(new Date(ms).getUTCDay());
  });

  it('leaves out days with an event, and days that were not metered whole', () => {
    const yesterday = { ...EVENT, startMs: START - DAY_MS - 8 * HOUR_MS, endMs: START - DAY_MS - 7 * HOUR_MS };
    const record = meter(28, (back, hour) => (back === 4 && hour === 19 ? Number.NaN : back === 1 ? 500 : 100));
    const found = customerBaseline(record, EVENT, [yesterday, EVENT], ZONE)!;
    expect(found.counted).toBe(10);
    for (const back of [1, 4]) expect(found.days).not.toContain(START - back * DAY_MS);
    expect(found.hours[0]!.kw).toBe(100);
  });

  it('moves with the hours before the event, by a fifth at most', () => {
    const of = (today: number) =>
      customerBaseline(
        meter(28, (back) => (back === 0 ? today : 100)),
        EVENT,
        [EVENT],
        ZONE,
      )!;
    expect(of(110)).toMatchObject({ adjustmentKw: 10 });
    expect(of(110).hours[2]!.kw).toBeCloseTo(110, 9);
    expect(of(400).adjustmentKw).toBeCloseTo(20, 9);
    expect(of(0).adjustmentKw).toBeCloseTo(-20, 9);
  });

  it('does not look at what was drawn after the announcement, nor at the hour before the event', () => {
    const early = { ...EVENT, announcedMs: START - 6 * HOUR_MS };
    // 9:00 to 12:00 count for it; from then on the site draws more.
    const record = meter(28, (back, hour) => (back === 0 && hour >= 12 ? 1000 : 100));
    expect(customerBaseline(record, early, [early], ZONE)!.adjustmentKw).toBe(0);
    const late = meter(28, (back, hour) => (back === 0 && hour >= 17 ? 1000 : 100));
    expect(customerBaseline(late, EVENT, [EVENT], ZONE)!.adjustmentKw).toBe(0);
  });

  it('takes the days that there are, then the hour before the announcement, then nothing', () => {
    const few = customerBaseline(
      meter(5, () => 70),
      EVENT,
      [EVENT],
      ZONE,
    )!;
    expect(few).toMatchObject({ kind: 'days', counted: 3, wanted: 10 });
    const none = customerBaseline(
      meter(0, (_, hour) => (hour >= 16.5 ? 60 : 10)),
      EVENT,
      [EVENT],
      ZONE,
    )!;
    expect(none).toMatchObject({ kind: 'meter-before', counted: 0, days: [] });
    expect(none.hours.map(({ kw }) => kw)).toEqual([60, 60, 60]);
    const blank = { grid: { startMs: START, stepMs: HOUR_MS, count: 0 }, values: new Float64Array(0) };
    expect(customerBaseline(blank, EVENT, [EVENT], ZONE)).toBeUndefined();
  });
});

describe('meanOver', () => {
  it('weighs parts of steps, and knows what it does not know', () => {
    const grid = { startMs: 0, stepMs: HOUR_MS, count: 3 };
    const record = { grid, values: Float64Array.from([10, 20, Number.NaN]) };
    expect(meanOver(record, HOUR_MS / 2, 2 * HOUR_MS)).toBeCloseTo((10 * 0.5 + 20) / 1.5, 12);
    expect(meanOver(record, HOUR_MS, 3 * HOUR_MS)).toBeNaN();
    expect(meanOver(record, -1, HOUR_MS)).toBeNaN();
  });
});

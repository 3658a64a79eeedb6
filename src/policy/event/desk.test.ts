import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import { mostOver, parseGridEvent } from '../../site/gridEvent.ts';
import { blankRecord } from '../../twin/record.ts';
import { box, mildAir, testPlant } from '../../twin/testPlant.ts';
import { GridDesk } from './desk.ts';

const ZONE = 'Asia/Tashkent';
const EVENT = parseGridEvent('2025-01-14T18:00 2h -25% notice=30m', ZONE);
const plant = testPlant([box('grid', 'slack', { minKw: 0, maxKw: 1000 })]);
const SECOND_DAY = EVENT.startMs - DAY_MS;

/** Meters quarters of import from one instant to another. */
function meter(desk: GridDesk, fromMs: number, toMs: number, importKw: (ms: number) => number, up = true): void {
  const record = blankRecord(plant);
  for (let ms = fromMs; ms < toMs; ms += 15 * MINUTE_MS) {
    record.conditions = mildAir(0.25, ms);
    const feasible = { zero: true, minKw: 0, maxKw: up ? 1000 : 0, auxKw: 0 };
    record.dispatch[0] = { ...record.dispatch[0]!, powerKw: importKw(ms), feasible };
    desk.watch(record);
  }
}

describe('the desk for orders of the grid', () => {
  it('tells limits from the announcement on and until they are over', () => {
    const desk = new GridDesk(plant, ZONE, [EVENT]);
    // The day before counts: 400 kW in the first hour, 200 in the second.
    const kw = (ms: number): number => (ms >= SECOND_DAY + HOUR_MS && ms < SECOND_DAY + 2 * HOUR_MS ? 200 : 400);
    meter(desk, SECOND_DAY - 8 * HOUR_MS, EVENT.announcedMs, kw);
    expect(desk.limits(EVENT.announcedMs - 1)).toEqual([]);
    expect(desk.known(EVENT.announcedMs - 1)).toEqual([]);
    const limits = desk.limits(EVENT.announcedMs);
    expect(limits).toEqual([
      { fromMs: EVENT.startMs, toMs: EVENT.startMs + HOUR_MS, mostKw: 300 },
      { fromMs: EVENT.startMs + HOUR_MS, toMs: EVENT.endMs, mostKw: 150 },
    ]);
    expect(mostOver(limits, EVENT.startMs - HOUR_MS, EVENT.startMs)).toBe(Number.POSITIVE_INFINITY);
    expect(mostOver(limits, EVENT.startMs + 0.5 * HOUR_MS, EVENT.startMs + 1.5 * HOUR_MS)).toBe(150);
    expect(desk.limits(EVENT.endMs - 1)).toHaveLength(1);
    expect(desk.limits(EVENT.endMs)).toEqual([]);
  });

  it('does not meter while the grid is out', () => {
    const desk = new GridDesk(plant, ZONE, [EVENT]);
    meter(desk, SECOND_DAY - 8 * HOUR_MS, SECOND_DAY, () => 400);
    meter(desk, SECOND_DAY, SECOND_DAY + 2 * HOUR_MS, () => 0, false);
    meter(desk, SECOND_DAY + 2 * HOUR_MS, EVENT.announcedMs, () => 100);
    expect(desk.baseline(EVENT, EVENT.announcedMs)).toMatchObject({ kind: 'meter-before', counted: 0 });
  });

  it('takes an event at any time, keeps its baseline over a restart, and gives it back', () => {
    const desk = new GridDesk(plant, ZONE);
    meter(desk, SECOND_DAY - 8 * HOUR_MS, EVENT.startMs, () => 400);
    desk.announce(EVENT);
    const before = desk.limits(EVENT.startMs);
    expect(before[0]!.mostKw).toBe(300);
    const again = new GridDesk(plant, ZONE, [], JSON.parse(JSON.stringify(desk.save())));
    // What is metered later does not move it.
    meter(again, EVENT.startMs, EVENT.startMs + HOUR_MS, () => 10);
    expect(again.limits(EVENT.startMs + MINUTE_MS)).toEqual(before);
    expect(again.withdraw(parseGridEvent('2025-01-14T18:00 2h -25% notice=30m', ZONE))).toBe(true);
    expect(again.withdraw(EVENT)).toBe(false);
    expect(again.limits(EVENT.startMs + MINUTE_MS)).toEqual([]);
    expect(new GridDesk(plant, ZONE, [], { events: [[7]], meter: 'x' }).limits(0)).toEqual([]);
  });
});

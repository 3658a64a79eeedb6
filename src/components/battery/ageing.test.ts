import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../units/formula.ts';
import {
  calendarLeftShare,
  calendarRate,
  calendarTableShare,
  closeCycles,
  cycleLossShare,
  cycleTable,
  SSC_CALENDAR,
  wearPerKwh,
} from './ageing.ts';
import { FORMULAS } from './formulas.ts';

const TABLE = cycleTable([
  { depthShare: 0.8, cycles: 1000, leftShare: 0.8 },
  { depthShare: 0.8, cycles: 2000, leftShare: 0.5 },
  { depthShare: 0.2, cycles: 5000, leftShare: 0.8 },
  { depthShare: 0.2, cycles: 10000, leftShare: 0.6 },
]);

function count(points: readonly number[]): { ranges: number[]; left: number[] } {
  const left: number[] = [];
  const ranges: number[] = [];
  for (const p of points) {
    left.push(p);
    closeCycles(left, (r) => ranges.push(Number(r.toFixed(9))));
  }
  return { ranges, left };
}

describe('rainflow', () => {
  it('closes the cycles of the worked series by hand', () => {
    // 35 inside 95-10, 40 inside 10-5, then two of 90.
    expect(count([0.05, 0.95, 0.5, 0.85, 0.1, 0.5, 0.05, 0.95, 0.05]).ranges).toEqual([0.35, 0.4, 0.9, 0.9]);
  });

  it('leaves a residue whose ranges grow and then fall, whatever came', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 80 }), (values) => {
        const points: number[] = [];
        for (const v of values) {
          // Turning points only: each goes the other way.
          const n = points.length;
          if (n === 0 || (v !== points[n - 1] && (n === 1 || v > points[n - 1]! !== points[n - 1]! > points[n - 2]!)))
            points.push(v);
        }
        const { ranges, left } = count(points);
        expect(ranges.length * 2 + left.length).toBe(points.length);
        const open = left.slice(1).map((v, i) => Math.abs(v - left[i]!));
        for (let i = 1; i < open.length; i++) expect(open[i]!).toBeLessThan(open[i - 1]!);
      }),
    );
  });
});

describe('cycle table', () => {
  it('is linear in depth, to nothing at 0 and flat above the deepest row', () => {
    expect(cycleLossShare(TABLE, 0.2, 1)).toBeCloseTo(0.2 / 5000, 15);
    expect(cycleLossShare(TABLE, 0.5, 1)).toBeCloseTo((0.2 / 5000 + 0.2 / 1000) / 2, 15);
    expect(cycleLossShare(TABLE, 0.1, 1)).toBeCloseTo(0.1 / 5000, 15);
    expect(cycleLossShare(TABLE, 0, 1)).toBe(0);
    expect(cycleLossShare(TABLE, 1, 1)).toBeCloseTo(0.2 / 1000, 15);
  });
  it('follows the bend of a curve by what is left', () => {
    expect(cycleLossShare(TABLE, 0.8, 0.81)).toBeCloseTo(0.2 / 1000, 15);
    expect(cycleLossShare(TABLE, 0.8, 0.79)).toBeCloseTo(0.3 / 1000, 15);
    expect(cycleLossShare(TABLE, 0.8, 0.1)).toBeCloseTo(0.3 / 1000, 15);
  });
});

describe('calendar', () => {
  it('carries the loss on when warmth changes, in any order of equal parts', () => {
    const cool = calendarRate(SSC_CALENDAR, 283, 0.5) ** 2;
    const hot = calendarRate(SSC_CALENDAR, 313, 0.5) ** 2;
    expect(hot).toBeGreaterThan(5 * cool);
    const mixed = 1.02 - calendarLeftShare(SSC_CALENDAR, 100 * cool + 100 * hot);
    expect(mixed).toBeGreaterThan(1.02 - calendarLeftShare(SSC_CALENDAR, 200 * cool));
    expect(mixed).toBeLessThan(1.02 - calendarLeftShare(SSC_CALENDAR, 200 * hot));
  });
  it('a fuller and a warmer cell ages faster', () => {
    expect(calendarRate(SSC_CALENDAR, 296, 0.9)).toBeGreaterThan(calendarRate(SSC_CALENDAR, 296, 0.2));
    expect(calendarRate(SSC_CALENDAR, 306, 0.5)).toBeGreaterThan(1.5 * calendarRate(SSC_CALENDAR, 296, 0.5));
  });
  it('a table never falls below nothing', () => {
    expect(calendarTableShare({ days: [0, 10], left: [1, 0.5] }, 5)).toBe(0.75);
    expect(calendarTableShare({ days: [0, 10], left: [1, 0.5] }, 500)).toBe(0);
  });
});

describe('formulas of the battery', () => {
  const by = (name: string) => FORMULAS.find((f) => f.name === name)!;
  it('refuse tables that do not fit together and values outside their domain', () => {
    const rows = { tableDepths: [20], tableCycles: [5000, 6000], tableLeft: [80] };
    expect(() => evaluate(by('battery.ageing.cycle-table'), { depths: [5, 95], ...rows })).toThrow();
    expect(() =>
      evaluate(by('battery.ageing.calendar-table'), { hours: 1, tableDays: [9, 1], tableLeft: [100, 80] }),
    ).toThrow();
    expect(() => evaluate(by('battery.wear.linear'), { price: 100, cycles: 0, depth: 0.8 })).toThrow();
    expect(() => evaluate(by('battery.ageing.rainflow'), { depths: [5, 120] })).toThrow();
  });
  it('give no cycle for a series that never turns back', () => {
    expect(evaluate(by('battery.ageing.rainflow'), { depths: [5, 95] })).toEqual({ ranges: [], cycles: 0, mean: 0 });
  });
  it('wear spreads the price of cells over their throughput', () => {
    expect(wearPerKwh(120, 6000, 0.8) * 2 * 6000 * 0.8).toBeCloseTo(120, 12);
  });
});

import { describe, expect, it } from 'vitest';
import { zoneOf } from '../series/zone.ts';
import { peakDuty } from './duties.ts';
import { loadSite } from './load.ts';
import { periodCuts } from './peakCut.ts';
import { isPeakHour } from './rules.ts';

const site = loadSite('sites/nukus-ai-zone.yaml');
/** 20 % less import at 6 to 9 and 17 to 22 than in the other hours of the day. */
const rule = site.rules.peakReduction!;
const zone = zoneOf('Asia/Samarkand');
const START_MS = zone.instant(2026, 1, 14);
const local = (hours: number) => Array.from({ length: hours }, (_, i) => zone.local(START_MS + (i + 0.5) * 3_600_000));
const kw = (hours: number, of: (hour: number, day: number) => number) =>
  Float64Array.from({ length: hours }, (_, i) => of(i % 24, Math.floor(i / 24)));
const isPeak = (hour: number): boolean => isPeakHour(rule, hour + 0.5);

describe('periodCuts', () => {
  it('measures every day by itself', () => {
    const values = kw(72, (hour, day) => (isPeak(hour) ? [75, 80, 90][day]! : 100));
    const cuts = periodCuts(peakDuty(site, rule, local(72)), values, 0);
    expect(cuts.map((c) => [c.period, c.cutShare, c.met])).toEqual([
      [20260114, 0.25, true],
      [20260115, expect.closeTo(0.2, 12), true],
      [20260116, expect.closeTo(0.1, 12), false],
    ]);
    expect(cuts[0]).toMatchObject({ peakSteps: 8, otherSteps: 16, peakKw: 75, againstKw: 100, marginKw: 5 });
    expect(cuts[2]!.marginKw).toBeCloseTo(-10, 9);
  });

  it('measures a month as one, and against the contract', () => {
    const values = kw(72, (hour, day) => (isPeak(hour) ? [70, 80, 90][day]! : 100));
    const [month, ...none] = periodCuts(peakDuty(site, { ...rule, period: 'month' }, local(72)), values, 0);
    expect(none).toEqual([]);
    expect(month).toMatchObject({ period: 202601, met: true });
    expect(month!.cutShare).toBeCloseTo(0.2, 12);
    const contracted = periodCuts(peakDuty(site, { ...rule, reference: 'contracted' }, local(72)), values, 95);
    expect(contracted.map((c) => c.met)).toEqual([true, false, false]);
  });

  it('is met by a day without import, and missed by one with import at peak hours alone', () => {
    const values = kw(48, (hour, day) => (day === 1 && isPeak(hour) ? 10 : 0));
    const cuts = periodCuts(peakDuty(site, rule, local(48)), values, 0);
    expect(cuts.map((c) => [c.cutShare, c.met, c.marginKw])).toEqual([
      [null, true, 0],
      [null, false, -10],
    ]);
  });

  it('leaves out a day of which only one kind of hours is there', () => {
    expect(periodCuts(peakDuty(site, rule, local(5)), new Float64Array(5), 0)).toEqual([]);
  });
});

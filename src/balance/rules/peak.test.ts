import { describe, expect, it } from 'vitest';
import { solveModel, type ToySite, toyBalance, valuesOf } from '../testing/toySite.ts';
import { lastDaySpeakers, type PeakDuty, peakRule, stepsOf } from './peak.ts';

const DAYS = 4;
const HOURS = 24 * DAYS;
const hour = (i: number): number => i % 24;
const SUN = Array.from({ length: HOURS }, (_, i) => Math.max(0, Math.sin(((hour(i) - 6) / 12) * Math.PI)));
const LOAD = Array.from({ length: HOURS }, (_, i) => 100 + 20 * Math.sin((hour(i) / 24) * 2 * Math.PI));

const site: ToySite = {
  loadKw: LOAD,
  sun: SUN,
  price: LOAD.map(() => 0.1),
  windowH: 48,
  sizes: { grid: 200, gen: [0, 500], sun: [0, 500], energy: [0, 2000], power: [0, 500] },
};

async function solved({ balance, choices }: ReturnType<typeof toyBalance>) {
  const model = balance.model(balance.flat(), choices);
  const answer = await solveModel(model);
  expect(answer.status).toBe('optimal');
  return { model, of: (name: string) => valuesOf(model, answer, name) };
}
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

const PEAK: PeakDuty = {
  name: 'cut at peak hours',
  basis: 'import',
  share: 0.2,
  reference: 'others',
  peak: Float64Array.from(LOAD, (_, i) => (hour(i) >= 4 && hour(i) < 9 ? 1 : 0)),
  period: Float64Array.from(LOAD, (_, i) => Math.floor(i / 24)),
  nameOf: (day) => `day ${day}`,
};

describe('cut at peak hours (D1)', () => {
  const meanAt = (values: Float64Array, day: number, peak: 0 | 1): number => {
    const steps = [...values].filter((_, i) => PEAK.period[i] === day && PEAK.peak[i] === peak);
    return sum(steps) / steps.length;
  };
  it('holds on every day against the other hours', async () => {
    const dark = { ...site, sizes: { ...site.sizes, sun: 0 } };
    const free = await solved(toyBalance(dark));
    const { of } = await solved(toyBalance(dark, [peakRule(PEAK)]));
    expect(meanAt(free.of('grid power'), 0, 1)).toBeGreaterThan(0.81 * meanAt(free.of('grid power'), 0, 0));
    for (let day = 0; day < DAYS; day++) {
      const [peak, others] = [meanAt(of('grid power'), day, 1), meanAt(of('grid power'), day, 0)];
      expect(peak).toBeLessThanOrEqual(0.8 * others + 1e-6);
    }
  });

  it('holds against the contract, and over a longer period', async () => {
    const duty: PeakDuty = {
      ...PEAK,
      share: 0.6,
      reference: [{ unit: 'grid', key: 'kw', factor: 1 }],
      period: PEAK.period.map(() => 7),
    };
    const { of, model } = await solved(toyBalance(site, [peakRule(duty)]));
    const import_ = of('grid power');
    const peaks = [...import_].filter((_, i) => duty.peak[i] === 1);
    expect(sum(peaks) / peaks.length).toBeLessThanOrEqual(0.4 * 200 + 1e-6);
    // One total over both windows.
    expect(model.rowGroups.filter((g) => g.tag === 'D1')).toHaveLength(3);
    expect(stepsOf(duty).get(7)).toEqual({ peak: 5 * DAYS, others: 19 * DAYS });
  });

  it('counts what was drawn before the horizon on both sides', async () => {
    const dark = { ...site, sizes: { ...site.sizes, sun: 0 } };
    const past = { peak: 2, others: 10, peakKwh: 260, othersKwh: 1000 };
    const { of } = await solved(toyBalance(dark, [peakRule({ ...PEAK, before: new Map([[0, past]]) })]));
    const at = (peak: 0 | 1): number =>
      sum([...of('grid power')].filter((_, i) => PEAK.period[i] === 0 && PEAK.peak[i] === peak));
    const [peakKwh, othersKwh] = [past.peakKwh + at(1), past.othersKwh + at(0)];
    expect(peakKwh / (2 + 5)).toBeLessThanOrEqual(0.8 * (othersKwh / (10 + 19)) + 1e-6);
    expect(sum(of('cut at peak hours, day 0, missed'))).toBeLessThan(1e-6);
  });

  describe('on a horizon that ends inside a day', () => {
    const dark = { ...site, sizes: { ...site.sizes, sun: 0 } };
    /** Days begin `shift` hours before the horizon does, so that the last one ends at that hour. */
    const shifted = (shift: number, from: number, to: number): PeakDuty => {
      const clock = (i: number): number => (i + shift) % 24;
      const peak = Float64Array.from(LOAD, (_, i) => (clock(i) >= from && clock(i) < to ? 1 : 0));
      const period = Float64Array.from(LOAD, (_, i) => Math.floor((i + shift) / 24));
      return { ...PEAK, peak, period, speaksFor: lastDaySpeakers({ peak, period }, 24) };
    };
    const steps = (of: (i: number) => boolean): number[] => LOAD.map((_, i) => i).filter(of);
    const mean = (values: Float64Array, at: readonly number[]): number =>
      at.reduce((total, i) => total + values[i]!, 0) / at.length;

    it('takes the hours beyond it to become as those a day before', async () => {
      // The last day ends at 20: three of five peak hours are in, and 22 to 24 are beyond.
      const duty = shifted(20, 17, 22);
      expect(steps((i) => duty.speaksFor![i] === DAYS)).toEqual([74, 75]);
      const { of } = await solved(toyBalance(dark, [peakRule(duty)]));
      const power = of('grid power');
      const inside = (peak: 0 | 1) => steps((i) => duty.period[i] === DAYS && duty.peak[i] === peak);
      expect(inside(1)).toHaveLength(3);
      expect(mean(power, inside(1))).toBeLessThanOrEqual(0.8 * mean(power, [...inside(0), 74, 75]) + 1e-6);
      expect(sum(of(`cut at peak hours, day ${DAYS}, missed`))).toBeLessThan(1e-6);
    });

    it('holds in a day of which only peak hours are inside', async () => {
      const duty = shifted(3, 0, 5);
      const { speaksFor: _, ...deaf } = duty;
      const night = steps((i) => duty.period[i] === DAYS);
      expect(night.every((i) => duty.peak[i] === 1)).toBe(true);
      const before = steps((i) => duty.speaksFor![i] === DAYS);
      expect(before).toHaveLength(19);
      const over = async (rule: PeakDuty) => {
        const { of, model } = await solved(toyBalance(dark, [peakRule(rule)]));
        const power = of('grid power');
        return { power, rows: model.rowGroups.filter((g) => g.tag === 'D1' && g.name.includes(`day ${DAYS}`)).length };
      };
      const told = await over(duty);
      expect(mean(told.power, night)).toBeLessThanOrEqual(0.8 * mean(told.power, before) + 1e-6);
      const untold = await over(deaf);
      expect(untold.rows).toBe(0);
      expect(mean(untold.power, night)).toBeGreaterThan(0.8 * mean(untold.power, before) + 1);
    });

    it('changes nothing where it ends with a day', () => {
      expect(steps((i) => shifted(0, 17, 22).speaksFor![i] !== -1)).toEqual([]);
    });
  });

  it('of the load is missed by exactly the energy that cannot move', async () => {
    const toy = toyBalance(site, [peakRule({ ...PEAK, basis: 'load' })]);
    const { of } = await solved(toy);
    for (let day = 0; day < DAYS; day++) {
      const at = (peak: 0 | 1) => LOAD.filter((_, i) => PEAK.period[i] === day && PEAK.peak[i] === peak);
      const [peak, others] = [at(1), at(0)];
      const short = sum(peak) - 0.8 * peak.length * (sum(others) / others.length);
      expect(short).toBeGreaterThan(50);
      expect(of(`cut at peak hours, day ${day}, missed`)[0]).toBeCloseTo(short, 5);
    }
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { zoneOf } from '../series/zone.ts';
import { loadSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { isPeakHour } from '../site/rules.ts';
import { conditionsOn } from '../weather/conditions.ts';
import { weatherOf } from './air.ts';
import { type PeakCutResult, peakCutOf } from './peakCut.ts';
import { periodOf } from './period.ts';
import { type Run, simulate } from './simulate.ts';

const site = loadSite('sites/nukus-ai-zone.yaml');
const { zone } = site.context;
// Five whole days over the end of a month, and a part of one on either side.
const grid = periodOf({ from: '2026-01-28T12:00', to: '2026-02-03T08:00' }, zone);

describe('the cut at peak hours in a simulation', () => {
  let run: Run;
  let cut: PeakCutResult;
  beforeAll(() => {
    run = simulate({
      plant: plantOf(site),
      currency: site.money.currency,
      grid,
      conditions: conditionsOn(weatherOf(site), site.context, grid),
      rates: site.services.map((s) => s.rate),
      policy: 'tuned-silos',
    });
    cut = peakCutOf(site, run)!;
  }, 60_000);

  it('has every day, and counts whole ones', () => {
    expect(cut.periods.map(({ name, whole }) => [name, whole])).toEqual([
      ['2026-01-28', false],
      ['2026-01-29', true],
      ['2026-01-30', true],
      ['2026-01-31', true],
      ['2026-02-01', true],
      ['2026-02-02', true],
      ['2026-02-03', false],
    ]);
    expect(cut.counted).toBe(5);
    expect(cut.months.map((m) => [m.month, m.periods])).toEqual([
      ['2026-01', 3],
      ['2026-02', 2],
    ]);
  });

  it('is what the meter says', () => {
    const day = cut.periods[2]!;
    const bought = run.ledger.get('grid.importKw');
    const sums = { peak: 0, others: 0 };
    bought.forEach((kw, i) => {
      const t = zoneOf(zone).local(grid.startMs + (i + 0.5) * grid.stepMs);
      if (t.month !== 1 || t.day !== 30) return;
      if (isPeakHour(site.rules.peakReduction!, t.hour)) sums.peak += kw / 32;
      else sums.others += kw / 64;
    });
    expect(day.peakKw).toBeCloseTo(sums.peak, 6);
    expect(day.againstKw).toBeCloseTo(sums.others, 6);
    expect(day.cutShare).toBeCloseTo(1 - sums.peak / sums.others, 9);
    expect(day.met).toBe(sums.peak <= 0.8 * sums.others);
    const months = cut.months.reduce((sum, m) => sum + m.missed, 0);
    expect(months).toBe(cut.missed);
    expect(cut.missed).toBe(cut.periods.filter((p) => p.whole && !p.met).length);
    for (const { worst, month } of cut.months) {
      const own = cut.periods.filter((p) => p.whole && p.name.startsWith(month));
      expect(worst.marginKw).toBe(Math.min(...own.map((p) => p.marginKw)));
    }
  });

  it('leaves out steps before the first that counts', () => {
    const later = peakCutOf(site, run, 48 + 96)!;
    expect(later.periods).toEqual(cut.periods.slice(2));
    expect(later.counted).toBe(4);
  });

  it('is silent for a site without the duty', () => {
    expect(peakCutOf({ ...site, rules: {} }, run)).toBeUndefined();
  });
});

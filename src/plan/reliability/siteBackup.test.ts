import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSite } from '../../site/load.ts';
import { erf, lognormalWithin } from './indices.ts';
import { backupDesignOf, outageHabitOf, type SiteHours, siteReliability } from './siteBackup.ts';

const site = loadSite(fileURLToPath(new URL('../../../sites/bukhara.yaml', import.meta.url)));
const N = 24 * 14;
const year: SiteHours = {
  loadKw: new Float64Array(N).fill(900),
  sunKw: Float64Array.from({ length: N }, (_, h) => Math.max(0, 1500 * Math.sin(((h % 24) - 6) / 3.82))),
  socShare: new Float64Array(N).fill(0.8),
};

describe('the backup of a site', () => {
  const design = backupDesignOf(site, year);

  it('is what its file says', () => {
    const [sets] = design.generators;
    // 2 x 800 kW at 225 m; 20 m3 ordered at half
    expect(sets).toMatchObject({ count: 2, kw: 800, availability: 0.995, failureToStart: 0.0094, mttfH: 1100 });
    expect(sets!.fuel).toMatchObject({ fuelL: 10_000, delivery: { belowL: 10_000, afterH: 48, fullL: 20_000 } });
    // 35 % at full load and 10.03 kWh a litre
    expect(800 * sets!.fuel!.fuelLPerKwh + sets!.fuel!.fuelLPerUnitH).toBeCloseTo(800 / 0.35 / 10.03, 9);
    expect(design.battery).toMatchObject({ kw: 1500, usableKwh: 4000 * 0.8 });
    expect(design.battery!.chargeKwh[0]).toBeCloseTo(4000 * (0.8 - 0.2), 9);
  });

  it('has outages as the file draws them', () => {
    const habit = outageHabitOf(site, 400)!;
    expect(habit.perYear).toBe(48);
    const mean = habit.durations.reduce((sum, chance, d) => sum + chance * (d + 0.5), 0);
    // Lengths are told apart by the hour, and 3 h is the mean of the lognormal.
    expect(mean).toBeCloseTo(3, 1);
    expect(outageHabitOf({ parsed: { ...site.parsed, grid: [] } }, 10)).toBeUndefined();
  });

  it('carries nearly all, better with more sets, and every longer outage worse', () => {
    const hours = 48;
    const two = siteReliability(site, year, { hours });
    for (let d = 1; d < hours; d++) expect(two.backup.mean[d]!).toBeLessThanOrEqual(two.backup.mean[d - 1]! + 1e-12);
    expect(two.risk!.lolp).toBeGreaterThan(0);
    expect(two.risk!.nines).toBeGreaterThan(2);
    const one = { ...site.parsed, generator: site.parsed.generator!.map((g) => ({ ...g, units: 1 })) };
    const fewer = siteReliability({ ...site, parsed: one }, year, { hours });
    expect(fewer.risk!.loleHPerYear).toBeGreaterThan(two.risk!.loleHPerYear);
    expect(fewer.risk!.eueKwhPerYear).toBeCloseTo(900 * fewer.risk!.loleHPerYear, 6);
    const off = { ...site.parsed, grid: [] };
    expect(siteReliability({ ...site, parsed: off }, year, { hours }).risk).toBeUndefined();
  });

  it('does without a battery, sun or generators', () => {
    const bare = { ...site.parsed, battery: [], generator: [] };
    const { backup, risk } = siteReliability({ ...site, parsed: bare }, { loadKw: year.loadKw }, { hours: 24 });
    expect(Math.max(...backup.mean)).toBe(0);
    // Nothing carries anything: without supply for every hour of every outage, hours begun counted whole.
    expect(risk!.lolp).toBeCloseTo(1, 12);
    expect(risk!.loleHPerYear).toBeGreaterThan(48 * 3);
  });
});

describe('lognormal lengths', () => {
  it('have the error function of tables', () => {
    // Abramowitz and Stegun, table 7.1
    for (const [x, value] of [
      [0, 0],
      [0.5, 0.5204998778],
      [1, 0.8427007929],
      [2, 0.995322265],
      [-1, -0.8427007929],
    ] as const) {
      expect(Math.abs(erf(x) - value)).toBeLessThan(1.3e-7);
    }
  });

  it('have the mean asked for, and none spread', () => {
    const within = lognormalWithin(5, 0.8);
    let mean = 0;
    for (let t = 0; t < 400; t += 0.01) mean += (1 - within(t + 0.005)) * 0.01;
    expect(mean).toBeCloseTo(5, 2);
    expect([lognormalWithin(5, 0)(4.9), lognormalWithin(5, 0)(5)]).toEqual([0, 1]);
    expect(() => lognormalWithin(5, -1)).toThrow(/spread of lengths/);
  });
});

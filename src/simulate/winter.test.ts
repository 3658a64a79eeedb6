import { describe, expect, it } from 'vitest';
import { winterHeader, winterRows, winterText } from '../report/winter.ts';
import { HOUR_MS } from '../series/grid.ts';
import { loadSite } from '../site/load.ts';
import { darkestSpell } from '../weather/darkYear.ts';
import { weatherOf } from './air.ts';
import { darkestYear, winterOf, winterResult } from './winter.ts';
import { simulateYear } from './years.ts';
import { yearsOf } from './yearsSource.ts';

const site = loadSite(new URL('../../sites/bukhara.yaml', import.meta.url).pathname);
const grid = { startMs: Date.UTC(2026, 0, 1) - 5 * HOUR_MS, stepMs: HOUR_MS, count: 24 * 9 };
const setting = { site, services: site.services, grid, policy: 'siloed' } as const;
const source = { kind: 'generated', climate: 'bukhara', seed: 1, count: 6 } as const;

describe('the winter of a year', () => {
  it('the dark year has the darkest seven days of all', () => {
    const dark = darkestYear(source, site);
    const light = yearsOf(source, site).map((year) => darkestSpell(year.ghiKwhM2(), 7).ghiKwhM2Day);
    expect(dark.of).toBe(6);
    expect(dark.spell.ghiKwhM2Day).toBe(Math.min(...light));
    expect(dark.year.name).toBe(`seed ${1 + light.indexOf(Math.min(...light))}`);
    // Four weeks of December have 2.15 kWh/m2 a day on average in this climate.
    expect(dark.spell.ghiKwhM2Day).toBeLessThan(1.6);
  });

  it('sets both years side by side, with the same demand', () => {
    const weather = weatherOf(site);
    const run = simulateYear(setting, weather);
    const winter = winterOf(setting, weather, run, darkestYear(source, site));
    const header = winterHeader(winter);
    const rows = winterRows(winter);
    for (const row of rows) expect(row).toHaveLength(header.length);
    expect(rows.map((r) => r[0])).toEqual(
      expect.arrayContaining([
        'days',
        'generator hours',
        'fuel',
        'battery heating',
        'cooling water',
        'PUE',
        'unserved',
      ]),
    );
    const result = winterResult(winter);
    expect(result.dark!.totals.requestsOffered).toBe(result.year.totals.requestsOffered);
    expect(result.dark!.totals.solarUsedKwh).not.toBe(result.year.totals.solarUsedKwh);
    expect(winterText(winter)).toMatch(
      /^The dark year is the darkest of 6, seed \d: \d\.\d+ kWh\/m2 a day in the 7 days from \d\d-\d\d\.$/,
    );
    expect(JSON.stringify(result)).not.toContain('NaN');
  });

  it('stands alone where there is no dark year', () => {
    const weather = weatherOf(site);
    const winter = winterOf(setting, weather, simulateYear(setting, weather), undefined);
    expect(winterHeader(winter)).toEqual(['winter', 'worst week', 'whole year']);
    expect(winterResult(winter).dark).toBeNull();
    expect(winterText(winter)).toContain('--dark-weather');
  });
});

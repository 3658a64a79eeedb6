import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { checkText } from '../site/load.ts';
import { generateWeather } from '../weather/generate.ts';
import { weatherOf } from './air.ts';

const base = readFileSync(new URL('../../sites/bukhara.yaml', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'air-'));
const year = generateWeather(loadCatalog().climates.get('bukhara')!, 3);
const rows = Array.from(year.tempC, (t, i) =>
  [Math.floor(i / 24) + 1, i % 24, t, year.rhShare[i]! * 100, year.ghiWm2[i], year.windMs[i]].join(','),
);
writeFileSync(join(folder, 'w.csv'), ['day_of_year,hour,temp_c,rh_pct,ghi_wm2,wind10_ms', ...rows].join('\n'));

const check = (weather: string) => checkText(base.replace('  climate: bukhara\n  seed: 1\n', weather), folder);
function siteOf(weather: string) {
  const { site, faults } = check(weather);
  if (site === undefined) throw new Error(faults.map((f) => f.message).join());
  return site;
}

describe('weather of a site', () => {
  it('splits global irradiance as the site file says, by Erbs where it says nothing', () => {
    const plain = weatherOf(siteOf('  file: w.csv\n'));
    const disc = weatherOf(siteOf('  file: w.csv\n  decomposition: disc\n'));
    expect(plain.derived?.join()).toContain('by Erbs 1982');
    expect(disc.derived?.join()).toContain('by DISC (Maxwell 1987)');
    expect(disc.dniWm2).not.toEqual(plain.dniWm2);
  });

  it('holds for a file given in place of the site’s own', () => {
    const site = siteOf('  climate: bukhara\n  decomposition: disc\n');
    expect(weatherOf(site, join(folder, 'w.csv')).derived?.join()).toContain('by DISC');
    expect(weatherOf(site).provenance).toBe('generated');
  });

  it('refuses a decomposition that is none, where it stands', () => {
    const { faults } = check('  file: w.csv\n  decomposition: perez\n');
    expect(faults[0]!.where).toMatch(/weather\.decomposition/);
    expect(faults[0]!.message + faults[0]!.hint).toContain('disc');
  });
});

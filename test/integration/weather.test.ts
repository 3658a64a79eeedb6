import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { generateWeather } from '../../src/weather/generate.ts';
import { command, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);

const year = generateWeather(loadCatalog().climates.get('bukhara')!, 3);
const file = path.join(dir, 'station.csv');
const rows = Array.from(year.tempC, (t, i) => {
  const stamp = new Date(Date.UTC(2019, 0, 1, i)).toISOString().slice(0, 16);
  return [
    stamp,
    t.toFixed(2),
    (year.rhShare[i]! * 100).toFixed(1),
    year.ghiWm2[i]!.toFixed(1),
    (year.windMs[i]! * 3.6).toFixed(2),
  ].join(',');
});
writeFileSync(file, ['stamp,T,RH,G,W', ...rows].join('\n'));
const MAP = 'time=stamp,temp=T,rh=RH,ghi=G,wind=W:km/h';

describe('weather', () => {
  it('shows a plain CSV by a map: what is in it, what was derived, what looks wrong', async () => {
    const [shown, json, bare] = await Promise.all([
      command(['weather', 'show', file, '--map', MAP]),
      command(['weather', file, '--map', MAP, '--json']),
      command(['weather', 'show', file]),
    ]);
    expect([shown.code, shown.err]).toEqual([0, '']);
    expect(shown.out).toMatch(/irradiance +a row holds the hour that begins at its stamp/);
    expect(shown.out).toMatch(/derived\n.*Erbs 1982.*dew point.*pressure/s);
    expect(shown.out).toMatch(/looks wrong\n {2}nothing/);
    const told = JSON.parse(json.out) as { ghiKwhM2: number; derived: string[]; odd: string[]; months: unknown[] };
    expect(told.ghiKwhM2).toBeCloseTo(year.ghiWm2.reduce((a, b) => a + b, 0) / 1000, 0);
    expect([told.months.length, told.derived.length, told.odd.length]).toEqual([12, 3, 0]);
    expect(bare.code).toBe(65);
    expect(bare.err).toMatch(/--map .*JW_WEATHER_FORMAT/);
  });

  it('shows a generated year, with and without the verb', async () => {
    const [old, verb] = await Promise.all([
      command(['weather', '--climate', 'nukus', '--seed', '4']),
      command(['weather', 'show', '--climate', 'nukus', '--seed', '4']),
    ]);
    expect(old.code).toBe(0);
    expect(verb.out).toBe(old.out);
    expect(old.out).toContain('generated');
  });

  it('refuses what cannot be, before it asks anybody', async () => {
    const wrong = async (...words: string[]) => {
      const { code, err } = await command(['weather', ...words]);
      return `${code} ${err}`;
    };
    const point = ['--lat', '39.8', '--lon', '64.4'];
    const results = await Promise.all([
      wrong('fetch', 'meteoblue', ...point, '--out', 'x.json'),
      wrong('fetch', 'open-meteo', ...point, '--out', 'x.json'),
      wrong('fetch', 'open-meteo', '--year', '2023', '--out', 'x.json'),
      wrong('fetch', 'nasa-power', ...point, '--from', '2023-02-30', '--to', '2023-03-01', '--out', 'x.json'),
      wrong('fetch', 'nasa-power', ...point, '--year', '2023'),
      wrong('show', file, '--map', 'time=stamp'),
      wrong(file, 'more'),
      wrong('--map', MAP),
      wrong('show', file, '--out', 'x.json'),
    ]);
    expect(results[0]).toMatch(/^64 .*not "meteoblue"/);
    expect(results[1]).toMatch(/^64 .*needs --year/);
    expect(results[2]).toMatch(/^64 .*--lat and --lon/);
    expect(results[3]).toMatch(/^64 .*not "2023-02-30"/);
    expect(results[4]).toMatch(/^64 .*--out FILE/);
    expect(results[5]).toMatch(/^64 .*JW_WEATHER_MAP/);
    expect(results[6]).toMatch(/^64 .*one argument too many/);
    expect(results[7]).toMatch(/^64 .*--map is for a FILE/);
    expect(results[8]).toMatch(/^64 .*weather fetch/);
    expect(readFileSync(file, 'utf8')).toContain('stamp,T');
  });
});

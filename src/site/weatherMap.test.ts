import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { generateWeather } from '../weather/generate.ts';
import { readWeather } from '../weather/read.ts';
import { checkText } from './load.ts';

const base = readFileSync(new URL('../../sites/bukhara.yaml', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'weather-map-'));
const year = generateWeather(loadCatalog().climates.get('bukhara')!, 3);
const rows = Array.from(year.tempC, (t, i) => {
  const stamp = new Date(Date.UTC(2019, 0, 1, i)).toISOString().slice(0, 16);
  return [stamp, t, year.rhShare[i]! * 100, year.ghiWm2[i], year.windMs[i]].join(',');
});
writeFileSync(join(folder, 'station.csv'), ['stamp,T_air,RH,G,WS', ...rows].join('\n'));

const check = (map: string) =>
  checkText(base.replace('  climate: bukhara\n  seed: 1\n', `  file: station.csv\n  map:\n${map}`), folder);
const MAP = '    time: stamp\n    temp: T_air\n    rh: RH\n    ghi: G\n    wind: WS\n';

describe('weather.map', () => {
  it('says what the columns of a plain CSV are', () => {
    const { site, faults } = check(MAP);
    expect(faults).toEqual([]);
    if (site?.weather.kind !== 'file') throw new Error('the weather is no file');
    const read = readWeather(site.weather.file, site.context, { map: site.weather.map! });
    expect(read.tempC[4000]).toBeCloseTo(year.tempC[4000]!, 9);
  });
  it.each([
    ['a unit that is none', MAP.replace('T_air', 'T_air:X'), '"X" is no unit'],
    ['no humidity', MAP.replace('    rh: RH\n', ''), 'no column for rh or dew'],
    ['a key that is none', MAP.replace('ghi:', 'gh:'), 'there is no key "gh"'],
    ['a key that is missing', MAP.replace('    wind: WS\n', ''), '"wind" is missing'],
  ])('%s', (_, map, part) => {
    const { faults } = check(map);
    expect(faults.map((f) => `${f.where} ${f.message}; ${f.hint}`).join('\n')).toContain(part);
    expect(faults[0]!.where).toMatch(/^site\.yaml:\d+:\d+ weather/);
  });
});

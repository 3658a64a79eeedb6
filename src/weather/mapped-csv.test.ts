import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { JoulewrightError } from '../errors/error.ts';
import { generateWeather } from './generate.ts';
import { parseWeatherMap } from './map.ts';
import { parseWeather, type ReadOptions } from './read.ts';
import type { WeatherYear } from './year.ts';

const place = { latDeg: 39.81, lonDeg: 64.38, elevationM: 218, zone: 'Asia/Samarkand' };
const year = generateWeather(loadCatalog().climates.get('bukhara')!, 7);
const dates = Array.from({ length: 8760 }, (_, i) => new Date(Date.UTC(2019, 0, 1, i)));

function faultOf(text: string, options: ReadOptions = {}) {
  try {
    parseWeather(text, 'w', place, options);
  } catch (error) {
    if (error instanceof JoulewrightError) return error.faults[0]!;
    throw error;
  }
  throw new Error('no fault was found');
}

/** Asserts that a year is the generated one on the local clock. */
function isOurYear(read: WeatherYear) {
  expect(read.utcOffsetH).toBe(5);
  expect(read.irradianceShiftH).toBe(0);
  for (const row of [0, 12, 3000, 4525, 8759]) {
    expect(read.tempC[row]).toBeCloseTo(year.tempC[row]!, 9);
    expect(read.ghiWm2[row]).toBeCloseTo(year.ghiWm2[row]!, 9);
    expect(read.windMs[row]).toBeCloseTo(year.windMs[row]!, 9);
    expect(read.rhShare[row]).toBeCloseTo(year.rhShare[row]!, 9);
  }
}

describe('a plain CSV by a map', () => {
  const header = 'stamp,T,humid,G,ws';
  const row = (i: number, stamp: string) =>
    [stamp, year.tempC[i]! + 273.15, year.rhShare[i], year.ghiWm2[i]! / 1000, year.windMs[i]! * 3.6].join(',');
  const local = dates.map((d) => d.toISOString().slice(0, 16).replace('T', ' '));
  const text = (stamps: string[]) => [header, ...stamps.map((s, i) => row(i, s))].join('\n');
  const map = (time: string) => parseWeatherMap(`time=${time}, temp=T:K, rh=humid:share, ghi=G:kW/m2, wind=ws:km/h`);

  it('reads columns, units and any clock', () => {
    isOurYear(parseWeather(text(local), 'w.csv', place, { map: map('stamp') }));
    const instants = dates.map((d) => new Date(d.getTime() - 5 * 3_600_000));
    const zulu = instants.map((d) => d.toISOString());
    isOurYear(parseWeather(text(zulu), 'w.csv', place, { map: map('stamp') }));
    const offset = local.map((s) => `${s.replace(' ', 'T')}+05:00`);
    isOurYear(parseWeather(text(offset), 'w.csv', place, { map: map('stamp') }));
    const seconds = instants.map((d) => String(d.getTime() / 1000));
    isOurYear(parseWeather(text(seconds), 'w.csv', place, { map: map('stamp:s') }));
    const july = [...local.slice(4344).map((s) => s.replace('2019', '2018')), ...local.slice(0, 4344)];
    const rows = july.map((s, i) => row((i + 4344) % 8760, s));
    const spanning = parseWeather([header, ...rows].join('\n'), 'w.csv', place, { map: map('stamp') });
    isOurYear(spanning);
    expect(spanning.warnings.join()).toContain('begins on 2018-07-01');
    const ends = dates.map((d) => new Date(d.getTime() + 3_600_000).toISOString().slice(0, 16));
    isOurYear(parseWeather(text(ends), 'w.csv', place, { map: map('stamp:end') }));
  });

  it('averages parts of an hour, and refuses steps that are none or change', () => {
    const halves = [header];
    dates.forEach((d, i) => {
      halves.push(row(i, d.toISOString()), row(i, new Date(d.getTime() + 1_800_000).toISOString()));
    });
    const read = parseWeather(halves.join('\n').replaceAll('Z,', ','), 'w.csv', place, { map: map('stamp') });
    isOurYear(read);
    expect(read.warnings).toContain('rows of 30 minutes were averaged to hours');
    const odd = text(local.map((s, i) => (i === 400 ? local[401]! : s)));
    expect(faultOf(odd, { map: map('stamp') })).toMatchObject({ code: 'JW_WEATHER_GAP', where: 'w:402' });
    expect(faultOf(text(['2019-01-01 00:00', '2019-01-01 00:07']), { map: map('stamp') }).message).toContain(
      '7 minutes',
    );
    expect(faultOf(text(['soon']), { map: map('stamp') }).where).toBe('w:2 stamp');
    expect(faultOf(text(local), { map: map('when') }).code).toBe('JW_CSV_HEADER');
  });

  it.each([
    ['temp=T', 'time'],
    ['time=s,temp=T:X,ghi=G,wind=w,rh=h', '"X" is no unit'],
    ['time=s,tmp=T', 'did you mean temp'],
    ['time=s,temp=T,ghi=G,wind=w', 'rh or dew'],
    ['time=s:cet,temp=T,ghi=G,wind=w,rh=h', '"cet" is none of'],
    ['time=s:s+local,temp=T,ghi=G,wind=w,rh=h', 'in UTC'],
    ['time=s,time=t', 'stands twice'],
    ['time', 'no "="'],
    ['time=s,temp=:C', 'has no column'],
  ])('refuses %s', (typed, reason) => {
    expect(() => parseWeatherMap(typed)).toThrow(/JW_WEATHER_MAP/);
    expect(() => parseWeatherMap(typed)).toThrow(new RegExp(reason.replace(/[."]/g, '\\$&')));
  });
});

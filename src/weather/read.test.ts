import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { JoulewrightError } from '../errors/error.ts';
import { mean } from '../series/grid.ts';
import { generateWeather } from './generate.ts';
import { parseWeather, readWeather } from './read.ts';
import { MONTH_START_DAY, monthOfDay, type WeatherYear } from './year.ts';

const place = { latDeg: 39.81, lonDeg: 64.38, elevationM: 218, zone: 'Asia/Samarkand' };
const year = generateWeather(loadCatalog().climates.get('bukhara')!, 7);
const COLUMNS = 'day_of_year,hour,temp_c,dew_c,rh_pct,ghi_wm2,dni_wm2,dhi_wm2,wind10_ms'.split(',');

function table(from: WeatherYear = year): string[][] {
  return Array.from({ length: 8760 }, (_, i) => [
    String(Math.floor(i / 24) + 1),
    String(i % 24),
    from.tempC[i]!.toFixed(2),
    from.dewC[i]!.toFixed(2),
    (from.rhShare[i]! * 100).toFixed(1),
    from.ghiWm2[i]!.toFixed(1),
    from.dniWm2[i]!.toFixed(1),
    from.dhiWm2[i]!.toFixed(1),
    from.windMs[i]!.toFixed(2),
  ]);
}
const base = table();
const csv = (rows: string[][], columns = COLUMNS) => [columns, ...rows].map((r) => r.join(',')).join('\n');
/** The good table with one column changed. */
const changed = (column: string, change: (v: number, row: number) => string | number) => {
  const at = COLUMNS.indexOf(column);
  return csv(base.map((r, i) => r.map((cell, c) => (c === at ? String(change(Number(cell), i)) : cell))));
};

/** An EPW of the generated year. */
function epw(edit: (cells: string[], row: number) => string[] | undefined = (c) => c): string {
  const lines = [
    'LOCATION,Bukhara,BU,UZB,TEST,0,39.81,64.38,5.0,218.0',
    'DESIGN CONDITIONS,0',
    'TYPICAL/EXTREME PERIODS,0',
    'GROUND TEMPERATURES,0',
    'HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0',
    'COMMENTS 1,"made for a test, with a comma"',
    'COMMENTS 2,',
    'DATA PERIODS,1,1,Data,Sunday,1/ 1,12/31',
  ];
  for (let i = 0; i < 8760; i++) {
    const month = monthOfDay(Math.floor(i / 24));
    const day = Math.floor(i / 24) - MONTH_START_DAY[month]! + 1;
    const cells = new Array<string>(35).fill('0');
    const put: Record<number, number | string> = {
      0: 2003,
      1: month + 1,
      2: day,
      3: (i % 24) + 1,
      5: '?9?9',
      6: base[i]![2]!,
      7: base[i]![3]!,
      8: base[i]![4]!,
      9: 98_700,
      13: base[i]![5]!,
      14: base[i]![6]!,
      15: base[i]![7]!,
      21: base[i]![8]!,
    };
    for (const [at, value] of Object.entries(put)) cells[Number(at)] = String(value);
    const edited = edit(cells, i);
    if (edited !== undefined) lines.push(edited.join(','));
  }
  return lines.join('\r\n');
}
const EPW_FIRST = 9;

function faultsOf(text: string, options = {}) {
  try {
    parseWeather(text, 'w.csv', place, options);
  } catch (error) {
    if (error instanceof JoulewrightError) return error.faults;
    throw error;
  }
  throw new Error('no fault was found');
}
const faultOf = (text: string, options = {}) => faultsOf(text, options)[0]!;

describe('reading weather', () => {
  it('reads an hourly table, in local standard time of the zone, plain and packed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'weather-'));
    writeFileSync(join(folder, 'a.csv'), csv(base));
    writeFileSync(join(folder, 'a.csv.gz'), gzipSync(csv(base)));
    const [plain, packed] = [readWeather(join(folder, 'a.csv'), place), readWeather(join(folder, 'a.csv.gz'), place)];
    expect(packed.tempC).toEqual(plain.tempC);
    expect(plain.utcOffsetH).toBe(5);
    expect(plain.irradianceShiftH).toBe(0);
    expect(plain.provenance).toBe('reanalysis');
    expect(plain.tempC[4000]).toBeCloseTo(year.tempC[4000]!, 2);
    expect(plain.ghiWm2[4000]).toBeCloseTo(year.ghiWm2[4000]!, 1);
    expect(plain.rhShare[4000]).toBeCloseTo(year.rhShare[4000]!, 3);
    expect(plain.pressurePa[0]).toBeCloseTo(98_733, -2);
    expect(plain.warnings).toHaveLength(1);
    expect(() => readWeather(join(folder, 'b.csv'), place)).toThrow(/JW_FILE_MISSING/);
  });

  it('reads an EPW with its own clock, hour 1 as 0:00 to 1:00', () => {
    const read = parseWeather(epw(), 'b.epw', place);
    expect(read.about).toBe('Bukhara, UZB (EPW, TEST)');
    expect(read.utcOffsetH).toBe(5);
    expect(read.pressurePa[77]).toBe(98_700);
    expect(read.tempC[0]).toBeCloseTo(year.tempC[0]!, 2);
    expect(read.windMs[8759]).toBeCloseTo(year.windMs[8759]!, 2);
    expect(read.warnings).toEqual([]);
  });

  it('drops 29 February of either format and says so', () => {
    const leap = [...base.slice(0, 59 * 24), ...base.slice(58 * 24, 59 * 24), ...base.slice(59 * 24)];
    const rows = leap.map((r, i) => [String(Math.floor(i / 24) + 1), ...r.slice(1)]);
    const fromTable = parseWeather(csv(rows), 'w.csv', place);
    expect(fromTable.tempC).toEqual(parseWeather(csv(base), 'w.csv', place).tempC);
    expect(fromTable.warnings).toContain('29 February was left out');
    const lines = epw().split('\r\n');
    const extra = lines.filter((l) => l.startsWith('2003,2,28,')).map((l) => l.replace('2003,2,28,', '2003,2,29,'));
    const at = lines.findIndex((l) => l.startsWith('2003,3,1,'));
    lines.splice(at, 0, ...extra);
    expect(parseWeather(lines.join('\n'), 'b.epw', place).warnings).toContain('29 February was left out');
  });

  it('makes beam and diffuse from global irradiance, and humidity from the dew point', () => {
    const keep = [0, 1, 2, 3, 5, 8];
    const few = parseWeather(
      csv(
        base.map((r) => keep.map((c) => r[c]!)),
        keep.map((c) => COLUMNS[c]!),
      ),
      'w.csv',
      place,
    );
    expect(Math.abs(mean(few.dhiWm2) / mean(year.dhiWm2) - 1)).toBeLessThan(0.01);
    expect(Math.abs(mean(few.rhShare) - mean(year.rhShare))).toBeLessThan(0.005);
    expect(few.warnings.join()).toMatch(/only global irradiance.*no relative humidity/);
  });
});

describe('bad weather files', () => {
  it('neither format', () => expect(faultOf('a,b\n1,2\n').code).toBe('JW_WEATHER_FORMAT'));
  it('a missing column', () => expect(faultOf(csv(base, ['day_of_year', 'hour', 'x'])).code).toBe('JW_CSV_HEADER'));
  it('a word in a cell, with its line', () => {
    expect(faultOf(changed('temp_c', (v, i) => (i === 5 ? 'cold' : v)))).toMatchObject({ code: 'JW_CSV_VALUE' });
    expect(faultOf(epw((c, i) => (i === 5 ? [...c.slice(0, 6), 'cold', ...c.slice(7)] : c))).message).toContain(
      `:${EPW_FIRST + 5}:`,
    );
  });
  it('a missing hour, named with its date', () => {
    const fault = faultOf(csv(base.filter((_, i) => i !== 40 * 24 + 7)));
    expect(fault).toMatchObject({ code: 'JW_WEATHER_GAP', where: `w.csv:${40 * 24 + 7 + 2}` });
    expect(fault.message).toContain('10 February 7:00');
    expect(faultOf(epw((c, i) => (i === 100 ? undefined : c))).code).toBe('JW_WEATHER_GAP');
  });
  it('a year that ends early or goes on', () => {
    expect(faultOf(csv(base.slice(0, 8000)))).toMatchObject({ code: 'JW_WEATHER_ROWS' });
    expect(faultOf(csv([...base, base[0]!])).message).toContain('8761');
  });
  it('an empty cell, and the missing mark of an EPW', () => {
    const fault = faultOf(changed('wind10_ms', (v, i) => (i === 30 ? '' : v)));
    expect(fault).toMatchObject({ code: 'JW_WEATHER_GAP', where: 'w.csv:32 wind10_ms' });
    const missing = faultOf(epw((c, i) => (i === 30 ? c.map((v, at) => (at === 6 ? '99.9' : v)) : c)));
    expect(missing).toMatchObject({ code: 'JW_WEATHER_GAP', where: `w.csv:${EPW_FIRST + 30} dry bulb (field 7)` });
    expect(faultOf(changed('wind10_ms', () => '')).message).toContain('empty');
  });
  it.each([
    ['temp_c', 'kelvin', (v: number) => v + 273.15],
    ['temp_c', 'degrees Fahrenheit', (v: number) => v * 1.8 + 32],
    ['dew_c', 'kelvin', (v: number) => v + 273.15],
    ['rh_pct', 'a share of 1', (v: number) => v / 100],
    ['ghi_wm2', 'kWh/m2 per hour', (v: number) => v / 1000],
    ['ghi_wm2', 'MJ/m2 per hour', (v: number) => v * 0.0036],
    ['ghi_wm2', 'kJ/m2 per hour', (v: number) => v * 3.6],
    ['dni_wm2', 'J/m2 per hour', (v: number) => v * 3600],
  ])('%s in %s', (column, found, change) => {
    const fault = faultOf(changed(column, change));
    expect(fault.code).toBe('JW_WEATHER_UNIT');
    expect(fault.message).toContain(`${column} looks like ${found}`);
  });
  it('pressure in hPa, in kPa, and reduced to sea level', () => {
    const withPressure = (value: string) => epw((c) => c.map((v, at) => (at === 9 ? value : v)));
    expect(faultOf(withPressure('987')).message).toContain('hPa');
    expect(faultOf(withPressure('98.7')).message).toContain('kPa');
    const high = withPressure('101300').replace(',218.0', ',850.0');
    expect(faultOf(high).hint).toContain('sea level');
  });
  it('single impossible cells, with row and column', () => {
    expect(faultOf(changed('temp_c', (v, i) => (i === 9 ? 75 : v)))).toMatchObject({
      code: 'JW_WEATHER_RANGE',
      where: 'w.csv:11 temp_c',
    });
    expect(faultOf(changed('ghi_wm2', (v, i) => (i === 12 ? -300 : v))).code).toBe('JW_WEATHER_RANGE');
    expect(faultOf(changed('wind10_ms', (v, i) => (i === 12 ? -1 : v))).code).toBe('JW_WEATHER_RANGE');
    expect(faultOf(changed('rh_pct', (v, i) => (i === 12 ? 130 : v))).code).toBe('JW_WEATHER_RANGE');
  });
  it('dry bulb and dew point under each other’s name', () => {
    const columns = COLUMNS.map((c) => (c === 'temp_c' ? 'dew_c' : c === 'dew_c' ? 'temp_c' : c));
    expect(faultOf(csv(base, columns)).code).toBe('JW_WEATHER_DEW');
  });
  it('light in the night that bends the days is told beside the clock', () => {
    const night = changed('ghi_wm2', (v, i) => (i % 24 < 2 ? 300 : v));
    expect(faultsOf(night).map((f) => f.code)).toContain('JW_WEATHER_NIGHT');
  });
  it('a station on the other side of the earth, by the great circle', () => {
    const phoenix = { latDeg: 33.43, lonDeg: -112, elevationM: 337, zone: 'America/Phoenix' };
    const km = Number(/is (\d+) km from the site/.exec(parseWeather(epw(), 'w.csv', phoenix).warnings.join())?.[1]);
    // 11,870 km by the great circle; a flat earth would say 15,100
    expect(km).toBeGreaterThan(11_700);
    expect(km).toBeLessThan(12_000);
  });
  it('dew point above the dry bulb is an error; by rounding it is a warning', () => {
    const fault = faultOf(changed('dew_c', (v, i) => (i === 20 ? 30 : v)));
    expect(fault).toMatchObject({ code: 'JW_WEATHER_DEW', where: 'w.csv:22 dew_c' });
    const rounded = parseWeather(
      changed('dew_c', (v, i) => (i === 20 ? Number(base[20]![2]) + 0.2 : v)),
      'w.csv',
      place,
    );
    expect(rounded.dewC[20]).toBe(rounded.tempC[20]);
    expect(rounded.warnings.join()).toContain('1 hours: dew point');
  });
  it('a clock of another zone, and the option that mends it', () => {
    const utc = csv(base.map((_, i) => [...base[i]!.slice(0, 2), ...base[(i + 5) % 8760]!.slice(2)]));
    const fault = faultOf(utc);
    expect(fault.code).toBe('JW_WEATHER_CLOCK');
    expect(fault.message).toContain('5.0 h before solar noon');
    expect(fault.hint).toContain('UTC+5');
    expect(parseWeather(utc, 'w.csv', place, { utcOffsetH: 0 }).irradianceShiftH).toBe(0);
  });
  it('light at night', () => {
    const fault = faultOf(changed('ghi_wm2', (v, i) => (i % 8760 === 100 * 24 + 1 ? 200 : v)));
    expect(fault).toMatchObject({ code: 'JW_WEATHER_NIGHT', where: `w.csv:${100 * 24 + 1 + 2}` });
  });
  it('a wrong EPW header', () => {
    expect(faultOf(epw().replace(',39.81,', ',139.81,')).message).toContain('latitude');
    expect(faultOf(epw().replace('DATA PERIODS,1,1', 'DATA PERIODS,1,4')).message).toContain('4 records per hour');
    expect(faultOf(epw().replace('DATA PERIODS', 'DATA')).code).toBe('JW_WEATHER_HEADER');
  });
  it('a far station is a warning', () => {
    const far = parseWeather(epw(), 'b.epw', { ...place, latDeg: 41.3, elevationM: 600 });
    expect(far.warnings.join()).toMatch(/166 km from the site.*382 m below/);
  });
});

const shared = new URL('../../../shared/data/weather/', import.meta.url).pathname;
/** Half-hour habits of stamping as noted in that folder's README. */
const FILES: [string, number, number, string, number | undefined, number, number][] = [
  ['cn_shanghai_hourly_tmyx_1956_2023', 31.2, 121.34, 'Asia/Shanghai', undefined, 0.5, 1471],
  ['us_chicago_hourly_tmyx_2007_2021', 41.98, -87.9, 'America/Chicago', undefined, 0.5, 1514],
  ['us_dallas_hourly_tmyx_2007_2021', 32.9, -97.02, 'America/Chicago', undefined, 0.5, 1770],
  ['us_sanjose_hourly_tmyx_2007_2021', 37.36, -121.93, 'America/Los_Angeles', undefined, 0.5, 1941],
  ['de_mannheim_hourly_bbsr_2021_2050', 49.52, 8.55, 'Europe/Berlin', undefined, -0.5, 1183],
  ['it_45n8e_hourly_pvgis_tmy_2005_2023', 45, 8, 'Europe/Rome', undefined, -0.6, 1436],
  ['uz_bukhara_hourly_typ_2003', 39.81, 64.38, 'Asia/Samarkand', undefined, 0, 1850],
  ['uz_tashkent_hourly_darkwinter_1992', 41.37, 69.38, 'Asia/Tashkent', undefined, 0, 1773],
  ['kz_almaty_hourly_derived_2022', 43.24, 76.89, 'Asia/Almaty', 6, 0, 1445],
];

describe.skipIf(!existsSync(shared))('real weather files (need ../shared/data/weather)', () => {
  it.each(FILES)('%s', (name, latDeg, lonDeg, zone, utcOffsetH, shiftH, totalKwh) => {
    const read = readWeather(
      `${shared}${name}.csv.gz`,
      { latDeg, lonDeg, elevationM: 200, zone },
      utcOffsetH === undefined ? {} : { utcOffsetH },
    );
    expect(Math.abs(read.irradianceShiftH - shiftH)).toBeLessThanOrEqual(0.0501);
    expect(Math.abs((mean(read.ghiWm2) * 8760) / 1000 - totalKwh)).toBeLessThan(1);
    for (const [i, t] of read.tempC.entries()) expect(read.dewC[i]!).toBeLessThanOrEqual(t);
  });

  it('Almaty of 2022 under the zone’s clock of today is an error: the zone moved in 2024', () => {
    const almaty = { latDeg: 43.24, lonDeg: 76.89, elevationM: 800, zone: 'Asia/Almaty' };
    expect(() => readWeather(`${shared}kz_almaty_hourly_derived_2022.csv.gz`, almaty)).toThrow(
      /1\.0 h after solar noon/,
    );
  });

  it('the whole Phoenix EPW, whose spring months are an hour apart from the others', () => {
    const phoenix = { latDeg: 33.43, lonDeg: -112, elevationM: 337, zone: 'America/Phoenix' };
    const read = readWeather(`${shared}USA_AZ_Phoenix-Sky.Harbor_TMYx.2007-2021.epw.gz`, phoenix);
    expect(read.utcOffsetH).toBe(-7);
    expect(read.pressurePa[0]).toBe(97_058);
    expect(read.tempC[0]).toBe(8.3);
    expect(Math.abs((mean(read.ghiWm2) * 8760) / 1000 - 2153)).toBeLessThan(1);
    expect(read.irradianceShiftH).toBeCloseTo(-0.5, 9);
    expect(read.warnings.join()).toContain('month 3, 4, 5, 6, 7');
  });
});

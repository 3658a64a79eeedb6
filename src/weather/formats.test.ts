import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { JoulewrightError } from '../errors/error.ts';
import { mean } from '../series/grid.ts';
import { generateWeather } from './generate.ts';
import { parseWeather, type ReadOptions } from './read.ts';
import type { WeatherYear } from './year.ts';

const place = { latDeg: 39.81, lonDeg: 64.38, elevationM: 218, zone: 'Asia/Samarkand' };
const year = generateWeather(loadCatalog().climates.get('bukhara')!, 7);
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const two = (n: number) => String(n).padStart(2, '0');
/** Value of the year's local row that a file's row of UTC stands for. */
const utc = (values: Float64Array, row: number) => values[(row + 5) % 8760]!;
const dates = Array.from({ length: 8760 }, (_, i) => new Date(Date.UTC(2019, 0, 1, i)));
const day = (d: Date) => `${d.getUTCFullYear()}${two(d.getUTCMonth() + 1)}${two(d.getUTCDate())}`;

function faultOf(text: string, options: ReadOptions = {}) {
  try {
    parseWeather(text, 'w', place, options);
  } catch (error) {
    if (error instanceof JoulewrightError) return error.faults[0]!;
    throw error;
  }
  throw new Error('no fault was found');
}

type Json = Record<string, unknown>;
/** A fixture with its hours replaced by a whole year. */
function filled(name: string, fill: (data: Record<string, Json>) => void): string {
  const data = JSON.parse(fixture(name)) as Record<string, Json>;
  fill(data);
  return JSON.stringify(data);
}

function tmy3(edit: (cells: string[], row: number) => string[] = (c) => c): string {
  const [first, header, row] = fixture('tmy3.csv').split('\n') as [string, string, string];
  const names = header.split(',');
  const put = (cells: string[], name: string, value: number | string) => {
    cells[names.indexOf(name)] = String(value);
  };
  const rows = dates.map((date, i) => {
    const cells = row.split(',');
    put(cells, 'Date (MM/DD/YYYY)', `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/1988`);
    put(cells, 'Time (HH:MM)', `${two(date.getUTCHours() + 1)}:00`);
    put(cells, 'GHI (W/m^2)', year.ghiWm2[i]!.toFixed(1));
    put(cells, 'DNI (W/m^2)', year.dniWm2[i]!.toFixed(1));
    put(cells, 'DHI (W/m^2)', year.dhiWm2[i]!.toFixed(1));
    put(cells, 'Dry-bulb (C)', year.tempC[i]!.toFixed(2));
    put(cells, 'Dew-point (C)', year.dewC[i]!.toFixed(2));
    put(cells, 'RHum (%)', (year.rhShare[i]! * 100).toFixed(1));
    put(cells, 'Wspd (m/s)', year.windMs[i]!.toFixed(2));
    return edit(cells, i).join(',');
  });
  return [first, header, ...rows, ''].join('\r\n');
}

const pvgisRow = (i: number) => ({
  'time(UTC)': `${day(dates[i]!)}:${two(dates[i]!.getUTCHours())}00`,
  T2m: utc(year.tempC, i),
  RH: utc(year.rhShare, i) * 100,
  'G(h)': utc(year.ghiWm2, i),
  'Gb(n)': utc(year.dniWm2, i),
  'Gd(h)': utc(year.dhiWm2, i),
  'IR(h)': 270,
  WS10m: utc(year.windMs, i),
  WD10m: 51,
  SP: 98_700,
});
const pvgisTmy = () =>
  filled('pvgis-tmy.json', ({ outputs }) => {
    outputs!['tmy_hourly'] = dates.map((_, i) => pvgisRow(i));
  });
const pvgisCsv = () => {
  const lines = fixture('pvgis-tmy.csv').split('\n');
  const at = lines.findIndex((l) => l.startsWith('time'));
  const rows = dates.map((_, i) => Object.values(pvgisRow(i)).join(','));
  return [...lines.slice(0, at + 1), ...rows, '', ...lines.slice(at + 4)].join('\r\n');
};
const pvgisSeries = (edit: (inputs: Json) => void = () => undefined, years = [2019]) =>
  filled('pvgis-series.json', ({ inputs, outputs }) => {
    edit(inputs!);
    outputs!['hourly'] = years.flatMap((y) =>
      dates.map((d, i) => ({
        time: `${y}${day(d).slice(4)}:${two(d.getUTCHours())}10`,
        'Gb(i)': utc(year.ghiWm2, i) - utc(year.dhiWm2, i),
        'Gd(i)': utc(year.dhiWm2, i),
        'Gr(i)': 0,
        H_sun: 0,
        T2m: utc(year.tempC, i),
        WS10m: utc(year.windMs, i),
        Int: 0,
      })),
    );
  });
const openMeteo = (edit: (data: Record<string, Json>) => void = () => undefined) =>
  filled('open-meteo.json', (data) => {
    const column = (of: (i: number) => number) => dates.map((_, i) => of(i));
    data['hourly'] = {
      time: dates.map((d) => d.toISOString().slice(0, 16)),
      temperature_2m: column((i) => utc(year.tempC, i)),
      relative_humidity_2m: column((i) => utc(year.rhShare, i) * 100),
      dew_point_2m: column((i) => utc(year.dewC, i)),
      surface_pressure: column(() => 987),
      wind_speed_10m: column((i) => utc(year.windMs, i) * 3.6),
      // The mean of the hour before the stamp.
      shortwave_radiation: column((i) => utc(year.ghiWm2, (i + 8759) % 8760)),
      direct_normal_irradiance: column((i) => utc(year.dniWm2, (i + 8759) % 8760)),
      diffuse_radiation: column((i) => utc(year.dhiWm2, (i + 8759) % 8760)),
    };
    edit(data);
  });
const nasaPower = (edit: (data: Record<string, Json>) => void = () => undefined) =>
  filled('nasa-power.json', (data) => {
    const column = (of: (i: number) => number) =>
      Object.fromEntries(dates.map((d, i) => [`${day(d)}${two(d.getUTCHours())}`, of(i)]));
    data['properties']!['parameter'] = {
      T2M: column((i) => utc(year.tempC, i)),
      T2MDEW: column((i) => utc(year.dewC, i)),
      RH2M: column((i) => utc(year.rhShare, i) * 100),
      PS: column(() => 98.7),
      WS10M: column((i) => utc(year.windMs, i)),
      ALLSKY_SFC_SW_DWN: column((i) => utc(year.ghiWm2, i)),
      ALLSKY_SFC_SW_DNI: column((i) => utc(year.dniWm2, i)),
      ALLSKY_SFC_SW_DIFF: column((i) => utc(year.dhiWm2, i)),
    };
    edit(data);
  });

/** Asserts that a year is the generated one on the local clock. */
function isOurYear(read: WeatherYear, digits = 1, humidity = true) {
  expect(read.utcOffsetH).toBe(5);
  for (const row of [0, 12, 3000, 4525, 8759]) {
    expect(read.tempC[row]).toBeCloseTo(year.tempC[row]!, digits);
    expect(read.ghiWm2[row]).toBeCloseTo(year.ghiWm2[row]!, digits);
    expect(read.windMs[row]).toBeCloseTo(year.windMs[row]!, digits);
    if (humidity) expect(read.rhShare[row]).toBeCloseTo(year.rhShare[row]!, 2);
  }
  expect(read.irradianceShiftH).toBe(0);
  expect(read.place.elevationM).toBe(218);
}

describe('weather services', () => {
  it('TMY3: the hour is named by its end, pressure is in mbar, -9900 is missing', () => {
    const read = parseWeather(tmy3(), 'w.csv', place);
    isOurYear(read);
    expect(read.pressurePa[3]).toBe(99_300);
    expect(read.about).toBe('BUKHARA, HAND WRITTEN, UZ (TMY3)');
    expect(read.provenance).toBe('measured');
    const gap = faultOf(tmy3((c, i) => (i === 50 ? c.map((v, at) => (at === 13 ? '-9900' : v)) : c)));
    expect(gap).toMatchObject({ code: 'JW_WEATHER_GAP', where: 'w:53 Dry-bulb (C)' });
    expect(faultOf(tmy3((c, i) => (i === 50 ? c.map((v, at) => (at === 13 ? 'cold' : v)) : c)))).toMatchObject({
      code: 'JW_CSV_VALUE',
      where: 'w:53',
    });
    expect(faultOf(tmy3().replace('39.810', '139.81')).message).toContain('latitude');
    expect(faultOf(tmy3().replace('GHI (W/m^2)', 'Sun')).code).toBe('JW_CSV_HEADER');
  });

  it('PVGIS typical year, JSON and CSV: UTC, moved to the clock of the place', () => {
    for (const text of [pvgisTmy(), pvgisCsv()]) {
      const read = parseWeather(text, 'w', place);
      isOurYear(read);
      expect(read.pressurePa[9]).toBe(98_700);
      expect(read.about).toBe('PVGIS typical year');
      expect(read.provenance).toBe('reanalysis');
      expect(read.warnings).toEqual(['no dew point: computed from relative humidity']);
    }
    expect(faultOf(pvgisCsv().replace('98700', 'low'))).toMatchObject({ code: 'JW_CSV_VALUE' });
    expect(faultOf(pvgisTmy().replace('20190101:0300', 'noon')).message).toContain('no time like');
    expect(faultOf(pvgisTmy().replaceAll('"T2m"', '"T"')).message).toContain('no column T2m');
  });

  it('PVGIS series: the level plane of the last whole year, humidity assumed and said', () => {
    const read = parseWeather(pvgisSeries(), 'w', place);
    isOurYear(read, 1, false);
    expect(read.warnings.join()).toMatch(/dew point assumed 2 K below the coldest hour/);
    for (let row = 0; row < 8760; row += 7) expect(read.dewC[row]).toBeLessThan(read.tempC[row]! - 1.9);
    const many = parseWeather(pvgisSeries(undefined, [2018, 2019]), 'w', place);
    expect(many.warnings).toContain('the file holds 2018 to 2019; 2019 is read');
    expect(
      parseWeather(pvgisSeries(undefined, [2018, 2019]), 'w', place, { year: 2018 }).warnings.join(),
    ).not.toContain('holds');
    expect(faultOf(pvgisSeries(undefined, [2018, 2019]), { year: 2001 }).hint).toContain('not 2001');
    const tilted = pvgisSeries((inputs) => {
      inputs['mounting_system'] = { fixed: { slope: { value: 35 } } };
    });
    expect(faultOf(tilted)).toMatchObject({ code: 'JW_WEATHER_HEADER' });
  });

  it('a minute of each hour, as satellites see it, is found and used', () => {
    const early = pvgisSeries();
    const late = filled('pvgis-series.json', ({ outputs }) => {
      outputs!['hourly'] = (JSON.parse(early) as { outputs: { hourly: Json[] } }).outputs.hourly.map((row, i, all) => {
        const next = all[(i + 1) % all.length]!;
        const mix = (name: string) => 0.67 * Number(row[name]) + 0.33 * Number(next[name]);
        return { ...row, 'Gb(i)': mix('Gb(i)'), 'Gd(i)': mix('Gd(i)') };
      });
    });
    const shift = parseWeather(late, 'w', place).irradianceShiftH;
    expect(Math.abs(shift + 0.33)).toBeLessThan(0.06);
  });

  it('Open-Meteo: irradiance of the hour before the stamp, the rest between two stamps, units as stated', () => {
    const read = parseWeather(openMeteo(), 'w', place);
    expect(read.utcOffsetH).toBe(5);
    expect(read.irradianceShiftH).toBe(0);
    for (const row of [20, 3000, 4525]) {
      expect(read.ghiWm2[row]).toBeCloseTo(year.ghiWm2[row]!, 6);
      expect(read.tempC[row]).toBeCloseTo((year.tempC[row]! + year.tempC[row + 1]!) / 2, 9);
      expect(read.windMs[row]).toBeCloseTo((year.windMs[row]! + year.windMs[row + 1]!) / 2, 9);
    }
    expect(mean(read.ghiWm2)).toBeCloseTo(mean(year.ghiWm2), 6);
    expect(read.pressurePa[0]).toBeCloseTo(98_700, 6);
    const fahrenheit = openMeteo((data) => {
      data['hourly_units']!['temperature_2m'] = '°F';
      const temps = data['hourly']!['temperature_2m'] as number[];
      data['hourly']!['temperature_2m'] = temps.map((t) => t * 1.8 + 32);
    });
    expect(parseWeather(fahrenheit, 'w', place).tempC[3000]).toBeCloseTo(read.tempC[3000]!, 9);
    const local = openMeteo((data) => {
      (data as Json)['utc_offset_seconds'] = 18_000;
      const hourly = data['hourly']!;
      for (const [name, values] of Object.entries(hourly)) {
        const list = values as number[];
        if (name !== 'time') hourly[name] = list.map((_, i) => list[(i + 8755) % 8760]);
      }
    });
    expect(parseWeather(local, 'w', place).ghiWm2[4525]).toBeCloseTo(year.ghiWm2[4525]!, 6);
  });

  it('Open-Meteo: gaps, odd units and clocks that jump are told', () => {
    const hole = openMeteo((data) => {
      (data['hourly']!['temperature_2m'] as (number | null)[])[100] = null;
    });
    expect(faultOf(hole)).toMatchObject({ code: 'JW_WEATHER_GAP' });
    const unit = openMeteo((data) => {
      data['hourly_units']!['wind_speed_10m'] = 'furlongs';
    });
    expect(faultOf(unit).message).toContain('"furlongs"');
    const jump = openMeteo((data) => {
      (data['hourly']!['time'] as string[]).splice(2000, 1, '2019-03-25T10:00');
    });
    expect(faultOf(jump).where).toContain('hourly.time[2000]');
    const bare = openMeteo((data) => {
      delete data['hourly']!['wind_speed_10m'];
    });
    expect(faultOf(bare).message).toContain('no column wind_speed_10m');
    expect(faultOf('{"hourly": {"time"')).toMatchObject({ code: 'JW_WEATHER_JSON' });
    expect(faultOf('{"error": true, "reason": "no"}')).toMatchObject({ code: 'JW_WEATHER_FORMAT' });
  });

  it('NASA POWER: hours in UTC or solar time, the fill value is missing', () => {
    isOurYear(parseWeather(nasaPower(), 'w', place));
    expect(parseWeather(nasaPower(), 'w', place).pressurePa[0]).toBeCloseTo(98_700, 6);
    const missing = nasaPower((data) => {
      const parameters = data['properties']!['parameter'] as Record<string, Json>;
      parameters['ALLSKY_SFC_SW_DWN']!['2019030112'] = -999;
    });
    expect(faultOf(missing)).toMatchObject({ code: 'JW_WEATHER_GAP' });
    const solar = nasaPower((data) => {
      data['header']!['time_standard'] = 'LST';
    });
    // Written in UTC and called solar time: four hours off, which the sun tells.
    expect(faultOf(solar).code).toBe('JW_WEATHER_CLOCK');
    const megajoules = nasaPower((data) => {
      for (const name of ['ALLSKY_SFC_SW_DWN', 'ALLSKY_SFC_SW_DNI', 'ALLSKY_SFC_SW_DIFF']) {
        const parameters = data['properties']!['parameter'] as Record<string, Record<string, number>>;
        for (const key of Object.keys(parameters[name]!)) parameters[name]![key] = parameters[name]![key]! * 0.0036;
        (data['parameters'] as Record<string, Json>)[name]!['units'] = 'MJ/hr';
      }
    });
    isOurYear(parseWeather(megajoules, 'w', place));
  });

  it.each(['tmy3.csv', 'pvgis-tmy.json', 'pvgis-tmy.csv', 'pvgis-series.json', 'open-meteo.json', 'nasa-power.json'])(
    '%s as recorded: two hours are no year',
    (name) => {
      expect(faultOf(fixture(name))).toMatchObject({ code: 'JW_WEATHER_ROWS' });
      expect(faultOf(fixture(name)).message).toContain('2 hours');
    },
  );
});

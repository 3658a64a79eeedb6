import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { generateWeather } from '../../src/weather/generate.ts';
import { BUKHARA, command, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);

/** Two years of made-up days with a dim January in the second. */
function days(): string {
  const rows = ['date,tmax_c,tmin_c,precip_mm,wind10_ms,rh_frac,ghi_mj_m2'];
  for (let ms = Date.UTC(2001, 0, 1); ms < Date.UTC(2003, 0, 1); ms += 86_400_000) {
    const date = new Date(ms).toISOString().slice(0, 10);
    const season = -Math.cos(((ms - Date.UTC(2001, 0, 10)) / (365.25 * 86_400_000)) * 2 * Math.PI);
    const light = (14 + 9 * season) * (date.startsWith('2002-01') ? 0.3 : 1);
    rows.push([date, 20 + 14 * season, 9 + 12 * season, 0, 4, 0.5, light.toFixed(2)].join(','));
  }
  return `${rows.join('\n')}\n`;
}

/** An hourly table of a made-up year, its sun times `light` and its air `colderK` colder. */
function hours(light: number, colderK: number): string {
  const year = generateWeather(loadCatalog().climates.get('bukhara')!, 3);
  const rows = Array.from(year.tempC, (tempC, i) => {
    const air = [tempC - colderK, year.dewC[i]! - colderK, 100 * year.rhShare[i]!];
    const sun = [year.ghiWm2, year.dniWm2, year.dhiWm2].map((values) => values[i]! * light);
    const figures = [...air, ...sun, year.windMs[i]!].map((v) => v.toFixed(2));
    return [Math.floor(i / 24) + 1, i % 24, ...figures].join(',');
  });
  return ['day_of_year,hour,temp_c,dew_c,rh_pct,ghi_wm2,dni_wm2,dhi_wm2,wind10_ms', ...rows, ''].join('\n');
}

describe('simulate --weather-years', () => {
  const file = path.join(dir, 'days.csv');
  writeFileSync(file, days());
  const period = ['--from', '2026-01-05', '--to', '2026-01-15', '--step', '1h'];

  it('replays every year of a daily series: table, page, results, and the darker year is the worse', async () => {
    const ended = await command([
      'simulate',
      BUKHARA,
      '--weather-years',
      file,
      ...period,
      '--out',
      path.join(dir, 'out'),
    ]);
    expect([ended.code, ended.err]).toEqual([0, '']);
    expect(ended.out).toMatch(/2 weather years in .* on 2 threads/);
    expect(ended.out).toMatch(/tokens per joule +\d/);
    const read = (suffix: string) => readFileSync(path.join(dir, 'out', `bukhara-siloed-years.${suffix}`), 'utf8');
    const csv = read('csv').trimEnd().split('\n');
    expect(csv.map((line) => line.split(',')[0])).toEqual(['year', '2001', '2002']);
    const results = JSON.parse(read('json')) as {
      manifest: { inputs: { path: string }[] };
      years: { name: string; totals: { solarUsedKwh: number }; worstWeek: { date: string } }[];
      spreads: { id: string; min: number; max: number }[];
    };
    expect(results.manifest.inputs.map((i) => i.path)).toEqual(['bukhara.yaml', 'days.csv']);
    expect(results.years[1]!.totals.solarUsedKwh).toBeLessThan(0.5 * results.years[0]!.totals.solarUsedKwh);
    const pue = results.spreads.find((s) => s.id === 'pue')!;
    expect(pue.min).toBeGreaterThan(1);
    expect(pue.max).toBeGreaterThanOrEqual(pue.min);
    const html = read('html');
    expect(html).toContain('The worst year: the worst week of 2002');
    expect(html).toContain('An ordinary year: the worst week of 2001');
    expect(html).not.toMatch(/NaN|undefined/);
  });

  describe('with hourly files', () => {
    const typical = path.join(dir, 'typical.csv');
    const dark = path.join(dir, 'dark.csv.gz');
    writeFileSync(typical, hours(1, 0));
    writeFileSync(dark, gzipSync(hours(0.4, 15)));
    interface Year {
      readonly name: string;
      readonly weather: { meanC: number; minC: number; ghiKwhM2: number };
      readonly totals: { solarUsedKwh: number };
      readonly devices: Record<'batteryHeatingKwh' | 'lowestSoc' | 'liquidChillerHours' | 'airChillerHours', number>;
      readonly worstWeek: { heatingKwh: number; minC: number };
    }

    it('sets them beside each other, a column each, with heating, charge and chiller hours', async () => {
      const out = path.join(dir, 'files');
      const words = ['simulate', BUKHARA, '--weather-years', `${typical},${dark}`, ...period, '--out', out];
      const ended = await command(words);
      expect(ended.code).toBe(0);
      expect(ended.out).toMatch(/figure +typical +dark\n/);
      expect(ended.out).toMatch(/worst week +typical +dark\n/);
      for (const row of ['battery heating', 'lowest battery charge', 'lowest temperature'])
        expect(ended.out.match(new RegExp(`^${row} +\\S+ (%|kWh|°C) +\\S+ (%|kWh|°C)$`, 'gm'))).toHaveLength(2);
      expect(ended.out).toMatch(/^chiller hours, air +\S+ h +\S+ h$/m);
      const read = (suffix: string) => readFileSync(path.join(out, `bukhara-siloed-years.${suffix}`), 'utf8');
      const { manifest, years } = JSON.parse(read('json')) as {
        manifest: { inputs: { path: string }[] };
        years: [Year, Year];
      };
      expect(manifest.inputs.map((i) => i.path)).toEqual(['bukhara.yaml', 'typical.csv', 'dark.csv.gz']);
      const [light, dim] = years;
      expect([light.name, dim.name]).toEqual(['typical', 'dark']);
      expect(light.weather.meanC - dim.weather.meanC).toBeCloseTo(15, 2);
      expect(dim.weather.ghiKwhM2 / light.weather.ghiKwhM2).toBeCloseTo(0.4, 2);
      expect(dim.totals.solarUsedKwh).toBeLessThan(light.totals.solarUsedKwh);
      expect(dim.devices.batteryHeatingKwh).toBeGreaterThan(light.devices.batteryHeatingKwh);
      expect(dim.devices.batteryHeatingKwh).toBeGreaterThanOrEqual(dim.worstWeek.heatingKwh);
      expect(dim.devices.airChillerHours).toBeLessThanOrEqual(light.devices.airChillerHours);
      expect(dim.devices.lowestSoc).toBeGreaterThanOrEqual(0);
      const header = read('csv').split('\n', 1)[0]!.split(',');
      for (const name of ['batteryHeatingKwh', 'lowestSoc', 'liquidChillerHours', 'airChillerHours'])
        expect(header).toContain(name);
      expect(header.slice(-2)).toEqual(['worst_week_pue', 'worst_week_tokens_per_joule']);
      expect(read('html')).toContain('The worst week of each year');
      expect(read('html')).toContain('weather dark');
      expect(read('html')).not.toMatch(/NaN|undefined/);
      const again = await command([
        ...['simulate', BUKHARA, '--weather-years', typical, '--weather-years', dark, '--jobs', '1'],
        ...[...period, '--json'],
      ]);
      expect((JSON.parse(again.out) as { years: unknown }).years).toEqual(years);
    });

    it('takes one as the weather year that --weather takes it for', async () => {
      const kpis = async (option: string) => {
        const { out } = await command(['simulate', BUKHARA, option, typical, ...period, '--json']);
        const results = JSON.parse(out) as { kpis?: unknown; years?: { kpis: unknown }[] };
        return results.kpis ?? results.years![0]!.kpis;
      };
      expect(await kpis('--weather-years')).toEqual(await kpis('--weather'));
    });

    it('refuses what cannot stand beside each other, and tells the faults of all files', async () => {
      const wrong = async (...words: string[]) => {
        const { code, err } = await command(['simulate', BUKHARA, ...words, ...period]);
        return `${code} ${err}`;
      };
      expect(await wrong('--weather-years', `${typical},${typical}`)).toMatch(/^64 .*twice/);
      expect(await wrong('--weather-years', `${typical},`)).toMatch(/^64 .*empty name/);
      expect(await wrong('--weather-years', `${typical},2`)).toMatch(/^64 .*not both/);
      expect(await wrong('--weather-years', `${typical},${file}`)).toMatch(/^64 .*days\.csv is a daily series/);
      expect(await wrong('--weather-years', typical, '--map', 'temp=t')).toMatch(/^64 .*--map is for/);
      const [hot, odd] = ['hot.csv', 'odd.csv'].map((name) => path.join(dir, 'bad', name));
      mkdirSync(path.join(dir, 'bad'));
      writeFileSync(hot!, hours(1, -60));
      writeFileSync(odd!, 'what,is,this\n1,2,3\n');
      const told = await wrong('--weather-years', `${hot},${typical},${odd}`);
      expect(told).toMatch(/hot\.csv: temp_c .*JW_WEATHER_UNIT/);
      expect(told).toMatch(/odd\.csv is no weather file/);
    });
  });

  it('a year alone shows its winter beside the darkest of 35 generated years; --no-winter leaves it out', async () => {
    const year = ['simulate', BUKHARA, '--step', '1h'];
    const [screen, plain, told] = [
      await command(year),
      await command([...year, '--no-winter']),
      await command([...year, '--dark-weather', '4', '--json']),
    ];
    expect(screen.out).toMatch(/^winter +worst week +of the dark year +whole year +dark year$/m);
    for (const row of [
      'generator hours',
      'fuel',
      'lowest battery charge',
      'battery heating',
      'chiller hours, air',
      'PUE',
    ])
      expect(screen.out).toMatch(new RegExp(`^${row}( +\\S+( k)?( (h|L|kWh|%))?){4}$`, 'm'));
    expect(screen.out).toMatch(
      /The dark year is the darkest of 35, seed \d+: [\d.]+ kWh\/m2 a day in the 7 days from \d\d-\d\d\./,
    );
    expect(plain.out).not.toContain('winter');
    const { winter, kpis } = JSON.parse(told.out) as {
      winter: { year: { kpis: unknown }; dark: { darkestOf: number; name: string; worstWeek: { lowestSoc: number } } };
      kpis: unknown;
    };
    expect(winter.year.kpis).toEqual(kpis);
    expect(winter.dark.darkestOf).toBe(4);
    expect(['seed 1', 'seed 2', 'seed 3', 'seed 4']).toContain(winter.dark.name);
    expect(winter.dark.worstWeek.lowestSoc).toBeGreaterThan(0);
  });

  it('a dark year that is a file or the darkest of a daily series stands beside a short period too', async () => {
    const out = path.join(dir, 'winter');
    const words = ['simulate', BUKHARA, '--dark-weather', file, ...period, '--out', out];
    const ended = await command(words);
    expect([ended.code, ended.err]).toEqual([0, '']);
    expect(ended.out).toContain('The dark year is the darkest of 2, 2002');
    const results = JSON.parse(readFileSync(path.join(out, 'bukhara-siloed.json'), 'utf8')) as {
      manifest: { inputs: { path: string }[] };
      winter: { dark: { name: string } };
    };
    expect(results.winter.dark.name).toBe('2002');
    expect(results.manifest.inputs.map((i) => i.path)).toContain('days.csv');
    const html = readFileSync(path.join(out, 'bukhara-siloed.html'), 'utf8');
    expect(html).toContain('The worst week of the dark year');
    expect(html).not.toMatch(/NaN|undefined/);
    const short = await command(['simulate', BUKHARA, ...period]);
    expect(short.out).not.toContain('dark year');
    const wrong = await command(['simulate', BUKHARA, '--dark-weather', '2', '--no-winter']);
    expect(wrong.code).toBe(64);
    expect((await command(['simulate', BUKHARA, '--weather-years', '2', '--dark-weather', '2'])).code).toBe(64);
  });

  it('generates years of the site’s climate, the same ones each time', async () => {
    const run = () => command(['simulate', BUKHARA, '--weather-years', '2', '--jobs', '1', ...period, '--json']);
    const [one, two] = [await run(), await run()];
    const years = (text: string) => (JSON.parse(text) as { years: { name: string }[] }).years;
    expect(years(one.out).map((y) => y.name)).toEqual(['seed 1', 'seed 2']);
    expect(years(two.out)).toEqual(years(one.out));
  });

  it('refuses what cannot be', async () => {
    const wrong = async (...words: string[]) => {
      const { code, err } = await command(['simulate', BUKHARA, ...words, ...period]);
      return `${code} ${err}`;
    };
    expect(await wrong('--weather-years', '0')).toMatch(/^64 .*1 to 1000/);
    expect(await wrong('--weather-years', '2', '--jobs', 'many')).toMatch(/^64 .*--jobs takes/);
    expect(await wrong('--weather-years', '2', '--weather', file)).toMatch(/^64 .*one of them/);
    expect(await wrong('--jobs', '2')).toMatch(/^64 .*--weather-years/);
    expect(await wrong('--weather-years', path.join(dir, 'none.csv'))).toMatch(/^66 .*JW_FILE_MISSING/);
  });
});

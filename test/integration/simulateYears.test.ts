import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { initSite } from '../../src/site/init.ts';
import { command, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);
const SITE = path.join(dir, 'site.yaml');
const QUICK = ['--no-proof', '--days', '7', '--gap', '2%', '--jobs', '1'];
const RULES = `
rules:
  peak_reduction:
    { share: 20 %, basis: grid_import, reference: mean_off_peak, peak_hours: [[17, 22]], reading: ours }
  storage: { share: 30 %, basis: contracted, duration_h: 2, reading: ours }
limits:
  renewable_share: 10 %
  land: 0.5 ha
`;
const TEXT = initSite({ name: 'small', itKw: 60 }, loadCatalog())
  .replace(/peak: .*/, 'peak: { max: 400 kWp }')
  .replace(/energy: \d+ kWh/, 'energy: { max: 600 kWh }')
  .replace(/power: \d+ kW/, 'power: { max: 300 kW }');

describe('plan --compliance', () => {
  it('keeps to the duties of the file and prints every reading', { timeout: 120_000 }, async () => {
    writeFileSync(SITE, `${TEXT}${RULES}`);
    const out = path.join(dir, 'out');
    const { code, out: text, err } = await command(['plan', SITE, ...QUICK, '--compliance', '--out', out]);
    expect(err).not.toMatch(/JW_|^\s+at /m);
    expect(code).toBe(0);
    const own = text.split('\n').filter((line) => line.includes("(the file's, our reading)"));
    expect(own).toHaveLength(3);
    for (const line of own) expect(line).toMatch(/ met( |$)/);
    expect(text.match(/^cut at peak hours/gm)).toHaveLength(12);
    const { limits, year, shortfalls } = JSON.parse(readFileSync(path.join(out, 'plan.json'), 'utf8'));
    expect(limits.map((l: { name: string }) => l.name)).toEqual([
      'land',
      'power of the storage duty',
      'energy of the storage duty',
    ]);
    expect(limits.every((l: { missed: number }) => l.missed === 0)).toBe(true);
    expect(year.renewableShare).toBeGreaterThan(0.1 - 1e-6);
    expect(shortfalls).toEqual([]);
    expect(readFileSync(path.join(out, 'shortfalls.csv'), 'utf8')).toMatch(/^what,unit,from,to,hours,most,sum,limits_/);
  });

  it('says what an impossible site is short of, and goes on', { timeout: 120_000 }, async () => {
    // The chain of the hall lets next to nothing through, and the grid gives little.
    writeFileSync(SITE, TEXT.replace(/rated: \S+ kW/, 'rated: 1 kW').replace(/import_limit: .*/, 'import_limit: 5 kW'));
    const { code, err, out } = await command(['plan', SITE, ...QUICK, '--compliance']);
    expect(code).toBe(0);
    expect(err).toMatch(
      /warning chat not served: \d+ req\/s on 1 January 00:00 to 8 January 00:00: hall-1-chain rating binds/,
    );
    expect(out).toMatch(/the site file has no rules/);
  });

  it('ends before any solve where limits contradict the file', async () => {
    writeFileSync(SITE, `${TEXT}\nlimits: { budget: 10 USD }\n`);
    const { code, err } = await command(['plan', SITE, ...QUICK]);
    expect(code).toBe(65);
    expect(err).toMatch(
      /limits\.budget: the least that the file asks for takes \d+ USD, 10 USD are allowed; .*JW_PLAN_LIMIT/,
    );
  });
});

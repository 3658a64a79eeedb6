import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { printFault } from '../errors/error.ts';
import { sizesGiven } from './free.ts';
import { FREE_KEYS, printFreeKey } from './freeKeys.ts';
import { freeText, writtenSize } from './freeSize.ts';
import { initSite } from './init.ts';
import { siteJsonSchema } from './jsonSchema.ts';
import { checkText } from './load.ts';

const good = initSite({ name: 'test', wind: true, itKw: 100 }, loadCatalog());

/** The good file with some lines changed; every pattern must occur. */
function changed(...pairs: readonly (readonly [string | RegExp, string])[]): string {
  return pairs.reduce((text, [from, to]) => {
    const next = text.replace(from, to);
    if (next === text) throw new Error(`nothing to change: ${from}`);
    return next;
  }, good);
}
const check = (text: string) => checkText(text, process.cwd());
const lines = (text: string): string[] => check(text).faults.map(printFault);

describe('free sizes', () => {
  const text = changed(
    [/peak: .*/, 'peak: { min: 50 kWp, max: 1 MWp } # roof and car park'],
    [/energy: \d.* kWh/, 'energy: { max: 2 MWh, step: 250 kWh }'],
    [/power: 142 kW/, 'power: free'],
    [/units: 2/, 'units: { max: 4 }'],
    [/import_limit: .*/, 'import_limit: free\n    capex: 50000 USD'],
    [/liquid_heat: .*/, 'liquid_heat: free'],
    [/count: (\d+)/, 'count: { max: 128 }\n    capex: 300000 USD/node'],
    [/replicas: \d+/, 'replicas: free'],
  );
  const { site, faults, explained } = check(text);

  it('are taken out of the file with their bounds in the units of the balance', () => {
    expect(faults.map(printFault)).toEqual([]);
    const of = (unitId: string, key: string) => site?.free.find((f) => f.unitId === unitId && f.key === key);
    expect(of('pv', 'peak')).toMatchObject({ lower: 50, upper: 1000, scale: 1, path: ['solar', 0, 'peak'] });
    expect(of('bess', 'energy')).toMatchObject({ lower: 0, upper: 2000, step: 250 });
    expect(of('bess', 'power')).toMatchObject({ lower: 0, upper: 2000 });
    const setKw = site?.parsed.generator?.[0]?.rated ?? Number.NaN;
    expect(of('gensets', 'rated')).toMatchObject({ lower: 0, upper: 4 * setKw, step: setKw, scale: setKw });
    expect(of('grid', 'import_limit')).toMatchObject({ lower: 0, upper: site?.feeders[0]?.limitKw });
    const parallel = site?.parsed.deployments[0]?.tensor_parallel ?? Number.NaN;
    expect(of('main-model', 'replicas')).toMatchObject({ lower: 1, upper: 128 / parallel, step: 8 / parallel });
  });
  it('stand in the site at their most, where everything else is checked', () => {
    expect(site?.parsed.solar?.[0]?.peak).toBe(1000);
    expect(site?.parsed.generator?.[0]?.units).toBe(4);
    expect(site?.freePools).toMatchObject([{ id: 'pool-1', most: 128, counted: true }]);
  });
  it('give the loop of a hall room for a tenth more than its accelerators', () => {
    const it = site?.units.find((u) => u.role === 'it');
    const fullKw = it?.powerRange(it.installed).fullKw ?? Number.NaN;
    expect(fullKw).toBeGreaterThan(50);
    expect(site?.free.find((f) => f.key === 'liquid_heat')?.upper).toBe(Math.ceil(1.1 * fullKw));
  });
  it('are shown by --explain as what they are', () => {
    expect(explained.find((e) => e.path === 'solar[0].peak')?.value).toBe('50 kW to 1000 kW, free');
    expect(explained.find((e) => e.path === 'generator[0].units')?.value).toBe('0 to 4, free');
  });
  it('keep a site from being stepped, with the way out in the hint', () => {
    expect(() => sizesGiven(site!)).toThrow(
      /solar\[0\]\.peak: the site leaves 7 sizes.*joulewright plan site\.yaml --out DIR/,
    );
    expect(sizesGiven(site!, 'another unit')).toBe(site);
  });
  it('are written as they stand in a file, and read by people', () => {
    const [pv] = site!.free;
    expect(writtenSize(pv!, 612.25)).toBe('612.25 kW');
    const sets = site!.free.find((f) => f.unitId === 'gensets')!;
    expect(writtenSize(sets, 2 * sets.scale)).toBe(2);
    expect(freeText(pv!)).toBe('solar[0].peak: 50 kW to 1 MW');
    expect(site!.free.map(freeText)).toContain('battery[0].energy: 0 kWh to 2 MWh in steps of 250 kWh');
  });
});

describe('a free size that cannot be', () => {
  const cases: readonly (readonly [string, readonly (readonly [string | RegExp, string])[], RegExp])[] = [
    ['least above most', [[/peak: .*/, 'peak: { min: 2 MWp, max: 1 MWp }']], /peak: the least is above the most/],
    ['no most', [[/peak: .*/, 'peak: { min: 2 MWp }']], /peak: the range has no "max"/],
    ['no quantity', [[/peak: .*/, 'peak: { max: 1 MX }']], /peak\.max: "1 MX" is not a power/],
    ['a word that does not follow', [[/peak: .*/, 'peak: free']], /none follows from the file for solar\[\]\.peak/],
    ['below nothing', [[/peak: .*/, 'peak: { min: -1 kWp, max: 1 MWp }']], /peak\.min: the least is below 0/],
    ['half a set', [[/units: 2/, 'units: { max: 2.5 }']], /units\.max: 2\.5 is not a whole number/],
    ['no step fits', [[/energy: \d.* kWh/, 'energy: { min: 1 kWh, max: 9 kWh, step: 10 kWh }']], /no whole multiple/],
    [
      'both ways',
      [
        ['units: 2', 'units: { max: 2 }'],
        ['rated: 76 kW', 'rated: { max: 1 MW }'],
      ],
      /"units" and "rated" cannot both be free/,
    ],
    [
      'a range elsewhere',
      [[/hub_height: .*/, 'hub_height: { min: 60 m, max: 90 m }']],
      /hub_height: a range is not possible here/,
    ],
    [
      'no price of chips',
      [[/replicas: \d+/, 'replicas: free']],
      /replicas: a free size without a price.*capex or rent of its pool/,
    ],
    [
      'no price of a line',
      [[/import_limit: .*/, 'import_limit: { max: 1 MW }']],
      /import_limit: a free size without a price/,
    ],
    ['a count that nobody chooses', [[/count: \d+/, 'count: { max: 4096 }']], /the count is free and no deployment/],
    ['more replicas than chips', [[/replicas: \d+/, 'replicas: { min: 5000, max: 5000 }']], /accelerators at least/],
  ];
  it.each(cases)('%s', (_, pairs, said) => {
    const found = lines(changed(...pairs));
    expect(
      found.filter((line) => said.test(line)),
      found.join('\n'),
    ).toHaveLength(1);
    for (const line of found) expect(line).toMatch(/^site\.yaml:\d+:\d+ /);
  });
  it('says when a duty is beyond what can be chosen', () => {
    const rules =
      'rules:\n  storage: { share: 30 %, basis: contracted, duration_h: 2, reading: ours }\nmeters: []\nfeeders:';
    const duty = changed(
      ['feeders:', rules],
      ['import_limit: 142 kW', 'import_limit: 1 MW'],
      ['power: 142 kW', 'power: { max: 200 kW }'],
    );
    expect(lines(duty)).toEqual([
      expect.stringMatching(/rules\.storage: .* asks for 300 kW at least .* 200 kW at most;.*\[JW_SITE_FREE\]/),
    ]);
    expect(
      lines(duty.replace('import_limit: 1 MW', 'import_limit: { min: 500 kW, max: 1 MW }\n    capex: 1 USD')),
    ).toEqual([]);
  });
  it('does not hide that chips cannot hold the model', () => {
    const found = lines(
      changed(['llama-3.1-8b-instruct', 'llama-3.3-70b-instruct'], [/replicas: \d+/, 'replicas: free']),
    );
    expect(found.some((line) => line.includes('of weights'))).toBe(true);
  });
});

describe('the keys that may be free', () => {
  it('take a range in the JSON Schema', () => {
    const schema = JSON.stringify(siteJsonSchema());
    expect(schema.split('a range: `joulewright plan` chooses')).toHaveLength(FREE_KEYS.length + 1);
    expect(new Set(FREE_KEYS.map(printFreeKey)).size).toBe(FREE_KEYS.length);
  });
});

import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { printFault } from '../errors/error.ts';
import { builtSize, type ChosenSize, designText } from './design.ts';
import { initSite } from './init.ts';
import { checkText } from './load.ts';
import type { Site } from './site.ts';

/** A site file with free sizes, comments and files of its own. */
const TEXT = initSite({ name: 'test', wind: true, itKw: 100 }, loadCatalog())
  .replace(/peak: .*/, 'peak: { max: 1 MWp } # on the roof')
  .replace(/rated: 95 kW/, 'rated: { max: 500 kW }')
  .replace(/energy: 284 kWh/, 'energy: { max: 2 MWh, step: 250 kWh }')
  .replace(/power: 142 kW.*/, 'power: free')
  .replace('units: 2', 'units: { max: 4 }')
  .replace('import_limit: 142 kW', 'import_limit: free # as much as there is\n    capex: 90000 USD')
  .replace(/count: \d+/, 'count: { max: 104 }\n    capex: 300000 USD/node')
  .replace(/replicas: \d+/, 'replicas: free');
const FOLDER = '/sites';

function siteOf(text: string, folder = FOLDER): Site {
  const { site, faults } = checkText(text, folder);
  expect(faults.map(printFault)).toEqual([]);
  return site!;
}
/** The design with some sizes, and the rest at a third of their most. */
function designed(sizes: Readonly<Record<string, number>>, to = '/sites/design.yaml'): string {
  const site = siteOf(TEXT);
  const chosen = site.free.map((free): ChosenSize => {
    const size = sizes[`${free.unitId}.${free.key}`] ?? free.upper / 3;
    return { free, size: builtSize(free, size) };
  });
  const pools = site.freePools.map(({ path }) => ({ path, accelerators: 40 }));
  return designText(TEXT, '/sites/site.yaml', to, chosen, pools);
}

describe('a design', () => {
  it('is the same file with the sizes filled in, and nothing free', () => {
    const text = designed({ 'pv.peak': 612.3456, 'gensets.rated': 150, 'main-model.replicas': 37 });
    const site = siteOf(text);
    expect(site.free).toEqual([]);
    expect(site.parsed.solar?.[0]?.peak).toBe(612.35);
    expect(site.parsed.generator?.[0]).toMatchObject({ units: 2, rated: 76 });
    expect(site.parsed.deployments[0]?.replicas).toBe(40);
    expect(site.parsed.pools[0]?.count).toBe(40);
    expect(site.parsed.battery?.[0]?.energy).toBe(750);
  });
  it('keeps comments and the lines that nobody chose', () => {
    const text = designed({});
    expect(text).toContain('kW # on the roof');
    const kept = TEXT.split('\n').filter((line) => !/free|max:|capex: 90000/.test(line));
    for (const line of kept) expect(text).toContain(line);
    expect(text).toMatch(/# Chosen by the planner.*\n# solar\[0\]\.peak: 333\.3 kW\n/);
  });
  it('prices a smaller connection in proportion', () => {
    const site = siteOf(designed({ 'grid.import_limit': 63 }));
    expect(site.parsed.grid?.[0]?.import_limit).toBe(63);
    expect(site.parsed.grid?.[0]?.capex).toBeCloseTo((90000 * 63) / 189, 3);
  });
  it('leaves out what has no size, and says so', () => {
    const text = designed({ 'wind.rated': 0, 'bess.energy': 0, 'bess.power': 0, 'gensets.rated': 0 });
    const site = siteOf(text);
    expect(site.parsed.wind).toBeUndefined();
    expect(site.parsed.battery).toBeUndefined();
    expect(site.units.map((u) => u.id)).not.toContain('gensets');
    expect(text.match(/not built, the least-cost size is nothing/g)).toHaveLength(3);
    expect(text).toContain('# --- accelerators, models and services');
  });
  it('finds the files of the site from its own folder', () => {
    const other = TEXT.replace(/climate: .*\n(?: {2}seed.*\n)?/, 'file: data/year.csv\n');
    const text = designText(other, '/sites/site.yaml', '/out/plans/design.yaml', [], []);
    expect(text).toContain('file: ../../sites/data/year.csv');
  });
});

describe('a size as it is built', () => {
  const free = siteOf(TEXT).free;
  const of = (unitId: string, key: string) => free.find((f) => f.unitId === unitId && f.key === key)!;
  it('is rounded up to five digits, within its most', () => {
    expect(builtSize(of('pv', 'peak'), 123.45601)).toBe(123.46);
    expect(builtSize(of('pv', 'peak'), 123.45)).toBe(123.45);
    expect(builtSize(of('pv', 'peak'), 999.9999)).toBe(1000);
    expect(builtSize(of('pv', 'peak'), -1e-9)).toBe(0);
    expect(builtSize(of('pv', 'peak'), 7.6e-8)).toBe(0);
  });
  it('is whole where it is sold in wholes', () => {
    expect(builtSize(of('bess', 'energy'), 750.0000001)).toBe(750);
    expect(builtSize(of('bess', 'energy'), 751)).toBe(1000);
    expect(builtSize(of('bess', 'energy'), 2000)).toBe(2000);
  });
});

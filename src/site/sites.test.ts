import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadCatalog } from '../catalog/load.ts';
import { type JoulewrightError, printFault } from '../errors/error.ts';
import { deploymentLoads } from './capacity.ts';
import { INIT_DEFAULTS, initSite } from './init.ts';
import { siteJsonSchema } from './jsonSchema.ts';
import { checkSite, checkText, loadSite } from './load.ts';
import { contractedKw, isPeakHour, ruleStatements } from './rules.ts';
import { revealSecret } from './secret.ts';

const GOLDEN = ['bukhara', 'nukus-ai-zone', 'tashkent-campus'];
const pathOf = (id: string): string => resolve(import.meta.dirname, `../../sites/${id}.yaml`);

describe.each(GOLDEN)('sites/%s.yaml', (id) => {
  const checked = checkSite(pathOf(id));
  it('loads without faults or warnings', () => {
    expect([...checked.faults, ...checked.warnings].map(printFault)).toEqual([]);
    expect(checked.site?.id).toBe(id);
  });
  it('has a source for every default', () => {
    const defaults = checked.explained.filter((e) => !e.given);
    expect(defaults.length).toBeGreaterThan(30);
    expect(defaults.filter((e) => e.source === '').map((e) => e.path)).toEqual([]);
    expect(checked.explained.filter((e) => e.about === '').map((e) => e.path)).toEqual([]);
  });
  it('serves its peak with room to spare, and needs 25 to 50 % of it on average', () => {
    for (const load of deploymentLoads(loadSite(pathOf(id)))) {
      expect(load.services.length).toBeGreaterThan(0);
      expect(load.atPeak).toBeLessThan(load.installed);
      expect(load.atMean! / load.installed).toBeGreaterThan(0.25);
      expect(load.atMean! / load.installed).toBeLessThan(0.5);
    }
  });
});

describe('sites/bukhara-plan.yaml', () => {
  const { site, faults, warnings } = checkSite(pathOf('bukhara-plan'));
  it('loads without faults or warnings, with its sizes free', () => {
    expect([...faults, ...warnings].map(printFault)).toEqual([]);
    expect(site?.free.map((f) => `${f.unitId}.${f.key}`)).toEqual([
      'pv.peak',
      'wind.rated',
      'bess.energy',
      'bess.power',
      'gensets.rated',
      'chat-70b.replicas',
      'hall-1-chain.rated',
    ]);
  });
  it('is the site of Bukhara but for what is free, its reserve and its name', () => {
    const given = loadSite(pathOf('bukhara'));
    expect(site?.services.map((s) => s.profile)).toEqual(given.services.map((s) => s.profile));
    expect(site?.parsed.grid).toEqual(given.parsed.grid);
    expect(site?.parsed.money).toEqual(given.parsed.money);
  });
});

describe('the site of Bukhara', () => {
  const site = loadSite(pathOf('bukhara'));
  it('is composed with every role, ids and limits', () => {
    expect(new Set(site.units.map((u) => u.role))).toEqual(
      new Set(['it', 'cooling', 'chain', 'source', 'store', 'slack']),
    );
    expect(new Set(site.units.map((u) => u.id)).size).toBe(site.units.length);
    expect(site.feeders).toEqual([{ id: 'main', limitKw: 1600 }]);
    expect(site.halls.map((h) => h.feeder)).toEqual(['main', 'main']);
    expect(contractedKw(site)).toBe(600);
    expect(site.weather).toEqual({ kind: 'climate', climate: 'bukhara', seed: 1 });
    expect(site.gateway.data).toBe(resolve(pathOf('bukhara'), '../.joulewright/bukhara'));
    expect(site.finance.rateShare).toBe(0.08);
  });
  it('is of the 1 MW class', () => {
    const it = site.units.filter((u) => u.role === 'it');
    const fullKw = it.reduce((sum, u) => sum + u.powerRange(u.installed).fullKw, 0);
    expect(fullKw).toBeGreaterThan(600);
    expect(fullKw).toBeLessThan(1000);
  });
  it('gives batch a deadline and interactive its targets', () => {
    const by = Object.fromEntries(site.services.map((s) => [s.profile.id, s]));
    expect(by['archive']?.deadlineS).toBe(86_400);
    expect(by['archive']?.profile.ttftS).toBe(Number.POSITIVE_INFINITY);
    expect(by['chat']?.profile.tpotS).toBeCloseTo(0.1, 12);
    expect(by['chat']?.deployments).toEqual(['chat-70b']);
  });
});

describe('the rules of the zone', () => {
  const site = loadSite(pathOf('nukus-ai-zone'));
  it('storage and peak hold, with the figures', () => {
    const [storage, peak] = ruleStatements(site);
    expect(storage).toMatchObject({ rule: 'storage', ok: true, needKw: 6000, haveKw: 6500, reading: 'ours' });
    expect(storage?.needKwh).toBe(12_000);
    expect(storage?.text).toContain('our reading');
    expect(peak?.ok).toBe(true);
  });
  it('storage fails when the share is raised above what stands there', () => {
    const rules = { storage: { ...site.rules.storage!, share: 0.35 } };
    expect(ruleStatements({ ...site, rules })[0]).toMatchObject({ ok: false, needKw: 7000 });
    const longer = { storage: { ...site.rules.storage!, durationH: 4 } };
    expect(ruleStatements({ ...site, rules: longer })[0]?.ok).toBe(false);
  });
  it('knows the peak hours', () => {
    const rule = site.rules.peakReduction!;
    expect([5, 6, 8.9, 9, 17, 21.5, 22].map((h) => isPeakHour(rule, h))).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('init', () => {
  const catalog = loadCatalog();
  it.each([...catalog.climates.keys()])('writes a site for %s that passes the check', (climate) => {
    const text = initSite({ climate, wind: true }, catalog);
    const checked = checkText(text, '/tmp');
    expect([...checked.faults, ...checked.warnings].map(printFault)).toEqual([]);
    expect(text).toContain('# ');
  });
  it.each([...catalog.accelerators.keys()])('fits the default model on %s', (accelerator) => {
    const checked = checkText(initSite({ accelerator, itKw: 200 }, catalog), '/tmp');
    const told = [...checked.faults, ...checked.warnings].map(printFault);
    expect(told).toEqual([]);
  });
  it('does without grid, sun, battery', () => {
    for (const off of [{ grid: false }, { solar: false }, { battery: false }, { generator: false }]) {
      const site = checkText(initSite(off, catalog), '/tmp').site;
      expect(site?.units.some((u) => u.kind in off)).toBe(false);
      expect(site).toBeDefined();
    }
  });
  it('is about the size asked', () => {
    const site = checkText(initSite({ itKw: 500, name: 'Ödön’s Hall 7' }, catalog), '/tmp').site!;
    const rated = site.units.find((u) => u.role === 'chain')!.ratedKw;
    expect(rated).toBeGreaterThan(400);
    expect(rated).toBeLessThan(720);
    expect(site.name).toBe('Ödön’s Hall 7');
    expect(INIT_DEFAULTS.grid).toBe(true);
  });
  it.each([
    ['nvidia-h100-sxm-80gb', 'llama-3.1-8b-instruct', 1000],
    ['nvidia-t4', 'qwen3-4b', 10],
    ['nvidia-h200-sxm', 'deepseek-r1', 5000],
  ])('has a demand that its %s with %s are there for', (accelerator, model, itKw) => {
    const site = checkText(initSite({ accelerator, model, itKw }, catalog), '/tmp').site!;
    const [load] = deploymentLoads(site);
    expect(load!.atPeak! / load!.installed).toBeGreaterThan(0.6);
    expect(load!.atPeak! / load!.installed).toBeLessThan(0.9);
  });
  it('refuses what it cannot size', () => {
    expect(() => initSite({ climate: 'buhara' }, catalog)).toThrow(/did you mean "bukhara"/);
    expect(() => initSite({ accelerator: 'nvidia-h100-smx-80gb' }, catalog)).toThrow(
      /did you mean nvidia-h100-sxm-80gb/,
    );
    expect(() => initSite({ accelerator: 'nvidia-a10g' }, catalog)).toThrow(/lacks dense 16-bit rate/);
    expect(initSite({ model: 'Qwen/Qwen3-8B' }, catalog)).toContain('model: Qwen/Qwen3-8B');
    expect(() => initSite({ itKw: 0 }, catalog)).toThrow(/JW_SITE_VALUE/);
    expect(() => initSite({ grid: false, solar: false, generator: false }, catalog)).toThrow(/no source of energy/);
  });
});

describe('JSON Schema', () => {
  const schema = siteJsonSchema();
  it('is draft 2020-12, closed, and describes what an editor shows', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema['additionalProperties']).toBe(false);
    const text = JSON.stringify(schema);
    expect(text).toContain('"import_limit"');
    expect(text).not.toContain('"dimension"');
  });
  it('requires only what a file must give', () => {
    expect(schema['required']).toContain('location');
    expect(schema['required']).not.toContain('gateway');
    const file: unknown = parse(readFileSync(pathOf('bukhara'), 'utf8'));
    for (const key of schema['required'] as string[]) expect(file).toHaveProperty(key);
  });
});

describe('secrets', () => {
  it('are looked up only when used', () => {
    expect(revealSecret({ env: 'X' }, { X: 's3cret' })).toBe('s3cret');
    for (const env of [{}, { X: '' }]) {
      try {
        revealSecret({ env: 'X' }, env);
        expect.unreachable();
      } catch (error) {
        expect((error as JoulewrightError).code).toBe('JW_SECRET_UNSET');
      }
    }
  });
});

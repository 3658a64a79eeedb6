import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { JoulewrightError, printFault } from '../errors/error.ts';
import { initSite } from './init.ts';
import { checkSite, checkText, loadSite } from './load.ts';
import { migrate } from './migrate.ts';
import { printPath, sourceOf } from './source.ts';

const good = initSite({ name: 'test' }, loadCatalog());
const folder = mkdtempSync(join(tmpdir(), 'jw-site-'));

/** The good file with some lines changed; every pattern must occur. */
function changed(...pairs: readonly (readonly [string | RegExp, string])[]): string {
  return pairs.reduce((text, [from, to]) => {
    const next = text.replace(from, to);
    if (next === text) throw new Error(`nothing to change: ${from}`);
    return next;
  }, good);
}
/** `line:col` of the first place of a text. */
function at(text: string, part: string): string {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
}
const lines = (text: string): string[] => checkText(text, folder).faults.map(printFault);

describe('a file with many mistakes', () => {
  const text = changed(
    ['latitude:', 'latitud:'],
    [/elevation: .*/, 'elevation: high'],
    ['climate: bukhara', 'climate: buhara'],
    ['feeder: main', 'feeder: mian'],
    [/peak: .*/, 'peak: 3 MX'],
    ['units: 2', 'units: 0'],
    ['tpot: 200 ms', 'topt: 200 ms'],
    ['shape: office', 'shape: ofice'],
    ['deadline: 24 h', 'deadline: 24 h\n    ttft: 1 s'],
    ['accelerator: nvidia-h100-sxm-80gb', 'accelerator: nvidia-h100-smx-80gb'],
    ['energy: 0.083 USD/kWh', 'energy: 0.083 EUR/kWh'],
    ['deployment: main-model', 'deployment: main-modell'],
    ['country: UZ', 'country: Uzbekistan'],
  );
  const found = lines(text);
  const expectFault = (place: string, ...parts: string[]) => {
    const line = found.find((l) => l.startsWith(`site.yaml:${place}`));
    expect(line, `${place} in\n${found.join('\n')}`).toBeDefined();
    for (const part of parts) expect(line).toContain(part);
  };

  it('reports each at its place with what to do, all at once', () => {
    expectFault(at(text, 'latitud:'), 'location.latitud: ', 'did you mean "latitude"?', '[JW_SITE_KEY]');
    expectFault(at(text, 'location:'), 'location.latitude: "latitude" is missing', 'add it', '[JW_SITE_MISSING]');
    expectFault(at(text, 'high'), 'location.elevation', '"high" is not a length', '"80 m"');
    expectFault(at(text, 'buhara'), 'weather.climate', 'did you mean "bukhara"?', '[JW_SITE_REFERENCE]');
    expectFault(at(text, 'mian'), 'halls[0].feeder', 'did you mean "main"?');
    expectFault(at(text, '3 MX'), 'solar[0].peak', '"3 MX" is not a power');
    expectFault(at(text, '0\n    tank'), 'generator[0].units', 'at least 1');
    expectFault(at(text, 'topt:'), 'services[0].topt', 'did you mean "tpot"?');
    expectFault(at(text, 'ofice'), 'services[0].demand.shape', 'did you mean "office"?');
    expectFault(at(text, '1 s'), 'services[1].ttft', 'a batch service has a deadline instead');
    expectFault(at(text, 'main-modell'), 'services[0].deployment', 'did you mean "main-model"?');
    expectFault(at(text, '0.083 EUR'), 'grid[0].tariff.energy', 'this site counts in USD', '[JW_SITE_CURRENCY]');
    expectFault(at(text, 'Uzbekistan'), 'location.country', 'two capital letters');
  });
  it('comes in the order of the file', () => {
    const numbers = found.map((l) => Number(/:(\d+):/.exec(l)?.[1]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
  it('a device’s own complaint stands at its key', () => {
    const own = changed(['accelerator: nvidia-h100-sxm-80gb', 'accelerator: nvidia-h100-smx-80gb']);
    const [line] = lines(own);
    expect(line).toContain(`site.yaml:${at(own, 'nvidia-h100-smx-80gb')} pools[0].accelerator: `);
    expect(line).toContain('did you mean nvidia-h100-sxm-80gb?');
  });
});

describe('single mistakes', () => {
  it.each<[string, string, string, string]>([
    ['a key twice', 'services:\n', 'gateway:\n  port: 8787\n  port: 8788\nservices:\n', 'Map keys must be unique'],
    ['ids twice', '- id: archive', '- id: chat', 'the service id "chat" is used twice'],
    [
      'a device and a deployment of one name',
      '- id: bess',
      '- id: main-model',
      'the device id "main-model" is used twice',
    ],
    ['a zone that is none', 'zone: Asia/Samarkand', 'zone: Asia/Samarkant', 'did you mean "Asia/Samarkand"?'],
    ['too many replicas', 'tensor_parallel: 1', 'tensor_parallel: 64', 'JW_SITE_CAPACITY'],
    [
      'a string for a list',
      'deployments:\n  - id: main-model\n    pool: pool-1',
      'deployments: none\nx:\n  - id: main-model\n    pool: pool-1',
      'deployments',
    ],
    ['no weather source', 'climate: bukhara', 'seed: 4', 'one of climate, file is needed'],
    ['a weather file that is not there', 'climate: bukhara', 'file: none.csv', 'JW_FILE_MISSING'],
    ['a demand file that is not there', 'shape: office, mean', 'file: none.csv, mean', 'JW_FILE_MISSING'],
    ['a shape without a size', /mean: [\d.]+ req\/s/.source, 'clock: utc', 'one of mean, peak is needed'],
    ['an unknown mix', 'mix: azure-conversation', 'mix: azure-conversations', 'did you mean "azure-conversation"?'],
    ['one mean only', 'mix: azure-conversation', 'input: 100', '"output" is missing'],
    ['interactive without targets', '    ttft: 5 s\n', '', '"ttft" is missing'],
    ['a power in another unit', 'import_limit: ', 'import_limit: 5 m #', 'is not a power'],
    ['a number without its unit', /import_limit: .*/.source, 'import_limit: 600', '600 is not a power'],
    ['a map for a text', 'pool: pool-1', 'pool: {a: 1}', 'deployments[0].pool'],
    ['an unknown key deep in a union', 'tariff:\n', 'tariff:\n      demnd: 1 USD/kW/month\n', 'did you mean "demand"?'],
    ['a wrong value deep in a union', /energy: 0.083 USD\/kWh/.source, 'energy: cheap', 'price per energy'],
  ])('%s', (_, from, to, part) => {
    const text = changed([good.includes(from) ? from : new RegExp(from), to]);
    expect(lines(text).join('\n')).toContain(part);
  });

  it('a default in another currency has to be given', () => {
    const text = changed(['currency: USD', 'currency: EUR']);
    const found = lines(text).join('\n');
    expect(found).toContain('this site counts in EUR');
    expect(found).toMatch(/solar\[0\]\.capex: .*EUR\/kW/);
  });
  it('a further name of a model belongs to a deployment that is there, and stands once', () => {
    const named = (models: string) => `${good}\ngateway:\n  models: [${models}]\n`;
    expect(good).not.toMatch(/^gateway:/m);
    const alias = '{ id: gpt-4o, deployment: main-model, adapter: tax }';
    expect(checkText(named(alias), folder).site?.gateway.models).toEqual([
      { id: 'gpt-4o', deployment: 'main-model', adapter: 'tax' },
    ]);
    expect(lines(named(`${alias}, ${alias}`)).join()).toContain('the model id "gpt-4o" is used twice');
    expect(lines(named('{ id: a, deployment: main-modell }')).join()).toContain('did you mean "main-model"?');
  });
  it('a secret in plain text is refused', () => {
    const engine = (key: string) =>
      changed(['model: llama-3.1-8b-instruct', `model: llama-3.1-8b-instruct\n    engine: { kind: openai, ${key} }`]);
    expect(lines(engine('url: http://a:1, api_key: sk-123')).join()).toContain(
      'a secret is never written in the site file',
    );
    expect(lines(engine('url: "http://user:pw@a:1/v1"')).join()).toContain('not in an address either');
    expect(lines(engine('api_key: {env: KEY}')).join()).toContain('"url" is missing');
    const site = checkText(engine('url: http://a:1, api_key: {env: KEY}'), folder).site;
    expect(site?.deployments[0]?.engine).toEqual({
      kind: 'openai',
      urls: ['http://a:1'],
      sleep: false,
      apiKey: { env: 'KEY' },
    });
  });
  it('warns of what is not used', () => {
    const text = changed(['halls:', '  - { id: spare, limit: 1 MW }\nhalls:']);
    const checked = checkText(text, folder);
    expect(checked.site).toBeDefined();
    expect(checked.warnings.map(printFault).join()).toContain('feeder "spare" is not used');
  });
  it('warns when the installed replicas cannot serve the peak', () => {
    const checked = checkText(changed([/mean: [\d.]+ req\/s/, 'mean: 1e6 req/s']), folder);
    expect(checked.warnings.map(printFault).join()).toContain('cannot serve the peak');
  });
});

describe('text that is no site', () => {
  it.each([
    ['', 'JW_SITE_VERSION'],
    ['- a\n', 'a site file is a map'],
    ['id: x\n', 'begin the file with "version: 1"'],
    ['version: 2\n', 'reads up to 1'],
    ['version: one\n', 'write "version: 1"'],
    ['a: [1\n', 'JW_SITE_YAML'],
    ['version: 1\nversion: 1\n', 'JW_SITE_YAML'],
    ['version: 1\n', 'JW_SITE_MISSING'],
  ])('%j', (text, part) => {
    expect(lines(text).join('\n')).toContain(part);
  });
  it('a file that is not there is a fault, not a crash', () => {
    expect(checkSite(join(folder, 'no.yaml')).faults[0]?.code).toBe('JW_FILE_MISSING');
  });
  it('loadSite throws with every fault', () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, 'version: 1\n');
    try {
      loadSite(file);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(JoulewrightError);
      expect((error as JoulewrightError).faults.length).toBeGreaterThan(5);
      expect((error as JoulewrightError).message).toContain(`${file}:1:1 `);
    }
  });
});

describe('recordings named in a site file', () => {
  it('lie beside it, and bring rate, lengths and burstiness', () => {
    const hours = Array.from({ length: 24 }, (_, h) => `${h * 3600},${h}`);
    writeFileSync(join(folder, 'rate.csv'), ['t_s,rps', ...hours].join('\n'));
    const requests = Array.from({ length: 50 }, (_, i) => `${i},${100},${20}`);
    writeFileSync(join(folder, 'trace.csv'), ['t_s,input_tokens,output_tokens', ...requests].join('\n'));
    const text = changed(
      [/shape: office, mean: [\d.]+ req\/s/, 'file: rate.csv, mean: 2 req/s, shift: 1 h'],
      ['mix: azure-conversation', 'trace: trace.csv'],
    );
    const checked = checkText(text, folder);
    expect(checked.faults.map(printFault)).toEqual([]);
    const chat = checked.site!.services[0]!;
    expect(chat.rate.ratePerS(0, 86_400_000)).toBeCloseTo(2, 9);
    expect(chat.rate.ratePerS(3_600_000, 7_200_000)).toBeCloseTo(0, 9);
    expect(chat.profile.arrivalCv2).toBeCloseTo(0, 9);
    expect(chat.profile.inputTokens[0]).toBeCloseTo(100, 9);
  });
  it('and tell prefixes, unless the file says what hits', () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},1024,20,1`);
    writeFileSync(join(folder, 'seen.csv'), ['t_s,input_tokens,output_tokens,blocks_seen_before', ...rows].join('\n'));
    const ids = (i: number) => (i % 2 === 0 ? [1, 2] : [1000 + 2 * i, 1001 + 2 * i]);
    const hashed = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({ timestamp: 1000 * i, input_length: 1024, output_length: 20, hash_ids: ids(i) }),
    );
    writeFileSync(join(folder, 'hashed.jsonl'), hashed.join('\n'));
    const hit = (lengths: string, more = '') => {
      const text = changed(['lengths: { mix: azure-conversation }', `lengths: ${lengths}${more}`]);
      const checked = checkText(text, folder);
      expect(checked.faults.map(printFault)).toEqual([]);
      return checked.site!.services[0]!.profile.prefixHitShare;
    };
    expect(hit('{ mix: azure-conversation }', '\n    prefix_hit_share: 0.3')).toBe(0.3);
    expect(hit('{ trace: seen.csv }')).toBeCloseTo(0.5, 12);
    expect(hit('{ trace: seen.csv }', '\n    prefix_hit_share: 20 %')).toBeCloseTo(0.2, 12);
    expect(hit('{ trace: seen.csv }', '\n    prefix_hit_share: 0 %')).toBeUndefined();
    expect(hit('{ trace: hashed.jsonl }')).toBeCloseTo((19 * 1023) / (40 * 1024), 12);
  });
  it('and a fault inside one stands at the key that names it', () => {
    writeFileSync(join(folder, 'back.csv'), 't_s,rps\n0,1\n3600,2\n1800,3\n');
    const text = changed([/shape: office, mean: [\d.]+ req\/s/, 'file: back.csv']);
    const [line] = lines(text);
    expect(line).toContain(`site.yaml:${at(text, 'back.csv')} services[0].demand.file: `);
    expect(line).toContain('time goes back');
  });
});

describe('places and versions', () => {
  it('finds keys, values and nearest parents', () => {
    const source = sourceOf('a:\n  b:\n    - c: 1\n      d: x\n', 'f');
    expect(source.where(['a', 'b', 0, 'd'])).toBe('f:4:10 a.b[0].d');
    expect(source.where(['a', 'b', 0, 'd'], 'key')).toBe('f:4:7 a.b[0].d');
    expect(source.where(['a', 'b', 0, 'e'])).toBe('f:3:7 a.b[0].e');
    expect(source.where(['a', 'z'])).toBe('f:1:1 a.z');
    expect(source.where([])).toBe('f:1:1');
    expect(printPath(['a', 0, 'b'])).toBe('a[0].b');
  });
  it('brings older files up step by step', () => {
    const source = sourceOf('version: 1\nold: 5\n', 'f');
    const steps = [
      { from: 1, about: 'old is new', apply: ({ old, ...rest }: Record<string, unknown>) => ({ ...rest, new: old }) },
    ];
    expect(migrate(source, steps, 2)).toEqual({ data: { version: 2, new: 5 } });
    expect(migrate(source, [], 2)).toHaveProperty('fault');
  });
});

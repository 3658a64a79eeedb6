import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { AdapterId } from '../../src/engines/adapters/adapter.ts';
import { ADAPTER_IDS } from '../../src/engines/adapters/adapter.ts';
import { discover, rootOf } from '../../src/engines/adapters/discover.ts';
import { countersOf, readingOf } from '../../src/engines/adapters/read.ts';
import { ADAPTERS, adapterOf } from '../../src/engines/adapters/table.ts';
import { compareVersions, metricsFor, pathsFor, versionNumbers } from '../../src/engines/adapters/version.ts';
import { OpenAiEngine } from '../../src/engines/openai.ts';
import { OPENAI_PATHS } from '../../src/engines/paths.ts';
import { parsePrometheus } from '../../src/engines/prometheus.ts';
import { JoulewrightError } from '../../src/errors/error.ts';
import { SERVER_KINDS } from '../../src/site/engineSection.ts';
import { DIALECTS, type FakeServer, fakeServer } from './engine-dialects.ts';
import { ROOT } from './running.ts';

const servers: FakeServer[] = [];
const engines: OpenAiEngine[] = [];

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  for (const server of servers.splice(0)) server.close();
});

async function serving(name: string): Promise<FakeServer> {
  const server = await fakeServer(DIALECTS[name]!);
  servers.push(server);
  return server;
}

function engineAt(
  url: string,
  adapter: AdapterId,
  more: { mayRest?: boolean; discardsWeights?: boolean } = {},
): OpenAiEngine {
  const engine = new OpenAiEngine({ kind: 'openai', id: 'e', model: 'org/m-7b', url, adapter, ...more });
  engines.push(engine);
  return engine;
}

describe('the table of engines', () => {
  it('has one row for each that may be named, and a dialect of each is tested here', () => {
    expect(ADAPTERS.map(({ id }) => id)).toEqual([...ADAPTER_IDS]);
    expect([...SERVER_KINDS]).toEqual([...ADAPTER_IDS]);
    expect(new Set(Object.values(DIALECTS).map(({ adapter }) => adapter))).toEqual(new Set(ADAPTER_IDS));
    for (const row of ADAPTERS)
      expect([row.id, row.source === '', row.versions === '']).toEqual([row.id, false, false]);
  });

  it('is the one of the guide', () => {
    const guide = readFileSync(join(ROOT, 'docs/guide/engines.md'), 'utf8');
    for (const { id, name, versions } of ADAPTERS) expect(guide).toContain(`| \`${id}\` | ${name} | ${versions} |`);
  });

  it('has ranges that follow on each other without a gap, newest first', () => {
    for (const { id, ranges } of ADAPTERS) {
      ranges.forEach((range, i) => {
        expect([id, range.below]).toEqual([id, ranges[i - 1]?.from]);
      });
      if (ranges.length > 0) expect([id, ranges.at(-1)?.from]).toEqual([id, '']);
    }
  });

  it('finds the names of a version, and those of the newest where it is not known', () => {
    const vllm = adapterOf('vllm');
    const cache = (version: string | null) => metricsFor(vllm, version)?.kvUse?.name;
    expect([cache('0.9.1'), cache('0.9.2rc1+cu126'), cache('0.21.0'), cache(null), cache('dev')]).toEqual([
      'vllm:gpu_cache_usage_perc',
      ...Array(4).fill('vllm:kv_cache_usage_perc'),
    ]);
    expect(metricsFor(vllm, 'v0.10.2')?.tpot?.name).toBe('vllm:time_per_output_token_seconds');
    expect(metricsFor(adapterOf('ollama'), '0.5')).toBeNull();
    expect([versionNumbers('b6500-1a2b'), versionNumbers('none')]).toEqual([[6500], []]);
  });

  it('says which of the APIs a version serves itself; one that does not tell its version gets translations', () => {
    const own = (id: AdapterId, version: string | null) =>
      [...pathsFor(adapterOf(id), version)].filter((path) => !OPENAI_PATHS.has(path));
    expect(own('vllm', '0.10.1')).toEqual([]);
    expect(own('vllm', '0.10.2rc1')).toEqual(['/responses']);
    expect(own('vllm', '0.21.0')).toEqual(['/responses', '/messages']);
    expect(own('vllm', null)).toEqual([]);
    expect(own('llama.cpp', 'b6500-1a2b')).toEqual([]);
    expect(own('llama.cpp', 'b9000-1a2b')).toEqual(['/responses', '/messages']);
    expect(own('ollama', '0.13.5')).toEqual(['/responses']);
    expect(own('tgi', '3.3.5')).toEqual([]);
    for (const row of ADAPTERS) expect([...pathsFor(row, '9999')]).toEqual(expect.arrayContaining([...OPENAI_PATHS]));
  });

  it('orders versions as numbers', () => {
    const numbers = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, [...a, 0])).toBe(0);
        expect(compareVersions(a, [...a, 1])).toBeLessThan(0);
      }),
    );
  });
});

describe.each(Object.entries(DIALECTS))('an engine of the kind %s', (name, dialect) => {
  it('is known by what it answers, with its version and models', async () => {
    const server = await serving(name);
    expect(await discover(server.url)).toEqual({
      adapter: dialect.adapter,
      version: dialect.version,
      models: ['org/m-7b'],
    });
  });

  it('says how it is and how busy it is', async () => {
    const server = await serving(name);
    const engine = engineAt(server.url, dialect.adapter);
    expect(await engine.health()).toMatchObject({ up: true, reason: '' });
    expect(engine.serves).toBe(OPENAI_PATHS);
    const reading = await engine.read();
    expect(engine.serves).toEqual(pathsFor(adapterOf(dialect.adapter), dialect.version));
    if (adapterOf(dialect.adapter).metricsPath === null) {
      expect(reading).toBeNull();
      return;
    }
    expect(reading).toMatchObject({ running: 7, waiting: 2, promptTokensPerS: null, ttftS: null });
    const { kvUse, ttft, tpot, prefixHits, prefixHitShare } = metricsFor(adapterOf(dialect.adapter), dialect.version)!;
    expect(reading?.kvUse).toBe(kvUse === undefined ? null : 0.5);
    // The same page with other figures: what has grown since is rates and means
    const page = adapterOf(dialect.adapter).metricsPath!;
    const text = String(server.pages[page]);
    const grown = text
      .replace(/(prompt_tokens_total|input_length_sum)(\S*) 1000(\.0)?/g, '$1$2 3000')
      .replace(/(generation_tokens_total|tokens_predicted_total|generated_tokens_sum)(\S*) 500(\.0)?/g, '$1$2 900')
      .replace(/(hits_total|cached_total)(\S*) 600(\.0)?/g, '$1$2 2100')
      .replace(/(queries_total)(\S*) 1000(\.0)?/g, '$1$2 3000')
      .replace(/first_token_seconds_sum(\S*) 2$/gm, 'first_token_seconds_sum$1 8')
      .replace(/first_token_seconds_count(\S*) 10$/gm, 'first_token_seconds_count$1 20')
      .replace(/(token\w*|duration)_sum(\S*) 0\.5$/gm, '$1_sum$2 0.9')
      .replace(/(output_token_seconds|token_latency_seconds|duration)_count(\S*) 10$/gm, '$1_count$2 20');
    server.pages[page] = grown;
    const next = (await engine.read())!;
    const seconds = (next.atMs - reading!.atMs) / 1000;
    expect(next.promptTokensPerS! * seconds).toBeCloseTo(2_000, 6);
    expect(next.outputTokensPerS! * seconds).toBeCloseTo(400, 6);
    expect(next.ttftS).toEqual(ttft === undefined ? null : expect.closeTo(0.6, 9));
    expect(next.tpotS).toEqual(tpot === undefined ? null : expect.closeTo(0.04, 9));
    const share = prefixHitShare !== undefined ? 0.6 : prefixHits !== undefined ? 0.75 : null;
    expect(next.prefixHitShare).toEqual(share === null ? null : expect.closeTo(share, 9));
  });

  it('sleeps and wakes by its own calls, where it has them and is allowed to', async () => {
    const server = await serving(name);
    const row = adapterOf(dialect.adapter);
    expect(engineAt(server.url, dialect.adapter).rest).toBeUndefined();
    const { rest } = engineAt(server.url, dialect.adapter, { mayRest: true });
    if (row.sleep === null) {
      expect(rest).toBeUndefined();
      return;
    }
    await rest!.sleep();
    await rest!.wake();
    expect(server.posts.map((post) => post.split(' ', 2)[1])).toEqual([row.sleep.path, row.wake!.path]);
    if (dialect.adapter === 'ollama') {
      expect(server.posts[0]).toContain('{"model":"org/m-7b","keep_alive":0}');
    }
    // Where the host has no memory for the weights: an engine without such a call does what it can.
    const done = server.posts.length;
    const { rest: bare } = engineAt(server.url, dialect.adapter, { mayRest: true, discardsWeights: true });
    await bare!.sleep();
    await bare!.wake();
    const verbs = row.discarding ?? { sleep: row.sleep, wake: [row.wake!] };
    const paths = [verbs.sleep, ...verbs.wake].map(({ path }) => path);
    expect(server.posts.slice(done).map((post) => post.split(' ', 2)[1])).toEqual(paths);
    if (dialect.adapter === 'vllm') expect(server.posts.at(-2)).toContain('{"method":"reload_weights"}');
    server.postStatus = 404;
    await expect(rest!.sleep()).rejects.toMatchObject({ code: 'JW_ENGINE_SLEEP' });
  });
});

describe('discovery', () => {
  it('reads a server that the site file only calls OpenAI-compatible as what it is', async () => {
    const server = await serving('vllm 0.8');
    expect(await engineAt(server.url, 'openai').read()).toMatchObject({ running: 7, kvUse: 0.5 });
  });

  it('lets such a server sleep too, once it is known what it is', async () => {
    const server = await serving('vllm 0.8');
    const engine = engineAt(server.url, 'openai', { mayRest: true });
    expect(engine.rest).toBeUndefined();
    await engine.read();
    await engine.rest!.sleep();
    expect(server.posts[0]).toContain(adapterOf('vllm').sleep!.path);
    const other = engineAt(server.url, 'openai');
    await other.read();
    expect(other.rest).toBeUndefined();
  });

  it('tells what a server serves itself, again when it has come back as another version', async () => {
    const server = await serving('vllm 0.21');
    const engine = engineAt(server.url, 'openai');
    await engine.read();
    expect(engine.serves.has('/responses') && engine.serves.has('/messages')).toBe(true);
    const { pages } = server;
    server.pages = {};
    await expect(engine.read()).rejects.toThrow();
    server.pages = { ...pages, '/version': { version: '0.10.2' } };
    await engine.read();
    expect([engine.serves.has('/responses'), engine.serves.has('/messages')]).toEqual([true, false]);
  });

  it('does not overrule what the configuration says', async () => {
    const server = await serving('vllm 0.21');
    const config = { kind: 'openai', id: 'e', model: 'org/m-7b', url: server.url, adapter: 'vllm' } as const;
    const engine = new OpenAiEngine({ ...config, serves: ['/chat/completions'] });
    engines.push(engine);
    await engine.read();
    expect([...engine.serves]).toEqual(['/chat/completions']);
  });

  it('finds nothing where nothing answers, or something else does', async () => {
    expect(await discover('http://127.0.0.1:9/v1')).toBeNull();
    const server = await fakeServer({ adapter: 'openai', version: null, pages: { '/': 'hello' } });
    servers.push(server);
    expect(await discover(server.url)).toBeNull();
  });

  it('knows the root of a server', () => {
    expect(['http://a:1/v1', 'http://a:1/v1/', 'http://a:1/x/v2', 'http://a:1'].map(rootOf)).toEqual([
      'http://a:1',
      'http://a:1',
      'http://a:1/x',
      'http://a:1',
    ]);
  });
});

describe('a page of metrics', () => {
  it('is read with escapes, times and odd numbers, and broken lines are left out', () => {
    const text = [
      '# HELP a help',
      'a{x="1,}",y="q\\"\\\\\\n"} 4.5 1700000000000',
      'a{x="2"} +Inf',
      'a{x="3} 1',
      'a{x=3} 1',
      'b 1e3',
      'c NaN',
      'd',
      'nonsense here is not one',
      '{x="1"} 2',
      'e{} -2',
      'f{x="1",} 7',
    ].join('\r\n');
    const samples = parsePrometheus(text);
    expect([...samples.keys()]).toEqual(['a', 'b', 'e', 'f']);
    expect(samples.get('a')).toEqual([
      { labels: { x: '1,}', y: 'q"\\\n' }, value: 4.5 },
      { labels: { x: '2' }, value: Number.POSITIVE_INFINITY },
    ]);
    expect([samples.get('b')![0]!.value, samples.get('e')![0]!.value, samples.get('f')![0]!.value]).toEqual([
      1_000, -2, 7,
    ]);
  });

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => void parsePrometheus(text)));
  });

  it('gives nothing for counters that have started anew', () => {
    const names = metricsFor(adapterOf('vllm'), null)!;
    const page = (n: number) => parsePrometheus(`vllm:generation_tokens_total 5${'0'.repeat(n)}\n`);
    const before = countersOf(page(3), names, 0);
    const fewer = page(1);
    const now = countersOf(fewer, names, 1_000);
    expect(readingOf(fewer, names, now, before).outputTokensPerS).toBeNull();
    // Older exporters leave `_total` out
    const bare = parsePrometheus('vllm:generation_tokens 70\n');
    expect(readingOf(bare, names, countersOf(bare, names, 2_000), now).outputTokensPerS).toBe(20);
  });

  it('is an error when it does not come', async () => {
    const server = await serving('vllm 0.21');
    const engine = engineAt(server.url, 'vllm');
    delete server.pages['/metrics'];
    await expect(engine.read()).rejects.toThrow('status 404');
    await expect(engine.read()).rejects.not.toBeInstanceOf(JoulewrightError);
  });
});

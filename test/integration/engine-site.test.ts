import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JoulewrightError } from '../../src/errors/error.ts';
import { engineConfigs, modelNames } from '../../src/server/engineConfigs.ts';
import { loadSite } from '../../src/site/load.ts';
import type { Site } from '../../src/site/site.ts';
import { BUKHARA, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);

/** The site of Bukhara with an engine behind its first deployment. */
function siteWith(engine: string): Site {
  const file = path.join(dir, 'site.yaml');
  writeFileSync(
    file,
    readFileSync(BUKHARA, 'utf8').replace('  - id: chat-70b\n', `  - id: chat-70b\n    engine: ${engine}\n`),
  );
  return loadSite(file);
}

function faultsOf(engine: string): readonly string[] {
  try {
    siteWith(engine);
  } catch (error) {
    if (error instanceof JoulewrightError) return error.faults.map(({ message, hint }) => `${message}; ${hint}`);
    throw error;
  }
  return [];
}

describe('the engine of a deployment in a site file', () => {
  it('is one server of a kind, with what the gateway may do to it', () => {
    const site = siteWith(
      '{ kind: vllm, url: "http://a:8000/v1", model: m, slots: 64, sleep: yes, metrics: "http://a:9/m" }',
    );
    expect(engineConfigs(site, undefined)[0]).toEqual({
      kind: 'openai',
      adapter: 'vllm',
      id: 'chat-70b',
      deployment: 'chat-70b',
      model: 'm',
      url: 'http://a:8000/v1',
      slots: 64,
      mayRest: true,
      metricsUrl: 'http://a:9/m',
      timeouts: {},
    });
    const disk = siteWith('{ kind: vllm, url: "http://a:8000/v1", sleep: yes }\n    sleep: { weights: disk }');
    expect(engineConfigs(disk, undefined)[0]).toMatchObject({ mayRest: true, discardsWeights: true });
  });

  it('is several servers and a hosted one, all behind its names', () => {
    process.env['JOULEWRIGHT_TEST_HOSTED'] = 'hosted-key';
    const site = siteWith(
      '{ kind: sglang, urls: ["http://a:1/v1", "http://b:1/v1"], ' +
        'overflow: { url: "https://api.example/v1", model: big, place: eu, api_key: { env: JOULEWRIGHT_TEST_HOSTED } } }',
    );
    const ids = ['chat-70b-1', 'chat-70b-2', 'chat-70b-overflow'];
    const own = engineConfigs(site, undefined).filter(({ id }) => id.startsWith('chat-70b'));
    expect(own.map(({ id }) => id)).toEqual(ids);
    expect(own.map((one) => one.deployment)).toEqual(['chat-70b', 'chat-70b', 'chat-70b-overflow']);
    expect(own[2]).toMatchObject({ outside: 'eu', model: 'big', apiKey: 'hosted-key' });
    expect(own[0]).not.toHaveProperty('mayRest', true);
    const names = modelNames(site);
    const deployment = names.find(({ name }) => name === 'chat-70b');
    expect(deployment?.engines).toEqual(ids);
    expect(names.filter(({ engines }) => engines.includes('chat-70b-2')).length).toBeGreaterThan(1);
    const service = site.services.find((one) => one.deployments.includes('chat-70b'))!;
    expect(names.find(({ name }) => name === service.profile.id)).toMatchObject({
      engines: ids,
      target: { ttftS: service.profile.ttftS },
    });
  });

  it('is a model file', () => {
    const [own] = engineConfigs(siteWith('{ kind: gguf, file: small.gguf, slots: 2, context: 1024 }'), undefined);
    expect(own).toMatchObject({ kind: 'gguf', file: path.join(dir, 'small.gguf'), slots: 2, contextTokens: 1024 });
  });

  it('is refused with advice where keys do not belong together', () => {
    expect(faultsOf('{ kind: vllm }').join()).toContain('url');
    expect(faultsOf('{ kind: vllm, url: "http://a/v1", urls: ["http://b/v1"] }').length).toBe(1);
    expect(faultsOf('{ kind: vllm, urls: ["ftp://b/v1"] }').join()).toContain('is not an http address');
    expect(faultsOf('{ kind: gguf }').join()).toContain('file');
    expect(faultsOf('{ kind: gguf, file: a.gguf, url: "http://a/v1" }').join()).toContain(
      'served by the gateway itself',
    );
    expect(faultsOf('{ kind: simulated, slots: 4 }').join()).toContain('needs no server');
    expect(faultsOf('{ kind: vlm, url: "http://a/v1" }').join()).toContain('vllm');
    const secret = '{ kind: openai, url: "http://a/v1", overflow: { url: "https://u:p@b/v1", model: m, place: eu } }';
    expect(faultsOf(secret).join()).toContain('secret');
  });
});

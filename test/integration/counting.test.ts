import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenAiEngineConfig } from '../../src/engines/openai.ts';
import {
  type Behaviour,
  closeRigs,
  type FakeEngine,
  fakeEngine,
  post,
  relay,
  rig,
  wellBehaved,
} from './gateway-support.ts';

const fakes: FakeEngine[] = [];
const PATH = '/messages/count_tokens';
const NATIVE = ['/chat/completions', '/messages'];
const asked = { model: 'chat', system: 'Be brief.', messages: [{ role: 'user' as const, content: 'Hello there' }] };

afterEach(async () => {
  await closeRigs();
  for (const fake of fakes.splice(0)) fake.close();
});

async function facing(behave: Behaviour, more: Partial<OpenAiEngineConfig> = {}) {
  const fake = await fakeEngine(behave);
  fakes.push(fake);
  return { ...(await rig([{ ...relay(fake.url), ...more }])), fake };
}

const counting: Behaviour = (response) => response.end('{"input_tokens":23}');

describe('counting of input tokens', () => {
  it('is done by the tokenizer of an engine that serves messages, and uses nothing', async () => {
    const r = await facing(counting, { serves: NATIVE });
    const client = new Anthropic({ apiKey: 'x', baseURL: r.url, maxRetries: 0 });
    expect(await client.messages.countTokens(asked)).toEqual({ input_tokens: 23 });
    expect(r.fake.paths).toEqual([`/v1${PATH}`]);
    expect(r.fake.bodies).toEqual([{ ...asked, model: 'real' }]);
    expect(r.usage).toEqual([]);
  });

  it.each<[string, Behaviour, Partial<OpenAiEngineConfig>]>([
    ['serves chat completions only', wellBehaved, {}],
    ['has no such path', (response) => response.writeHead(404).end('{}'), { serves: NATIVE }],
    ['answers with something else', (response) => response.end('{"input_tokens":"many"}'), { serves: NATIVE }],
    ['sends far too much', (response) => response.end('9'.repeat(200_000)), { serves: NATIVE }],
    ['hangs up', (response) => response.destroy(), { serves: NATIVE }],
    ['stands outside the site', counting, { serves: NATIVE, outside: 'eu' }],
  ])('is estimated, and said to be, where the engine %s', async (_what, behave, more) => {
    const r = await facing(behave, more);
    const plain = await (await post(r.url, asked, {}, PATH)).json();
    // Nine and eleven characters, and the word "user", at four per token
    expect(plain).toEqual({ input_tokens: 3 + 3 + 1, joulewright: { estimated: true } });
    const tools = [{ name: 'weather', input_schema: { type: 'object' } }];
    const withTools: unknown = await (await post(r.url, { ...asked, tools }, {}, PATH)).json();
    expect(withTools).toMatchObject({ input_tokens: 7 + 2 + 2 });
    if (more.outside !== undefined) expect(r.fake.paths).toEqual([]);
  });

  it('refuses what is no messages request, and models that are not there, as Anthropic does', async () => {
    const r = await facing(counting, { serves: NATIVE });
    const wrong = await post(r.url, { model: 'chat' }, {}, PATH);
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { type: 'error', error: { param: 'messages' } }]);
    const unknown = await post(r.url, { ...asked, model: 'none' }, {}, PATH);
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }]);
    expect((await fetch(`${r.url}/v1${PATH}`)).status).toBe(405);
  });
});

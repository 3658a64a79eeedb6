import { afterEach, describe, expect, it } from 'vitest';
import type { OpenAiEngineConfig } from '../../src/engines/openai.ts';
import type { GatewayOptions } from '../../src/gateway/contract.ts';
import {
  type Behaviour,
  chunk,
  closeRigs,
  collect,
  directive,
  expected,
  type FakeEngine,
  fakeEngine,
  hello,
  post,
  type Rig,
  rejection,
  relay,
  rig,
  sse,
  until,
  usageChunk,
  wellBehaved,
} from './gateway-support.ts';

const fakes: FakeEngine[] = [];

afterEach(async () => {
  await closeRigs();
  for (const fake of fakes.splice(0)) fake.close();
});

interface Pair extends Rig {
  readonly a: FakeEngine;
  readonly b: FakeEngine;
}

/** Model `both` on two engines of which `a` costs fewer joules. */
async function pair(
  a: Behaviour,
  b: Behaviour,
  parts: { a?: Partial<OpenAiEngineConfig>; b?: Partial<OpenAiEngineConfig>; gateway?: Partial<GatewayOptions> } = {},
): Promise<Pair> {
  const [one, two] = [await fakeEngine(a), await fakeEngine(b)];
  fakes.push(one, two);
  const dear = { ...expected, decodeJPerToken: 9 };
  const made = await rig(
    [
      { ...relay(one.url), id: 'a', ...parts.a },
      { ...relay(two.url), id: 'b', expected: dear, ...parts.b },
    ],
    { models: [{ name: 'chat', engines: ['a', 'b'] }], ...parts.gateway },
  );
  made.gateway.directives.accept(directive());
  return { ...made, a: one, b: two };
}

const failing: Behaviour = (response) => response.writeHead(500).end('{"error":{"message":"no"}}');
const hangUp: Behaviour = (response) => response.destroy();

describe('a model on two engines', () => {
  it('is served by the one with fewer joules, and the answer says which', async () => {
    const r = await pair(wellBehaved, wellBehaved);
    const { response } = await r.client.chat.completions.create(hello()).withResponse();
    expect(response.headers.get('x-joulewright-engine')).toBe('a');
    const metrics = await (await fetch(`${r.url}/metrics`)).text();
    expect(metrics).toContain('joulewright_queue_length{class="flex"} 0');
    expect(metrics).toContain('joulewright_engine_breaker_open{engine="b"} 0');
    expect([r.a.bodies.length, r.b.bodies.length]).toEqual([1, 0]);
  });

  it.each([
    ['answers with 500', failing],
    ['hangs up', hangUp],
    ['has no room', ((response) => response.writeHead(429).end('{}')) as Behaviour],
  ])('is served by the other when one %s before its first byte, whole or as a stream', async (_what, broken) => {
    const r = await pair(broken, wellBehaved);
    const whole = await r.client.chat.completions.create(hello());
    expect(whole.choices[0]?.message.content).toBe('Hello');
    const stream = await collect(await r.client.chat.completions.create({ ...hello(), stream: true }));
    expect(stream.map((c) => c.choices[0]?.delta.content ?? '').join('')).toBe('Hello');
    // One record for each request, of the engine that answered
    expect(r.usage.map(({ engine, status }) => [engine, status])).toEqual([
      ['b', 200],
      ['b', 200],
    ]);
    const idle = (): boolean => r.loads.at(-1)!.classes.every(({ running, waiting }) => running === 0 && waiting === 0);
    await until(() => r.loads.length > 0 && idle());
  });

  it('is not asked again once a byte of the answer has been seen', async () => {
    const r = await pair((response) => {
      sse(response);
      response.write(chunk('Hel'));
      setTimeout(() => response.destroy(), 30);
    }, wellBehaved);
    const answer = await post(r.url, hello({ stream: true }));
    const text = await answer.text();
    expect(text).toContain('Hel');
    expect(text).toContain('"code":"JW_ENGINE_DIED"');
    expect(r.b.bodies.length).toBe(0);
    expect(r.usage).toMatchObject([{ engine: 'a', code: 'JW_ENGINE_DIED' }]);
  });

  it('does not retry what the request is to blame for', async () => {
    const r = await pair((response) => response.writeHead(400).end('{"error":{"message":"bad"}}'), wellBehaved);
    expect(await rejection(r.client.chat.completions.create(hello()))).toMatchObject({ status: 400 });
    expect(r.b.bodies.length).toBe(0);
  });

  it('says the last failure when both fail, and then leaves both alone', async () => {
    const r = await pair(failing, hangUp);
    for (let i = 0; i < 3; i++) {
      expect(await rejection(r.client.chat.completions.create(hello()))).toMatchObject({ code: 'JW_ENGINE_DOWN' });
    }
    expect([r.a.bodies.length, r.b.bodies.length]).toEqual([3, 3]);
    const shut = await rejection(r.client.chat.completions.create(hello()));
    expect(shut).toMatchObject({ status: 503, code: 'JW_ENGINE_DOWN' });
    expect(Number(shut.headers?.get('retry-after'))).toBeLessThanOrEqual(2);
    expect([r.a.bodies.length, r.b.bodies.length]).toEqual([3, 3]);
  });

  it('keeps the requests of a session together', async () => {
    const r = await pair(wellBehaved, wellBehaved, { b: { expected } });
    const where = async (session: string): Promise<string | null> => {
      const answer = await post(r.url, hello(), { 'x-session-id': session });
      await answer.text();
      return answer.headers.get('x-joulewright-engine');
    };
    const first = await where('one');
    const rest = await Promise.all(Array.from({ length: 8 }, () => where('one')));
    expect(new Set(rest)).toEqual(new Set([first]));
  });

  it('goes to the hosted one only when the site has no room, and states no joules of the site for it', async () => {
    const held: (() => void)[] = [];
    const r = await pair((response, body) => held.push(() => wellBehaved(response, body)), wellBehaved, {
      a: { slots: 1 },
      b: { outside: 'eu' },
    });
    const inside = r.client.chat.completions.create(hello());
    await until(() => held.length === 1);
    const outside = await r.client.chat.completions.create(hello()).withResponse();
    expect(outside.response.headers.get('x-joulewright-engine')).toBe('b');
    expect(outside.data.usage).not.toHaveProperty('energy');
    held[0]!();
    expect((await inside).usage).toHaveProperty('energy');
  });
});

describe('waiting', () => {
  it('shows signs of life to a flexible stream, and serves it when there is power again', async () => {
    const fake = await fakeEngine(wellBehaved);
    fakes.push(fake);
    const r = await rig([relay(fake.url)]);
    const closed = [{ class: 'flex' as const, ratePerS: 0, watts: null }];
    r.gateway.directives.accept(directive({ classes: closed }));
    const answer = await post(r.url, hello({ stream: true, service_tier: 'flex' }));
    expect(answer.status).toBe(200);
    expect(fake.bodies.length).toBe(0);
    r.gateway.directives.accept(directive({ seq: 2 }));
    const text = await answer.text();
    expect(text.startsWith(': waiting for power or room\n\n')).toBe(true);
    expect(text).toContain('Hel');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  }, 15_000);

  it('tells a flexible stream that waited in vain in its own words, and forgets one that left', async () => {
    const fake = await fakeEngine(wellBehaved);
    fakes.push(fake);
    const r = await rig([relay(fake.url)], { patience: { flexStreamS: 5.2 } });
    r.gateway.directives.accept(directive({ classes: [{ class: 'flex', ratePerS: 0, watts: null }] }));
    const gone = new AbortController();
    const leaving = fetch(`${r.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(hello({ stream: true, service_tier: 'flex' })),
      signal: gone.signal,
    }).catch(() => 'left');
    setTimeout(() => gone.abort(), 100);
    const answer = await post(r.url, hello({ stream: true, service_tier: 'flex' }));
    const text = await answer.text();
    expect(text).toContain('"code":"JW_CLASS_CLOSED"');
    expect(await leaving).toBe('left');
    expect([fake.bodies.length, r.usage.length]).toEqual([0, 0]);
  }, 15_000);

  it('gives each of two tenants its share of an engine that is full', async () => {
    const order: string[] = [];
    const fake = await fakeEngine((response, body) => {
      order.push(String(body['user']));
      setTimeout(() => {
        sse(response);
        response.end(`${chunk('x', 'stop')}${usageChunk(10, 2_000)}data: [DONE]\n\n`);
      }, 20);
    });
    fakes.push(fake);
    const apiKeys = [
      { key: 'k-many', name: 'many' },
      { key: 'k-few', name: 'few' },
    ];
    const r = await rig([{ ...relay(fake.url), slots: 1 }], { apiKeys, patience: { untargetedS: 30 } });
    r.gateway.directives.accept(directive());
    const ask = (user: string) =>
      r.client2(`k-${user}`).chat.completions.create({ ...hello({ user, max_tokens: 2_000 }), stream: true });
    const many = Array.from({ length: 12 }, () => ask('many').then(collect));
    await until(() => order.length > 0);
    const few = Array.from({ length: 3 }, () => ask('few').then(collect));
    await Promise.all([...many, ...few]);
    // Three of the few go within the next eight, though nine of the many came before them
    expect(order.slice(0, 10).filter((user) => user === 'few').length).toBe(3);
  }, 15_000);
});

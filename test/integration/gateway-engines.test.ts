import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineTimeouts } from '../../src/engines/openai-run.ts';
import {
  type Behaviour,
  chunk,
  closeRigs,
  collect,
  directive,
  errorOf,
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

async function facing(behave: Behaviour, timeouts: Partial<EngineTimeouts> = {}): Promise<Rig & { fake: FakeEngine }> {
  const fake = await fakeEngine(behave);
  fakes.push(fake);
  const made = await rig([relay(fake.url, timeouts)]);
  made.gateway.directives.accept(directive());
  return { ...made, fake };
}

const stream = (r: Rig, more: object = {}) => r.client.chat.completions.create({ ...hello(more), stream: true });

/** What a raw stream request is answered: status and text. */
async function rawStream(url: string): Promise<{ status: number; text: string }> {
  const answer = await post(url, hello({ stream: true }));
  return { status: answer.status, text: await answer.text() };
}

describe('relaying', () => {
  it('relays an answer under the name the caller used, and keeps the books', async () => {
    const r = await facing(wellBehaved);
    const { data, response } = await r.client.chat.completions
      .create(hello({ service_tier: 'flex', temperature: 0.5 }))
      .withResponse();
    expect(data).toMatchObject({ model: 'chat', service_tier: 'flex', choices: [{ message: { content: 'Hello' } }] });
    expect(data.usage).toMatchObject({ total_tokens: 14, energy: { it_joules: 10 * 0.5 + 4 * 2, simulated: false } });
    expect(response.headers.get('x-joulewright-simulated')).toBeNull();
    expect(r.fake.bodies[0]).toEqual({ model: 'real', messages: hello().messages, temperature: 0.5 });
    expect(r.fake.headers[0]?.['x-request-id']).toBe(response.headers.get('x-request-id'));
    expect(r.usage).toMatchObject([
      { engine: 'eng', status: 200, outputTokens: 4, estimated: false, simulated: false },
    ]);
  });

  it('sends tools, structured output, pictures and what it does not know on as they came', async () => {
    const r = await facing(wellBehaved);
    const body = {
      messages: [
        { role: 'system', content: 'Be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
            { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
          ],
        },
        { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c', content: '5' },
      ],
      tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { type: 'object', $defs: {} } } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' }, strict: true } },
      logprobs: true,
      top_logprobs: 3,
      seed: 7,
      chat_template_kwargs: { enable_thinking: false },
      guided_regex: 'a+',
    };
    expect((await post(r.url, { model: 'chat', ...body })).status).toBe(200);
    expect(r.fake.bodies[0]).toEqual({ model: 'real', ...body });
    await (await post(r.url, { model: 'chat', stream: true, ...body })).text();
    expect(r.fake.bodies[1]).toEqual({ model: 'real', stream: true, stream_options: { include_usage: true }, ...body });
  });

  it('sends the engine’s key, never the caller’s', async () => {
    const fake = await fakeEngine(wellBehaved);
    fakes.push(fake);
    const r = await rig([{ ...relay(fake.url), apiKey: 'site-key' }]);
    await r.client.chat.completions.create(hello());
    expect(fake.headers[0]?.authorization).toBe('Bearer site-key');
  });

  it('always asks the engine for usage and passes it on only when asked', async () => {
    const r = await facing(wellBehaved);
    const plain = await collect(await stream(r));
    expect(r.fake.bodies[0]).toMatchObject({ model: 'real', stream: true, stream_options: { include_usage: true } });
    expect(plain.map((c) => c.choices[0]?.delta.content ?? '').join('')).toBe('Hello');
    expect(plain.every((c) => (c.usage ?? null) === null && c.choices.length === 1 && c.model === 'chat')).toBe(true);
    const asked = await collect(await stream(r, { stream_options: { include_usage: true } }));
    expect(asked.map((c) => (c.usage === null ? null : c.usage?.completion_tokens))).toEqual([null, null, null, 4]);
    expect(asked.at(-1)?.usage).toMatchObject({ energy: { it_joules: 13, method: 'predicted' } });
    expect(r.usage.map((u) => [u.outputTokens, u.estimated])).toEqual([
      [4, false],
      [4, false],
    ]);
  });

  it('passes chunks through byte for byte when nothing has to change', async () => {
    const odd =
      'data: {"id":"c1", "object":"chat.completion.chunk","created":1,"model":"real","choices":[{"index":0,"delta":{"content":"\\u00e9"},"finish_reason":"stop"}],"x":1e2}\n\n';
    const fake = await fakeEngine((response) => {
      sse(response);
      response.end(`${odd}${usageChunk(1, 1)}data: [DONE]\n\n`);
    });
    fakes.push(fake);
    const same = await rig([{ ...relay(fake.url), id: 'real' }]);
    expect(await (await post(same.url, hello({ model: 'real', stream: true }))).text()).toBe(`${odd}data: [DONE]\n\n`);
  });

  it('keeps every chunk in order, however the bytes are cut', async () => {
    const words = Array.from({ length: 200 }, (_, i) => `слово${i} `);
    const r = await facing((response) => {
      sse(response);
      const text = words.map((w) => chunk(w)).join('');
      const bytes = Buffer.from(`${text}${chunk(null, 'stop')}${usageChunk(5, 200)}data: [DONE]\n\n`);
      let at = 0;
      const push = (): void => {
        const size = 1 + ((at * 7919) % 997);
        response.write(bytes.subarray(at, at + size));
        at += size;
        if (at < bytes.length) setImmediate(push);
        else response.end();
      };
      push();
    });
    const chunks = await collect(await stream(r));
    expect(chunks.map((c) => c.choices[0]?.delta.content ?? '').join('')).toBe(words.join(''));
    expect(chunks.length).toBe(201);
  });

  it('estimates where the engine does not count, and says so', async () => {
    const r = await facing((response, body) => {
      if (body['stream'] === true) {
        sse(response);
        response.end(`${chunk('12345678')}${chunk(null, 'stop')}data: [DONE]\n\n`);
      } else response.end('{"choices":[{"message":{"content":"12345678"}}]}');
    });
    const asked = await collect(await stream(r, { stream_options: { include_usage: true } }));
    expect(asked.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 7, completion_tokens: 2, estimated: true },
    });
    const whole = await r.client.chat.completions.create(hello());
    expect(whole.usage).toMatchObject({ completion_tokens: 2, estimated: true, energy: { it_joules: 7.5 } });
    expect(whole).toMatchObject({ object: 'chat.completion', choices: [{ index: 0, finish_reason: 'stop' }] });
    expect(r.usage.map((u) => u.estimated)).toEqual([true, true]);
  });

  it('takes usage that rides on the last content chunk', async () => {
    const usage = { usage: { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 } };
    const r = await facing((response) => {
      sse(response);
      response.end(`${chunk('a')}${chunk('b', 'stop', usage)}data: [DONE]\n\n`);
    });
    const plain = await collect(await stream(r));
    expect(plain.map((c) => [c.choices[0]?.delta.content, c.usage])).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
    const asked = await collect(await stream(r, { stream_options: { include_usage: true } }));
    expect(asked.map((c) => c.usage?.completion_tokens ?? c.usage)).toEqual([null, null, 9]);
  });

  it('takes a finished stream without [DONE] as whole', async () => {
    const r = await facing((response) => {
      sse(response);
      response.end(chunk('a', 'stop'));
    });
    expect((await rawStream(r.url)).text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(r.usage[0]?.status).toBe(200);
  });

  it('loses nothing when the caller reads slowly', async () => {
    const block = 'z'.repeat(20_000);
    const r = await facing((response) => {
      sse(response);
      for (let i = 0; i < 400; i++) response.write(chunk(block));
      response.end(`${chunk(null, 'stop')}data: [DONE]\n\n`);
    });
    let length = 0;
    for await (const c of await stream(r)) {
      length += c.choices[0]?.delta.content?.length ?? 0;
      if (length % 2_000_000 === 0) await new Promise((wake) => setTimeout(wake, 50));
    }
    expect(length).toBe(8_000_000);
  });
});

describe('callers who leave', () => {
  it('cancels the engine within 100 ms of an aborted stream', async () => {
    const r = await facing((response) => {
      sse(response);
      response.write(chunk('a'));
    });
    const answer = await stream(r);
    const reading = collect(answer);
    await until(() => r.fake.bodies.length === 1);
    await new Promise((wake) => setTimeout(wake, 50));
    const abortedMs = performance.now();
    answer.controller.abort();
    await reading;
    await until(() => r.fake.goneMs.length === 1);
    expect(r.fake.goneMs[0]! - abortedMs).toBeLessThan(100);
    expect(r.usage).toMatchObject([{ status: 499, estimated: true }]);
  });

  it('cancels the engine while nothing has come yet, stream or not', async () => {
    const r = await facing(() => undefined);
    for (const more of [{}, { stream: true }]) {
      const leave = new AbortController();
      const answer = r.client.chat.completions.create(hello(more), { signal: leave.signal });
      const count = r.fake.bodies.length;
      await until(() => r.fake.bodies.length > count);
      leave.abort();
      expect(await rejection(Promise.resolve(answer))).toBeInstanceOf(OpenAI.APIUserAbortError);
      await until(() => r.fake.goneMs.length > count);
    }
    expect(r.usage.map((u) => [u.status, u.outputTokens, u.itJoules])).toEqual([
      [499, 0, 0],
      [499, 0, 0],
    ]);
  });

  it('stops a simulated engine too', async () => {
    const r = await rig([
      {
        kind: 'simulated',
        id: 'sim',
        model: 'm',
        expected: { queueS: 0, prefillSPerToken: 0, tpotS: 0.01, prefillJPerToken: 1, decodeJPerToken: 1 },
      },
    ]);
    const answer = await r.client.chat.completions.create({ ...hello({ max_tokens: 10_000 }), stream: true });
    for await (const _ of answer) break;
    await until(() => r.usage.length === 1);
    expect(r.usage[0]).toMatchObject({ status: 499, estimated: true });
    expect(r.usage[0]!.outputTokens).toBeLessThan(100);
  });
});

describe('engines that are down', () => {
  it('answers 503 with advice', async () => {
    const r = await rig([relay('http://127.0.0.1:9/v1')]);
    const error = await rejection(r.client.chat.completions.create(hello()));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({ status: 503, code: 'JW_ENGINE_DOWN', type: 'server_error', param: null });
    expect(error.requestID).toMatch(/^req_/);
    expect(error.headers?.get('retry-after')).toBe('5');
    expect(error.headers?.get('x-should-retry')).toBe('true');
    expect((await fetch(`${r.url}/healthz`)).status).toBe(503);
    expect(await rejection(Promise.resolve(stream(r)))).toMatchObject({ status: 503 });
  });

  it('is down, too, when it hangs up before it answers', async () => {
    const r = await facing((response) => response.destroy());
    expect(await rejection(r.client.chat.completions.create(hello()))).toMatchObject({
      status: 503,
      code: 'JW_ENGINE_DOWN',
    });
  });

  it('refuses an address that is none', async () => {
    await expect(rig([relay('ftp://x')])).rejects.toThrow(/JW_ENGINE_CONFIG/);
    await expect(rig([relay('nonsense')])).rejects.toThrow(/JW_ENGINE_CONFIG/);
  });
});

describe('a deployment without any engine that answers', () => {
  it('is told to the controller until it is back', async () => {
    const gone = await fakeEngine((response) => response.destroy());
    const port = Number(new URL(gone.url).port);
    gone.close();
    const r = await rig([relay(gone.url, { connectMs: 200 })]);
    await until(() => r.loads.length > 0);
    expect(r.loads.at(-1)!.unreachable).toEqual([]);
    for (let k = 0; k < 3; k++) await rejection(r.client.chat.completions.create(hello()));
    await until(() => r.loads.at(-1)!.unreachable!.length > 0);
    expect(r.loads.at(-1)!.unreachable).toEqual(['eng']);
    const back = createServer((_request, response) => response.end('{"object":"list","data":[]}'));
    await new Promise<void>((resolve) => back.listen(port, '127.0.0.1', resolve));
    const endMs = performance.now() + 20_000;
    while (r.loads.at(-1)!.unreachable!.length > 0 && performance.now() < endMs) {
      await new Promise((wake) => setTimeout(wake, 50));
    }
    back.closeAllConnections();
    back.close();
    expect(r.loads.at(-1)!.unreachable).toEqual([]);
  }, 40_000);
});

describe('engines that answer nonsense', () => {
  it.each<[string, Behaviour]>([
    ['text', (response) => response.end('hello')],
    ['HTML', (response) => response.end('<!doctype html><p>hi')],
    ['nothing', (response) => response.end()],
    ['cut JSON', (response) => response.end('{"choices":[{"mess')],
    ['a list', (response) => response.end('[]')],
    ['no choices', (response) => response.end('{"choices":[]}')],
    ['a wrong shape', (response) => response.end('{"choices":[{"message":7}]}')],
    ['a redirect', (response) => response.writeHead(302, { location: '/' }).end()],
    ['SSE that was not asked for', (response) => response.end(chunk('a'))],
  ])('502 for %s', async (_name, behave) => {
    const r = await facing(behave);
    const error = await rejection(r.client.chat.completions.create(hello()));
    expect(error).toMatchObject({ status: 502, code: 'JW_ENGINE_GARBAGE' });
    expect(error.requestID).toMatch(/^req_/);
    expect(r.usage).toMatchObject([{ status: 502, code: 'JW_ENGINE_GARBAGE', outputTokens: 0, itJoules: 0 }]);
  });

  it.each<[string, Behaviour]>([
    ['JSON instead of a stream', (response) => wellBehaved(response, {})],
    ['HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
    ['an empty stream', (response) => sse(response).end()],
    ['a first chunk that is no JSON', (response) => sse(response).end('data: {oops\n\n')],
    ['a first chunk of wrong shape', (response) => sse(response).end('data: {"choices":3}\n\n')],
  ])('502 before a stream has begun: %s', async (_name, behave) => {
    const r = await facing(behave);
    expect(await rejection(Promise.resolve(stream(r)))).toMatchObject({ status: 502, code: 'JW_ENGINE_GARBAGE' });
  });

  it.each<[string, Behaviour, string]>([
    ['a chunk that is no JSON', (response) => response.end('data: nope\n\n'), 'JW_ENGINE_GARBAGE'],
    ['a chunk of wrong shape', (response) => response.end('data: {"choices":[1]}\n\n'), 'JW_ENGINE_GARBAGE'],
    ['an end in the middle', (response) => response.end(), 'JW_ENGINE_GARBAGE'],
    ['half an event', (response) => response.end('data: {"id'), 'JW_ENGINE_GARBAGE'],
    ['a broken connection', (response) => response.destroy(), 'JW_ENGINE_DIED'],
    [
      'an error of its own',
      (response) => response.end('data: {"error":{"message":"out of memory","code":500}}\n\n'),
      'JW_ENGINE_FAILED',
    ],
  ])('an error chunk in the middle of a stream: %s', async (_name, finish, code) => {
    const r = await facing((response) => {
      sse(response);
      response.write(chunk('first'));
      setTimeout(() => finish(response, {}), 30);
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const c of await stream(r)) seen.push(c.choices[0]?.delta.content ?? '');
    })();
    expect(await rejection(reading)).toMatchObject({ code });
    expect(seen).toEqual(['first']);
    const { status, text } = await rawStream(r.url);
    expect(status).toBe(200);
    const last = text.trimEnd().split('\n\n').at(-1) ?? '';
    expect(Object.keys(JSON.parse(last.slice('data: '.length)).error)).toEqual(['message', 'type', 'param', 'code']);
    expect(text).not.toContain('[DONE]');
    expect(r.usage[0]).toMatchObject({ code, outputTokens: 2, estimated: true });
  });
});

describe('engines that are slow', () => {
  it('gives up one that never begins', async () => {
    const r = await facing(() => undefined, { firstByteMs: 100, answerMs: 150 });
    expect(await rejection(Promise.resolve(stream(r)))).toMatchObject({ status: 504, code: 'JW_ENGINE_FIRST_BYTE' });
    expect(await rejection(r.client.chat.completions.create(hello()))).toMatchObject({
      status: 504,
      code: 'JW_ENGINE_FIRST_BYTE',
    });
    await until(() => r.fake.goneMs.length === 2);
  });

  it('gives up one whose head comes but no event', async () => {
    const r = await facing((response) => sse(response).flushHeaders(), { firstByteMs: 100 });
    expect(await rejection(Promise.resolve(stream(r)))).toMatchObject({ status: 504, code: 'JW_ENGINE_FIRST_BYTE' });
  });

  it('gives up one that stalls, in a stream and in a body', async () => {
    const r = await facing(
      (response, body) => {
        if (body['stream'] === true) sse(response);
        response.write(body['stream'] === true ? chunk('a') : '{"choices":');
      },
      { idleMs: 100 },
    );
    expect(await rejection(r.client.chat.completions.create(hello()))).toMatchObject({
      status: 504,
      code: 'JW_ENGINE_STALLED',
    });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const c of await stream(r)) seen.push(c);
    })();
    expect(await rejection(reading)).toMatchObject({ code: 'JW_ENGINE_STALLED' });
    expect(seen.length).toBe(1);
    await until(() => r.fake.goneMs.length === 2);
  });

  it('waits for one that is slow but alive', async () => {
    const r = await facing(
      (response) => {
        sse(response);
        let n = 0;
        const timer = setInterval(() => {
          n += 1;
          response.write(n < 6 ? chunk(String(n)) : `${chunk(null, 'stop')}data: [DONE]\n\n`);
          if (n === 6) {
            clearInterval(timer);
            response.end();
          }
        }, 60);
      },
      { firstByteMs: 1000, idleMs: 250 },
    );
    expect((await collect(await stream(r))).length).toBe(6);
  });

  it('gives up a connection that does not come about', async () => {
    // A listener that never accepts: the system completes as many connections as its queue holds and lets the next ones wait
    const source = `
      const { parentPort } = require('node:worker_threads');
      const server = require('node:net').createServer();
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
        parentPort.postMessage(server.address().port);
        setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
      });`;
    const worker = new Worker(source, { eval: true });
    const [port] = await once(worker, 'message');
    const fillers = Array.from({ length: 6 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await new Promise((wake) => setTimeout(wake, 100));
    const r = await rig([relay(`http://127.0.0.1:${port}/v1`, { connectMs: 300, firstByteMs: 5000 })]);
    const error = await rejection(Promise.resolve(stream(r)));
    expect(error).toMatchObject({ status: 503, code: 'JW_ENGINE_CONNECT_TIMEOUT' });
    for (const filler of fillers) filler.destroy();
    await worker.terminate();
  });
});

describe('errors of the engine itself', () => {
  const failing =
    (status: number, body: string, headers = {}): Behaviour =>
    (response) => {
      response.writeHead(status, headers).end(body);
    };

  it('passes a rejection on, with numeric codes and missing keys made right', async () => {
    const r = await facing(failing(400, '{"error":{"code":400,"message":"too long","type":"invalid_request_error"}}'));
    const answer = await post(r.url, hello());
    expect(answer.status).toBe(400);
    expect(await errorOf(answer)).toEqual({
      message: 'too long',
      type: 'invalid_request_error',
      param: null,
      code: 'JW_ENGINE_REJECTED',
    });
    expect(await rejection(Promise.resolve(stream(r)))).toBeInstanceOf(OpenAI.BadRequestError);
  });

  it('does not blame the caller for the site’s key', async () => {
    const r = await facing(failing(401, '{"error":{"message":"bad key"}}'));
    expect(await rejection(r.client.chat.completions.create(hello()))).toMatchObject({
      status: 502,
      code: 'JW_ENGINE_KEY',
    });
  });

  it('holds the wait of a busy engine within a minute', async () => {
    const r = await facing(failing(429, '', { 'retry-after': '500' }));
    const error = await rejection(r.client.chat.completions.create(hello()));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error.headers?.get('retry-after')).toBe('60');
  });

  it('turns its failure into 502', async () => {
    const r = await facing(failing(500, 'Traceback'));
    expect(await rejection(r.client.chat.completions.create(hello()))).toMatchObject({
      status: 502,
      code: 'JW_ENGINE_FAILED',
    });
    const two = await facing(failing(200, '{"error":{"message":"late"}}'));
    expect(await rejection(two.client.chat.completions.create(hello()))).toMatchObject({
      status: 502,
      code: 'JW_ENGINE_FAILED',
    });
  });
});

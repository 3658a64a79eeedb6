import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineTimeouts } from '../../src/engines/openai-run.ts';
import type { GatewayOptions } from '../../src/gateway/contract.ts';
import { type Random, random } from '../../src/series/random.ts';
import { vllm } from './api-engines.ts';
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
  relay,
  rig,
  simulated,
  sse,
  until,
  wellBehaved,
} from './gateway-support.ts';
import { until as eventually } from './running.ts';

const fakes: FakeEngine[] = [];

afterEach(async () => {
  await closeRigs();
  for (const fake of fakes.splice(0)) fake.close();
});

async function facing(
  behave: Behaviour,
  timeouts: Partial<EngineTimeouts> = {},
  more: Partial<GatewayOptions> = {},
): Promise<Rig & { fake: FakeEngine }> {
  const fake = await fakeEngine(behave);
  fakes.push(fake);
  const made = await rig([relay(fake.url, timeouts)], more);
  made.gateway.directives.accept(directive());
  return { ...made, fake };
}

/** Sends bytes to a gateway and reads until it closes, or for at most `waitMs`. */
async function raw(url: string, bytes: string | Buffer, waitMs = 2_000): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (part: Buffer) => {
    text += part.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  const timer = setTimeout(() => socket.destroy(), waitMs);
  await new Promise((closed) => socket.once('close', closed));
  clearTimeout(timer);
  return text;
}

/** A gateway that still answers. */
async function isWell(r: Rig): Promise<boolean> {
  const answer = await r.client.chat.completions.create(hello());
  return answer.choices.length === 1;
}

const nested = (depth: number, inner = '1'): string => '{"a":['.repeat(depth / 2) + inner + ']}'.repeat(depth / 2);
const codeOf = async (answer: Response): Promise<unknown[]> => [answer.status, (await errorOf(answer)).code];

describe('bodies', () => {
  it('that are too large are refused, however they say how large they are', async () => {
    const r = await facing(wellBehaved, {}, { bodyLimit: 10_000 });
    const big = JSON.stringify(hello({ user: 'x'.repeat(20_000) }));
    for (const path of ['/chat/completions', '/responses', '/embeddings', '/rerank']) {
      expect(await codeOf(await post(r.url, big, {}, path))).toEqual([413, 'JW_REQUEST_TOO_LARGE']);
    }
    const said = await post(r.url, big, {}, '/messages');
    expect(await said.json()).toMatchObject({ type: 'error', error: { type: 'request_too_large' } });
    const chunked = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${'1000\r\n'.concat('x'.repeat(4096), '\r\n').repeat(5)}0\r\n\r\n`;
    expect(await raw(r.url, chunked)).toContain('JW_REQUEST_TOO_LARGE');
    expect(r.fake.bodies).toEqual([]);
    expect(await isWell(r)).toBe(true);
  });

  it('that are nested too deeply are refused, and those that are not pass', async () => {
    const r = await facing(wellBehaved);
    const body = (depth: number) =>
      `{"model":"chat","messages":[{"role":"user","content":"x"}],"tools":${nested(depth)}}`;
    for (const depth of [200, 5_000, 2_000_000]) {
      expect(await codeOf(await post(r.url, body(depth)))).toEqual([400, 'JW_REQUEST_DEEP']);
    }
    expect(await codeOf(await post(r.url, nested(4_000), {}, '/rerank'))).toEqual([400, 'JW_REQUEST_DEEP']);
    expect((await post(r.url, body(100))).status).toBe(200);
  });

  it('with halves of surrogate pairs reach the engine well formed', async () => {
    const r = await facing(wellBehaved);
    const text =
      '{"model":"chat","messages":[{"role":"user","content":"a\\ud83d b \\uDE00 \\ud83d\\ude00"}],"metadata":{"\\udfff":1}}';
    expect((await post(r.url, text)).status).toBe(200);
    expect(r.fake.bodies[0]).toMatchObject({
      messages: [{ content: 'a\ufffd b \ufffd 😀' }],
      metadata: { '\ufffd': 1 },
    });
  });

  it('that are broken are refused by every endpoint in its own shape', async () => {
    const r = await facing(wellBehaved);
    for (const text of ['{', '[1,', '{"a":}', '\u0000', '{"model":"chat"}}', 'NaN', '']) {
      for (const path of ['/chat/completions', '/completions', '/embeddings', '/responses', '/rerank']) {
        expect((await post(r.url, text, {}, path)).status).toBe(400);
      }
      expect(await (await post(r.url, text, {}, '/messages')).json()).toMatchObject({ type: 'error' });
    }
    for (const body of ['__proto__', 'constructor'].map(
      (key) => `{"model":"chat","messages":[{"role":"user","content":"x"}],"${key}":{"role":"admin"}}`,
    )) {
      expect((await post(r.url, body)).status).toBe(200);
    }
    expect(Object.hasOwn(Object.prototype, 'role')).toBe(false);
  });
});

describe('connections', () => {
  it('with a bomb of headers are refused', async () => {
    const r = await facing(wellBehaved);
    const long = await raw(r.url, `GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(long).toContain('431');
    expect(long).toContain('JW_REQUEST_HEADERS');
    const many = await raw(r.url, `GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\n${'a: b\r\n'.repeat(4_000)}\r\n`);
    expect(many).toContain('JW_REQUEST_HEADERS');
    expect(await isWell(r)).toBe(true);
  });

  it('that send their headers or their body a byte at a time are closed', async () => {
    const r = await facing(wellBehaved, {}, { requestMs: 400 });
    const drip = async (start: string): Promise<string> => {
      const { hostname, port } = new URL(r.url);
      const socket = connect(Number(port), hostname);
      let text = '';
      socket.on('data', (part: Buffer) => {
        text += part.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.write(start);
      const timer = setInterval(() => socket.write('a'), 20);
      await new Promise((closed) => socket.once('close', closed));
      clearInterval(timer);
      return text;
    };
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n';
    const body = `${head}content-type: application/json\r\ncontent-length: 100000\r\n\r\n{"model":"`;
    const texts = await Promise.all([drip(`${head}x-slow: `), drip(body)]);
    for (const text of texts) expect(text).toMatch(/^HTTP\/1\.1 408 [\s\S]*JW_REQUEST_SLOW/);
    expect(r.fake.bodies).toEqual([]);
    expect(await isWell(r)).toBe(true);
  }, 20_000);

  it('whose callers stop reading are cut off, and the engine is let go; those that read slowly are not', async () => {
    const block = 'z'.repeat(200_000);
    const r = await facing(
      (response) => {
        sse(response);
        // More than the buffers on the way hold
        let left = 150;
        const more = (): void => {
          while (left > 0) {
            left -= 1;
            if (!response.write(chunk(block))) {
              response.once('drain', more);
              return;
            }
          }
          response.end(`${chunk(null, 'stop')}data: [DONE]\n\n`);
        };
        more();
      },
      {},
      { readerMs: 700 },
    );
    const body = JSON.stringify(hello({ stream: true }));
    const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    /** Reads a little every so often, and returns the bytes that came. */
    const slowly = async (): Promise<number> => {
      const { hostname, port } = new URL(r.url);
      const socket = connect(Number(port), hostname);
      let bytes = 0;
      socket.on('error', () => undefined);
      socket.on('data', (part: Buffer) => {
        bytes += part.length;
        socket.pause();
        setTimeout(() => socket.resume(), 10);
      });
      socket.write(request);
      await new Promise((closed) => socket.once('close', closed));
      return bytes;
    };
    const { hostname, port } = new URL(r.url);
    const deaf = connect(Number(port), hostname);
    deaf.on('error', () => undefined);
    deaf.pause();
    deaf.write(request);
    const read = slowly();
    await eventually(async () => r.usage.some(({ status }) => status === 499) || undefined);
    await eventually(async () => r.fake.goneMs.length === 1 || undefined);
    expect(await read).toBeGreaterThan(150 * 200_000);
    deaf.destroy();
    expect(r.usage.map(({ status }) => status).toSorted()).toEqual([200, 499]);
    expect(await r.client.models.list()).toBeTruthy();
  }, 60_000);

  it('that close while the body comes leave nothing behind', async () => {
    const r = await facing(wellBehaved);
    const head =
      'POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{"model"';
    await Promise.all(Array.from({ length: 50 }, () => raw(r.url, head, 30)));
    expect(r.fake.bodies).toEqual([]);
    expect(await isWell(r)).toBe(true);
    expect(r.usage.length).toBe(1);
  });

  it('stay well formed under 2,000 mangled requests', async () => {
    const r = await facing(wellBehaved);
    const body = JSON.stringify(hello());
    const sound = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const kinds = new Set<string>();
    for (let seed = 0; seed < 2_000; seed += 50) {
      const texts = await Promise.all(
        Array.from({ length: 50 }, (_, i) => raw(r.url, mangled(random(seed + i), sound), 250)),
      );
      for (const text of texts) {
        if (text !== '') expect(text).toMatch(/^HTTP\/1\.1 (200|400|404|405|408|413|415|421|431|403|50\d) /);
        kinds.add(text.slice(9, 12));
      }
    }
    expect(kinds.size).toBeGreaterThan(3);
    expect(await isWell(r)).toBe(true);
    await until(() => r.usage.length === r.fake.bodies.length);
  }, 120_000);
});

describe('addresses', () => {
  it('inside the network of the site are not passed to an engine that would fetch them', async () => {
    const r = await facing(wellBehaved);
    const url = 'http://169.254.169.254/latest/meta-data';
    const image = { type: 'image_url', image_url: { url } };
    for (const [path, body] of [
      ['/chat/completions', { model: 'chat', messages: [{ role: 'user', content: [image] }] }],
      ['/responses', { model: 'chat', input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }] }],
      ['/rerank', { model: 'chat', image: url }],
    ] as const) {
      expect(await codeOf(await post(r.url, body, {}, path)), path).toEqual([400, 'JW_MEDIA_URL']);
    }
    expect(r.fake.bodies).toEqual([]);
    const allowed = await facing(wellBehaved, {}, { mediaHosts: ['169.254.169.254'] });
    const messages = [{ role: 'user', content: [image] }];
    expect((await post(allowed.url, { model: 'chat', messages })).status).toBe(200);
  });

  it('to which an engine redirects are not asked, and not told', async () => {
    const inside = await fakeEngine(wellBehaved);
    fakes.push(inside);
    for (const status of [301, 302, 303, 307, 308]) {
      const r = await facing((response) => response.writeHead(status, { location: inside.url }).end());
      for (const path of ['/chat/completions', '/rerank']) {
        const answer = await post(r.url, hello(), {}, path);
        expect(answer.status, `${status} ${path}`).toBeGreaterThanOrEqual(400);
        expect(answer.headers.get('location')).toBeNull();
      }
    }
    expect(inside.paths).toEqual([]);
  }, 20_000);

  it('of callers are believed from proxies that the site names alone', async () => {
    const keys = { apiKeys: [{ key: 'right', name: 'x' }] };
    const forwarded = { 'x-forwarded-for': '203.0.113.7', authorization: 'Bearer wrong' };
    const last = async (r: Rig): Promise<number> => {
      for (let i = 0; i < 12; i++) await post(r.url, hello(), forwarded);
      return (await post(r.url, hello(), { ...forwarded, 'x-forwarded-for': '203.0.113.8' })).status;
    };
    expect(await last(await facing(wellBehaved, {}, keys))).toBe(429);
    expect(await last(await facing(wellBehaved, {}, { ...keys, trustedProxies: ['127.0.0.0/8'] }))).toBe(401);
  });

  it('of files are no guess for a browser: every answer says that its type is what it says', async () => {
    const r = await facing(wellBehaved);
    const answers = [
      await fetch(`${r.url}/v1/models`),
      await fetch(`${r.url}/metrics`),
      await fetch(`${r.url}/nothing`),
      await post(r.url, hello()),
      await post(r.url, hello({ stream: true })),
    ];
    expect(answers.map((answer) => answer.headers.get('x-content-type-options'))).toEqual(answers.map(() => 'nosniff'));
  });
});

/** A request with bytes changed, cut out, doubled or cut off. */
function mangled(draw: Random, sound: string): Buffer {
  const bytes = [...Buffer.from(sound)];
  const at = (): number => Math.floor(draw.next() * bytes.length);
  for (let i = 1 + Math.floor(draw.next() * 3); i > 0; i--) {
    const kind = draw.next();
    if (kind < 0.4) bytes[at()] = Math.floor(draw.next() * 256);
    else if (kind < 0.6) bytes.splice(at(), 1 + Math.floor(draw.next() * 8));
    else if (kind < 0.8) bytes.splice(at(), 0, ...bytes.slice(at(), at() + 20));
    else if (kind < 0.9) bytes.length = at();
    else bytes.splice(at(), 0, 13, 10);
  }
  return Buffer.from(bytes);
}

describe('engines', () => {
  const streamOf = async (r: Rig, path = '/chat/completions') => {
    const body = path === '/responses' ? { model: 'chat', input: 'x' } : { ...hello(), max_tokens: 20 };
    const answer = await post(r.url, { ...body, stream: true }, {}, path);
    return { status: answer.status, text: await answer.text() };
  };

  it('that send garbage in place of a stream end it with an error, never with a crash', async () => {
    const deep = `{"choices":[{"delta":{"content":"a","x":${nested(20_000)}}}],"id":"c","model":"real"}`;
    const parts = [
      'data: {"choices":\n\n',
      `data: ${deep}\n\n`,
      'data: 7\n\n',
      'data: {"choices":[{"delta":[]}]}\n\n',
      'data: {"error":{"message":"boom","code":500}}\n\n',
      'event: error\ndata: "boom"\n\n',
      Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x0a]),
      'data: <html>\n\n',
    ];
    for (const part of parts) {
      for (const first of ['', chunk('a')]) {
        const r = await facing((response) => {
          sse(response);
          response.write(first);
          response.write(part);
          response.end();
        });
        for (const path of ['/chat/completions', '/responses', '/messages']) {
          const { status, text } = await streamOf(r, path);
          const said = `${path} ${String(part).slice(0, 40)}: ${status} ${text.slice(-300)}`;
          expect(status === 502 || /error/.test(text), said).toBe(true);
        }
        await until(() => r.usage.length === 3);
      }
    }
  }, 60_000);

  it('that answer nested too deeply to be written again are answered for with 502', async () => {
    const r = await facing((response) => {
      response.setHeader('content-type', 'application/json');
      response.end(`{"choices":[{"message":{"content":"a","x":${nested(200_000)}}}]}`);
    });
    expect(await codeOf(await post(r.url, hello()))).toEqual([502, 'JW_ENGINE_GARBAGE']);
    const other = await post(r.url, { model: 'chat' }, {}, '/rerank');
    expect((await other.text()).length).toBeGreaterThan(200_000);
    await until(() => r.usage.length === 2);
  });

  it('that send one event without end are given up before they fill the memory', async () => {
    const r = await facing((response) => {
      sse(response);
      const block = Buffer.alloc(256 * 1024, 'x');
      const push = (): void => {
        if (response.destroyed) return;
        if (response.write(block)) setImmediate(push);
        else response.once('drain', push);
      };
      push();
    });
    expect((await streamOf(r)).status).toBe(502);
    await until(() => r.fake.goneMs.length === 1);
  }, 30_000);

  it('that never come to an end are cut off', async () => {
    const r = await facing(
      (response) => {
        sse(response);
        const timer = setInterval(() => response.write(chunk('la ')), 5);
        response.on('close', () => clearInterval(timer));
      },
      { wholeMs: 300 },
    );
    const { text } = await streamOf(r);
    expect(text).toContain('JW_ENGINE_ENDLESS');
    await until(() => r.fake.goneMs.length === 1);
    expect(r.usage).toMatchObject([{ status: 504, code: 'JW_ENGINE_ENDLESS', estimated: true }]);
  });

  it('that do not close after their last word are closed, and their caller does not wait for it', async () => {
    const r = await facing((response) => {
      sse(response);
      response.write(`${chunk('a', 'stop')}data: [DONE]\n\n`);
    });
    expect((await streamOf(r)).text).toContain('[DONE]');
    await new Promise((wake) => setTimeout(wake, 2_500));
    await until(() => r.fake.goneMs.length === 1);
  }, 15_000);

  it('that lie about usage are not believed', async () => {
    const lies = [
      { prompt_tokens: 1e15, completion_tokens: 4 },
      { prompt_tokens: 10, completion_tokens: 5_000 },
      { prompt_tokens: -5, completion_tokens: 4 },
      { prompt_tokens: '10', completion_tokens: '4' },
      { prompt_tokens: 10, completion_tokens: 0 },
      'many',
      [1, 2],
    ];
    const answer = 'x'.repeat(200);
    for (const usage of lies) {
      const r = await facing((response, body) => {
        if (body['stream'] !== true) {
          response.end(JSON.stringify({ choices: [{ message: { content: answer } }], usage }));
          return;
        }
        sse(response);
        response.end(`${chunk(answer, 'stop', { usage })}data: [DONE]\n\n`);
      });
      const whole = await r.client.chat.completions.create(hello({ max_tokens: 100 }));
      const parts = await collect(
        await r.client.chat.completions.create({
          ...hello({ max_tokens: 100 }),
          stream: true,
          stream_options: { include_usage: true },
        }),
      );
      for (const told of [whole.usage, parts.at(-1)?.usage]) {
        expect(told, JSON.stringify(usage)).toMatchObject({
          completion_tokens: 50,
          prompt_tokens: 7,
          total_tokens: 57,
          estimated: true,
        });
      }
      expect(r.usage.map((u) => [u.outputTokens, u.estimated])).toEqual([
        [50, true],
        [50, true],
      ]);
    }
  });

  it('are left alone when callers abort in the middle, whatever they asked for', async () => {
    const r = await facing((response) => {
      sse(response);
      response.write(chunk('a'));
    });
    for (const [path, body] of [
      ['/chat/completions', hello({ stream: true })],
      ['/responses', { model: 'chat', input: 'x', stream: true }],
      ['/messages', { ...hello({ stream: true }), max_tokens: 5 }],
      ['/audio/speech', { model: 'chat', input: 'x' }],
    ] as const) {
      const stop = new AbortController();
      const answer = await fetch(`${r.url}/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: stop.signal,
      });
      const before = r.fake.goneMs.length;
      stop.abort();
      await until(() => r.fake.goneMs.length === before + 1);
      expect(answer.status).toBe(200);
    }
    await until(() => r.usage.length === 4);
    expect(r.usage.every(({ status }) => status === 499)).toBe(true);
  });

  it('cannot make the gateway say more than one model and identity in a stream', async () => {
    const r = await facing(vllm);
    const { text } = await streamOf(r);
    expect(new Set([...text.matchAll(/"model":"([^"]*)"/g)].map(([, name]) => name))).toEqual(new Set(['chat']));
    const sim = await rig([simulated]);
    sim.gateway.directives.accept(directive());
    expect(await isWell(sim)).toBe(true);
  });
});

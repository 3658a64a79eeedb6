import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LlamaEngine } from '../../src/engines/llama/engine.ts';
import { loadPeer } from '../../src/engines/llama/peer.ts';
import { promptOf } from '../../src/engines/llama/prompt.ts';
import { type RunningModel, runModel } from '../../src/server/runModel.ts';
import { closeRigs, collect, directive, hello, type Rig, rejection, rig, until } from './gateway-support.ts';
import { command } from './running.ts';
import { writeTinyGguf } from './tinyGguf.ts';

/** The package is optional, and there is no build of it for every machine. */
const peer = await loadPeer().catch(() => null);
const llama = await peer
  ?.getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error' })
  .catch(() => null);
const there = llama !== undefined && llama !== null;
if (!there)
  process.stderr.write('llama.test.ts: node-llama-cpp is not installed for this machine; its tests are skipped\n');

const folder = mkdtempSync(join(tmpdir(), 'joulewright-gguf-'));
const file = join(folder, 'tiny.gguf');
writeTinyGguf(file);
const loading = { file, slots: 2, contextTokens: 512, threads: 1, gpu: false };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the built-in engine without its package or file', () => {
  it('says what to install', async () => {
    const name: string = 'a-package-that-is-not-there';
    await expect(loadPeer(() => import(name))).rejects.toMatchObject({ code: 'JW_LLAMA_MISSING' });
  });

  it.runIf(there)('says what is wrong with a file', async () => {
    await expect(
      runModel({ ...loading, file: join(folder, 'no.gguf'), host: '127.0.0.1', port: 0 }),
    ).rejects.toMatchObject({
      code: 'JW_FILE_UNREADABLE',
    });
    const broken = join(folder, 'broken.gguf');
    writeFileSync(broken, 'no model at all');
    await expect(runModel({ ...loading, file: broken, host: '127.0.0.1', port: 0 })).rejects.toMatchObject({
      code: 'JW_LLAMA_LOAD',
    });
  });
});

describe('what the built-in engine is asked', () => {
  const chat = (body: object) => promptOf('/chat/completions', { messages: [{ role: 'user', content: 'x' }], ...body });

  it('is refused by the name of the field where it is more than text', () => {
    for (const [param, value] of [
      ['tools', [{}]],
      ['n', 2],
      ['logprobs', true],
      ['response_format', { type: 'json_object' }],
    ] as const) {
      expect(chat({ [param]: value })).toMatchObject({ http: 400, fault: { code: 'JW_REQUEST_FIELD', where: param } });
    }
    const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] };
    expect(chat({ messages: [image] })).toMatchObject({ fault: { where: 'messages[0].content' } });
    expect(promptOf('/completions', { prompt: ['a', 'b'] })).toMatchObject({ fault: { where: 'prompt' } });
  });

  it('becomes turns, of which the next is the model’s', () => {
    expect(chat({ tools: [], n: 1, logprobs: false })).toMatchObject({
      history: [
        { type: 'user', text: 'x' },
        { type: 'model', response: [] },
      ],
    });
    const messages = [
      {
        role: 'developer',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'user', content: 'c' },
      { role: 'assistant', content: 'd' },
    ];
    expect(chat({ messages })).toMatchObject({
      history: [
        { type: 'system', text: 'ab' },
        { type: 'user', text: 'c' },
        { type: 'model', response: ['d'] },
      ],
    });
  });
});

describe.runIf(there)('a model file behind the gateway', { timeout: 60_000 }, () => {
  let engine: LlamaEngine;
  let r: Rig;

  beforeAll(async () => {
    r = await rig([{ kind: 'gguf', id: 'own', model: 'tiny', ...loading }]);
    r.gateway.directives.accept(directive({ validUntilMs: Date.now() + 600_000 }));
    engine = new LlamaEngine({ kind: 'gguf', id: 'other', model: 'tiny', ...loading });
    await engine.loaded;
    return async () => {
      await closeRigs();
      await engine.close();
    };
  }, 60_000);

  const same = { temperature: 0, seed: 1, max_tokens: 12 };

  it('answers with real tokens, the same whole and as a stream, and counts them', async () => {
    const whole = await r.client.chat.completions.create(hello(same));
    const text = whole.choices[0]!.message.content!;
    expect(text.length).toBeGreaterThan(5);
    expect(whole.choices[0]!.finish_reason).toBe('length');
    expect(whole.usage).toMatchObject({ completion_tokens: 12 });
    expect(whole.usage!.prompt_tokens).toBeGreaterThan(10);
    expect(whole.usage).not.toHaveProperty('energy');
    const chunks = await collect(
      await r.client.chat.completions.create({
        ...hello(same),
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    expect(chunks.map((c) => c.choices[0]?.delta.content ?? '').join('')).toBe(text);
    expect(chunks.length).toBeGreaterThan(5);
    const { usage } = chunks.at(-1)!;
    expect(usage).toMatchObject({ prompt_tokens: whole.usage!.prompt_tokens, completion_tokens: 12 });
    // The second time the prompt was in the cache
    expect(usage!.prompt_tokens_details!.cached_tokens).toBeGreaterThan(usage!.prompt_tokens / 2);
    expect(r.usage.at(-1)).toMatchObject({ engine: 'own', simulated: false, estimated: false, outputTokens: 12 });
  });

  it('completes a plain prompt, and stops at a text', async () => {
    const ask = { model: 'own', prompt: 'The sun', temperature: 0, max_tokens: 10 };
    const free = await r.client.completions.create(ask);
    const { text } = free.choices[0]!;
    expect(text.length).toBeGreaterThan(3);
    const stop = text.trim().slice(2, 4);
    const stopped = await r.client.completions.create({ ...ask, stop });
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop' });
    expect(text.startsWith(stopped.choices[0]!.text)).toBe(true);
    expect(stopped.choices[0]!.text).not.toContain(stop);
  });

  it('answers more at once than it has slots, each with its own', async () => {
    const asked = Array.from({ length: 5 }, (_, i) => ({
      ...hello(same),
      messages: [{ role: 'user' as const, content: `q${i}` }],
    }));
    const apart = [];
    for (const one of asked) apart.push((await r.client.chat.completions.create(one)).choices[0]!.message.content);
    const together = await Promise.all(asked.map((one) => r.client.chat.completions.create(one)));
    expect(together.map(({ choices }) => choices[0]!.message.content)).toEqual(apart);
    expect(new Set(apart).size).toBeGreaterThan(1);
  });

  it('refuses tools by name, and gives its slot back when a caller leaves', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'f', parameters: {} } }];
    expect(await rejection(r.client.chat.completions.create(hello({ tools })))).toMatchObject({
      status: 400,
      param: 'tools',
    });
    const many = r.usage.length;
    for (let i = 0; i < 3; i++) {
      const stream = await r.client.chat.completions.create({ ...hello({ max_tokens: 400 }), stream: true });
      for await (const _chunk of stream) break;
    }
    await until(() => r.usage.length >= many + 3);
    expect(r.usage.slice(many).map(({ status }) => status)).toEqual([499, 499, 499]);
    await r.client.chat.completions.create(hello(same));
  });

  it('says how it is', async () => {
    expect(await engine.health()).toEqual({ up: true, reason: '', latencyMs: 0 });
  });
});

describe.runIf(there)('run --gguf', () => {
  it('serves the file under its name, and stops', async () => {
    const running: RunningModel = await runModel({ ...loading, host: '127.0.0.1', port: 0 });
    try {
      expect(running).toMatchObject({ model: 'tiny', backend: 'cpu', contextTokens: 512 });
      const answer = await fetch(`${running.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...hello({ max_tokens: 3 }), model: 'tiny' }),
      });
      expect(await answer.json()).toMatchObject({ model: 'tiny', usage: { completion_tokens: 3 } });
    } finally {
      await running.stop();
    }
  }, 30_000);
});

describe('the command line', () => {
  it('says what does not go together, and what file is not there', async () => {
    const [both, speed, slots, none, missing] = await Promise.all([
      command(['run', 'site.yaml', '--gguf', 'm.gguf']),
      command(['run', '--gguf', 'm.gguf', '--speed', '5']),
      command(['run', 'site.yaml', '--slots', '2']),
      command(['run']),
      command(['run', '--gguf', join(folder, 'no.gguf')]),
    ]);
    for (const { err, code } of [both, speed, slots, none]) {
      expect(err).toContain('[JW_USAGE]');
      expect(code).toBe(64);
    }
    expect(missing.err).toContain('[JW_FILE_UNREADABLE]');
    expect(missing.code).toBe(66);
  }, 60_000);
});

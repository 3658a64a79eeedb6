import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool as langTool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { APICallError, embedMany, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { everything, vllm } from './api-engines.ts';
import {
  type Behaviour,
  closeRigs,
  collect,
  directive,
  type FakeEngine,
  fakeEngine,
  type Rig,
  relay,
  rig,
  simulated,
} from './gateway-support.ts';

const fakes: FakeEngine[] = [];

afterEach(async () => {
  await closeRigs();
  for (const fake of fakes.splice(0)) fake.close();
});

async function facing(behave: Behaviour): Promise<Rig & { fake: FakeEngine; base: string }> {
  const fake = await fakeEngine(behave);
  fakes.push(fake);
  const made = await rig([relay(fake.url)]);
  made.gateway.directives.accept(directive());
  return { ...made, fake, base: `${made.url}/v1` };
}

async function simulating(): Promise<Rig & { base: string }> {
  const made = await rig([simulated]);
  made.gateway.directives.accept(directive());
  return { ...made, base: `${made.url}/v1` };
}

/** An engine that calls a tool first and answers when it has the result. */
const twoSteps: Behaviour = (response, body, path) => {
  const messages = body['messages'] as { role: string }[];
  const answered = messages.some(({ role }) => role === 'tool');
  const { tools: _tools, ...rest } = body;
  vllm(response, answered ? rest : body, path);
};

/** An engine that is busy at first. */
const busyOnce = (): Behaviour => {
  let calls = 0;
  return (response, body, path) => {
    calls += 1;
    if (calls > 1) return vllm(response, body, path);
    response.writeHead(429, { 'content-type': 'application/json' });
    response.end('{"error":{"message":"full","code":429}}');
  };
};

const weather = z.object({ city: z.string().optional() });
const user = [{ role: 'user' as const, content: 'Hello' }];

describe('openai', () => {
  const tools = [{ type: 'function' as const, name: 'weather', parameters: { type: 'object' }, strict: false }];

  it('responses: whole, streamed with its helper, and with tools', async () => {
    const r = await facing(vllm);
    const whole = await r.client.responses.create({ model: 'chat', input: 'Hello' });
    expect(whole).toMatchObject({ status: 'completed', output_text: 'Hello world', usage: { total_tokens: 14 } });
    const stream = r.client.responses.stream({ model: 'chat', input: 'Hello', instructions: 'Be brief' });
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => {
      text += delta;
    });
    const final = await stream.finalResponse();
    expect(text).toBe('Hello world');
    expect(final.output_text).toBe('Hello world');
    const called = await r.client.responses.stream({ model: 'chat', input: 'Hello', tools }).finalResponse();
    expect(
      called.output.map((item) => (item.type === 'function_call' ? `${item.name}${item.arguments}` : item.type)),
    ).toEqual(['weather{"city":"Bukhara"}', 'clock{}']);
  });

  it('chat: streams with its helper and counts; completions and embeddings', async () => {
    const r = await facing(everything);
    const helper = r.client.chat.completions.stream({
      model: 'chat',
      messages: user,
      stream_options: { include_usage: true },
    });
    expect((await helper.finalMessage()).content).toBe('Hello world');
    expect(await helper.totalUsage()).toMatchObject({ total_tokens: 14 });
    const text = await r.client.completions.create({ model: 'chat', prompt: 'Hi' });
    expect(text.choices[0]?.text).toBe('Hello');
    const pieces = await collect(await r.client.completions.create({ model: 'chat', prompt: 'Hi', stream: true }));
    expect(pieces.map(({ choices }) => choices[0]?.text).join('')).toBe('Hello');
    const vectors = await r.client.embeddings.create({ model: 'chat', input: 'Hi', encoding_format: 'float' });
    expect(vectors.data[0]?.embedding).toEqual([0.6, 0.8]);
    const sim = await simulating();
    const unit = (await sim.client.embeddings.create({ model: 'chat', input: ['a', 'b'], dimensions: 64 })).data;
    expect(unit.map(({ embedding }) => Math.hypot(...embedding))).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5)]);
    const spoken = await r.client.audio.speech.create({ model: 'chat', input: 'salom', voice: 'alloy' });
    expect((await spoken.arrayBuffer()).byteLength).toBe(7);
    const file = new File([Buffer.from([1, 2])], 'a.wav');
    expect((await r.client.audio.transcriptions.create({ model: 'chat', file })).text).toBe('salom');
  });

  it('waits as it is told and tries again', async () => {
    const r = await facing(busyOnce());
    const patient = new OpenAI({ baseURL: r.base, apiKey: 'any', maxRetries: 1 });
    await expect(r.client.chat.completions.create({ model: 'none', messages: user })).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
    const answer = await patient.chat.completions.create({ model: 'chat', messages: user });
    expect(answer.choices[0]?.message.content).toBe('Hello world');
  }, 20_000);
});

describe('@ai-sdk/openai-compatible', () => {
  const provider = (baseURL: string) =>
    createOpenAICompatible({
      name: 'site',
      baseURL,
      apiKey: 'any',
      includeUsage: true,
      supportsStructuredOutputs: true,
    });

  it('generates, streams and counts', async () => {
    const r = await facing(vllm);
    const model = provider(r.base)('chat');
    const whole = await generateText({ model, prompt: 'Hello' });
    expect(whole).toMatchObject({
      text: 'Hello world',
      reasoningText: 'Let me see',
      usage: { inputTokens: 10, outputTokens: 4 },
    });
    const stream = streamText({ model, prompt: 'Hello' });
    expect((await collect(stream.textStream)).join('')).toBe('Hello world');
    expect(await stream.usage).toMatchObject({ inputTokens: 10, outputTokens: 4 });
    const sim = await simulating();
    const answer = await generateText({ model: provider(sim.base)('chat'), prompt: 'Hello', maxOutputTokens: 6 });
    expect(answer).toMatchObject({ finishReason: 'length', usage: { outputTokens: 6 } });
  });

  it('calls tools and goes on with their results', async () => {
    const r = await facing(twoSteps);
    const asked: unknown[] = [];
    const execute = async (input: unknown) => {
      asked.push(input);
      return '41 °C';
    };
    const tools = {
      weather: tool({ inputSchema: weather, execute }),
      clock: tool({ inputSchema: jsonSchema<object>({ type: 'object' }), execute: async () => 'noon' }),
    };
    const model = provider(r.base)('chat');
    const whole = await generateText({ model, tools, prompt: 'Hello', stopWhen: stepCountIs(3) });
    expect(whole.text).toBe('Hello world');
    const stream = streamText({ model, tools, prompt: 'Hello', stopWhen: stepCountIs(3) });
    expect((await collect(stream.textStream)).join('')).toBe('Hello world');
    expect(asked).toEqual([{ city: 'Bukhara' }, { city: 'Bukhara' }]);
  });

  it('embeds, and reads errors', async () => {
    const sim = await simulating();
    const embedder = provider(sim.base).embeddingModel('chat');
    const { embeddings } = await embedMany({ model: embedder, values: ['a', 'b'] });
    expect(embeddings.map((vector) => Math.hypot(...vector))).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5)]);
    const failed = generateText({ model: provider(sim.base)('none'), prompt: 'x', maxRetries: 0 });
    await expect(failed).rejects.toSatisfy(
      (error) =>
        APICallError.isInstance(error) && error.statusCode === 404 && error.message.includes('there is no model'),
    );
  });
});

describe('@langchain/openai', () => {
  const chatOf = (baseURL: string, more: object = {}) =>
    new ChatOpenAI({ model: 'chat', apiKey: 'any', maxRetries: 0, configuration: { baseURL }, ...more });

  it('invokes, streams and counts, over chat completions and over responses', async () => {
    const r = await facing(vllm);
    for (const more of [{}, { useResponsesApi: true }]) {
      const chat = chatOf(r.base, more);
      const whole = await chat.invoke([new SystemMessage('Be brief'), new HumanMessage('Hello')]);
      expect(whole.text).toBe('Hello world');
      expect(whole.usage_metadata).toMatchObject({ input_tokens: 10, output_tokens: 4 });
      const parts = await collect(await chat.stream('Hello'));
      expect(parts.map(({ text }) => text).join('')).toBe('Hello world');
      expect(JSON.stringify(parts)).toContain('"total_tokens":14');
    }
    expect(new Set(r.fake.paths)).toEqual(new Set(['/v1/chat/completions']));
  });

  it('binds tools and takes their results', async () => {
    const r = await facing(twoSteps);
    const chat = chatOf(r.base).bindTools([langTool(() => '41 °C', { name: 'weather', schema: weather })]);
    const first = await chat.invoke('Hello');
    expect(first.tool_calls?.map(({ name, args }) => [name, args])).toEqual([
      ['weather', { city: 'Bukhara' }],
      ['clock', {}],
    ]);
    const results = (first.tool_calls ?? []).map(
      ({ id }) => new ToolMessage({ content: '41 °C', tool_call_id: id ?? '' }),
    );
    expect((await chat.invoke([new HumanMessage('Hello'), first, ...results])).text).toBe('Hello world');
  });

  it('embeds', async () => {
    const sim = await simulating();
    const embedder = new OpenAIEmbeddings({ model: 'chat', apiKey: 'any', configuration: { baseURL: sim.base } });
    const [a, b] = await embedder.embedDocuments(['a', 'b']);
    expect(a).toHaveLength(1024);
    expect(a).not.toEqual(b);
  });
});

describe('@anthropic-ai/sdk', () => {
  const clientOf = (baseURL: string) => new Anthropic({ baseURL, apiKey: 'any', maxRetries: 0 });
  const tools = [{ name: 'weather', input_schema: { type: 'object' as const } }];

  it('creates, streams and calls tools', async () => {
    const r = await facing(vllm);
    const client = clientOf(r.url);
    const whole = await client.messages.create({ model: 'chat', max_tokens: 50, messages: user });
    expect(whole.content).toMatchObject([{ type: 'text', text: 'Hello world' }]);
    expect(whole.usage).toMatchObject({ input_tokens: 10, output_tokens: 4 });
    const stream = client.messages.stream({ model: 'chat', max_tokens: 50, messages: user, tools });
    const final = await stream.finalMessage();
    expect(final.stop_reason).toBe('tool_use');
    expect(final.content).toMatchObject([
      { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Bukhara' } },
      { type: 'tool_use', id: 'call_2', name: 'clock', input: {} },
    ]);
    expect(final.usage).toMatchObject({ input_tokens: 10, output_tokens: 4 });
    const sim = await simulating();
    const said = await clientOf(sim.url)
      .messages.stream({ model: 'chat', max_tokens: 5, messages: user })
      .finalMessage();
    expect(said).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } });
  });

  it('reads errors, whole and in a stream', async () => {
    const r = await facing((response, body) => {
      if (body['stream'] !== true) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n');
      setTimeout(() => response.destroy(), 30);
    });
    const client = clientOf(r.url);
    const ask = { model: 'chat', max_tokens: 50, messages: user };
    await expect(client.messages.create(ask)).rejects.toMatchObject({ status: 503, type: 'overloaded_error' });
    await expect(client.messages.create({ ...ask, model: 'no' })).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    await expect(client.messages.stream(ask).finalMessage()).rejects.toBeInstanceOf(Anthropic.APIError);
  });
});

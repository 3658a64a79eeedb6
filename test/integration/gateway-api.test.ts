import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { OpenAiEngineConfig } from '../../src/engines/openai.ts';
import { plainPrincipal } from '../../src/gateway/tenants/principal.ts';
import { engines, everything, vllm } from './api-engines.ts';
import * as schemas from './api-schemas.ts';
import {
  type Behaviour,
  closeRigs,
  directive,
  errorOf,
  eventsOf,
  type FakeEngine,
  fakeEngine,
  hello,
  post,
  type Rig,
  relay,
  rig,
  simulated,
  sse,
} from './gateway-support.ts';
import { againstPublished, type PublishedName } from './published.ts';

const fakes: FakeEngine[] = [];

afterEach(async () => {
  await closeRigs();
  for (const fake of fakes.splice(0)) fake.close();
});

async function facing(behave: Behaviour, more: Partial<OpenAiEngineConfig> = {}): Promise<Rig & { fake: FakeEngine }> {
  const fake = await fakeEngine(behave);
  fakes.push(fake);
  const made = await rig([{ ...relay(fake.url), ...more }]);
  made.gateway.directives.accept(directive());
  return { ...made, fake };
}

const tools = [
  { type: 'function' as const, function: { name: 'weather', parameters: { type: 'object', properties: {} } } },
];
const asResponsesTools = [{ type: 'function', name: 'weather', parameters: { type: 'object', properties: {} } }];
const asMessagesTools = [{ name: 'weather', input_schema: { type: 'object', properties: {} } }];

const chat = (more: object = {}) => hello(more);
const responses = (more: object = {}) => ({ model: 'chat', input: 'Hello there', ...more });
const messages = (more: object = {}) => ({
  model: 'chat',
  max_tokens: 50,
  messages: [{ role: 'user', content: 'Hello' }],
  ...more,
});
const completions = (more: object = {}) => ({ model: 'chat', prompt: 'Hello', max_tokens: 8, ...more });

/** What is asked of a path, and the schemas of its answers and events. */
const ASKED: readonly (readonly [path: string, body: object, whole: z.ZodType, event: z.ZodType | null])[] = [
  ['/chat/completions', chat({ max_tokens: 8 }), schemas.chatCompletion, schemas.chatChunk],
  [
    '/chat/completions',
    chat({ max_tokens: 8, service_tier: 'priority', tools }),
    schemas.chatCompletion,
    schemas.chatChunk,
  ],
  ['/completions', completions(), schemas.completion, schemas.completionChunk],
  ['/embeddings', { model: 'chat', input: ['a', 'b'] }, schemas.embeddings, null],
  ['/embeddings', { model: 'chat', input: 'a', encoding_format: 'base64' }, schemas.embeddings, null],
  ['/responses', responses({ max_output_tokens: 8 }), schemas.response, schemas.responseEvent],
  [
    '/responses',
    responses({ tools: asResponsesTools, instructions: 'Be brief' }),
    schemas.response,
    schemas.responseEvent,
  ],
  ['/messages', messages(), schemas.message, schemas.messageEvent],
  [
    '/messages',
    messages({ tools: asMessagesTools, thinking: { type: 'enabled' } }),
    schemas.message,
    schemas.messageEvent,
  ],
];

/** The published schemas of the same; Anthropic publishes none. */
const PUBLISHED: Readonly<Record<string, readonly [whole: PublishedName, event: PublishedName]>> = {
  '/chat/completions': ['CreateChatCompletionResponse', 'CreateChatCompletionStreamResponse'],
  '/completions': ['CreateCompletionResponse', 'CreateCompletionResponse'],
  '/embeddings': ['CreateEmbeddingResponse', 'CreateEmbeddingResponse'],
  '/responses': ['Response', 'ResponseStreamEvent'],
};

/** Asks everything of a gateway, whole and as streams, and holds each answer, chunk and event against its schema. */
async function holdAll(url: string, paths: (path: string) => boolean): Promise<number> {
  let seen = 0;
  for (const [path, body, whole, event] of ASKED) {
    if (!paths(path)) continue;
    const answer = await post(url, body, {}, path);
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    expect(whole.parse(JSON.parse(text))).toBeTruthy();
    const [ofWhole, ofEvent] = PUBLISHED[path] ?? [];
    if (ofWhole !== undefined) expect(againstPublished(ofWhole, JSON.parse(text))).toEqual([]);
    seen += 1;
    if (event === null) continue;
    const withUsage = path === '/chat/completions' || path === '/completions';
    for (const include_usage of withUsage ? [true, false] : [false]) {
      const options = withUsage ? { stream_options: { include_usage } } : {};
      const streamed = await post(url, { ...body, stream: true, ...options }, {}, path);
      expect(streamed.headers.get('content-type')).toContain('text/event-stream');
      const all = await streamed.text();
      const events = eventsOf(all);
      expect(events.length).toBeGreaterThan(1);
      for (const { data, name } of events) {
        expect(event.safeParse(data), JSON.stringify(data)).toMatchObject({ success: true });
        if (ofEvent !== undefined) expect(againstPublished(ofEvent, data)).toEqual([]);
        if (name !== '') expect(name).toBe((data as { type: string }).type);
        seen += 1;
      }
      expect(all.endsWith('data: [DONE]\n\n')).toBe(withUsage);
    }
  }
  return seen;
}

describe('every answer, chunk and event is valid', () => {
  it('of the simulated engine', async () => {
    const r = await rig([simulated]);
    r.gateway.directives.accept(directive());
    expect(await holdAll(r.url, () => true)).toBeGreaterThan(60);
  });

  it.each(Object.entries(engines))('of an engine like %s', async (_name, behave) => {
    const r = await facing(behave);
    const known = (path: string): boolean => ['/chat/completions', '/responses', '/messages'].includes(path);
    expect(await holdAll(r.url, known)).toBeGreaterThan(30);
    expect(r.usage.every((u) => u.status === 200 && u.inputTokens > 0 && u.outputTokens > 0)).toBe(true);
  });

  it('of an engine that serves completions and embeddings', async () => {
    const r = await facing(everything);
    const asked = await holdAll(r.url, (path) => ['/completions', '/embeddings'].includes(path) && path !== '');
    expect(asked).toBeGreaterThan(5);
  });

  it('and so are errors and the list of models', async () => {
    const r = await facing((response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"error":{"code":400,"message":"too long","type":"invalid_request_error"}}');
    });
    for (const [path, body] of ASKED) {
      if (path === '/messages') continue;
      for (const wrong of [body, { ...body, model: 'none' }, { ...body, model: 7 }, [], 'no JSON']) {
        const answer = await post(r.url, wrong, {}, path);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        const error: unknown = await answer.json();
        expect(schemas.errorResponse.parse(error)).toBeTruthy();
        expect(againstPublished('ErrorResponse', error)).toEqual([]);
      }
    }
    for (const wrong of [messages(), messages({ model: 'none' }), {}, 'no JSON']) {
      const answer = await post(r.url, wrong, {}, '/messages');
      expect(schemas.anthropicError.parse(await answer.json())).toBeTruthy();
      expect(answer.headers.get('request-id')).toBe(answer.headers.get('x-request-id'));
    }
    const list: unknown = await (await fetch(`${r.url}/v1/models`)).json();
    expect(schemas.modelList.parse(list).data.length).toBe(2);
    expect(againstPublished('ListModelsResponse', list)).toEqual([]);
    expect(againstPublished('Model', await (await fetch(`${r.url}/v1/models/chat`)).json())).toEqual([]);
  });

  it('by schemas that find what is wrong', () => {
    const sound = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [] };
    expect(againstPublished('CreateChatCompletionStreamResponse', sound)).toEqual([]);
    expect(againstPublished('CreateChatCompletionStreamResponse', { ...sound, created: 'now' })).toEqual([
      '/created: must be integer, not "now"',
    ]);
    const piece = { id: 'c', object: 'text_completion', created: 1, model: 'm' };
    const choice = { index: 0, text: 'x', logprobs: null };
    const of = (finish: unknown) =>
      againstPublished('CreateCompletionResponse', { ...piece, choices: [{ ...choice, finish_reason: finish }] });
    expect([of('stop'), of(null)]).toEqual([[], []]);
    expect(of('eos')).toEqual([expect.stringContaining('/choices/0/finish_reason')]);
    expect(againstPublished('ResponseStreamEvent', { type: 'response.nothing' }).length).toBeGreaterThan(0);
  });

  it('keeps one identity over a stream', async () => {
    const r = await facing(vllm);
    const text = await (await post(r.url, chat({ stream: true, stream_options: { include_usage: true } }))).text();
    const chunks = eventsOf(text).map(({ data }) => schemas.chatChunk.parse(data));
    expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
    expect(chunks.map(({ usage }) => usage?.total_tokens ?? usage)).toEqual([...chunks.slice(1).map(() => null), 14]);
  });
});

describe('responses over chat completions', () => {
  it('carries text, reasoning, tool calls and pictures both ways', async () => {
    const r = await facing(vllm);
    const body = responses({
      instructions: 'Be brief',
      input: [
        { role: 'developer', content: 'In Uzbek' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'low' },
          ],
        },
        { type: 'reasoning', id: 'rs_1', summary: [] },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Bukhara"}' },
        { type: 'function_call', call_id: 'call_2', name: 'clock', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: '41 °C' },
        { type: 'function_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'noon' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hot.' }] },
        { role: 'user', content: 'And now?' },
      ],
      tools: asResponsesTools,
      tool_choice: { type: 'function', name: 'weather' },
      text: { format: { type: 'json_schema', name: 'w', schema: { type: 'object' }, strict: true } },
      reasoning: { effort: 'low' },
      max_output_tokens: 99,
      temperature: 0.5,
      service_tier: 'flex',
    });
    const answer = schemas.response.parse(await (await post(r.url, body, {}, '/responses')).json());
    expect(answer).toMatchObject({
      status: 'completed',
      service_tier: 'flex',
      model: 'chat',
      instructions: 'Be brief',
    });
    expect(answer.output).toMatchObject([
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Bukhara"}' },
      { type: 'function_call', call_id: 'call_2', name: 'clock', arguments: '{}' },
    ]);
    expect(answer.usage).toMatchObject({ input_tokens: 10, output_tokens: 4, energy: { it_joules: 13 } });
    expect(r.fake.paths).toEqual(['/v1/chat/completions']);
    expect(r.fake.bodies[0]).toEqual({
      model: 'real',
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'system', content: 'In Uzbek' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bukhara"}' } },
            { id: 'call_2', type: 'function', function: { name: 'clock', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '41 °C' },
        { role: 'tool', tool_call_id: 'call_2', content: 'noon' },
        { role: 'assistant', content: 'Hot.' },
        { role: 'user', content: 'And now?' },
      ],
      tools: [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      response_format: { type: 'json_schema', json_schema: { name: 'w', schema: { type: 'object' }, strict: true } },
      reasoning_effort: 'low',
      max_tokens: 99,
      temperature: 0.5,
    });
    expect(r.usage).toMatchObject([{ class: 'flex', operation: 'chat', inputTokens: 10, outputTokens: 4 }]);
  });

  it('streams as the API does', async () => {
    const r = await facing(vllm);
    const text = await (await post(r.url, responses({ stream: true }), {}, '/responses')).text();
    const events = eventsOf(text).map(({ data }) => schemas.responseEvent.parse(data));
    expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'reasoning_text.delta',
      'reasoning_text.delta',
      'reasoning_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, i) => i));
    expect(events.at(-1)).toMatchObject({
      response: {
        output: [{ type: 'reasoning' }, { type: 'message', content: [{ text: 'Hello world' }] }],
        usage: { total_tokens: 14, energy: { boundary: 'facility' } },
      },
    });
  });

  it('says that an answer was cut off, and when a stream breaks', async () => {
    const cut = await facing((response, body) => {
      if (body['stream'] !== true) response.end('{"choices":[{"message":{"content":"Hel"},"finish_reason":"length"}]}');
      else {
        sse(response);
        response.write('data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n');
        setTimeout(() => response.destroy(), 30);
      }
    });
    const whole = schemas.response.parse(await (await post(cut.url, responses(), {}, '/responses')).json());
    expect(whole).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
    const broken = await (await post(cut.url, responses({ stream: true }), {}, '/responses')).text();
    expect(
      eventsOf(broken)
        .map(({ data }) => schemas.responseEvent.parse(data))
        .at(-1),
    ).toMatchObject({
      type: 'response.failed',
      response: {
        status: 'failed',
        error: { code: 'server_error', message: expect.stringContaining('JW_ENGINE_DIED') },
      },
    });
  });

  it('refuses what needs memory or tools of the site, with the name of the field', async () => {
    const r = await facing(vllm);
    const refused = async (more: object) => {
      const answer = await post(r.url, responses(more), {}, '/responses');
      expect(answer.status).toBe(400);
      return (await errorOf(answer)).param;
    };
    expect(await refused({ previous_response_id: 'resp_1' })).toBe('previous_response_id');
    expect(await refused({ conversation: 'c' })).toBe('conversation');
    expect(await refused({ background: true })).toBe('background');
    expect(await refused({ tools: [{ type: 'web_search' }] })).toBe('tools[0].type');
    expect(await refused({ input: [{ type: 'item_reference', id: 'x' }] })).toBe('input[0].type');
    expect(await refused({ input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] })).toBe(
      'input[0].content[0].image_url',
    );
    expect(await refused({ input: [] })).toBe('input');
    expect(r.fake.bodies).toEqual([]);
  });
});

describe('messages over chat completions', () => {
  it('carries system, tools, results, pictures and thinking both ways', async () => {
    const r = await facing(vllm);
    const body = messages({
      system: [{ type: 'text', text: 'Be brief', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: '' },
            { type: 'text', text: 'I look' },
            { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Nukus' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: '12' }], is_error: true },
            { type: 'text', text: 'Well?' },
          ],
        },
      ],
      tools: asMessagesTools,
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stop_sequences: ['END'],
      temperature: 0.1,
      top_k: 5,
      metadata: { user_id: 'u' },
      service_tier: 'standard_only',
    });
    const answer = schemas.message.parse(
      await (await post(r.url, body, { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' }, '/messages')).json(),
    );
    expect(answer).toMatchObject({
      model: 'chat',
      stop_reason: 'tool_use',
      content: [
        { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Bukhara' } },
        { type: 'tool_use', name: 'clock', input: {} },
      ],
      usage: { input_tokens: 10, output_tokens: 4, energy: { it_joules: 13 } },
    });
    expect(r.fake.bodies[0]).toEqual({
      model: 'real',
      messages: [
        { role: 'system', content: 'Be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
          ],
        },
        {
          role: 'assistant',
          content: 'I look',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Nukus"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Error: 12' },
        { role: 'user', content: 'Well?' },
      ],
      max_tokens: 50,
      temperature: 0.1,
      top_k: 5,
      stop: ['END'],
      tools: [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
  });

  it('streams blocks one after another, thinking only where it was asked for', async () => {
    const r = await facing(vllm);
    const kinds = async (more: object) => {
      const text = await (await post(r.url, messages({ stream: true, ...more }), {}, '/messages')).text();
      return eventsOf(text)
        .map(({ data }) => schemas.messageEvent.parse(data))
        .map((event) =>
          'content_block' in event
            ? `start ${(event.content_block as { type: string }).type}`
            : event.type.replace('content_block_', ''),
        );
    };
    const plain = ['message_start', 'ping', 'start text', 'delta', 'delta', 'stop', 'message_delta', 'message_stop'];
    expect(await kinds({})).toEqual(plain);
    expect(await kinds({ thinking: { type: 'enabled', budget_tokens: 1024 } })).toEqual([
      ...plain.slice(0, 2),
      'start thinking',
      'delta',
      'delta',
      'stop',
      ...plain.slice(2),
    ]);
    expect(await kinds({ tools: asMessagesTools })).toEqual([
      ...plain.slice(0, 2),
      'start tool_use',
      'delta',
      'delta',
      'stop',
      'start tool_use',
      'delta',
      'delta',
      'stop',
      ...plain.slice(-2),
    ]);
  });

  it('keeps calls apart whose pieces come mixed', async () => {
    const r = await facing((response) => {
      sse(response);
      const piece = (index: number, args: string, name?: string) =>
        `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [{ index, ...(name === undefined ? {} : { id: `c${index}` }), function: { name, arguments: args } }] } }] })}\n\n`;
      response.end(
        `${piece(0, '{"a"', 'f')}${piece(1, '{"b"', 'g')}${piece(0, ':1}')}${piece(1, ':2}')}data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`,
      );
    });
    const text = await (await post(r.url, messages({ stream: true }), {}, '/messages')).text();
    const blocks: string[] = [];
    for (const { data } of eventsOf(text)) {
      const event = schemas.messageEvent.parse(data);
      if (event.type === 'content_block_start') blocks.push('');
      if (event.type === 'content_block_delta') blocks[event.index] += JSON.stringify(event.delta);
    }
    expect(
      blocks.map((b) => [...b.matchAll(/"partial_json":"(.*?[^\\])"\}/g)].map((m) => JSON.parse(`"${m[1]}"`)).join('')),
    ).toEqual(['{"a":1}', '{"b":2}']);
    expect(text).toContain('"stop_reason":"tool_use"');
    const asResponses = await (await post(r.url, responses({ stream: true }), {}, '/responses')).text();
    expect(eventsOf(asResponses).at(-1)?.data).toMatchObject({
      response: { output: [{ arguments: '{"a":1}' }, { arguments: '{"b":2}' }] },
    });
  });
});

describe('an engine that serves responses and messages itself', () => {
  const native: Behaviour = (response, body, path) => {
    const usage = { input_tokens: 7, output_tokens: 3 };
    if (path === '/v1/responses') {
      const made = {
        id: 'resp_e',
        object: 'response',
        created_at: 1,
        model: 'real',
        status: 'completed',
        output: [],
        usage,
      };
      if (body['stream'] !== true) response.end(JSON.stringify(made));
      else {
        sse(response);
        const event = (type: string, more: object) =>
          response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
        event('response.created', { response: { ...made, usage: null } });
        event('response.output_text.delta', { delta: 'Hello' });
        event('response.completed', { response: made });
        response.end();
      }
      return;
    }
    const made = {
      id: 'msg_e',
      type: 'message',
      role: 'assistant',
      model: 'real',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      usage: { ...usage, cache_read_input_tokens: 2 },
    };
    if (body['stream'] !== true) response.end(JSON.stringify(made));
    else {
      sse(response);
      const event = (type: string, more: object) =>
        response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
      event('message_start', { message: { ...made, content: [], usage: { input_tokens: 7, output_tokens: 0 } } });
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello' } });
      event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } });
      event('message_stop', {});
      response.end();
    }
  };

  it('gets them untouched but for the model, and is metered all the same', async () => {
    const r = await facing(native, { serves: ['/chat/completions', '/responses', '/messages'] });
    const whole = await (await post(r.url, responses({ previous_response_id: 'resp_0' }), {}, '/responses')).json();
    expect(whole).toMatchObject({
      id: 'resp_e',
      model: 'chat',
      error: null,
      usage: { input_tokens: 7, energy: { it_joules: 9.5 } },
    });
    expect(r.fake.bodies[0]).toMatchObject({ model: 'real', previous_response_id: 'resp_0' });
    const stream = eventsOf(await (await post(r.url, responses({ stream: true }), {}, '/responses')).text());
    expect(stream.map(({ name }) => name)).toEqual([
      'response.created',
      'response.output_text.delta',
      'response.completed',
    ]);
    expect(stream[0]?.data).toMatchObject({ response: { model: 'chat' } });
    expect(stream[2]?.data).toMatchObject({ response: { model: 'chat', usage: { energy: { it_joules: 9.5 } } } });
    const message = await (await post(r.url, messages(), {}, '/messages')).json();
    expect(message).toMatchObject({ id: 'msg_e', model: 'chat', usage: { input_tokens: 7, energy: {} } });
    const events = eventsOf(await (await post(r.url, messages({ stream: true }), {}, '/messages')).text());
    expect(events.map(({ name }) => name)).toEqual([
      'message_start',
      'content_block_delta',
      'message_delta',
      'message_stop',
    ]);
    expect(events[2]?.data).toMatchObject({ usage: { output_tokens: 3, energy: {} } });
    expect(r.fake.paths).toEqual(['/v1/responses', '/v1/responses', '/v1/messages', '/v1/messages']);
    expect(r.usage.map((u) => [u.inputTokens, u.outputTokens, u.estimated])).toEqual([
      [7, 3, false],
      [7, 3, false],
      [9, 3, false],
      [7, 3, false],
    ]);
  });
});

describe('other paths', () => {
  it('go to the engine that serves them, with the same books', async () => {
    const r = await facing(everything);
    const ranked = await post(
      r.url,
      { model: 'chat', query: 'a', documents: ['b', 'c'], service_tier: 'flex' },
      {},
      '/rerank',
    );
    expect(await ranked.json()).toMatchObject({
      model: 'chat',
      results: [{ index: 1 }],
      usage: { energy: { it_joules: 4.5 } },
    });
    expect(r.fake.bodies[0]).toEqual({ model: 'real', query: 'a', documents: ['b', 'c'] });
    const spoken = await post(r.url, { model: 'chat', input: 'salom', voice: 'x' }, {}, '/audio/speech');
    expect(spoken.headers.get('content-type')).toBe('audio/wav');
    expect([...new Uint8Array(await spoken.arrayBuffer())]).toEqual([82, 73, 70, 70, 0, 255, 254]);
    const form = new FormData();
    form.set('model', 'chat');
    form.set('service_tier', 'priority');
    form.set('file', new Blob([Buffer.from([0, 1, 255])]), 'a.wav');
    const heard = await fetch(`${r.url}/v1/audio/transcriptions`, { method: 'POST', body: form });
    expect(await heard.json()).toMatchObject({ text: 'salom', usage: { input_tokens: 20, energy: {} } });
    expect(r.fake.bodies[2]?.['raw']).toContain('name="model"\r\n\r\nreal\r\n');
    expect(r.fake.bodies[2]?.['raw']).toContain('\u0000\u0001\u00ff');
    expect(r.usage.map((u) => [u.operation, u.class, u.inputTokens, u.outputTokens, u.status])).toEqual([
      ['rerank', 'flex', 9, 0, 200],
      ['audio/speech', 'default', 4, 0, 200],
      ['audio/transcriptions', 'priority', 20, 2, 200],
    ]);
  });

  it('are refused where no engine serves them, and where the engine says so', async () => {
    const r = await facing(everything);
    const lacks = await post(r.url, { model: 'chat', input: 'x' }, {}, '/moderations');
    expect([lacks.status, (await errorOf(lacks)).code]).toEqual([404, 'JW_ENGINE_LACKS']);
    for (const path of ['/load_lora_adapter', '/sleep', '/nothing']) {
      const answer = await post(r.url, { model: 'chat' }, {}, path);
      expect(answer.status, path).toBe(404);
    }
    const noModel = await post(r.url, { query: 'x' }, {}, '/rerank');
    expect((await errorOf(noModel)).param).toBe('model');
    const text = await fetch(`${r.url}/v1/rerank`, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect(text.status).toBe(415);
    expect(r.fake.paths).toEqual(['/v1/moderations']);
    const sim = await rig([simulated]);
    expect((await post(sim.url, { model: 'chat' }, {}, '/rerank')).status).toBe(404);
  });
});

describe('what surrounds a request', () => {
  it('passes a trace on as it came, and none that is broken', async () => {
    const r = await facing(vllm);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await post(r.url, chat(), { traceparent, tracestate: 'a=b' });
    await post(r.url, chat(), { traceparent: '00-0-0-01' });
    expect(r.fake.headers[0]).toMatchObject({ traceparent, tracestate: 'a=b' });
    expect(r.fake.headers[1]).not.toHaveProperty('traceparent');
  });

  it('serves adapters and aliases under their names', async () => {
    const fake = await fakeEngine(vllm);
    fakes.push(fake);
    const models = [
      { name: 'base', engines: ['eng'] },
      { name: 'gpt-4o', engines: ['eng'] },
      { name: 'team/sql', engines: ['eng'], upstream: 'sql-lora', parent: 'base' },
    ];
    const r = await rig([relay(fake.url)], { models });
    for (const { name } of models) {
      const { model } = await r.client.chat.completions.create(hello({ model: name }));
      expect(model).toBe(name);
    }
    expect(fake.bodies.map(({ model }) => model)).toEqual(['real', 'real', 'sql-lora']);
    expect(await r.client.models.retrieve('team/sql')).toMatchObject({ id: 'team/sql', parent: 'base' });
  });

  it('logs each request where that is asked for, and nothing of what was said', async () => {
    const lines: object[] = [];
    const log = {
      detail: 'requests' as const,
      info: (_: string, fields = {}) => void lines.push(fields),
      warn: () => undefined,
    };
    const fake = await fakeEngine(vllm);
    fakes.push(fake);
    const r = await rig([relay(fake.url)], { log });
    r.gateway.directives.accept(directive());
    await post(r.url, chat(), { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
    expect(lines).toMatchObject([
      {
        trace: '4bf92f3577b34da6a3ce929d0e0e4736',
        operation: 'chat',
        model: 'chat',
        status: 200,
        outputTokens: 4,
        project: 'anonymous',
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('Hello');
  });

  it('gives retry advice in both headers', async () => {
    const r = await facing((response) => {
      response.writeHead(429, { 'retry-after': '7' });
      response.end('{}');
    });
    const answer = await post(r.url, chat());
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.headers.get('retry-after-ms')).toBe('7000');
    expect(answer.headers.get('x-should-retry')).toBe('true');
  });
});

describe('execute', () => {
  const who = { requestId: 'req_line', principal: plainPrincipal('shop'), class: 'batch' as const };

  it('does a line of any endpoint without a connection, in its own class', async () => {
    const r = await facing(everything);
    const done = async (url: string, body: Record<string, unknown>) => {
      const { status, body: answer, record } = await r.gateway.execute({ method: 'POST', url, body }, who);
      return { status, answer, record: [record?.class, record?.principal.project, record?.inputTokens] };
    };
    expect(await done('/v1/chat/completions', chat())).toMatchObject({
      status: 200,
      answer: { choices: [{ message: { content: 'Hello world' } }], usage: { energy: {} } },
      record: ['batch', 'shop', 10],
    });
    expect(await done('/v1/embeddings', { model: 'chat', input: 'x' })).toMatchObject({
      status: 200,
      answer: { object: 'list' },
    });
    expect(await done('/v1/responses', responses())).toMatchObject({ status: 200, answer: { object: 'response' } });
    expect(await done('/v1/rerank', { model: 'chat', query: 'a' })).toMatchObject({
      status: 200,
      record: ['batch', 'shop', 9],
    });
    expect(r.usage.length).toBe(4);
  });

  it('says what is wrong with a line, and stops at once when told', async () => {
    const r = await facing(() => undefined);
    const tried = async (method: string, url: string, body: Record<string, unknown>) => {
      const { status, body: answer, record } = await r.gateway.execute({ method, url, body }, who);
      expect(record).toBeNull();
      return [status, schemas.errorResponse.parse(answer).error.code];
    };
    expect(await tried('GET', '/v1/models', {})).toEqual([404, 'JW_ROUTE_UNKNOWN']);
    expect(await tried('POST', '/v1/chat/completions', chat({ stream: true }))).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await tried('POST', '/v1/chat/completions', {})).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await tried('POST', '/v1/chat/completions', chat({ model: 'no' }))).toEqual([404, 'model_not_found']);
    const stop = new AbortController();
    const running = r.gateway.execute({ method: 'POST', url: '/v1/chat/completions', body: chat() }, who, stop.signal);
    setTimeout(() => stop.abort(), 50);
    expect(await running).toMatchObject({ status: 499, record: { status: 499 } });
    expect(
      await r.gateway.execute({ method: 'POST', url: '/v1/chat/completions', body: chat() }, who, stop.signal),
    ).toMatchObject({ status: 499 });
  });
});

describe('the guide', () => {
  const page = readFileSync(new URL('../../docs/guide/api.md', import.meta.url), 'utf8');

  it('shows requests that are answered', async () => {
    const models = [{ name: 'llama-3.3-70b-instruct', engines: ['sim'] }];
    const r = await rig([simulated], { models });
    r.gateway.directives.accept(directive());
    const shown = [...page.matchAll(/^curl \$SITE(\/\S+)[^\n]* -d '([^']+)'$/gm)];
    expect(shown.map(([, path]) => path).toSorted()).toEqual([
      '/chat/completions',
      '/chat/completions',
      '/completions',
      '/embeddings',
      '/messages',
      '/messages/count_tokens',
      '/responses',
    ]);
    for (const [, path, body] of shown) expect((await post(r.url, body, {}, path)).status, path).toBe(200);
  });
});

import type { ServerResponse } from 'node:http';
import { type Behaviour, sse, wellBehaved } from './gateway-support.ts';

/*
 * Engines as they are met, with what each does differently from the OpenAI API. All say "Hello world" or, given tools, call
 * two of them.
 */

const write = (response: ServerResponse, parts: readonly object[], end = 'data: [DONE]\n\n'): void => {
  sse(response);
  for (const part of parts) response.write(`data: ${JSON.stringify(part)}\n\n`);
  response.end(end);
};
const json = (response: ServerResponse, body: object, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const called = (id: string | undefined, name: string, args: unknown) => ({
  ...(id === undefined ? {} : { id, type: 'function' }),
  function: { name, arguments: args },
});
const hasTools = (body: Record<string, unknown>): boolean => Array.isArray(body['tools']);
const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };

/** vLLM: nulls for what the API leaves out, fields of its own, `usage` on every chunk's edge, tool calls in pieces. */
export const vllm: Behaviour = (response, body) => {
  const head = { id: 'chatcmpl-v', created: 1_800_000_000, model: 'real' };
  const more = { system_fingerprint: null, kv_transfer_params: null };
  if (body['stream'] !== true) {
    const tools = [called('call_1', 'weather', '{"city":"Bukhara"}'), called('call_2', 'clock', '{}')];
    const message = hasTools(body)
      ? { role: 'assistant', content: null, reasoning_content: null, tool_calls: tools, function_call: null }
      : {
          role: 'assistant',
          content: 'Hello world',
          reasoning_content: 'Let me see',
          tool_calls: [],
          refusal: null,
          annotations: null,
          audio: null,
        };
    const choice = {
      index: 0,
      message,
      logprobs: null,
      finish_reason: hasTools(body) ? 'tool_calls' : 'stop',
      stop_reason: null,
    };
    const details = { ...usage, prompt_tokens_details: null };
    json(response, {
      ...head,
      object: 'chat.completion',
      choices: [choice],
      usage: details,
      service_tier: null,
      ...more,
    });
    return;
  }
  const chunk = (delta: object, finish: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: null,
    system_fingerprint: null,
  });
  const piece = (index: number, name: string | undefined, args: string) => ({
    tool_calls: [
      {
        index,
        ...(name === undefined ? {} : { id: `call_${index + 1}`, type: 'function' }),
        function: { ...(name === undefined ? {} : { name }), arguments: args },
      },
    ],
  });
  const said = hasTools(body)
    ? [
        piece(0, 'weather', ''),
        piece(0, undefined, '{"city":'),
        piece(0, undefined, '"Bukhara"}'),
        piece(1, 'clock', '{'),
        piece(1, undefined, '}'),
      ]
    : [{ reasoning_content: 'Let me ' }, { reasoning_content: 'see' }, { content: 'Hello ' }, { content: 'world' }];
  write(response, [
    chunk({ role: 'assistant', content: '' }),
    ...said.map((delta) => chunk(delta)),
    chunk({}, hasTools(body) ? 'tool_calls' : 'stop'),
    { ...head, object: 'chat.completion.chunk', choices: [], usage },
  ]);
};

/** llama.cpp's server: numbers as error codes, `timings`, content null in the first delta, no `usage: null`. */
export const llamaCpp: Behaviour = (response, body) => {
  const head = { created: 1_800_000_000, id: 'chatcmpl-l', model: 'real.gguf', system_fingerprint: 'b1-abc' };
  const timings = { prompt_n: 10, predicted_n: 4 };
  if (body['stream'] !== true) {
    const message = { role: 'assistant', content: 'Hello world' };
    json(response, {
      choices: [{ finish_reason: 'stop', index: 0, message }],
      ...head,
      object: 'chat.completion',
      usage,
      timings,
    });
    return;
  }
  const chunk = (delta: object, finish: string | null = null) => ({
    choices: [{ finish_reason: finish, index: 0, delta }],
    ...head,
    object: 'chat.completion.chunk',
  });
  write(response, [
    chunk({ role: 'assistant', content: null }),
    chunk({ content: 'Hello ' }),
    chunk({ content: 'world' }),
    { ...chunk({}, 'stop'), timings },
    { ...head, choices: [], object: 'chat.completion.chunk', usage, timings },
  ]);
};

/** Ollama: arguments of tools as objects, no index in a stream's tool calls, times with a fraction left out here and there. */
export const ollama: Behaviour = (response, body) => {
  const head = { id: 'chatcmpl-7', created: 1_800_000_000.5, model: 'real', system_fingerprint: 'fp_ollama' };
  const call = { id: 'call_o', type: 'function', function: { name: 'weather', arguments: { city: 'Bukhara' } } };
  if (body['stream'] !== true) {
    const message = hasTools(body)
      ? { role: 'assistant', content: '', tool_calls: [call] }
      : { role: 'assistant', content: 'Hello world' };
    const choice = { index: 0, message, finish_reason: hasTools(body) ? 'tool_calls' : 'stop' };
    json(response, { ...head, object: 'chat.completion', choices: [choice], usage });
    return;
  }
  const chunk = (delta: object, finish: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const said = hasTools(body)
    ? [{ content: '', tool_calls: [call] }]
    : [{ role: 'assistant', content: 'Hello ' }, { content: 'world' }];
  write(response, [...said.map((delta) => chunk(delta)), chunk({ content: '' }, 'stop')]);
};

/** The barest engine that can be read: everything that may be left out is, and reasons for the end are its own. */
export const bare: Behaviour = (response, body) => {
  if (body['stream'] !== true) {
    json(response, {
      choices: [{ message: { content: [{ type: 'text', text: 'Hello world' }] }, finish_reason: 'eos_token' }],
    });
    return;
  }
  write(response, [{ choices: [{ delta: { content: 'Hello world' } }] }, { choices: [{ finish_reason: 'eos' }] }], '');
};

/** All of them by name. */
export const engines: Readonly<Record<string, Behaviour>> = { wellBehaved, vllm, llamaCpp, ollama, bare };

/** An engine that serves completions, embeddings and relayed paths as well. */
export const everything: Behaviour = (response, body, path) => {
  switch (path) {
    case '/v1/completions':
      if (body['stream'] === true) {
        const part = (text: string, finish: string | null) => ({
          id: 'c',
          object: 'text_completion',
          created: 1,
          model: 'real',
          choices: [{ index: 0, text, finish_reason: finish }],
        });
        write(response, [part('Hello', null), part('', 'stop'), { ...part('', null), choices: [], usage }]);
      } else json(response, { choices: [{ text: 'Hello', finish_reason: 'stop' }], usage, system_fingerprint: null });
      return;
    case '/v1/embeddings':
      json(response, {
        data: [{ embedding: [0.6, 0.8] }],
        usage: { prompt_tokens: 3, total_tokens: 3, prompt_tokens_details: null },
      });
      return;
    case '/v1/rerank':
      json(response, {
        id: 'r',
        model: 'real',
        usage: { total_tokens: 9 },
        results: [{ index: 1, relevance_score: 0.9 }],
      });
      return;
    case '/v1/audio/speech':
      response.writeHead(200, { 'content-type': 'audio/wav' });
      response.end(Buffer.from([82, 73, 70, 70, 0, 255, 254]));
      return;
    case '/v1/audio/transcriptions':
      json(response, {
        text: 'salom',
        usage: { type: 'tokens', input_tokens: 20, output_tokens: 2, total_tokens: 22 },
      });
      return;
    case '/v1/moderations':
      json(response, { detail: 'Not Found' }, 404);
      return;
    default:
      vllm(response, body, path);
  }
};

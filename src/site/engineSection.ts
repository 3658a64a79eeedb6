import { resolve } from 'node:path';
import { z } from 'zod';
import { choice, quantity, text, whole } from '../units/schema.ts';
import { type SecretRef, secret } from './secret.ts';

/** Servers that are known by name, and `openai` for any other with that API; the adapters of `engines` have the same names. */
export const SERVER_KINDS = [
  'vllm',
  'sglang',
  'tensorrt-llm',
  'tgi',
  'mindie',
  'lmdeploy',
  'llama.cpp',
  'ollama',
  'openai',
] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** A hosted API outside the site. */
export interface Overflow {
  readonly url: string;
  readonly apiKey?: SecretRef;
  readonly model: string;
  /** Label of where its data go. */
  readonly place: string;
}

/** Servers that answer for a deployment. */
export interface ServerEngine {
  readonly kind: ServerKind;
  readonly urls: readonly string[];
  readonly apiKey?: SecretRef;
  readonly model?: string;
  /** Address of the page of metrics. */
  readonly metrics?: string;
  /** Requests that one server answers at once. */
  readonly slots?: number;
  /** Whether the gateway may put it to sleep. */
  readonly sleep: boolean;
  readonly overflow?: Overflow;
  /** Longest wait for the first byte of a stream, for a whole answer, and between two parts of either. */
  readonly firstByteS?: number;
  readonly answerS?: number;
  readonly idleS?: number;
}

/** What answers the requests of a deployment. `file` is an absolute path. */
export type Engine =
  | { readonly kind: 'simulated' }
  | { readonly kind: 'gguf'; readonly file: string; readonly slots?: number; readonly contextTokens?: number }
  | ServerEngine;

const wait = (about: string) => quantity('duration', about, { min: 0.1, max: 3600 }).optional();
const address = text('address of the server up to and including the version, such as http://10.0.0.5:8000/v1');

/** What only servers have. */
export const SERVER_KEYS = [
  'url',
  'urls',
  'model',
  'api_key',
  'metrics',
  'slots',
  'sleep',
  'overflow',
  'first_byte',
  'answer',
  'idle',
];
/** What only a model file has. */
export const FILE_KEYS = ['file', 'context'];

const overflowSection = z.strictObject({
  url: text('address of the hosted API up to and including the version'),
  model: text('name of the model at that API'),
  api_key: secret('key for that API').optional(),
  place: text('label of where its data go, such as eu: only keys whose residency allows that place are served by it'),
});

export const engineSection = z.strictObject({
  kind: choice('what answers: the simulated engine, a model file in the gateway itself, or a server of this kind', [
    'simulated',
    'gguf',
    ...SERVER_KINDS,
  ]),
  url: address.optional(),
  urls: z.array(address).min(1).optional().meta({ about: 'addresses of several servers that share the deployment' }),
  model: text('name of the model at that server').optional(),
  api_key: secret('key for that server').optional(),
  metrics: text('address of its page of metrics, where that is not where its kind has it').optional(),
  slots: whole('requests that one server answers at once; default: found out', { min: 1, max: 65_536 }).optional(),
  sleep: choice('whether the gateway puts it to sleep and wakes it by order of the site; default no', [
    'yes',
    'no',
  ]).optional(),
  overflow: overflowSection.optional().meta({
    about: 'a hosted API outside the site that takes what the site has no room for, of callers whose data may go there',
  }),
  file: text('model file (GGUF), relative to this file').optional(),
  context: whole('tokens of input and answer together, per request to a model file; default 4096', {
    min: 128,
    max: 1_048_576,
  }).optional(),
  first_byte: wait('how long that server may take to begin a stream; default 2 min'),
  answer: wait('how long that server may take for an answer that is not streamed; default 10 min'),
  idle: wait('how long that server may pause within an answer; default 30 s'),
});

/** The engine of a deployment. `folder` is where relative names start. */
export function engineOf(engine: z.output<typeof engineSection> | undefined, folder: string): Engine {
  if (engine === undefined || engine.kind === 'simulated') return { kind: 'simulated' };
  const { kind, slots, overflow } = engine;
  const some = slots === undefined ? {} : { slots };
  if (kind === 'gguf') {
    const context = engine.context === undefined ? {} : { contextTokens: engine.context };
    return { kind, file: resolve(folder, engine.file!), ...some, ...context };
  }
  return {
    kind,
    urls: engine.urls ?? [engine.url!],
    sleep: engine.sleep === 'yes',
    ...some,
    ...(engine.api_key === undefined ? {} : { apiKey: engine.api_key }),
    ...(engine.model === undefined ? {} : { model: engine.model }),
    ...(engine.metrics === undefined ? {} : { metrics: engine.metrics }),
    ...(engine.first_byte === undefined ? {} : { firstByteS: engine.first_byte }),
    ...(engine.answer === undefined ? {} : { answerS: engine.answer }),
    ...(engine.idle === undefined ? {} : { idleS: engine.idle }),
    ...(overflow === undefined
      ? {}
      : {
          overflow: {
            url: overflow.url,
            model: overflow.model,
            place: overflow.place,
            ...(overflow.api_key === undefined ? {} : { apiKey: overflow.api_key }),
          },
        }),
  };
}

import type { TrafficClass } from '../control/contract.ts';
import type { JsonObject } from '../engines/contract.ts';
import { type Failure, failure } from '../engines/failure.ts';
import { isObject } from '../engines/meter.ts';

/** A chat request whose fields are known to be sound. */
export interface ChatRequest {
  readonly body: JsonObject;
  readonly model: string;
  readonly messages: readonly unknown[];
  readonly stream: boolean;
  /** The caller asked for a usage chunk at the end of the stream. */
  readonly includeUsage: boolean;
  readonly class: TrafficClass;
  /** The service tier to name in the answer; null when the caller named none. */
  readonly tier: string | null;
  /** Most output tokens; null = no limit asked for. */
  readonly maxTokens: number | null;
}

const ROLES: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);
const TIERS: Readonly<Record<string, TrafficClass>> = {
  auto: 'default',
  default: 'default',
  flex: 'flex',
  priority: 'priority',
};

/** Number fields: lowest and highest value, and whether only whole numbers will do. */
const NUMBERS: readonly (readonly [name: string, min: number, max: number, whole: boolean])[] = [
  ['max_tokens', 1, 10_000_000, true],
  ['max_completion_tokens', 1, 10_000_000, true],
  ['n', 1, 128, true],
  ['temperature', 0, 2, false],
  ['top_p', 0, 1, false],
  ['presence_penalty', -2, 2, false],
  ['frequency_penalty', -2, 2, false],
  ['top_logprobs', 0, 20, true],
  ['seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true],
];

function wrong(param: string, reason: string): Failure {
  return failure('JW_REQUEST_FIELD', { param, reason }, { where: param });
}

function wrongNumber(body: JsonObject): Failure | null {
  for (const [name, min, max, whole] of NUMBERS) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') return wrong(name, 'is not a number');
    if (whole && !Number.isInteger(value)) return wrong(name, 'is not a whole number');
    if (value < min) return wrong(name, `is ${value}; the least is ${min}`);
    if (value > max) return wrong(name, `is ${value}; the most is ${max}`);
  }
  return null;
}

function wrongPart(part: unknown, param: string): Failure | null {
  if (!isObject(part) || typeof part['type'] !== 'string') return wrong(param, 'is not an object with a type');
  if (part['type'] === 'text' && typeof part['text'] !== 'string') return wrong(`${param}.text`, 'is not text');
  return null;
}

function wrongMessage(message: unknown, index: number): Failure | null {
  const param = `messages[${index}]`;
  if (!isObject(message)) return wrong(param, 'is not an object');
  const role = message['role'];
  if (!ROLES.has(role)) {
    const said = typeof role === 'string' ? `is "${role.slice(0, 40)}"` : 'is missing or not text';
    return wrong(`${param}.role`, `${said}; it is one of system, developer, user, assistant, tool`);
  }
  const content = message['content'];
  if (typeof content === 'string') return null;
  if (Array.isArray(content)) {
    for (let i = 0; i < content.length; i++) {
      const found = wrongPart(content[i], `${param}.content[${i}]`);
      if (found !== null) return found;
    }
    return null;
  }
  // What an assistant said may have been only tool calls
  const may = role === 'assistant' || role === 'function';
  if (may && (content === null || content === undefined)) return null;
  return wrong(`${param}.content`, 'is neither text nor a list of parts');
}

function wrongStop(stop: unknown): Failure | null {
  if (stop === undefined || stop === null || typeof stop === 'string') return null;
  if (!Array.isArray(stop)) return wrong('stop', 'is neither text nor a list of texts');
  if (stop.length > 4) return wrong('stop', `has ${stop.length} texts; the most is 4`);
  return stop.every((s) => typeof s === 'string') ? null : wrong('stop', 'holds what is not text');
}

function wrongStream(body: JsonObject): Failure | null {
  const stream = body['stream'] ?? false;
  if (typeof stream !== 'boolean') return wrong('stream', 'is neither true nor false');
  const options = body['stream_options'] ?? null;
  if (options === null) return null;
  if (!stream) return wrong('stream_options', 'is only for stream: true');
  if (!isObject(options)) return wrong('stream_options', 'is not an object');
  const include = options['include_usage'] ?? false;
  return typeof include === 'boolean' ? null : wrong('stream_options.include_usage', 'is neither true nor false');
}

/** True when `parseChat` found something wrong. */
export function isWrong(value: ChatRequest | Failure): value is Failure {
  return 'fault' in value;
}

/**
 * Checks the parsed body of a chat request: what the gateway itself relies on, and what any engine would refuse. Unknown
 * fields pass to the engine as they are. Returns the request, or the first thing wrong with the field's name.
 */
export function parseChat(body: unknown): ChatRequest | Failure {
  if (!isObject(body)) return failure('JW_REQUEST_JSON', { reason: 'it is not an object' });
  const { model, messages } = body;
  if (model === undefined) return wrong('model', 'is missing');
  if (typeof model !== 'string' || model === '') return wrong('model', 'is not the name of a model');
  if (messages === undefined) return wrong('messages', 'is missing');
  if (!Array.isArray(messages)) return wrong('messages', 'is not a list');
  if (messages.length === 0) return wrong('messages', 'is empty');
  for (let i = 0; i < messages.length; i++) {
    const found = wrongMessage(messages[i], i);
    if (found !== null) return found;
  }
  const found = wrongNumber(body) ?? wrongStop(body['stop']) ?? wrongStream(body);
  if (found !== null) return found;
  const tier = body['service_tier'] ?? null;
  if (tier !== null && (typeof tier !== 'string' || !Object.hasOwn(TIERS, tier))) {
    return wrong('service_tier', 'is not one of auto, default, flex, priority');
  }
  const options = body['stream_options'];
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  return {
    body,
    model,
    messages,
    stream: body['stream'] === true,
    includeUsage: isObject(options) && options['include_usage'] === true,
    class: tier === null ? 'default' : TIERS[tier]!,
    tier: tier === 'auto' ? 'default' : tier,
    maxTokens: typeof limit === 'number' ? limit : null,
  };
}

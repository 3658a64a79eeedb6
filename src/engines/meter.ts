import type { JsonObject } from './contract.ts';
import { CHARS_PER_TOKEN } from './tokens.ts';

/** Tokens of one answer. */
export interface TokenCount {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of the input that the engine took from its cache. */
  readonly cachedTokens: number;
  /** True when the engine did not count and the figures come from text lengths. */
  readonly estimated: boolean;
}

/** True for a plain object (not null, not a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
}

/** Reads an OpenAI `usage` object; undefined when it lacks the two counts. */
export function readUsage(usage: unknown): TokenCount | undefined {
  if (!isObject(usage)) return undefined;
  const inputTokens = count(usage['prompt_tokens']);
  const total = count(usage['total_tokens']);
  const outputTokens =
    count(usage['completion_tokens']) ??
    (total !== undefined && inputTokens !== undefined ? Math.max(0, total - inputTokens) : undefined);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const details = usage['prompt_tokens_details'];
  const cached = isObject(details) ? (count(details['cached_tokens']) ?? 0) : 0;
  return { inputTokens, outputTokens, cachedTokens: Math.min(cached, inputTokens), estimated: false };
}

/** Characters that a message or a delta carries: text, reasoning, refusal and the arguments of tool calls. */
function charsOf(part: unknown): number {
  if (!isObject(part)) return 0;
  let chars = 0;
  for (const key of ['content', 'reasoning_content', 'reasoning', 'refusal']) {
    const text = part[key];
    if (typeof text === 'string') chars += text.length;
  }
  const calls = part['tool_calls'];
  if (Array.isArray(calls)) {
    for (const call of calls) {
      const called = isObject(call) ? call['function'] : undefined;
      if (!isObject(called)) continue;
      if (typeof called['name'] === 'string') chars += called['name'].length;
      if (typeof called['arguments'] === 'string') chars += called['arguments'].length;
    }
  }
  return chars;
}

/**
 * Counts the tokens of one answer as it passes. The engine's own `usage` wins (the last one seen); without one, text lengths
 * give an estimate that says so. The running estimate of a stream serves the load report before the end is known.
 */
export class Meter {
  #chars = 0;
  #usage: TokenCount | undefined;
  readonly #inputTokens: number;

  /** @param inputTokens estimate of the input, used when the engine does not count */
  constructor(inputTokens: number) {
    this.#inputTokens = inputTokens;
  }

  /** Takes an answer or one chunk of a stream; both carry `choices` and perhaps `usage`. */
  add(part: JsonObject): void {
    const choices = part['choices'];
    if (Array.isArray(choices)) {
      for (const choice of choices) {
        if (isObject(choice)) this.#chars += charsOf(choice['delta'] ?? choice['message']);
      }
    }
    const usage = part['usage'];
    if (usage !== undefined && usage !== null) this.#usage = readUsage(usage) ?? this.#usage;
  }

  /** Output tokens seen so far, by text length. */
  get outputSoFar(): number {
    return Math.ceil(this.#chars / CHARS_PER_TOKEN);
  }

  /** The count so far; final once the answer has ended. */
  get total(): TokenCount {
    return (
      this.#usage ?? {
        inputTokens: this.#inputTokens,
        outputTokens: this.outputSoFar,
        cachedTokens: 0,
        estimated: true,
      }
    );
  }
}

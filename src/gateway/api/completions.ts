import type { JsonObject } from '../../engines/contract.ts';
import { type Failure, failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { countTexts } from '../../engines/tokens.ts';
import type { ApiRequest, Endpoint } from './endpoint.ts';
import {
  type NumberField,
  numberOf,
  soundRequest,
  wantsUsage,
  wrong,
  wrongModel,
  wrongNumber,
  wrongStop,
  wrongStream,
  wrongStreamOptions,
} from './fields.ts';
import { plainEndpoint } from './plain.ts';

const NUMBERS: readonly NumberField[] = [
  ['max_tokens', 0, 10_000_000, true],
  ['n', 1, 128, true],
  ['best_of', 1, 128, true],
  ['logprobs', 0, 20, true],
  ['temperature', 0, 2, false],
  ['top_p', 0, 1, false],
  ['presence_penalty', -2, 2, false],
  ['frequency_penalty', -2, 2, false],
  ['seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true],
];

const isTokens = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((token) => Number.isInteger(token) && token >= 0);

/** What is wrong with a field that takes a text, texts, one list of tokens, or lists of tokens. */
export function wrongTexts(body: JsonObject, param: string): Failure | null {
  const value = body[param];
  if (value === undefined) return wrong(param, 'is missing');
  if (typeof value === 'string' || isTokens(value)) return null;
  if (!Array.isArray(value)) return wrong(param, 'is neither text, texts nor tokens');
  if (value.length === 0) return wrong(param, 'is empty');
  if (value.every((one) => typeof one === 'string') || value.every(isTokens)) return null;
  return wrong(param, 'mixes texts and tokens, or holds what is neither');
}

/** Prompts of a request; each has `n` choices. */
function promptsOf(prompt: unknown): number {
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
}

/** Checks the parsed body of a completions request. */
export function parseCompletion(body: unknown): ApiRequest | Failure {
  if (!isObject(body)) return failure('JW_REQUEST_JSON', { reason: 'it is not an object' });
  const found =
    wrongModel(body) ??
    wrongTexts(body, 'prompt') ??
    wrongNumber(body, NUMBERS) ??
    wrongStop(body) ??
    wrongStream(body) ??
    wrongStreamOptions(body);
  if (found !== null) return found;
  const limit = numberOf(body['max_tokens']);
  const choices = (numberOf(body['n']) ?? 1) * promptsOf(body['prompt']);
  return soundRequest(body, {
    includeUsage: wantsUsage(body),
    // With `echo` the prompt comes back as output; engines count it as input all the same
    maxTokens: limit === null ? null : limit * choices,
    inputTokens: countTexts(body['prompt']),
  });
}

export const completionsEndpoint: Endpoint = plainEndpoint({
  path: '/completions',
  operation: 'text_completion',
  parse: parseCompletion,
  idPrefix: 'cmpl-',
  object: 'text_completion',
});

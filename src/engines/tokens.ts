/** Characters per token that `countTokens` assumes. */
export const CHARS_PER_TOKEN = 4;
/** Tokens that the chat template adds per message, as in OpenAI's own counting guide (3 per message, and the role). */
const PER_MESSAGE = 4;
/** Tokens of an image part: the fixed price of a low-detail image in the OpenAI API. */
const PER_IMAGE = 85;

/**
 * Tokens of a text, about: one per four characters (UTF-16 units), rounded up. True to some 20 % for English prose; code and
 * Cyrillic run at two to three characters per token with most vocabularies, so there it counts too few. Used only where
 * no engine has counted, and marked as an estimate in that case.
 */
export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

/** Tokens of a chat's messages, about; parts that are not text count as an image of low detail. Never fails on odd input. */
export function countMessages(messages: readonly unknown[]): number {
  let tokens = 0;
  for (const message of messages) {
    tokens += PER_MESSAGE;
    if (typeof message !== 'object' || message === null || !('content' in message)) continue;
    const content = message.content;
    if (typeof content === 'string') tokens += countTokens(content);
    else if (Array.isArray(content)) tokens += countParts(content);
  }
  return tokens;
}

function countParts(parts: readonly unknown[]): number {
  let tokens = 0;
  for (const part of parts) {
    const text = typeof part === 'object' && part !== null && 'text' in part ? part.text : undefined;
    tokens += typeof text === 'string' ? countTokens(text) : PER_IMAGE;
  }
  return tokens;
}

/** Tokens of a prompt or input: a text, texts, one list of tokens, or lists of tokens. Never fails on odd input. */
export function countTexts(value: unknown): number {
  if (typeof value === 'string') return countTokens(value);
  if (!Array.isArray(value)) return 0;
  if (typeof value[0] === 'number') return value.length;
  let tokens = 0;
  for (const one of value) tokens += Array.isArray(one) ? one.length : typeof one === 'string' ? countTokens(one) : 0;
  return tokens;
}

/** Tokens of the texts anywhere in a value, about: for requests whose parts have many shapes. Data URLs count as pictures. */
export function countDeep(value: unknown): number {
  if (typeof value === 'string') return value.startsWith('data:') ? PER_IMAGE : countTokens(value);
  if (typeof value !== 'object' || value === null) return 0;
  let tokens = 0;
  for (const one of Object.values(value)) tokens += countDeep(one);
  return tokens;
}

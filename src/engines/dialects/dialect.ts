import type { JsonObject } from '../contract.ts';

/** Tokens of one answer. */
export interface TokenCount {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of the input that the engine took from its cache. */
  readonly cachedTokens: number;
  /** True when the engine did not count and the figures come from text lengths. */
  readonly estimated: boolean;
}

/** Fields that an answer or event must have and some engines leave out. */
export interface AnswerIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
}

/** What is found of an event: whether the engine's own text still holds, or why it is none. */
export type Verdict = 'as sent' | 'changed' | { readonly wrong: string };

/** How engines answer one path of the API: what must be there, where the text and the counts are. Knows no caller. */
export interface Dialect {
  /** Path below the version. */
  readonly path: string;
  /** What ids of this path begin with. */
  readonly idPrefix: string;
  /** Engines count a stream's tokens only when `stream_options.include_usage` asks for it. */
  readonly asksUsage: boolean;
  /** Checks a whole answer and fills in place what is left out; returns why it is none, or an empty text. */
  tidyAnswer(answer: unknown, identity: AnswerIdentity): string;
  /** Checks one event of a stream and fills in place what is left out. */
  tidyEvent(event: unknown, identity: AnswerIdentity): Verdict;
  /** True for an event after which a stream may end without being broken off. */
  ends(event: JsonObject): boolean;
  /** Characters of output that an answer or event carries. */
  chars(part: JsonObject): number;
  /** What an answer or event says of the tokens, with what was known before; undefined where it says nothing usable. */
  usage(part: JsonObject, before: TokenCount | undefined): TokenCount | undefined;
}

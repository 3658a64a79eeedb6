import type { JsonObject } from './contract.ts';
import type { Dialect, TokenCount } from './dialects/dialect.ts';
import { CHARS_PER_TOKEN } from './tokens.ts';

/** No token of a known vocabulary is longer than 128 characters (runs of spaces); an engine that counts fewer miscounts. */
const MOST_CHARS_PER_TOKEN = 128;

/** The most tokens that a count can truly be; more is a miscount of the engine. */
export interface TokenBounds {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Counts the tokens of one answer as it passes. The engine's own `usage` wins (the last one seen), unless it cannot be true;
 * without one, text lengths give an estimate that says so. The running estimate of a stream serves the load report before
 * the end is known.
 */
export class Meter {
  readonly #dialect: Dialect;
  readonly #inputTokens: number;
  readonly #bounds: TokenBounds;
  #chars = 0;
  #usage: TokenCount | undefined;

  /** @param inputTokens estimate of the input, used when the engine does not count */
  constructor(dialect: Dialect, inputTokens: number, bounds: TokenBounds) {
    this.#dialect = dialect;
    this.#inputTokens = inputTokens;
    this.#bounds = bounds;
  }

  /** Takes an answer or one event of a stream. */
  add(part: JsonObject): void {
    this.#chars += this.#dialect.chars(part);
    this.#usage = this.#dialect.usage(part, this.#usage) ?? this.#usage;
  }

  /** Takes text by its length: of an event that was not parsed. */
  addChars(chars: number): void {
    this.#chars += chars;
  }

  /** Output tokens seen so far, by text length. */
  get outputSoFar(): number {
    return Math.ceil(this.#chars / CHARS_PER_TOKEN);
  }

  /** True when the engine counted what cannot be: more than was asked for or sent, or far too few for its text. */
  get miscounted(): boolean {
    const usage = this.#usage;
    if (usage === undefined) return false;
    const { inputTokens, outputTokens } = usage;
    if (inputTokens > this.#bounds.inputTokens || outputTokens > this.#bounds.outputTokens) return true;
    return outputTokens * MOST_CHARS_PER_TOKEN < this.#chars;
  }

  /** The count so far; final once the answer has ended. */
  get total(): TokenCount {
    if (this.#usage !== undefined && !this.miscounted) return this.#usage;
    return { inputTokens: this.#inputTokens, outputTokens: this.outputSoFar, cachedTokens: 0, estimated: true };
  }
}

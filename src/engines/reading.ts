/** What an engine says of itself at a moment; null where its kind or version does not say. */
export interface EngineReading {
  /** Steady clock, ms. */
  readonly atMs: number;
  /** Requests being answered, and held back by the engine. */
  readonly running: number | null;
  readonly waiting: number | null;
  /** Share of the KV cache in use, 0..1. */
  readonly kvUse: number | null;
  /** Share of the prompt tokens since the last reading that came from the prefix cache, 0..1. */
  readonly prefixHitShare: number | null;
  /** Tokens per second since the last reading. */
  readonly promptTokensPerS: number | null;
  readonly outputTokensPerS: number | null;
  /** Means since the last reading, s. */
  readonly ttftS: number | null;
  readonly tpotS: number | null;
}

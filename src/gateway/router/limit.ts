/** Requests at once that an engine of which nothing is known is given at first (vLLM: max_num_seqs 256 by default, twice that here). */
const FIRST_LIMIT = 512;
const MOST = 16_384;
/** What is left of the limit when the engine is full, and how soon it may shrink again. Our choice, in the manner of TCP. */
const SHRINK = 0.85;
const SHRINK_EVERY_MS = 1_000;
/** A cold engine is given this share of its limit at first, and all of it after this time. Our choice. */
const COLD_SHARE = 0.1;
const WARM_MS = 20_000;

/**
 * How many requests an engine is given at once. Where its slots are known they bound it. It grows by one per round of answers
 * within the target while it is used to the full, and shrinks in proportion when the first token came too late (additive
 * increase, multiplicative decrease), so that what waits waits here, where it is shared fairly, and not in the engine. After
 * the engine was down or asleep the limit ramps up (slow start).
 */
export class ConcurrencyLimit {
  #slots: number | null;
  #limit: number;
  /** Most requests at once that were seen to keep the target. */
  #proven = 0;
  #shrunkMs = Number.NEGATIVE_INFINITY;
  #coldMs: number | null = null;

  /** @param slots requests that the engine answers at once by its configuration; null = unknown */
  constructor(slots: number | null) {
    this.#slots = slots;
    this.#limit = slots ?? FIRST_LIMIT;
  }

  /** The configuration or the directive says anew how many slots there are. */
  resize(slots: number | null): void {
    if (slots === this.#slots) return;
    const full = this.#slots !== null && this.#limit >= this.#slots;
    this.#slots = slots;
    if (slots !== null) this.#limit = full ? slots : Math.min(this.#limit, slots);
  }

  /** The limit now, whole requests, at least 1. */
  at(nowMs: number): number {
    const share = this.warmth(nowMs);
    return Math.max(1, Math.floor(this.#limit * share));
  }

  /** Share of its limit that the engine is given, 0..1; 1 unless it came back a short while ago. */
  warmth(nowMs: number): number {
    if (this.#coldMs === null) return 1;
    const passed = (nowMs - this.#coldMs) / WARM_MS;
    if (passed >= 1) {
      this.#coldMs = null;
      return 1;
    }
    return COLD_SHARE + (1 - COLD_SHARE) * Math.max(0, passed);
  }

  /** The engine has come back. */
  cold(nowMs: number): void {
    this.#coldMs = nowMs;
  }

  /**
   * An answer began within its target, or has none.
   * @param running requests under way when it was sent, itself included
   */
  good(running: number): void {
    this.#proven = Math.max(this.#proven, running);
    if (running < Math.floor(this.#limit)) return;
    this.#limit = Math.min(this.#slots ?? MOST, this.#limit + 1 / this.#limit);
  }

  /**
   * An answer began too late: waits grow with what is under way, so the limit falls to the part of it that would have kept the
   * target.
   * @param running requests under way when it was sent, itself included
   * @param share target over what it took, below 1
   */
  late(running: number, share: number): void {
    if (running <= this.#proven) this.#proven = running * SHRINK;
    this.#limit = Math.max(1, Math.min(this.#limit, Math.max(this.#proven, running * share)));
  }

  /** The engine says that it has no room: it is given a part less, at most once a second. */
  full(running: number, nowMs: number): void {
    if (nowMs - this.#shrunkMs < SHRINK_EVERY_MS) return;
    this.#shrunkMs = nowMs;
    this.#limit = Math.max(1, Math.min(this.#limit, running + 1) * SHRINK);
  }
}

/** Tokens of a KV-cache block: default of vLLM (block_size). */
export const BLOCK_TOKENS = 16;
/** Part of the blocks that admission leaves free for running sequences to grow into: vLLM's watermark. */
const WATERMARK = 0.01;
const MASK = BLOCK_TOKENS - 1;

/** Blocks that hold this many tokens. */
export const blocksOf = (tokens: number): number => Math.ceil(tokens / BLOCK_TOKENS);

/**
 * The KV memory of a replica in blocks. All decoding sequences grow by a token each step, so each needs a block at the same step
 * modulo the block; how many at which is all that must be known to look ahead.
 */
export class Blocks {
  readonly total: number;
  /** Blocks that admission may fill. */
  readonly admissible: number;
  used = 0;
  readonly #growAt = new Int32Array(BLOCK_TOKENS);
  #growing = 0;

  constructor(total: number) {
    this.total = total;
    this.admissible = total - Math.ceil(WATERMARK * total);
  }

  /** Takes over what another holds. */
  become(other: Blocks): void {
    this.used = other.used;
    this.#growAt.set(other.#growAt);
    this.#growing = other.#growing;
  }

  /** A sequence whose blocks are taken already begins to grow at `step` with `context` tokens. */
  start(step: number, context: number): void {
    this.#growAt[(step - context) & MASK]!++;
    this.#growing++;
  }

  /** A sequence that began to grow at `step` with `context` tokens goes, `steps` steps later. */
  leave(step: number, context: number, steps: number): void {
    this.#growAt[(step - context) & MASK]!--;
    this.#growing--;
    this.used -= blocksOf(context + steps);
  }

  /** Blocks that growth takes in one step. */
  growth(step: number): number {
    return this.#growAt[step & MASK]!;
  }

  /** Takes what growth needs in `steps` steps from `step` on. */
  grow(step: number, steps: number): void {
    const rounds = Math.floor(steps / BLOCK_TOKENS);
    let blocks = rounds * this.#growing;
    for (let k = rounds * BLOCK_TOKENS; k < steps; k++) blocks += this.#growAt[(step + k) & MASK]!;
    this.used += blocks;
  }

  /** Steps from `step` on, 1 to `most`, for which the free blocks suffice; the first is known to have room. */
  stepsInRoom(step: number, most: number): number {
    const room = this.total - this.used;
    if (this.#growing === 0 || blocksOf(most) * this.#growing <= room) return most;
    const rounds = Math.floor(room / this.#growing);
    let steps = rounds * BLOCK_TOKENS;
    let left = room - rounds * this.#growing;
    while (steps < most) {
      left -= this.#growAt[(step + steps) & MASK]!;
      if (left < 0) break;
      steps++;
    }
    return Math.max(1, Math.min(most, steps));
  }
}

import type { Book } from './book.ts';

/**
 * Shares the electricity of steps among the requests in them. What every token of a step costs alike (weights, the engine's own
 * time) is divided by their number; what the KV cache adds, by the tokens held. Both are kept as running sums, so that a
 * sequence's own is a difference between its end and its start: it holds its first context and a token more each step.
 */
export class EnergyShares {
  /** Sums over steps: J of a decode; J of a KV token; the latter times the number of the step. */
  #decodeJ = 0;
  #kvJ = 0;
  #kvStepJ = 0;

  /**
   * Decode steps whose energy lies on a line.
   *
   * @param stepJ energy of the first step
   * @param slopeJ what each step takes more than the one before, because every sequence has grown
   */
  decode(step: number, steps: number, batch: number, kvTokens: number, stepJ: number, slopeJ: number): void {
    const perKvJ = slopeJ / batch;
    this.#decodeJ += (steps * (stepJ - perKvJ * kvTokens)) / batch;
    this.#kvJ += steps * perKvJ;
    this.#kvStepJ += perKvJ * (steps * step + (steps * (steps - 1)) / 2);
  }

  /** A sequence begins to decode. */
  start(book: Book, id: number): void {
    book.startDecodeJ[id] = this.#decodeJ;
    book.startKvJ[id] = this.#kvJ;
    book.startKvStepJ[id] = this.#kvStepJ;
  }

  /** What a sequence has taken since it began to decode, J. */
  since(book: Book, id: number): number {
    return (
      this.#decodeJ -
      book.startDecodeJ[id]! +
      (book.startContext[id]! - book.startStep[id]!) * (this.#kvJ - book.startKvJ[id]!) +
      (this.#kvStepJ - book.startKvStepJ[id]!)
    );
  }

  /** Books what a sequence has taken since it began to decode. */
  end(book: Book, id: number): void {
    book.decodeJ[id]! += this.since(book, id);
  }

  become(other: EnergyShares): void {
    this.#decodeJ = other.#decodeJ;
    this.#kvJ = other.#kvJ;
    this.#kvStepJ = other.#kvStepJ;
  }
}

import type { Replica } from '../performance.ts';
import { BLOCK_TOKENS, Blocks, blocksOf } from './blocks.ts';
import type { Book } from './book.ts';
import { EnergyShares } from './energy.ts';
import { Heap } from './heap.ts';
import { Lineup } from './lineup.ts';

/** The sequences that run on a replica: which of them decode, the KV memory that they hold, and the energy that they share. */
export class Sequences {
  /** Steps done, and sequences that decode in the next one with the tokens that they hold. */
  step = 0;
  batch = 0;
  kv = 0;
  readonly blocks: Blocks;
  readonly #book: Book;
  readonly #lineup: Lineup;
  readonly #shares = new EnergyShares();
  /** Decoding sequences by the step after which they are done. */
  readonly #finishing = new Heap();

  constructor(book: Book, { kvRoomBytes, kvBytesPerToken }: Replica) {
    this.#book = book;
    this.#lineup = new Lineup(book);
    this.blocks = new Blocks(Math.max(0, Math.floor(kvRoomBytes / (kvBytesPerToken * BLOCK_TOKENS))));
  }

  /** Sequences admitted: those that decode, and those whose prompt is computed. */
  get size(): number {
    return this.#lineup.size;
  }

  /** The one admitted last; -1 when nothing runs. */
  get last(): number {
    return this.#lineup.last;
  }

  /** Tokens that the whole memory holds. */
  get roomTokens(): number {
    return this.blocks.total * BLOCK_TOKENS;
  }

  /** The step after which the next one is done; Infinity when none decodes. */
  get leastEnd(): number {
    return this.#finishing.least;
  }

  /** Takes in a sequence with the blocks of its prompt. */
  admit(id: number, blocks: number): void {
    this.blocks.used += blocks;
    this.#lineup.add(id);
  }

  /** A sequence is whole after `left` more steps and decodes from the next one on, with `context` tokens. */
  start(id: number, context: number, left: number): void {
    const book = this.#book;
    book.startStep[id] = this.step;
    book.startContext[id] = context;
    this.#shares.start(book, id);
    this.batch++;
    this.kv += context;
    this.blocks.start(this.step, context);
    this.#finishing.push(this.step + left, id);
  }

  /** Shares the energy of decode steps among those that decode; see EnergyShares. */
  share(steps: number, stepJ: number, slopeJ: number): void {
    this.#shares.decode(this.step, steps, this.batch, this.kv, stepJ, slopeJ);
  }

  /** Lets all that decode grow by `steps` tokens. */
  grow(steps: number): void {
    this.blocks.grow(this.step, steps);
    this.kv += steps * this.batch;
    this.step += steps;
  }

  /** Takes one that is done out of the batch; -1 when none is. */
  popDone(): number {
    if (this.#finishing.least > this.step) return -1;
    const id = this.#finishing.pop();
    this.#stop(id);
    return id;
  }

  /** A sequence that does not decode any more, or whose prompt was all there was, leaves the replica. */
  leave(id: number): void {
    this.#lineup.remove(id);
  }

  /** Throws one out, whatever it does: books its energy and gives its blocks back. True when it decoded. */
  throwOut(id: number, promptTokens: number): boolean {
    const decodes = this.#book.startStep[id]! >= 0;
    if (decodes) {
      this.#finishing.remove(id);
      this.#stop(id);
    } else this.blocks.used -= blocksOf(promptTokens);
    this.#lineup.remove(id);
    return decodes;
  }

  /** Books the energy of what still decodes, for a replay that is broken off. */
  flush(): void {
    const book = this.#book;
    for (let id = this.last; id >= 0; id = book.before[id]!) if (this.#finishing.remove(id)) this.#shares.end(book, id);
  }

  /** Tokens that a sequence has given so far, whether it runs or waits. */
  given(id: number): number {
    const start = this.#book.startStep[id]!;
    return this.#book.generated[id]! + (start >= 0 ? this.step - start : 0);
  }

  /** Energy above idle of its answer so far, J. */
  decodeJ(id: number): number {
    const book = this.#book;
    return book.decodeJ[id]! + (book.startStep[id]! >= 0 ? this.#shares.since(book, id) : 0);
  }

  /** Tells of every sequence that runs, the latest first. */
  each(tell: (id: number) => void): void {
    for (let id = this.last; id >= 0; id = this.#book.before[id]!) tell(id);
  }

  /** Takes over what another does; the book must be the same as it was then. */
  become(other: Sequences): void {
    this.step = other.step;
    this.batch = other.batch;
    this.kv = other.kv;
    this.blocks.become(other.blocks);
    this.#lineup.become(other.#lineup);
    this.#shares.become(other.#shares);
    this.#finishing.become(other.#finishing);
  }

  /** Takes a sequence out of the batch: books its energy and gives its blocks back. */
  #stop(id: number): void {
    const book = this.#book;
    const [start, context] = [book.startStep[id]!, book.startContext[id]!];
    const steps = this.step - start;
    this.#shares.end(book, id);
    book.startStep[id] = -1;
    book.generated[id]! += steps;
    this.batch--;
    this.kv -= context + steps;
    this.blocks.leave(start, context, steps);
  }
}

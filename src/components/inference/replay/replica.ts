import type { InferenceSpec } from '../spec.ts';
import { blocksOf } from './blocks.ts';
import type { Book } from './book.ts';
import { Chunks } from './chunks.ts';
import { StepCost } from './cost.ts';
import { Plan } from './plan.ts';
import type { Requests } from './requests.ts';
import type { Scheduling } from './scheduling.ts';
import { Sequences } from './sequences.ts';
import { emptySpell, type SpellSink } from './timeline.ts';
import { Waiting } from './waiting.ts';

/**
 * One replica with continuous batching, as vLLM schedules it: every step gives each running sequence a token first and fills
 * what is left of its token budget with chunks of prompts, first come first served. A request is admitted when the blocks of
 * its whole prompt are free; when running sequences find no block to grow into, the one admitted last is thrown out, loses its
 * cache and starts again at the head of the queue. Between events the steps are summed in closed form (`Stretch`).
 *
 * A plan stands until `planEndS`: either one step with prompts in it, or a stretch of decode steps, which an arrival cuts at
 * the end of its running step.
 */
export class ReplicaRun {
  /** When the standing plan ends, s; Infinity while there is nothing to do. A copy, because routers look at it all the time. */
  planEndS = Number.POSITIVE_INFINITY;
  /** Requests that wait or run. */
  outstanding = 0;
  /** Prompt tokens that wait or are being computed. */
  promptTokens = 0;
  /** When the last answer was whole, s. */
  lastEndS = 0;

  readonly #book: Book;
  readonly #requests: Requests;
  readonly #recorder: SpellSink;
  readonly #scheduling: Scheduling;
  /** Told of every answer that is whole; the place in the book may then be used again. */
  readonly #onEnd: ((id: number) => void) | undefined;
  readonly #cost: StepCost;
  readonly #running: Sequences;
  readonly #waiting: Waiting;
  /** What stands until `planEndS`. */
  readonly #now = new Plan();
  readonly #chunks = new Chunks();
  readonly #spell = emptySpell();
  readonly #maxBatch: number;
  readonly #contextLimit: number;

  /** A prompt that did not fit into its last step whole, and its tokens done. */
  #partial = -1;
  #partialDone = 0;

  constructor(
    id: number,
    spec: InferenceSpec,
    requests: Requests,
    book: Book,
    recorder: SpellSink,
    scheduling: Scheduling,
    onEnd?: (id: number) => void,
  ) {
    this.#requests = requests;
    this.#book = book;
    this.#recorder = recorder;
    this.#scheduling = scheduling;
    this.#onEnd = onEnd;
    this.#cost = new StepCost(spec);
    this.#running = new Sequences(book, spec.replica);
    this.#waiting = new Waiting(requests);
    this.#maxBatch = spec.replica.maxBatch;
    this.#contextLimit = Math.min(spec.model.context, this.#running.roomTokens);
    this.#spell.replica = id;
  }

  /** Tokens held and prompt tokens not done at `nowS`: what a router that weighs requests by their size looks at. */
  load(nowS: number): number {
    const { batch, kv } = this.#running;
    return kv + batch * this.#now.decodedAt(nowS) + this.promptTokens;
  }

  /** Follows the plans that end by `untilS`. */
  settle(untilS: number): void {
    while (this.planEndS <= untilS) {
      this.#commit();
      this.#plan(this.planEndS);
      this.planEndS = this.#now.endS;
    }
  }

  /** Takes a request that comes at `nowS`, to which the replica is settled. What it could never hold is refused. */
  offer(id: number, nowS: number): void {
    const { input, output } = this.#requests;
    if (input[id]! + output[id]! > this.#contextLimit) {
      this.#book.refused[id] = 1;
      return;
    }
    this.#book.replica[id] = this.#spell.replica;
    this.outstanding++;
    this.promptTokens += input[id]!;
    const isFirst = this.#waiting.push(id);
    if (this.planEndS === Number.POSITIVE_INFINITY) this.#plan(nowS);
    // Who finds others waiting waits behind them, and those wait for somebody to leave.
    else if (!this.#now.isMixed && isFirst) this.#now.cutAt(nowS);
    this.planEndS = this.#now.endS;
  }

  /** Books the energy of what still decodes, for a replay that is broken off. */
  flush(): void {
    this.#running.flush();
  }

  /** Requests that wait behind all others. */
  get yielding(): number {
    return this.#waiting.yielding;
  }

  /** Another clock or cap of the same deployment, from the next plan on. */
  turn(spec: InferenceSpec): void {
    this.#cost.turn(spec);
  }

  /**
   * Books the decode steps that are whole by `nowS`, to which the replica is settled, and plans the rest anew: what stands in the
   * books is then behind by less than a step.
   */
  pause(nowS: number): void {
    const now = this.#now;
    const left = now.cutAfter(now.decodedAt(nowS));
    if (left === 0) return;
    this.planEndS = now.endS;
    this.#commit();
    // Who came within the step that runs waits for its end: nobody is admitted here.
    now.startS = now.endS;
    now.decode(this.#cost, this.#running, left);
    this.planEndS = now.endS;
  }

  /** Energy above idle of the standing plan up to `nowS`, J: of the step that runs, the part of its time that is over. */
  aheadJ(nowS: number): number {
    return this.#now.spentJ(nowS);
  }

  /** Tells of every request that runs or waits: tokens given so far, and energy above idle of its answer. */
  eachHeld(tell: (id: number, given: number, decodeJ: number) => void): void {
    const running = this.#running;
    const one = (id: number) => tell(id, running.given(id), running.decodeJ(id));
    running.each(one);
    this.#waiting.each(one);
  }

  /** Loses its power: books what was done and forgets the rest. Returns the requests that waited or ran. */
  abandon(): number[] {
    const lost: number[] = [];
    while (this.#running.last >= 0) {
      const id = this.#running.last;
      this.#running.throwOut(id, this.#promptOf(id));
      lost.push(id);
    }
    lost.push(...this.#waiting.drain());
    this.#chunks.clear();
    this.#partial = -1;
    this.promptTokens = 0;
    this.outstanding = 0;
    this.#now.rest();
    this.planEndS = this.#now.endS;
    return lost;
  }

  /** Takes over all that another replica of the same book does. */
  become(other: ReplicaRun): void {
    this.planEndS = other.planEndS;
    this.outstanding = other.outstanding;
    this.lastEndS = other.lastEndS;
    this.#running.become(other.#running);
    this.#waiting.become(other.#waiting);
    this.#now.become(other.#now);
    this.#chunks.become(other.#chunks);
    this.#spell.waitsFor = other.#spell.waitsFor;
    this.promptTokens = other.promptTokens;
    this.#partial = other.#partial;
    this.#partialDone = other.#partialDone;
  }

  /** What must be computed before a request gives its next token: after a restart its answer so far too. */
  #promptOf(id: number): number {
    return this.#requests.input[id]! + this.#book.generated[id]!;
  }

  #plan(nowS: number): void {
    this.#now.startS = nowS;
    const running = this.#running;
    const { blocks } = running;
    let threwOut = false;
    while (blocks.used + blocks.growth(running.step) > blocks.total) {
      this.#preempt(running.last);
      threwOut = true;
    }
    this.#chunks.clear();
    this.#spell.waitsFor = 'nothing';
    let budget = this.#scheduling.stepTokens - running.batch;
    while (budget > 0 && (this.#partial >= 0 || (!threwOut && this.#admit()))) budget -= this.#chunk(budget);
    if (this.#chunks.tokens > 0) this.#now.mix(this.#cost, running, this.#chunks);
    else if (running.batch > 0) this.#now.decode(this.#cost, running, this.#scheduling.mostSteps);
    else this.#now.rest();
  }

  /** Takes in the first that waits, if it may start; notes what it waits for otherwise. */
  #admit(): boolean {
    const queue = this.#waiting.next;
    if (queue === undefined) return false;
    const running = this.#running;
    if (running.size >= this.#maxBatch) {
      this.#spell.waitsFor = 'slots';
      return false;
    }
    const id = queue.first;
    const wanted = blocksOf(this.#promptOf(id));
    const { blocks } = running;
    if (running.size > 0 && blocks.used + blocks.growth(running.step) + wanted > blocks.admissible) {
      this.#spell.waitsFor = 'kv';
      return false;
    }
    queue.shift();
    running.admit(id, wanted);
    this.#partial = id;
    this.#partialDone = this.#requests.cached?.[id] ?? 0;
    return true;
  }

  /** Puts as much as fits of the prompt in hand into the step; returns its tokens. */
  #chunk(budget: number): number {
    const id = this.#partial;
    const done = this.#partialDone;
    const left = this.#promptOf(id) - done;
    const tokens = Math.min(left, budget);
    const computeS = this.#cost.chunkS(done, tokens);
    this.#chunks.add(id, tokens, computeS, computeS + tokens * this.#cost.promptLinkS, done, tokens === left);
    this.#partial = tokens === left ? -1 : id;
    this.#partialDone = done + tokens;
    return tokens;
  }

  /** Books what was planned: energy, tokens, and those that are done. */
  #commit(): void {
    const running = this.#running;
    const { isMixed, stretch, steps } = this.#now;
    const { ids, ends, count } = this.#chunks;
    if (isMixed) this.#shareMixed();
    else running.share(steps, stretch.stepJ, stretch.slopeJ);
    this.#now.fill(this.#spell, running, this.#chunks);
    this.#recorder.add(this.#spell);
    running.grow(isMixed ? 1 : steps);
    for (let id = running.popDone(); id >= 0; id = running.popDone()) this.#finish(id);
    if (isMixed) for (let k = 0; k < count; k++) if (ends[k]!) this.#answer(ids[k]!);
  }

  /** Shares the energy of a step with prompts: among them by their work, the rest among those that decode. */
  #shareMixed(): void {
    const { ids, workS, allWorkS, count } = this.#chunks;
    const { batch } = this.#running;
    const { mixed } = this.#now;
    const share = mixed.promptShare(batch, this.#chunks);
    const perWorkJ = (share * mixed.stepJ) / allWorkS;
    for (let k = 0; k < count; k++) this.#book.prefillJ[ids[k]!]! += perWorkJ * workS[k]!;
    if (batch > 0) this.#running.share(1, (1 - share) * mixed.stepJ, (1 - share) * mixed.slopeJ);
  }

  /** A prompt is done and gives its first token (or, after a restart, its next one). */
  #answer(id: number): void {
    const book = this.#book;
    const context = this.#promptOf(id);
    this.promptTokens -= context;
    const given = ++book.generated[id]!;
    if (Number.isNaN(book.firstTokenS[id]!)) book.firstTokenS[id] = this.planEndS;
    const left = this.#requests.output[id]! - given;
    if (left > 0) this.#running.start(id, context, left);
    else {
      this.#running.blocks.used -= blocksOf(context);
      this.#finish(id);
    }
  }

  #preempt(id: number): void {
    if (this.#running.throwOut(id, this.#promptOf(id))) this.promptTokens += this.#promptOf(id);
    else this.#partial = -1;
    this.#book.preemptions[id]!++;
    this.#waiting.unshift(id);
  }

  #finish(id: number): void {
    this.#book.finishS[id] = this.planEndS;
    this.lastEndS = this.planEndS;
    this.outstanding--;
    this.#running.leave(id);
    this.#onEnd?.(id);
  }
}

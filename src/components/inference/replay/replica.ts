import type { InferenceSpec } from '../spec.ts';
import { BLOCK_TOKENS, Blocks, blocksOf } from './blocks.ts';
import type { Book } from './book.ts';
import { Chunks } from './chunks.ts';
import { StepCost } from './cost.ts';
import { EnergyShares } from './energy.ts';
import { Heap } from './heap.ts';
import { Lineup } from './lineup.ts';
import { MixedStep } from './mixed.ts';
import { Queue } from './queue.ts';
import type { Requests } from './requests.ts';
import type { Scheduling } from './scheduling.ts';
import { Stretch } from './stretch.ts';
import { emptySpell, type SpellSink } from './timeline.ts';

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
  /** When the standing plan ends, s; Infinity while there is nothing to do. */
  planEndS = Number.POSITIVE_INFINITY;
  /** Requests that wait or run. */
  outstanding = 0;
  /** When the last answer was whole, s. */
  lastEndS = 0;

  readonly #book: Book;
  readonly #requests: Requests;
  readonly #recorder: SpellSink;
  readonly #scheduling: Scheduling;
  /** Told of every answer that is whole; the place in the book may then be used again. */
  readonly #onEnd: ((id: number) => void) | undefined;
  readonly #cost: StepCost;
  readonly #blocks: Blocks;
  readonly #running: Lineup;
  readonly #shares = new EnergyShares();
  readonly #waiting = new Queue();
  /** Those that wait behind all others. */
  readonly #yielding = new Queue();
  readonly #stretch = new Stretch();
  readonly #mixed = new MixedStep();
  readonly #chunks = new Chunks();
  /** Decoding sequences by the step after which they are done. */
  readonly #finishing = new Heap();
  readonly #spell = emptySpell();
  readonly #maxBatch: number;
  readonly #contextLimit: number;

  #planStartS = 0;
  #isMixed = false;
  #planSteps = 0;
  #step = 0;
  /** Sequences that decode, the tokens they hold, and prompt tokens that wait or are being computed. */
  #batch = 0;
  #kv = 0;
  #promptTokens = 0;
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
    this.#running = new Lineup(book);
    this.#maxBatch = spec.replica.maxBatch;
    const { kvRoomBytes, kvBytesPerToken } = spec.replica;
    this.#blocks = new Blocks(Math.max(0, Math.floor(kvRoomBytes / (kvBytesPerToken * BLOCK_TOKENS))));
    this.#contextLimit = Math.min(spec.model.context, this.#blocks.total * BLOCK_TOKENS);
    this.#spell.replica = id;
  }

  /** Tokens held and prompt tokens not done at `nowS`: what a router that weighs requests by their size looks at. */
  load(nowS: number): number {
    const grown =
      this.#isMixed || this.#batch === 0 ? 0 : this.#batch * this.#stretch.stepsWithin(nowS - this.#planStartS);
    return this.#kv + grown + this.#promptTokens;
  }

  /** Follows the plans that end by `untilS`. */
  settle(untilS: number): void {
    while (this.planEndS <= untilS) {
      if (this.#isMixed) this.#commitMixed();
      else this.#commitStretch();
      this.#plan(this.planEndS);
    }
  }

  /** Takes a request that comes at `nowS`, to which the replica is settled. What it could never hold is refused. */
  offer(id: number, nowS: number): void {
    const { input, output, yields } = this.#requests;
    if (input[id]! + output[id]! > this.#contextLimit) {
      this.#book.refused[id] = 1;
      return;
    }
    this.#book.replica[id] = this.#spell.replica;
    this.outstanding++;
    this.#promptTokens += input[id]!;
    const isLast = yields?.[id] === 1;
    const isFirst = this.#waiting.size === 0 && !(isLast && this.#yielding.size > 0);
    (isLast ? this.#yielding : this.#waiting).push(id);
    if (this.planEndS === Number.POSITIVE_INFINITY) this.#plan(nowS);
    else if (!this.#isMixed && isFirst) {
      // Who finds others waiting waits behind them, and those wait for somebody to leave.
      this.#planSteps = Math.min(this.#planSteps, this.#stretch.stepsUntil(nowS - this.#planStartS));
      this.planEndS = this.#planStartS + this.#stretch.timeS(this.#planSteps);
    }
  }

  /** Books the energy of what still decodes, for a replay that is broken off. */
  flush(): void {
    for (let id = this.#running.last; id >= 0; id = this.#book.before[id]!) {
      if (this.#finishing.remove(id)) this.#shares.end(this.#book, id);
    }
  }

  /** Requests that wait behind all others. */
  get yielding(): number {
    return this.#yielding.size;
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
    if (this.#isMixed || this.planEndS === Number.POSITIVE_INFINITY) return;
    const steps = this.#stretch.stepsWithin(nowS - this.#planStartS);
    if (steps < 1 || steps >= this.#planSteps) return;
    this.#planSteps = steps;
    this.planEndS = this.#planStartS + this.#stretch.timeS(steps);
    this.#commitStretch();
    this.#plan(this.planEndS);
  }

  /** Energy above idle of the standing plan up to `nowS`, J: of the step that runs, the part of its time that is over. */
  aheadJ(nowS: number): number {
    if (this.planEndS === Number.POSITIVE_INFINITY) return 0;
    const spentS = nowS - this.#planStartS;
    if (this.#isMixed) return (this.#mixed.stepJ * spentS) / this.#mixed.stepS;
    const stretch = this.#stretch;
    const whole = stretch.stepsWithin(spentS);
    const [atS, atJ] = [stretch.timeS(whole), stretch.energyJ(whole)];
    if (whole >= this.#planSteps) return atJ;
    return atJ + ((stretch.energyJ(whole + 1) - atJ) * (spentS - atS)) / (stretch.timeS(whole + 1) - atS);
  }

  /** Tells of every request that runs or waits: tokens given so far, and energy above idle of its answer. */
  eachHeld(tell: (id: number, given: number, decodeJ: number) => void): void {
    const book = this.#book;
    const one = (id: number): void => {
      const isDecoding = book.startStep[id]! >= 0;
      const given = book.generated[id]! + (isDecoding ? this.#step - book.startStep[id]! : 0);
      tell(id, given, book.decodeJ[id]! + (isDecoding ? this.#shares.since(book, id) : 0));
    };
    for (let id = this.#running.last; id >= 0; id = book.before[id]!) one(id);
    this.#waiting.each(one);
    this.#yielding.each(one);
  }

  /** Loses its power: books what was done and forgets the rest. Returns the requests that waited or ran. */
  abandon(): number[] {
    const lost: number[] = [];
    while (this.#running.last >= 0) {
      const id = this.#running.last;
      if (this.#book.startStep[id]! >= 0) this.#leaveBatch(id);
      else this.#blocks.used -= blocksOf(this.#promptOf(id));
      this.#running.remove(id);
      lost.push(id);
    }
    for (const queue of [this.#waiting, this.#yielding]) while (queue.size > 0) lost.push(queue.shift());
    this.#finishing.clear();
    this.#chunks.clear();
    this.#partial = -1;
    this.#promptTokens = 0;
    this.outstanding = 0;
    this.#isMixed = false;
    this.planEndS = Number.POSITIVE_INFINITY;
    return lost;
  }

  /** Takes over all that another replica of the same book does. */
  become(other: ReplicaRun): void {
    this.planEndS = other.planEndS;
    this.outstanding = other.outstanding;
    this.lastEndS = other.lastEndS;
    this.#blocks.become(other.#blocks);
    this.#running.become(other.#running);
    this.#shares.become(other.#shares);
    this.#waiting.become(other.#waiting);
    this.#yielding.become(other.#yielding);
    this.#stretch.become(other.#stretch);
    this.#mixed.become(other.#mixed);
    this.#chunks.become(other.#chunks);
    this.#finishing.become(other.#finishing);
    this.#spell.waitsFor = other.#spell.waitsFor;
    this.#planStartS = other.#planStartS;
    this.#isMixed = other.#isMixed;
    this.#planSteps = other.#planSteps;
    this.#step = other.#step;
    this.#batch = other.#batch;
    this.#kv = other.#kv;
    this.#promptTokens = other.#promptTokens;
    this.#partial = other.#partial;
    this.#partialDone = other.#partialDone;
  }

  /** What must be computed before a request gives its next token: after a restart its answer so far too. */
  #promptOf(id: number): number {
    return this.#requests.input[id]! + this.#book.generated[id]!;
  }

  #plan(nowS: number): void {
    this.#planStartS = nowS;
    const blocks = this.#blocks;
    let threwOut = false;
    while (blocks.used + blocks.growth(this.#step) > blocks.total) {
      this.#preempt(this.#running.last);
      threwOut = true;
    }
    this.#chunks.clear();
    this.#spell.waitsFor = 'nothing';
    let budget = this.#scheduling.stepTokens - this.#batch;
    while (budget > 0 && (this.#partial >= 0 || (!threwOut && this.#admit()))) budget -= this.#chunk(budget);
    if (this.#chunks.tokens > 0) this.#planMixed();
    else if (this.#batch > 0) this.#planStretch();
    else this.planEndS = Number.POSITIVE_INFINITY;
  }

  /** Takes in the first that waits, if it may start; notes what it waits for otherwise. */
  #admit(): boolean {
    const queue = this.#waiting.size > 0 ? this.#waiting : this.#yielding;
    if (queue.size === 0) return false;
    if (this.#running.size >= this.#maxBatch) {
      this.#spell.waitsFor = 'slots';
      return false;
    }
    const id = queue.first;
    const wanted = blocksOf(this.#promptOf(id));
    const blocks = this.#blocks;
    if (this.#running.size > 0 && blocks.used + blocks.growth(this.#step) + wanted > blocks.admissible) {
      this.#spell.waitsFor = 'kv';
      return false;
    }
    queue.shift();
    blocks.used += wanted;
    this.#running.add(id);
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

  #planMixed(): void {
    this.#isMixed = true;
    this.#mixed.plan(this.#cost, this.#batch, this.#kv, this.#chunks);
    this.planEndS = this.#planStartS + this.#mixed.stepS;
  }

  #planStretch(): void {
    this.#isMixed = false;
    const most = Math.min(this.#scheduling.mostSteps, this.#finishing.least - this.#step);
    this.#stretch.plan(this.#cost, this.#batch, this.#kv, this.#blocks.stepsInRoom(this.#step, most));
    this.#planSteps = this.#stretch.count;
    this.planEndS = this.#planStartS + this.#stretch.timeS(this.#planSteps);
  }

  #commitMixed(): void {
    const { ids, workS, ends, allWorkS } = this.#chunks;
    const mixed = this.#mixed;
    const share = mixed.promptShare(this.#batch, this.#chunks);
    const perWorkJ = (share * mixed.stepJ) / allWorkS;
    for (let k = 0; k < ids.length; k++) this.#book.prefillJ[ids[k]!]! += perWorkJ * workS[k]!;
    if (this.#batch > 0) {
      const [ownJ, slopeJ] = [(1 - share) * mixed.stepJ, (1 - share) * mixed.slopeJ];
      this.#shares.decode(this.#step, 1, this.#batch, this.#kv, ownJ, slopeJ);
    }
    this.#record(mixed, 1, mixed.stepJ, this.#batch + this.#chunks.answers);
    this.#advance(1);
    for (let k = 0; k < ids.length; k++) if (ends[k]!) this.#answer(ids[k]!);
  }

  #commitStretch(): void {
    const stretch = this.#stretch;
    const steps = this.#planSteps;
    this.#shares.decode(this.#step, steps, this.#batch, this.#kv, stretch.stepJ, stretch.slopeJ);
    this.#record(stretch, steps, stretch.energyJ(steps), steps * this.#batch);
    this.#advance(steps);
  }

  #record(plan: MixedStep | Stretch, steps: number, energyJ: number, outputTokens: number): void {
    const spell = this.#spell;
    spell.startS = this.#planStartS;
    spell.endS = this.planEndS;
    spell.energyJ = energyJ;
    spell.memoryS = plan instanceof Stretch ? plan.readS(steps) : plan.memoryS;
    spell.computeS = steps * plan.computeS;
    spell.linkS = steps * plan.linkS;
    spell.batch = this.#batch;
    spell.kvTokens = this.#kv + (this.#batch * (steps - 1)) / 2;
    spell.outputTokens = outputTokens;
    spell.promptTokens = this.#chunks.tokens;
    this.#recorder.add(spell);
  }

  /** Lets the sequences grow over the steps that were planned, and lets those go that are done. */
  #advance(steps: number): void {
    this.#blocks.grow(this.#step, steps);
    this.#kv += steps * this.#batch;
    this.#step += steps;
    while (this.#finishing.least <= this.#step) {
      const id = this.#finishing.pop();
      this.#leaveBatch(id);
      this.#finish(id);
    }
  }

  /** A prompt is done and gives its first token (or, after a restart, its next one). */
  #answer(id: number): void {
    const book = this.#book;
    const context = this.#promptOf(id);
    this.#promptTokens -= context;
    const given = ++book.generated[id]!;
    if (Number.isNaN(book.firstTokenS[id]!)) book.firstTokenS[id] = this.planEndS;
    const left = this.#requests.output[id]! - given;
    if (left <= 0) {
      this.#blocks.used -= blocksOf(context);
      this.#finish(id);
      return;
    }
    book.startStep[id] = this.#step;
    book.startContext[id] = context;
    this.#shares.start(book, id);
    this.#batch++;
    this.#kv += context;
    this.#blocks.start(this.#step, context);
    this.#finishing.push(this.#step + left, id);
  }

  /** Takes a sequence out of the batch: books its energy and gives its blocks back. */
  #leaveBatch(id: number): void {
    const book = this.#book;
    const [start, context] = [book.startStep[id]!, book.startContext[id]!];
    const steps = this.#step - start;
    this.#shares.end(book, id);
    book.startStep[id] = -1;
    book.generated[id]! += steps;
    this.#batch--;
    this.#kv -= context + steps;
    this.#blocks.leave(start, context, steps);
  }

  #preempt(id: number): void {
    if (this.#finishing.remove(id)) {
      this.#leaveBatch(id);
      this.#promptTokens += this.#promptOf(id);
    } else {
      this.#blocks.used -= blocksOf(this.#promptOf(id));
      this.#partial = -1;
    }
    this.#book.preemptions[id]!++;
    this.#running.remove(id);
    (this.#requests.yields?.[id] === 1 ? this.#yielding : this.#waiting).unshift(id);
  }

  #finish(id: number): void {
    this.#book.finishS[id] = this.planEndS;
    this.lastEndS = this.planEndS;
    this.outstanding--;
    this.#running.remove(id);
    this.#onEnd?.(id);
  }
}

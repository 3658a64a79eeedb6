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
import { emptySpell, type Recorder } from './timeline.ts';

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

  readonly #book: Book;
  readonly #requests: Requests;
  readonly #recorder: Recorder;
  readonly #scheduling: Scheduling;
  readonly #cost: StepCost;
  readonly #blocks: Blocks;
  readonly #running: Lineup;
  readonly #shares = new EnergyShares();
  readonly #waiting = new Queue();
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
    recorder: Recorder,
    scheduling: Scheduling,
  ) {
    this.#requests = requests;
    this.#book = book;
    this.#recorder = recorder;
    this.#scheduling = scheduling;
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
    const { input, output } = this.#requests;
    if (input[id]! + output[id]! > this.#contextLimit) {
      this.#book.refused[id] = 1;
      return;
    }
    this.#book.replica[id] = this.#spell.replica;
    this.outstanding++;
    this.#promptTokens += input[id]!;
    const isFirst = this.#waiting.size === 0;
    this.#waiting.push(id);
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
    if (this.#waiting.size === 0) return false;
    if (this.#running.size >= this.#maxBatch) {
      this.#spell.waitsFor = 'slots';
      return false;
    }
    const id = this.#waiting.first;
    const wanted = blocksOf(this.#promptOf(id));
    const blocks = this.#blocks;
    if (this.#running.size > 0 && blocks.used + blocks.growth(this.#step) + wanted > blocks.admissible) {
      this.#spell.waitsFor = 'kv';
      return false;
    }
    this.#waiting.shift();
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
    this.#waiting.unshift(id);
  }

  #finish(id: number): void {
    this.#book.finishS[id] = this.planEndS;
    this.outstanding--;
    this.#running.remove(id);
  }
}

import type { Chunks } from './chunks.ts';
import type { StepCost } from './cost.ts';
import { MixedStep } from './mixed.ts';
import type { Sequences } from './sequences.ts';
import { Stretch } from './stretch.ts';
import type { Spell } from './timeline.ts';

/** What a replica does from `startS` until `endS`: one step with prompts in it, a stretch of decode steps, or nothing. */
export class Plan {
  startS = 0;
  /** Infinity while there is nothing to do. */
  endS = Number.POSITIVE_INFINITY;
  isMixed = false;
  /** Steps of a stretch until `endS`. */
  steps = 0;
  readonly mixed = new MixedStep();
  readonly stretch = new Stretch();

  /** Nothing to do. */
  rest(): void {
    this.isMixed = false;
    this.endS = Number.POSITIVE_INFINITY;
  }

  /** One step with the chunks of prompts. */
  mix(cost: StepCost, { batch, kv }: Sequences, chunks: Chunks): void {
    this.isMixed = true;
    this.mixed.plan(cost, batch, kv, chunks);
    this.endS = this.startS + this.mixed.stepS;
  }

  /** Decode steps until the first sequence is done or memory is full, `mostSteps` at most. */
  decode(cost: StepCost, { batch, kv, blocks, step, leastEnd }: Sequences, mostSteps: number): void {
    this.isMixed = false;
    this.stretch.plan(cost, batch, kv, blocks.stepsInRoom(step, Math.min(mostSteps, leastEnd - step)));
    this.#endAfter(this.stretch.count);
  }

  /** Ends a stretch with the step that runs at `nowS`, at the latest. */
  cutAt(nowS: number): void {
    this.#endAfter(Math.min(this.steps, this.stretch.stepsUntil(nowS - this.startS)));
  }

  /** Ends a stretch after so many of its steps; returns how many it had left. 0 where it is none, or has no more than these. */
  cutAfter(steps: number): number {
    const left = this.steps - steps;
    if (steps < 1 || left < 1) return 0;
    this.#endAfter(steps);
    return left;
  }

  /** Decode steps that are whole at `nowS`; 0 where nothing or prompts run. */
  decodedAt(nowS: number): number {
    if (this.isMixed || this.endS === Number.POSITIVE_INFINITY) return 0;
    return this.stretch.stepsWithin(nowS - this.startS);
  }

  /** Energy above idle up to `nowS`, J: of the step that runs, the part of its time that is over. */
  spentJ(nowS: number): number {
    if (this.endS === Number.POSITIVE_INFINITY) return 0;
    const spentS = nowS - this.startS;
    if (this.isMixed) return (this.mixed.stepJ * spentS) / this.mixed.stepS;
    return this.stretch.spentJ(this.steps, spentS);
  }

  /** Writes down its time, energy and work; what it is answered with is told beside. */
  fill(spell: Spell, { batch, kv }: Sequences, chunks: Chunks): void {
    const { isMixed, mixed, stretch } = this;
    const steps = isMixed ? 1 : this.steps;
    const plan = isMixed ? mixed : stretch;
    spell.startS = this.startS;
    spell.endS = this.endS;
    spell.energyJ = isMixed ? mixed.stepJ : stretch.energyJ(steps);
    spell.memoryS = isMixed ? mixed.memoryS : stretch.readS(steps);
    spell.computeS = steps * plan.computeS;
    spell.linkS = steps * plan.linkS;
    spell.batch = batch;
    spell.kvTokens = kv + (batch * (steps - 1)) / 2;
    spell.outputTokens = steps * batch + (isMixed ? chunks.answers : 0);
    spell.promptTokens = chunks.tokens;
  }

  become(other: Plan): void {
    this.startS = other.startS;
    this.endS = other.endS;
    this.isMixed = other.isMixed;
    this.steps = other.steps;
    this.mixed.become(other.mixed);
    this.stretch.become(other.stretch);
  }

  #endAfter(steps: number): void {
    this.steps = steps;
    this.endS = this.startS + this.stretch.timeS(steps);
  }
}

import { promptTokenS, runningShare, stepOf } from '../performance.ts';
import { aboveIdleKw } from '../power.ts';
import type { InferenceSpec } from '../spec.ts';

/**
 * Time and electricity of one engine step. The only place where the replay asks the room's model of performance and power;
 * the last answer stands in the fields, because a replay asks millions of times.
 */
export class StepCost {
  #spec: InferenceSpec;
  stepS = 0;
  /** Electricity above idle of the step, J. */
  energyJ = 0;
  memoryS = 0;
  computeS = 0;
  linkS = 0;
  /** How much longer computing takes than at the locked clock, because the power cap binds; 1 where it does not. */
  stretch = 1;

  constructor(spec: InferenceSpec) {
    this.#spec = spec;
  }

  /** Asks another spec from now on: the same deployment at another clock or cap. */
  turn(spec: InferenceSpec): void {
    this.#spec = spec;
  }

  /** A step with `batch` decodes that hold `kvTokens`, and `promptTokens` prompt tokens of `promptS` compute each. */
  of(batch: number, kvTokens: number, promptTokens: number, promptS: number): void {
    const { replica, power } = this.#spec;
    const step = stepOf(replica, batch, kvTokens, promptTokens, promptS);
    this.stepS = step.stepS;
    this.memoryS = step.memoryS;
    this.computeS = step.computeS;
    this.linkS = step.linkS;
    this.stretch = replica.clock / step.clock;
    this.energyJ = 1000 * step.stepS * aboveIdleKw(power, replica.accelerators, runningShare(replica, step));
  }

  /**
   * Compute of a chunk of a prompt, s: `tokens` of them after `done` others. A token attends to all before it, so the chunk
   * costs per token what a whole prompt of 2 x done + tokens would.
   */
  chunkS(done: number, tokens: number): number {
    return tokens * promptTokenS(this.#spec.replica, 2 * done + tokens);
  }

  /** What a prompt token's part of the all-reduce takes, s. */
  get promptLinkS(): number {
    return this.#spec.replica.linkS;
  }
}

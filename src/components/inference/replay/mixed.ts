import type { Chunks } from './chunks.ts';
import type { StepCost } from './cost.ts';

/** One step with prompts in it, beside the decodes. */
export class MixedStep {
  stepS = 0;
  stepJ = 0;
  /** What the growth of every decoding sequence by a token would add, J. */
  slopeJ = 0;
  memoryS = 0;
  computeS = 0;
  linkS = 0;
  #stretch = 1;

  become(other: MixedStep): void {
    this.stepS = other.stepS;
    this.stepJ = other.stepJ;
    this.slopeJ = other.slopeJ;
    this.memoryS = other.memoryS;
    this.computeS = other.computeS;
    this.linkS = other.linkS;
    this.#stretch = other.#stretch;
  }

  plan(cost: StepCost, batch: number, kvTokens: number, chunks: Chunks): void {
    const promptS = chunks.computeS / chunks.tokens;
    const read = kvTokens + chunks.readTokens;
    cost.of(batch, read, chunks.tokens, promptS);
    this.stepS = cost.stepS;
    this.stepJ = cost.energyJ;
    this.memoryS = cost.memoryS;
    this.computeS = cost.computeS;
    this.linkS = cost.linkS;
    this.#stretch = cost.stretch;
    this.slopeJ = 0;
    // Where computing takes longer than reading, a token more to read adds nothing.
    if (batch > 0 && cost.memoryS > cost.computeS) {
      cost.of(batch, read + batch, chunks.tokens, promptS);
      this.slopeJ = cost.energyJ - this.stepJ;
    }
  }

  /** Part of the step that its prompts take; all of it where nothing decodes. */
  promptShare(batch: number, chunks: Chunks): number {
    return batch === 0 ? 1 : Math.min(1, (this.#stretch * chunks.allWorkS) / this.stepS);
  }
}

import type { StepCost } from './cost.ts';

/** How far from a straight line time and energy may lie to count as straight: rounding, and no more. */
const STRAIGHT = 1e-11;

/**
 * Decode steps in a row in which nobody comes or goes. Every sequence grows by a token a step, so that time and energy of the
 * steps lie on straight lines as long as the same roof binds; their sums are then known without stepping. Time, energy and
 * memory of step j are `at + slope x j`.
 */
export class Stretch {
  /** Steps that lie on the lines. */
  count = 0;
  stepS = 0;
  slopeS = 0;
  stepJ = 0;
  slopeJ = 0;
  memoryS = 0;
  slopeMemoryS = 0;
  computeS = 0;
  linkS = 0;

  become(other: Stretch): void {
    Object.assign(this, other);
  }

  /**
   * Finds the lines for up to `most` steps from `kvTokens` on. Three points on a line mean that all between lie on it, because
   * a step's time is convex in what it reads; where they do not, half as many steps are tried, down to one.
   */
  plan(cost: StepCost, batch: number, kvTokens: number, most: number): void {
    cost.of(batch, kvTokens, 0, 0);
    const [firstS, firstJ, firstMemoryS] = [cost.stepS, cost.energyJ, cost.memoryS];
    this.computeS = cost.computeS;
    this.linkS = cost.linkS;
    let count = most;
    for (;;) {
      cost.of(batch, kvTokens + count * batch, 0, 0);
      this.slopeS = (cost.stepS - firstS) / count;
      this.slopeJ = (cost.energyJ - firstJ) / count;
      this.slopeMemoryS = (cost.memoryS - firstMemoryS) / count;
      if (count === 1) break;
      const middle = count >> 1;
      cost.of(batch, kvTokens + middle * batch, 0, 0);
      const offS = Math.abs(firstS + this.slopeS * middle - cost.stepS);
      const offJ = Math.abs(firstJ + this.slopeJ * middle - cost.energyJ);
      if (offS <= STRAIGHT * cost.stepS && offJ <= STRAIGHT * Math.abs(cost.energyJ)) break;
      count = middle;
    }
    this.count = count;
    this.stepS = firstS;
    this.stepJ = firstJ;
    this.memoryS = firstMemoryS;
  }

  /** Time of the first `count` steps, s. */
  timeS(count: number): number {
    return count * this.stepS + this.slopeS * ((count * (count - 1)) / 2);
  }

  /** What the first `count` steps take to read, s. */
  readS(count: number): number {
    return count * this.memoryS + this.slopeMemoryS * ((count * (count - 1)) / 2);
  }

  /** Energy above idle of the first `count` steps, J. */
  energyJ(count: number): number {
    return count * this.stepJ + this.slopeJ * ((count * (count - 1)) / 2);
  }

  /** Energy above idle of the first `steps` steps up to `spentS`, J: of the step that runs then, the part of its time that is over. */
  spentJ(steps: number, spentS: number): number {
    const whole = Math.min(steps, this.stepsWithin(spentS));
    const [atS, atJ] = [this.timeS(whole), this.energyJ(whole)];
    if (whole === steps) return atJ;
    return atJ + ((this.energyJ(whole + 1) - atJ) * (spentS - atS)) / (this.timeS(whole + 1) - atS);
  }

  /** The fewest steps, 1 to `count`, that take at least `waitS`. */
  stepsUntil(waitS: number): number {
    let steps = Math.ceil(waitS / this.stepS);
    if (this.slopeS > 0) {
      const b = this.stepS - this.slopeS / 2;
      steps = Math.ceil((2 * waitS) / (b + Math.sqrt(b * b + 2 * this.slopeS * waitS)));
    }
    // The formula rounds; the sums decide.
    steps = Math.max(1, Math.min(this.count, steps));
    while (steps > 1 && this.timeS(steps - 1) >= waitS) steps--;
    while (steps < this.count && this.timeS(steps) < waitS) steps++;
    return steps;
  }

  /** Steps that are done within a time, 0 to `count`. */
  stepsWithin(spentS: number): number {
    const steps = this.stepsUntil(spentS);
    return this.timeS(steps) <= spentS ? steps : steps - 1;
  }
}

/** Weight of the newest value. */
const WEIGHT = 0.05;

/** Running mean that forgets slowly; the first values count as in a plain mean. */
export class RunningMean {
  #value: number | null = null;
  #count = 0;

  get value(): number | null {
    return this.#value;
  }

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#count += 1;
    const weight = Math.max(WEIGHT, 1 / this.#count);
    this.#value = this.#value === null ? value : this.#value + weight * (value - this.#value);
  }
}

/** A running mean for each name, such as a model. */
export class MeanByName {
  readonly #means = new Map<string, RunningMean>();

  add(name: string, value: number): void {
    let mean = this.#means.get(name);
    if (mean === undefined) {
      mean = new RunningMean();
      this.#means.set(name, mean);
    }
    mean.add(value);
  }

  /** Null before the first value. */
  of(name: string): number | null {
    return this.#means.get(name)?.value ?? null;
  }
}

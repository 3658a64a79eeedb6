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

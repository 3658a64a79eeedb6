/** A queue of ids that also takes at its head: a ring that grows. */
export class Queue {
  #ring = new Int32Array(64);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The first id; the queue must not be empty. */
  get first(): number {
    return this.#ring[this.#head]!;
  }

  push(id: number): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size++) & (this.#ring.length - 1)] = id;
  }

  /** Puts an id before all others. */
  unshift(id: number): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = id;
    this.#size++;
  }

  /** Takes the first id; the queue must not be empty. */
  shift(): number {
    const id = this.#ring[this.#head]!;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#size--;
    return id;
  }

  #grow(): void {
    const old = this.#ring;
    this.#ring = new Int32Array(2 * old.length);
    for (let k = 0; k < this.#size; k++) this.#ring[k] = old[(this.#head + k) & (old.length - 1)]!;
    this.#head = 0;
  }
}

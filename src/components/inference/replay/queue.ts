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

  become(other: Queue): void {
    if (this.#ring.length !== other.#ring.length) this.#ring = new Int32Array(other.#ring.length);
    this.#ring.set(other.#ring);
    this.#head = other.#head;
    this.#size = other.#size;
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

  each(tell: (id: number) => void): void {
    for (let k = 0; k < this.#size; k++) tell(this.#ring[(this.#head + k) & (this.#ring.length - 1)]!);
  }

  #grow(): void {
    const old = this.#ring;
    this.#ring = new Int32Array(2 * old.length);
    for (let k = 0; k < this.#size; k++) this.#ring[k] = old[(this.#head + k) & (old.length - 1)]!;
    this.#head = 0;
  }
}

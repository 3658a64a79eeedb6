/** Numbers that grow. */
export class Growing<T extends Float64Array | Int32Array> {
  #array: T;
  #make: (n: number) => T;
  length = 0;
  constructor(make: (n: number) => T) {
    this.#make = make;
    this.#array = make(1024);
  }
  reserve(more: number): void {
    if (this.length + more <= this.#array.length) return;
    const bigger = this.#make(Math.max(2 * this.#array.length, this.length + more));
    bigger.set(this.#array);
    this.#array = bigger;
  }
  push(value: number): void {
    if (this.length === this.#array.length) this.reserve(1);
    this.#array[this.length++] = value;
  }
  /** A view of what is filled; do not keep it while pushing. */
  get filled(): T {
    return this.#array.subarray(0, this.length) as T;
  }
}

export const floats = () => new Growing((n) => new Float64Array(n));
export const ints = () => new Growing((n) => new Int32Array(n));

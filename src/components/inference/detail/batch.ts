/** Batch requests that have come and not begun, first in first out: a ring that grows. */
export class BatchQueue {
  size = 0;
  #head = 0;
  #arrivalS = new Float64Array(256);
  #input = new Int32Array(256);
  #output = new Int32Array(256);
  #cached = new Int32Array(256);
  #service = new Uint8Array(256);

  push(arrivalS: number, input: number, output: number, cached: number, service: number): void {
    if (this.size === this.#arrivalS.length) this.#resize(2 * this.size);
    this.#put((this.#head + this.size++) & (this.#arrivalS.length - 1), arrivalS, input, output, cached, service);
  }

  /** Puts one before all others: work that was begun and lost. */
  unshift(arrivalS: number, input: number, output: number, cached: number, service: number): void {
    if (this.size === this.#arrivalS.length) this.#resize(2 * this.size);
    this.#head = (this.#head - 1) & (this.#arrivalS.length - 1);
    this.size++;
    this.#put(this.#head, arrivalS, input, output, cached, service);
  }

  /** Takes the first out with `take`; the queue must not be empty. */
  shift<T>(take: (arrivalS: number, input: number, output: number, cached: number, service: number) => T): T {
    const at = this.#head;
    this.#head = (this.#head + 1) & (this.#arrivalS.length - 1);
    this.size--;
    return take(this.#arrivalS[at]!, this.#input[at]!, this.#output[at]!, this.#cached[at]!, this.#service[at]!);
  }

  /** Service of the first; the queue must not be empty. */
  get service(): number {
    return this.#service[this.#head]!;
  }

  become(other: BatchQueue): void {
    this.#arrivalS = new Float64Array(other.#arrivalS);
    this.#input = new Int32Array(other.#input);
    this.#output = new Int32Array(other.#output);
    this.#cached = new Int32Array(other.#cached);
    this.#service = new Uint8Array(other.#service);
    this.#head = other.#head;
    this.size = other.size;
  }

  #put(at: number, arrivalS: number, input: number, output: number, cached: number, service: number): void {
    this.#arrivalS[at] = arrivalS;
    this.#input[at] = input;
    this.#output[at] = output;
    this.#cached[at] = cached;
    this.#service[at] = service;
  }

  #resize(length: number): void {
    const [times, input, output] = [this.#arrivalS, this.#input, this.#output];
    const [cached, service] = [this.#cached, this.#service];
    this.#arrivalS = new Float64Array(length);
    this.#input = new Int32Array(length);
    this.#output = new Int32Array(length);
    this.#cached = new Int32Array(length);
    this.#service = new Uint8Array(length);
    for (let k = 0; k < this.size; k++) {
      const at = (this.#head + k) & (times.length - 1);
      this.#put(k, times[at]!, input[at]!, output[at]!, cached[at]!, service[at]!);
    }
    this.#head = 0;
  }
}

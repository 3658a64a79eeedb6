import { Book } from '../replay/book.ts';
import type { Requests } from '../replay/requests.ts';

const FIRST = 1024;

/**
 * Places for the requests that are in a pool now: a place is used again when its request has left, so that a window of any
 * length needs the memory of what waits and runs.
 */
export class Slots implements Requests {
  count = 0;
  arrivalS = new Float64Array(FIRST);
  input = new Int32Array(FIRST);
  output = new Int32Array(FIRST);
  cached = new Int32Array(FIRST);
  service = new Uint8Array(FIRST);
  yields = new Uint8Array(FIRST);
  readonly book = new Book(FIRST);
  #free: number[] = [];

  /** A place for a request; what stood there before is forgotten. */
  take(arrivalS: number, input: number, output: number, cached: number, service: number, yields: boolean): number {
    const id = this.#free.pop() ?? this.count++;
    if (id === this.arrivalS.length) this.#widen(2 * id);
    this.arrivalS[id] = arrivalS;
    this.input[id] = input;
    this.output[id] = output;
    this.cached[id] = cached;
    this.service[id] = service;
    this.yields[id] = yields ? 1 : 0;
    this.book.clear(id);
    return id;
  }

  /** The request of a place has left. */
  release(id: number): void {
    this.#free.push(id);
  }

  /** Takes over what stands in another's places. */
  become(other: Slots): void {
    if (this.arrivalS.length !== other.arrivalS.length) this.#widen(other.arrivalS.length);
    this.count = other.count;
    for (const key of ['arrivalS', 'input', 'output', 'cached', 'service', 'yields'] as const) {
      this[key].set(other[key].subarray(0, other.count));
    }
    this.book.become(other.book, other.count);
    this.#free = [...other.#free];
  }

  #widen(length: number): void {
    const grown = <T extends Float64Array | Int32Array | Uint8Array>(wider: T, values: T): T => {
      wider.set(values.subarray(0, Math.min(values.length, length)));
      return wider;
    };
    this.arrivalS = grown(new Float64Array(length), this.arrivalS);
    this.input = grown(new Int32Array(length), this.input);
    this.output = grown(new Int32Array(length), this.output);
    this.cached = grown(new Int32Array(length), this.cached);
    this.service = grown(new Uint8Array(length), this.service);
    this.yields = grown(new Uint8Array(length), this.yields);
    this.book.widen(length);
  }
}

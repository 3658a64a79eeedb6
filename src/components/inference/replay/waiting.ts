import { Queue } from './queue.ts';
import type { Requests } from './requests.ts';

/** Requests that wait to be admitted: first come first served, those that yield after all others. */
export class Waiting {
  readonly #requests: Requests;
  readonly #usual = new Queue();
  readonly #late = new Queue();

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Those that let all others in first. */
  get yielding(): number {
    return this.#late.size;
  }

  /** The queue whose turn it is; undefined when nobody waits. */
  get next(): Queue | undefined {
    if (this.#usual.size > 0) return this.#usual;
    return this.#late.size > 0 ? this.#late : undefined;
  }

  /** Puts one in; true when it is the next. */
  push(id: number): boolean {
    const yields = this.#requests.yields?.[id] === 1;
    const isNext = this.#usual.size === 0 && !(yields && this.#late.size > 0);
    (yields ? this.#late : this.#usual).push(id);
    return isNext;
  }

  /** Puts one before all of its kind. */
  unshift(id: number): void {
    (this.#requests.yields?.[id] === 1 ? this.#late : this.#usual).unshift(id);
  }

  each(tell: (id: number) => void): void {
    this.#usual.each(tell);
    this.#late.each(tell);
  }

  /** Takes all out. */
  drain(): number[] {
    const all: number[] = [];
    for (const queue of [this.#usual, this.#late]) while (queue.size > 0) all.push(queue.shift());
    return all;
  }

  become(other: Waiting): void {
    this.#usual.become(other.#usual);
    this.#late.become(other.#late);
  }
}

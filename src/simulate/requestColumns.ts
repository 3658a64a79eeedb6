import { prefixWithin } from '../workload/profile.ts';

/** Columns of requests that are added one by one, millions of them. */
export class RequestColumns {
  count = 0;
  arrivalS = new Float64Array(1024);
  input = new Int32Array(1024);
  output = new Int32Array(1024);
  /** Tokens at the start of the prompt that the prefix cache has. */
  cached = new Int32Array(1024);

  clear(): void {
    this.count = 0;
  }

  add(arrivalS: number, input: number, output: number, cached = 0): void {
    if (this.count === this.arrivalS.length) this.#widen();
    const at = this.count++;
    this.arrivalS[at] = arrivalS;
    // An empty prompt or answer is none: there is a first token to read, and an end to give.
    this.input[at] = Math.max(1, Math.round(input));
    this.output[at] = Math.max(1, Math.round(output));
    this.cached[at] = prefixWithin(this.input[at]!, Math.floor(cached));
  }

  #widen(): void {
    const wide = 2 * this.count;
    const times = new Float64Array(wide);
    const [input, output, cached] = [new Int32Array(wide), new Int32Array(wide), new Int32Array(wide)];
    times.set(this.arrivalS);
    input.set(this.input);
    output.set(this.output);
    cached.set(this.cached);
    this.arrivalS = times;
    this.input = input;
    this.output = output;
    this.cached = cached;
  }
}

/** Requests of several services in one order of arrival, with the place of each one's service. */
export interface Merged {
  readonly count: number;
  readonly arrivalS: Float64Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
  /** Tokens of each prompt that the prefix cache has; absent where it has none of any. */
  readonly cached?: Int32Array;
  readonly service: Uint8Array;
}

/** Puts columns that are each in order of arrival into one order. */
export function merge(columns: readonly RequestColumns[]): Merged {
  const count = columns.reduce((sum, own) => sum + own.count, 0);
  const all = {
    count,
    arrivalS: new Float64Array(count),
    input: new Int32Array(count),
    output: new Int32Array(count),
    service: new Uint8Array(count),
  };
  const cached = new Int32Array(count);
  let hit = 0;
  const next = new Int32Array(columns.length);
  for (let i = 0; i < count; i++) {
    let k = -1;
    let soonest = Number.POSITIVE_INFINITY;
    for (let other = 0; other < columns.length; other++) {
      const own = columns[other]!;
      if (next[other]! >= own.count || own.arrivalS[next[other]!]! >= soonest) continue;
      k = other;
      soonest = own.arrivalS[next[other]!]!;
    }
    const from = columns[k]!;
    const at = next[k]!++;
    all.arrivalS[i] = from.arrivalS[at]!;
    all.input[i] = from.input[at]!;
    all.output[i] = from.output[at]!;
    all.service[i] = k;
    cached[i] = from.cached[at]!;
    hit += cached[i]!;
  }
  return hit > 0 ? { ...all, cached } : all;
}

import type { ItStepped, Offer } from '../contract.ts';
import type { Pool } from './serving.ts';
import type { InferenceSpec } from './spec.ts';

/** What comes of a step beside the state. */
export type Outcome = Omit<ItStepped<unknown>, 'state'>;

/** Works an outcome out; it may depend on nothing but these. */
export type Make = (spec: InferenceSpec, offers: readonly Offer[], pool: Pool) => Outcome;

/** Places for what was asked: several weeks in steps of fifteen minutes, one in steps of five. A power of two. */
const PLACES = 4096;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);

/** Stirs a number into a hash (the constants are those of MurmurHash3's last step). */
function stirred(hash: number, value: number): number {
  number[0] = value;
  let h = Math.imul(hash ^ words[0]!, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ words[1]!, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * What was asked, number by number, each in the one place that its hash gives it; the later drives the earlier out. An outcome
 * is kept from the second time on, so that demand that never comes again fills no memory.
 */
class Memory {
  readonly #width: number;
  readonly #asked: Float64Array;
  readonly #outcomes: (Outcome | undefined)[] = [];
  readonly #key: Float64Array;

  constructor(offers: number) {
    this.#width = 4 + 2 * offers;
    this.#asked = new Float64Array(PLACES * this.#width).fill(Number.NaN);
    this.#key = new Float64Array(this.#width);
    for (let i = 0; i < PLACES; i++) this.#outcomes.push(undefined);
  }

  outcome(spec: InferenceSpec, offers: readonly Offer[], pool: Pool, make: Make): Outcome {
    const key = this.#key;
    key[0] = pool.on;
    key[1] = pool.serving;
    key[2] = pool.rest?.asleep ?? 0;
    key[3] = pool.idleKw;
    for (let k = 0; k < offers.length; k++) {
      key[4 + 2 * k] = offers[k]!.requestsPerS;
      key[5 + 2 * k] = offers[k]!.batchPerS;
    }
    let hash = 0;
    for (let j = 0; j < key.length; j++) hash = stirred(hash, key[j]!);
    const place = hash & (PLACES - 1);
    const start = place * this.#width;
    const asked = this.#asked;
    let j = 0;
    while (j < key.length && asked[start + j] === key[j]) j++;
    if (j < key.length) {
      asked.set(key, start);
      this.#outcomes[place] = undefined;
      return make(spec, offers, pool);
    }
    const known = this.#outcomes[place];
    if (known?.services.every((own, k) => own.service === offers[k]!.service)) return known;
    const outcome = make(spec, offers, pool);
    this.#outcomes[place] = outcome;
    return outcome;
  }
}

/** By the number of offers; a spec never changes. */
const memories = new WeakMap<InferenceSpec, Memory[]>();

/**
 * The outcome of offers to a pool that nothing limits, from memory where the same was asked before: rates that follow a shape or
 * a recorded week come again to the last digit week after week.
 */
export function again(spec: InferenceSpec, offers: readonly Offer[], pool: Pool, make: Make): Outcome {
  let own = memories.get(spec);
  if (own === undefined) {
    own = [];
    memories.set(spec, own);
  }
  let memory = own[offers.length];
  if (memory === undefined) {
    memory = new Memory(offers.length);
    own[offers.length] = memory;
  }
  return memory.outcome(spec, offers, pool, make);
}

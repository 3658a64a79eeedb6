import { type LinearRule, linearAt } from '../learn/ridge.ts';
import { type Forest, forestAt } from '../learn/trees.ts';
import { LEVELS, type Method } from './contract.ts';
import { LINEAR, linearFeatures, type Origin, TREE, treeFeatures, usualAt } from './features.ts';
import { BANDS_H, bandOf, ERROR_BANDS_H } from './leads.ts';
import type { Past } from './past.ts';

/** Quantiles of the errors of a point forecast by error band and level, on the learning scale. */
export type Errors = readonly (readonly number[])[];

/** Methods that give one value, around which their errors of the past are laid. */
export const POINTS = ['persistence', 'daily', 'weekly', 'ridge'] as const satisfies readonly Method[];
export type PointMethod = (typeof POINTS)[number];

/** What is learnt from a history. */
export interface Learnt {
  readonly errors: Readonly<Record<PointMethod, Errors>>;
  /** Linear rule of each band of leads. */
  readonly rules: readonly LinearRule[];
  /** A forest per level for what the rule leaves; none where the history is too short for trees. */
  readonly forests: readonly Forest[];
}

const N = LEVELS.length;
/** Days whose same hour, and neighbours of it, make the climatology. */
const CLIMATE_DAYS = 14;

/** Says quantiles on the learning scale for steps after an origin, by any method. */
export class Speaker {
  readonly past: Past;
  readonly origin: Origin;
  readonly #learnt: Learnt | undefined;
  readonly #row = new Float64Array(LINEAR.length);
  readonly #tree = new Float64Array(TREE.length);
  readonly #sum = new Float64Array(N);
  readonly #values: Float64Array;

  constructor(past: Past, origin: Origin, learnt: Learnt | undefined) {
    this.past = past;
    this.origin = origin;
    this.#learnt = learnt;
    this.#values = new Float64Array(CLIMATE_DAYS * (2 * past.half + 1));
  }

  /** The middle of a point method, before its errors. */
  point(method: PointMethod, step: number): number {
    const { past, origin } = this;
    if (method !== 'ridge') return plainPoint(past, origin, method, step);
    const lead = step - origin.at;
    const usual = usualAt(past, origin, step);
    linearFeatures(past, origin, step, usual, this.#row);
    return usual + linearAt(this.#learnt!.rules[bandOf(lead / past.perHour, BANDS_H)]!, this.#row);
  }

  /** Writes the quantiles of a step, rising. */
  speak(method: Method, step: number, to: Float64Array): void {
    if (method === 'known') throw new RangeError('what is known is not learnt');
    if (method === 'prior') to.set(this.past.priors(step)!);
    else if (method === 'climatology') this.#climatology(step, to);
    else if (method === 'trees') this.#trees(step, to);
    else {
      const leadH = (step - this.origin.at) / this.past.perHour;
      const errors = this.#learnt!.errors[method][bandOf(leadH, ERROR_BANDS_H)]!;
      const middle = this.point(method, step);
      for (let q = 0; q < N; q++) to[q] = middle + errors[q]!;
    }
    to.sort();
  }

  #trees(step: number, to: Float64Array): void {
    const { past, origin } = this;
    const usual = usualAt(past, origin, step);
    linearFeatures(past, origin, step, usual, this.#row);
    const rule = this.#learnt!.rules[bandOf((step - origin.at) / past.perHour, BANDS_H)]!;
    const linear = linearAt(rule, this.#row);
    treeFeatures(past, origin, step, usual, linear, this.#row, this.#tree);
    for (let q = 0; q < N; q++) to[q] = usual + linear + forestAt(this.#learnt!.forests[q]!, this.#tree);
  }

  /** The same hour of the last days. */
  #climatology(step: number, to: Float64Array): void {
    const { past, origin } = this;
    const values = this.#values;
    let count = 0;
    const first = past.daysBack(step - origin.at);
    for (let k = first; k < first + CLIMATE_DAYS; k++) {
      const middle = step - k * past.perDay;
      for (let i = Math.max(0, middle - past.half); i <= middle + past.half; i++) values[count++] = past.z[i]!;
    }
    quantilesInto(values.subarray(0, count), to, past.z[origin.at]!);
  }

  /** Writes the mean of the quantiles of several methods, their spread around the middle stretched. */
  mix(methods: readonly Method[], spread: number, step: number, to: Float64Array): void {
    this.#sum.fill(0);
    for (const method of methods) {
      this.speak(method, step, to);
      for (let q = 0; q < N; q++) this.#sum[q]! += to[q]! / methods.length;
    }
    to.set(this.#sum);
    stretch(to, spread);
  }
}

/** Middle of a method that learns nothing. */
export function plainPoint(past: Past, origin: Origin, method: Exclude<PointMethod, 'ridge'>, step: number): number {
  const lead = step - origin.at;
  if (method === 'persistence') return past.z[origin.at]!;
  if (method === 'daily') return past.z[Math.max(0, step - Math.ceil(lead / past.perDay) * past.perDay)]!;
  return past.weekly(step, lead, 1);
}

/** Stretches quantiles around their middle. */
export function stretch(quantiles: Float64Array, spread: number): void {
  const middle = quantiles[(N - 1) / 2]!;
  for (let q = 0; q < N; q++) quantiles[q] = middle + spread * (quantiles[q]! - middle);
}

/** Quantiles at the levels of the contract of values that get sorted; `otherwise` where there are none. */
export function quantilesInto(values: Float64Array, to: Float64Array, otherwise: number): void {
  if (values.length === 0) {
    to.fill(otherwise);
    return;
  }
  values.sort();
  LEVELS.forEach((level, q) => {
    const at = level * (values.length - 1);
    const below = Math.floor(at);
    const low = values[below]!;
    to[q] = low + (at - below) * ((values[below + 1] ?? low) - low);
  });
}

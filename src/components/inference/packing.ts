import type { Pace } from '../../workload/pace.ts';
import { promptShareOf } from './blend.ts';
import { drawOf } from './draw.ts';
import { type Mix, scaledMix } from './mix.ts';
import { operate } from './operating.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * Replicas that are half full on average beside those that are full: the last one, and what leaves holes in others. Fitted to the replay
 * of single requests (docs/validation.md), with `LAG`.
 */
const LAST = 1;
/** Of what packing saves, the part that is lost where work comes to replicas that were not needed before, over the square of that part of the work. */
const LAG = 4;

/** How a load lies on replicas that are filled one after the other. */
export interface Taken {
  /** Replicas that are taken, and their part of those that serve. */
  readonly replicas: number;
  readonly takenShare: number;
  /** What they draw beyond full ones for the same work, over all that serve, kW. */
  readonly beyondKw: number;
}

/**
 * A router that fills one replica after the other up to a share of its full rate: power over load bends, so that a full replica and an
 * idle one draw less than two that share. Those that are not taken idle and take what comes unforeseen.
 */
export class Packing {
  readonly #spec: InferenceSpec;
  readonly #mix: Mix;
  readonly #replicas: number;
  readonly #fill: number;
  readonly #promptShare: number;
  /** What a half full replica draws beyond half of a full one. */
  readonly #bentKw: number;

  private constructor(spec: InferenceSpec, mix: Mix, replicas: number, fill: number) {
    this.#spec = spec;
    this.#mix = mix;
    this.#replicas = replicas;
    this.#fill = fill;
    this.#promptShare = promptShareOf(spec.replica, mix);
    this.#bentKw = Math.max(0, this.#kwAt(fill / 2, 1) - this.#kwAt(fill, 1) / 2);
  }

  /** Undefined where requests are spread evenly, or there is nothing to fill. */
  static of(spec: InferenceSpec, mix: Mix, replicas: number): Packing | undefined {
    const { fill } = spec.knobs;
    return fill === undefined || replicas <= 1 || mix.load <= 0 ? undefined : new Packing(spec, mix, replicas, fill);
  }

  /** Power above idle of a replica at a share of its full rate, one of so many that share evenly, kW. */
  #kwAt(load: number, replicas: number): number {
    const own = scaledMix(this.#mix, load / this.#mix.load);
    return drawOf(this.#spec, own, operate(this.#spec.replica, own, replicas)).loadKw;
  }

  /**
   * How a load lies on the replicas.
   *
   * @param load answers and prompts over their means in the step
   * @param restless `restlessness` of the pace
   */
  taken({ output, input }: { readonly output: number; readonly input: number }, restless: number): Taken {
    const replicas = this.#replicas;
    // More prompts than usual take more replicas; fewer prompts leave answers as many as before.
    const load = this.#mix.load * (output + this.#promptShare * Math.max(0, input - output));
    const taken = Math.max(1, (load * replicas) / this.#fill);
    if (taken >= replicas) return { replicas, takenShare: 1, beyondKw: 0 };
    const takenShare = taken / replicas;
    const spreadKw = this.#kwAt(load, replicas);
    const fullKw = takenShare * this.#kwAt(load / takenShare, taken);
    const savedKw = Math.max(0, spreadKw - fullKw);
    const lastKw = taken > 1 ? (LAST * this.#bentKw) / replicas : 0;
    const lagKw = Math.min(1, LAG * restless ** 2) * savedKw;
    return { replicas: taken, takenShare, beyondKw: Math.min(lastKw + lagKw, savedKw) };
  }
}

const known = new WeakMap<Pace, readonly [number, number]>();

/** Mean step from window to window, over the mean, of which half goes up. */
function stepsOf(shares: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < shares.length; i++) sum += Math.abs(shares[i]! - shares[i - 1]!);
  return shares.length > 1 ? sum / (shares.length - 1) / 2 : 0;
}

/** Part of the work that comes to replicas which were not needed a window before, 0..1. */
export function restlessness(pace: Pace, promptShare: number): number {
  let both = known.get(pace);
  if (both === undefined) {
    both = [stepsOf(pace.input), stepsOf(pace.output)];
    known.set(pace, both);
  }
  return promptShare * both[0] + (1 - promptShare) * both[1];
}

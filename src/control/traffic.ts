import type { Plant } from '../twin/plant.ts';
import type { Load } from './contract.ts';

/** Mean lengths of a service: what one request of it weighs. */
export interface RequestWeight {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Time constant of the smoothing of real traffic, s: long against one request, short against the plant. */
const SMOOTHING_S = 10;
/** After this long without a report the traffic is taken to have stopped, s. */
const STALE_S = 5;

/**
 * Real traffic as the plant sees it: tokens reported by the gateway, turned into requests of the mix of the deployment's
 * first interactive service (input and output tokens each give an equivalent rate; the larger one counts, so that the plant
 * is never asked for less than was served), smoothed over seconds.
 */
export class Traffic {
  readonly #plant: Plant;
  readonly #weights: readonly RequestWeight[];
  /** Equivalent requests/s by service. */
  readonly perS: Float64Array;
  /** Output tokens/s that really passed the gateway, smoothed. */
  outputTokensPerS = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #latest: Load | undefined;

  constructor(plant: Plant, weights: readonly RequestWeight[]) {
    this.#plant = plant;
    this.#weights = weights;
    this.perS = new Float64Array(plant.services.length);
  }

  /** A report of the gateway. */
  report(load: Load): void {
    if (this.#latest === undefined || load.seq > this.#latest.seq || load.atMs > this.#latest.atMs) this.#latest = load;
  }

  /** Brings the smoothed rates to this moment of the wall clock. */
  advance(nowMs: number): void {
    const dt = Math.min(60, Math.max(0, (nowMs - this.#lastMs) / 1000));
    this.#lastMs = nowMs;
    const keep = Math.exp(-dt / SMOOTHING_S);
    const fresh = this.#latest !== undefined && nowMs - this.#latest.atMs <= STALE_S * 1000 ? this.#latest : undefined;
    const rates = new Float64Array(this.perS.length);
    let output = 0;
    for (const part of fresh?.classes ?? []) {
      output += part.outputTokensPerS;
      const s = this.#plant.services.findIndex((x) => x.deployments.includes(part.engine) && x.kind === 'interactive');
      const weight = this.#weights[s];
      if (weight === undefined) continue;
      rates[s] =
        rates[s]! + Math.max(part.inputTokensPerS / weight.inputTokens, part.outputTokensPerS / weight.outputTokens);
    }
    for (let s = 0; s < rates.length; s++) this.perS[s] = settle(rates[s]! + (this.perS[s]! - rates[s]!) * keep);
    this.outputTokensPerS = settle(output + (this.outputTokensPerS - output) * keep);
  }
}

/** What has decayed to nothing is nothing. */
function settle(value: number): number {
  return value < 1e-6 ? 0 : value;
}

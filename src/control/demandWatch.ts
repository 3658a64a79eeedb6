import { JOINT } from '../policy/joint/parameters.ts';
import { MINUTE_MS } from '../series/grid.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import type { ForecastBand } from './contract.ts';
import { figure } from './faults/words.ts';

/** Time constant of the mean of what arrives, s: a jump by half counts within half a minute, a burst of seconds does not. Our choice. */
const MEAN_S = 20;
/** Seconds of requests that such a mean weighs as one average over. */
const COUNTED_S = 2 * MEAN_S;
/** Standard deviations of a Poisson count by which more must arrive than was foreseen: few requests come in clumps. Our choice. */
const DEVIATIONS = 3;
/** Means must be too high for this long, ms: then they are near the level that demand has jumped to, and one plan is enough. Our choice. */
const SURELY_MS = 20_000;
/** What has arrived within this counts, so that demand which swings is planned for once, ms. Our choice. */
const REMEMBERED_MS = 15 * MINUTE_MS;
/** A plan that was asked for and has not come is asked for again after this, ms. */
const AGAIN_MS = 5 * MINUTE_MS;

/** Requests/s of a service that have arrived of late. */
export interface RecentDemand {
  readonly service: string;
  readonly perS: number;
}

/** Requests/s that were foreseen of a service: in the middle, and what nine of ten measurements were to lie below. */
export interface ForeseenDemand {
  readonly middle: number;
  readonly high: number;
}

/**
 * Whether more arrives than a plan is made for: more than it was made for surely, and far more than was expected.
 *
 * @param perS requests/s measured, by a mean like that of `DemandWatch`
 */
export function hasJumped(perS: number, { middle, high }: ForeseenDemand): boolean {
  const most = Math.max(high, JOINT.surge * middle);
  return perS > most + DEVIATIONS * Math.sqrt(Math.max(most, 1 / COUNTED_S) / COUNTED_S);
}

interface Measured {
  meanPerS: number;
  /** Since when too much has arrived, ms. */
  sinceMs: number | undefined;
  /** Highest mean of each minute that counts, oldest first. */
  readonly most: { readonly minute: number; perS: number }[];
}

/**
 * Sees demand of interactive services jump beyond what the plan in force was made for, and keeps the highest of the last quarter of an hour, from
 * which the new plan is made. A plan that has it in its forecasts ends the matter, so that it is told once.
 */
export class DemandWatch {
  readonly #plant: Plant;
  readonly #measured: Measured[];
  #bands: readonly ForecastBand[] = [];
  #toldMs: number | undefined;

  constructor(plant: Plant) {
    this.#plant = plant;
    this.#measured = plant.services.map(() => ({ meanPerS: Number.NaN, sinceMs: undefined, most: [] }));
  }

  /** Forecasts that the plan in force was made from; none without one. */
  use(bands: readonly ForecastBand[]): void {
    this.#bands = bands;
    this.#toldMs = undefined;
    for (const of of this.#measured) of.sinceMs = undefined;
  }

  /** @returns what has jumped, in words; undefined where nothing has, or where it was told and no plan has come since */
  look(record: StepRecord): string | undefined {
    const { startMs, dtH } = record.conditions;
    const nowMs = startMs + dtH * 3_600_000;
    const keep = Math.exp((-3600 * dtH) / MEAN_S);
    let told: string | undefined;
    for (const [s, { id, kind }] of this.#plant.services.entries()) {
      const { arrivedPerS } = record.services[s]!;
      if (kind !== 'interactive' || !Number.isFinite(arrivedPerS)) continue;
      const of = this.#measured[s]!;
      of.meanPerS = Number.isNaN(of.meanPerS) ? arrivedPerS : arrivedPerS + (of.meanPerS - arrivedPerS) * keep;
      remember(of, nowMs);
      const foreseen = foreseenAt(this.#bands, id, startMs);
      if (foreseen === undefined || !hasJumped(of.meanPerS, foreseen)) of.sinceMs = undefined;
      else of.sinceMs = Math.min(of.sinceMs ?? startMs, startMs);
      if (of.sinceMs !== undefined && nowMs - of.sinceMs >= SURELY_MS)
        told ??= `demand of ${id} has jumped to ${figure(of.meanPerS, 'requests/s')}, ${figure(foreseen?.high ?? 0, 'requests/s')} were planned for`;
    }
    if (told === undefined || (this.#toldMs !== undefined && Math.abs(nowMs - this.#toldMs) < AGAIN_MS))
      return undefined;
    this.#toldMs = nowMs;
    return told;
  }

  /** The highest mean of the last quarter of an hour, by interactive service; services that nothing was measured of are left out. */
  get recent(): readonly RecentDemand[] {
    return this.#plant.services.flatMap(({ id }, s): RecentDemand[] => {
      const { most } = this.#measured[s]!;
      return most.length === 0 ? [] : [{ service: id, perS: Math.max(...most.map(({ perS }) => perS)) }];
    });
  }
}

function remember({ meanPerS, most }: Measured, nowMs: number): void {
  const minute = Math.floor(nowMs / MINUTE_MS);
  const last = most.at(-1);
  // A clock that was set back begins anew
  if (last !== undefined && last.minute > minute) most.length = 0;
  if (most.at(-1)?.minute === minute) most.at(-1)!.perS = Math.max(most.at(-1)!.perS, meanPerS);
  else most.push({ minute, perS: meanPerS });
  while (most[0]!.minute <= minute - REMEMBERED_MS / MINUTE_MS) most.shift();
}

/** What was foreseen of a service at a moment; undefined where nothing was. */
function foreseenAt(bands: readonly ForecastBand[], service: string, ms: number): ForeseenDemand | undefined {
  const band = bands.find(({ series }) => series === `requests of ${service}`);
  const k = band?.edgesMs.findIndex((edge, i) => ms >= edge && ms < (band.edgesMs[i + 1] ?? Number.NEGATIVE_INFINITY));
  return band === undefined || k === undefined || k < 0 ? undefined : { middle: band.middle[k]!, high: band.high[k]! };
}

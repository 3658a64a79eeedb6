import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { type Zone, zoneOf } from '../series/zone.ts';
import type { Cleaned } from './clean.ts';
import type { Quantity } from './quantity.ts';
import { fill, hold, meanBack, smoothed, strided, typical } from './sums.ts';

/** Days whose same hour makes the usual day. */
const USUAL_DAYS = 7;
/** Same times of earlier days are smoothed over this on either side, h. */
const SMOOTH_H = 0.5;
/** Below this share of its daily highest the envelope carries no news (a low sun). */
const DIM = 0.08;

/**
 * A cleaned history on the learning scale, filled where it was missing, with the sums that features are read from. Steps are
 * counted from its start; those from `count` on are the future.
 */
export class Past {
  readonly quantity: Quantity;
  readonly stepMs: number;
  readonly startMs: number;
  readonly count: number;
  /** Steps in an hour and in a day. */
  readonly perHour: number;
  readonly perDay: number;
  readonly half: number;
  /** Typical size of the values. */
  readonly scale: number;
  /** Learning scale; filled where `good` is 0. */
  readonly z: Float64Array;
  readonly good: Uint8Array;
  readonly last: number;
  /** Smoothed z, and its running sums over the same time of all days before. */
  readonly smooth: Float64Array;
  readonly #days: Float64Array;
  readonly #weeks: Float64Array;
  /** Sums from the start of: z; its distance from the usual day, from the usual weekday, from the prior; squared distance. */
  readonly #sumZ: Float64Array;
  readonly #sumDay: Float64Array;
  readonly #sumWeek: Float64Array;
  readonly #sumPrior: Float64Array;
  readonly #sumSquare: Float64Array;
  readonly #zone: Zone;
  readonly #envelope: Float64Array | undefined;
  readonly #most: number;
  readonly #priors = new Map<number, readonly number[]>();

  constructor(cleaned: Cleaned, quantity: Quantity) {
    const { stepMs, startMs, values } = cleaned;
    this.quantity = quantity;
    this.stepMs = stepMs;
    this.startMs = startMs;
    this.count = values.length;
    this.perHour = HOUR_MS / stepMs;
    this.perDay = DAY_MS / stepMs;
    this.half = Math.floor(SMOOTH_H * this.perHour);
    this.last = cleaned.last;
    this.#zone = zoneOf(quantity.zone);
    this.#envelope = quantity.envelope === undefined ? undefined : this.#envelopes(quantity.envelope);
    this.#most = this.#envelope === undefined ? 0 : this.#envelope.reduce((a, b) => Math.max(a, b), 0);
    this.scale = typical(values);
    this.good = new Uint8Array(this.count);
    this.z = this.#learningScale(values);
    this.smooth = smoothed(this.z, this.half);
    this.#days = strided(this.smooth, this.perDay);
    this.#weeks = strided(this.smooth, 7 * this.perDay);
    const sums = () => new Float64Array(this.count + 1);
    this.#sumZ = sums();
    this.#sumDay = sums();
    this.#sumWeek = sums();
    this.#sumPrior = sums();
    this.#sumSquare = sums();
    for (let i = 0; i < this.count; i++) {
      const z = this.z[i]!;
      const day = z - this.usual(i, 1);
      const prior = this.prior(i);
      this.#sumZ[i + 1] = this.#sumZ[i]! + z;
      this.#sumDay[i + 1] = this.#sumDay[i]! + (i >= this.perDay ? day : 0);
      this.#sumWeek[i + 1] = this.#sumWeek[i]! + (i >= 7 * this.perDay ? z - this.weekly(i, 1) : 0);
      this.#sumPrior[i + 1] = this.#sumPrior[i]! + (prior === undefined ? 0 : z - prior);
      this.#sumSquare[i + 1] = this.#sumSquare[i]! + (i >= this.perDay ? day * day : 0);
    }
  }

  /** Envelope of all steps of the past and of the two days after it. */
  #envelopes(of: NonNullable<Quantity['envelope']>): Float64Array {
    const ahead = 3 * this.perDay;
    return Float64Array.from({ length: this.count + ahead }, (_, i) => of(this.msOf(i), this.msOf(i + 1)));
  }

  #learningScale(values: Float64Array): Float64Array {
    const z = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++) {
      const lit = this.#envelope === undefined || this.#envelope[i]! > DIM * this.#most;
      if (Number.isNaN(values[i]) || !lit) z[i] = Number.NaN;
      else {
        this.good[i] = 1;
        z[i] = this.toZ(i, values[i]!);
      }
    }
    if (this.#envelope === undefined) fill(z, this.perDay, this.perHour);
    else hold(z);
    return z;
  }

  /** Share of the steps that were measured, among those that could tell something. */
  get goodShare(): number {
    let good = 0;
    let could = 0;
    for (let i = 0; i < this.count; i++) {
      good += this.good[i]!;
      could += this.#envelope === undefined || this.#envelope[i]! > DIM * this.#most ? 1 : 0;
    }
    return could > 0 ? good / could : 0;
  }

  /** True where everything that was measured is the same, and the prior changes by a hundredth of its size or more within a day. */
  get standsStill(): boolean {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.count; i++) {
      if (this.good[i] === 0) continue;
      low = Math.min(low, this.z[i]!);
      high = Math.max(high, this.z[i]!);
    }
    if (high > low || this.quantity.prior === undefined) return false;
    const day = Array.from({ length: this.perDay }, (_, k) => this.prior(Math.max(0, this.last - k))!);
    return Math.max(...day) - Math.min(...day) > 0.01 * Math.max(...day.map(Math.abs));
  }

  msOf(i: number): number {
    return this.startMs + i * this.stepMs;
  }

  /** Envelope of a step; 1 where the quantity has none. */
  envelope(i: number): number {
    if (this.#envelope === undefined) return 1;
    return this.#envelope[i] ?? this.quantity.envelope!(this.msOf(i), this.msOf(i + 1));
  }

  /** Weight of an error on the learning scale. */
  weight(i: number): number {
    return this.#envelope === undefined ? 1 : this.envelope(i) / this.#most;
  }

  toZ(i: number, value: number): number {
    const { quantity } = this;
    if (this.#envelope === undefined) return quantity.to(value, this.scale);
    // A low sun would make wild shares.
    return quantity.to(value, this.scale) / Math.max(this.envelope(i), DIM * this.#most, 1e-9);
  }

  fromZ(i: number, z: number): number {
    const { quantity } = this;
    if (this.#envelope === undefined) return Math.max(quantity.least, quantity.from(z, this.scale));
    return Math.max(quantity.least, quantity.from(z, this.scale) * this.envelope(i));
  }

  /** Local hour 0..24 of the middle of a step, and whether it falls on Saturday or Sunday. */
  clock(i: number): { readonly hour: number; readonly weekend: boolean } {
    const local = this.msOf(i) + this.stepMs / 2 + this.#zone.offsetMs(this.msOf(i));
    const day = Math.floor(local / DAY_MS);
    return { hour: (local - day * DAY_MS) / HOUR_MS, weekend: ((day + 3) % 7) + 1 > 5 };
  }

  /** Days back to the latest same time of day that is known `lead` steps before a step. */
  daysBack(lead: number): number {
    return Math.max(1, Math.ceil((lead + this.half) / this.perDay));
  }

  /** Smoothed value `days` before a step; the nearest day that exists. */
  dayBefore(i: number, days: number): number {
    let at = i - days * this.perDay;
    while (at < 0) at += this.perDay;
    return this.smooth[Math.min(at, this.count - 1)]!;
  }

  /** Mean of the same time over up to seven days, the latest of them `days` before. */
  usual(i: number, days: number): number {
    return meanBack(this.#days, i - days * this.perDay, this.perDay, USUAL_DAYS) ?? this.dayBefore(i, days);
  }

  /** Same weekday and time of up to `weeks` weeks, the latest known `lead` steps before; the usual day where there is none. */
  weekly(i: number, lead: number, weeks = 4): number {
    const perWeek = 7 * this.perDay;
    const back = Math.max(1, Math.ceil((lead + this.half) / perWeek));
    return meanBack(this.#weeks, i - back * perWeek, perWeek, weeks) ?? this.usual(i, this.daysBack(lead));
  }

  hasWeek(i: number, lead: number): boolean {
    const perWeek = 7 * this.perDay;
    return i - Math.max(1, Math.ceil((lead + this.half) / perWeek)) * perWeek >= 0;
  }

  /** Prior quantiles of a step on the learning scale. */
  priors(i: number): readonly number[] | undefined {
    const { prior } = this.quantity;
    if (prior === undefined) return undefined;
    let found = this.#priors.get(i);
    if (found === undefined) {
      found = prior.quantiles(this.msOf(i), this.msOf(i + 1)).map((v) => this.toZ(i, v));
      this.#priors.set(i, found);
    }
    return found;
  }

  /** Middle of the prior. */
  prior(i: number): number | undefined {
    return this.priors(i)?.[1];
  }

  #mean(sums: Float64Array, end: number, steps: number): number {
    const from = Math.max(0, end - steps);
    return end > from ? (sums[end]! - sums[from]!) / (end - from) : 0;
  }

  /** Mean level over the `hours` that end with step `last`; and how far they lay off the usual day, weekday, prior. */
  level(last: number, hours: number): number {
    return this.#mean(this.#sumZ, last + 1, Math.max(1, hours * this.perHour));
  }
  offDay(last: number, hours: number): number {
    return this.#mean(this.#sumDay, last + 1, Math.max(1, hours * this.perHour));
  }
  offWeek(last: number, hours: number): number {
    return this.#mean(this.#sumWeek, last + 1, Math.max(1, hours * this.perHour));
  }
  offPrior(last: number, hours: number): number {
    return this.#mean(this.#sumPrior, last + 1, Math.max(1, hours * this.perHour));
  }
  /** Root mean square distance from the usual day. */
  spread(last: number, hours: number): number {
    return Math.sqrt(Math.max(0, this.#mean(this.#sumSquare, last + 1, Math.max(1, hours * this.perHour))));
  }
}

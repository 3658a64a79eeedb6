import { random, seedFrom } from '../../series/random.ts';

/** A time without grid, ms UTC, [fromMs, toMs). */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Random outages: Poisson starts, lognormal durations. */
export interface OutageModel {
  readonly perMonth: number;
  readonly meanHours: number;
  /** Standard deviation of the logarithm of the duration. */
  readonly sigma: number;
  /** Text that the seeds of all months are made from. */
  readonly seed: string;
}

const HOUR = 3_600_000;
const MONTH_HOURS = 730.5;
/** No outage is longer, so that a month's list needs only the month before. */
const LONGEST_MS = 27 * 24 * HOUR;

/**
 * Outages that start in a calendar month (UTC), in order: a Poisson process of `perMonth` starts per 730.5 h, durations
 * lognormal with the given mean, at most 27 days. The same model and month give the same list whatever was asked before.
 *
 * @param month months since January of year 0: year * 12 + (0..11)
 */
export function outagesOfMonth(model: OutageModel, month: number): Outage[] {
  const startMs = monthStartMs(month);
  const endMs = monthStartMs(month + 1);
  const list: Outage[] = [];
  if (model.perMonth <= 0 || model.meanHours <= 0) return list;
  const source = random(seedFrom(`${model.seed}/${month}`));
  const mu = Math.log(model.meanHours) - model.sigma ** 2 / 2;
  const gapMs = (MONTH_HOURS / model.perMonth) * HOUR;
  let at = startMs + source.exponential() * gapMs;
  while (at < endMs) {
    const hours = Math.exp(mu + model.sigma * source.normal());
    list.push({ fromMs: Math.round(at), toMs: Math.round(at + Math.min(LONGEST_MS, hours * HOUR)) });
    at += source.exponential() * gapMs;
  }
  return list;
}

/** Start of a month counted as year * 12 + (0..11), ms UTC. */
export function monthStartMs(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1);
}

/** Month of an instant as year * 12 + (0..11), UTC. */
export function monthOf(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Answers "is there an outage at this instant" for one model; months are made once and kept. */
export class OutageBook {
  readonly #model: OutageModel;
  readonly #months = new Map<number, readonly Outage[]>();
  #fromMs = 1;
  #toMs = 0;
  #near: readonly Outage[] = [];

  constructor(model: OutageModel) {
    this.#model = model;
  }

  #ofMonth(month: number): readonly Outage[] {
    let list = this.#months.get(month);
    if (list === undefined) {
      list = outagesOfMonth(this.#model, month);
      this.#months.set(month, list);
    }
    return list;
  }

  isOut(ms: number): boolean {
    if (!(ms >= this.#fromMs && ms < this.#toMs)) {
      const month = monthOf(ms);
      this.#fromMs = monthStartMs(month);
      this.#toMs = monthStartMs(month + 1);
      // The month before too, since its last outage may reach into this one.
      this.#near = joined([...this.#ofMonth(month - 1), ...this.#ofMonth(month)]);
    }
    return covers(this.#near, ms);
  }

  /** Outages that overlap [fromMs, toMs), by their start. */
  between(fromMs: number, toMs: number): Outage[] {
    const list: Outage[] = [];
    if (!(toMs > fromMs)) return list;
    for (let month = monthOf(fromMs) - 1; month <= monthOf(toMs); month++) {
      for (const o of this.#ofMonth(month)) if (o.toMs > fromMs && o.fromMs < toMs) list.push(o);
    }
    return list;
  }
}

/**
 * True when one of the outages covers the instant.
 *
 * @param outages by their start, not overlapping (see `joined`)
 */
export function covers(outages: readonly Outage[], ms: number): boolean {
  let low = 0;
  let high = outages.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const o = outages[middle]!;
    if (ms < o.fromMs) high = middle - 1;
    else if (ms >= o.toMs) low = middle + 1;
    else return true;
  }
  return false;
}

/** By their start, with those that overlap or touch made one. */
export function joined(outages: readonly Outage[]): Outage[] {
  const list: Outage[] = [];
  for (const o of [...outages].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = list.at(-1);
    if (last !== undefined && o.fromMs <= last.toMs) {
      list[list.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, o.toMs) };
    } else list.push(o);
  }
  return list;
}

/** What a recording says about the outages of a line. */
export interface OutageFit {
  readonly perMonth: number;
  readonly meanHours: number;
  readonly sigma: number;
}

/**
 * Fits the random model to lengths of outages seen: Poisson rate by count; lognormal lengths by maximum likelihood, which are
 * mean and standard deviation (over n) of their logarithms (Johnson, Kotz, Balakrishnan 1994, ch. 14).
 *
 * @param hours lengths, each > 0, at least one
 * @param months observed, of 730.5 h, > 0
 */
export function fitOutages(hours: readonly number[], months: number): OutageFit {
  const logs = hours.map(Math.log);
  const mu = logs.reduce((sum, v) => sum + v, 0) / logs.length;
  const sigma = Math.sqrt(logs.reduce((sum, v) => sum + (v - mu) ** 2, 0) / logs.length);
  return { perMonth: hours.length / months, meanHours: Math.exp(mu + sigma ** 2 / 2), sigma };
}

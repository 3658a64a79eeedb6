import { fail } from '../errors/error.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { clean } from './clean.ts';
import {
  FARTHEST_H,
  type Flag,
  type Forecast,
  type Forecaster,
  type History,
  LEVELS,
  type Method,
} from './contract.ts';
import { originAt } from './features.ts';
import { type Choice, type Fit, fitPast, LEARN_DAYS, plainErrors } from './fit.ts';
import { BANDS_H, bandOf } from './leads.ts';
import { Speaker } from './methods.ts';
import { Past } from './past.ts';
import type { Quantity } from './quantity.ts';
import { reviveFit, saveFit } from './state.ts';

/** History that is looked at, days; more changes little and costs. */
export const WINDOW_DAYS = 28;
/** A fit is made anew after this unless said otherwise, in time of the history. */
const REFIT_MS = DAY_MS;
/** Least history for errors around plain methods, days; before it the prior speaks, or persistence with the spread seen so far. */
const LEAST_DAYS = 2;
/** A history that has grown by this share is learnt from anew, whatever else is asked for; its first days teach most. */
const GROWN_SHARE = 0.4;
const STEPS_MS = { least: 60_000, most: HOUR_MS };

/**
 * Forecasts a quantity from its own history. It learns by itself once there are days enough and then once a day; what it has
 * learnt is kept in `save()`. Which method speaks is chosen on a held-out tail of the history, for each band of leads.
 */
export class LearningForecaster implements Forecaster {
  readonly quantity: Quantity;
  readonly #refitMs: number;
  #fit: Fit | undefined;
  #fittedMs = Number.NEGATIVE_INFINITY;
  #stepMs = 0;

  /**
   * @param saved what `save()` returned; what cannot be read is learnt anew
   * @param refitMs time of the history after which it learns anew
   */
  constructor(quantity: Quantity, saved?: unknown, refitMs = REFIT_MS) {
    this.quantity = quantity;
    this.#refitMs = refitMs;
    const revived = reviveFit(saved);
    if (revived === undefined) return;
    this.#fit = revived.fit;
    this.#fittedMs = revived.fittedMs;
    this.#stepMs = revived.stepMs;
  }

  /** What was chosen and how every method did on the held-out tail; undefined before there was enough to learn from. */
  get fitted(): Fit | undefined {
    return this.#fit;
  }

  /** Learns from the history up to `nowMs`, about half a second of CPU. False where it is too short. */
  learn(history: History, nowMs: number): boolean {
    return this.#learn(this.#past(history, nowMs).past, nowMs);
  }

  #learn(past: Past, nowMs: number): boolean {
    if (past.last + 1 < LEARN_DAYS * past.perDay || past.goodShare < 0.5) return false;
    this.#fit = fitPast(past);
    this.#fittedMs = nowMs;
    this.#stepMs = past.stepMs;
    return true;
  }

  #past(history: History, nowMs: number): { readonly past: Past; readonly flags: readonly Flag[] } {
    const { stepMs } = history.grid;
    const fits = stepMs >= STEPS_MS.least && stepMs <= STEPS_MS.most && HOUR_MS % stepMs === 0;
    if (!fits)
      fail('JW_FORECAST', { reason: `steps of ${stepMs / 1000} s; from a minute to an hour, dividing it, are needed` });
    const cleaned = clean(history, nowMs, WINDOW_DAYS * DAY_MS, this.quantity);
    return { past: new Past(cleaned, this.quantity), flags: cleaned.flags };
  }

  forecast(history: History, nowMs: number, edgesMs: readonly number[]): Forecast {
    checkEdges(edgesMs, nowMs, history.grid.stepMs);
    const { past, flags } = this.#past(history, nowMs);
    const days = (past.last + 1) / past.perDay;
    // What was learnt from little is learnt anew soon.
    const refitMs = Math.min(this.#refitMs, Math.max(DAY_MS, GROWN_SHARE * days * DAY_MS));
    const stale = nowMs - this.#fittedMs >= refitMs || nowMs < this.#fittedMs || past.stepMs !== this.#stepMs;
    if (stale) this.#learn(past, nowMs);
    const fitted = past.last >= 0 && past.stepMs === this.#stepMs ? this.#fit : undefined;
    const told = [...flags];
    if (fitted === undefined)
      told.push({ kind: 'new', text: `${days.toFixed(1)} days of history; ${LEARN_DAYS} are learnt from` });
    const ageMs = past.last < 0 ? Number.POSITIVE_INFINITY : nowMs - past.msOf(past.last + 1);
    if (past.last >= 0 && ageMs > HOUR_MS) {
      told.push({ kind: 'old', text: `the last good measurement is ${(ageMs / HOUR_MS).toFixed(1)} h old` });
    }
    // What was learnt holds for a history that goes on; one that ended, or that stands still where much is expected to change, is left.
    const ended = ageMs > DAY_MS || (flags.some((f) => f.kind === 'stuck') && past.standsStill);
    if (ended && this.quantity.prior !== undefined) return this.#over(past, ALONE.prior, edgesMs, told);
    const choose = fitted === undefined || ageMs > DAY_MS ? this.#young(past, days) : chosenBy(fitted);
    return this.#over(past, choose, edgesMs, told);
  }

  /** How to speak before there is anything learnt. */
  #young(past: Past, days: number): Choosing {
    const { prior } = this.quantity;
    if (past.last < 0) {
      if (prior === undefined)
        fail('JW_FORECAST', { reason: `nothing was ever measured of ${this.quantity.about}, and nothing is assumed` });
      return ALONE.prior;
    }
    if (prior !== undefined && days < (prior.levelOnly === true ? LEAST_DAYS : LEARN_DAYS)) return ALONE.prior;
    if (days >= LEAST_DAYS) return ALONE.climatology;
    return { learnt: plainErrors(past), choose: () => ({ mix: ['persistence'], spread: 1 }) };
  }

  #over(past: Past, { learnt, choose }: Choosing, edgesMs: readonly number[], flags: readonly Flag[]): Forecast {
    const count = edgesMs.length - 1;
    const quantiles = LEVELS.map(() => new Float64Array(count));
    const methods: (readonly Method[])[] = [];
    const speaker = past.last < 0 ? undefined : new Speaker(past, originAt(past, past.last), learnt);
    const to = new Float64Array(LEVELS.length);
    for (let k = 0; k < count; k++) {
      const [from, end] = [edgesMs[k]!, edgesMs[k + 1]!];
      const first = Math.floor((from - past.startMs) / past.stepMs + 1e-9);
      const last = Math.ceil((end - past.startMs) / past.stepMs - 1e-9);
      methods.push(choose((first - past.last) / past.perHour).mix);
      for (let step = first; step < last; step++) {
        const overlapMs = Math.min(end, past.msOf(step + 1)) - Math.max(from, past.msOf(step));
        const part = choose((step - past.last) / past.perHour);
        if (speaker === undefined) to.set(past.priors(step)!);
        else if (step <= past.last) to.fill(past.z[step]!);
        else speaker.mix(part.mix, part.spread, step, to);
        for (let q = 0; q < to.length; q++) {
          quantiles[q]![k]! += (past.fromZ(step, to[q]!) * overlapMs) / (end - from);
        }
      }
    }
    return { edgesMs: [...edgesMs], levels: LEVELS, quantiles, methods, flags };
  }

  save(): unknown {
    return this.#fit === undefined ? { v: 1 } : saveFit(this.#fit, this.#fittedMs, this.#stepMs);
  }
}

/** What to say by lead, h. */
interface Choosing {
  readonly learnt: Fit['learnt'] | undefined;
  readonly choose: (leadH: number) => Choice;
}

/** One method for all leads, which needs nothing learnt. */
const ALONE = {
  prior: { learnt: undefined, choose: () => ({ mix: ['prior'], spread: 1 }) },
  climatology: { learnt: undefined, choose: () => ({ mix: ['climatology'], spread: 1 }) },
} as const satisfies Record<string, Choosing>;

function chosenBy({ learnt, chosen }: Fit): Choosing {
  return { learnt, choose: (leadH) => chosen[bandOf(leadH, BANDS_H)]! };
}

/** @throws JW_FORECAST */
function checkEdges(edgesMs: readonly number[], nowMs: number, stepMs: number): void {
  const wrong = (reason: string): never => fail('JW_FORECAST', { reason });
  if (edgesMs.length < 2) wrong('a horizon has two edges at least');
  if (edgesMs.some((ms, k) => !Number.isFinite(ms) || (k > 0 && ms <= edgesMs[k - 1]!))) wrong('the edges do not rise');
  if (edgesMs[0]! < nowMs - stepMs) wrong('the horizon begins before now');
  const farH = (edgesMs[edgesMs.length - 1]! - nowMs) / HOUR_MS;
  if (farH > FARTHEST_H + 1e-9 + stepMs / HOUR_MS)
    wrong(`the horizon ends ${farH.toFixed(1)} h ahead, and ${FARTHEST_H} h are forecast`);
}

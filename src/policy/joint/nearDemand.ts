import { DAY_MS, quantile } from '../../series/grid.ts';
import type { View } from '../policy.ts';
import { JOINT } from './parameters.ts';

/** How far ahead, in steps: replicas that are woken now serve in the step after. */
const LEADS = [1, 2] as const;
/** What a step may change by from what it was expected by. */
const CHANGE = { least: 0.5, most: 2 };
/** The margin at most. */
const MOST_MARGIN = 2;
/** Steps after which margins are measured anew: quantiles of a week hardly move within two hours. */
const MEASURED_EVERY = 8;

/** Who foretells: the plan's forecast as it is; what was measured last, moved as the forecast, as yesterday or as a week ago moved. */
const TELLERS = ['forecast', 'moved by the forecast', 'yesterday', 'a week ago'] as const;
const WEEK_MS = 7 * DAY_MS;

/** What one teller said of one lead, and how wrong that was of late. */
interface Telling {
  /** Measured over told. */
  readonly errors: number[];
  margin: number;
  /** For steps to come: start and rate. */
  told: (readonly [number, number])[];
}

/** What must survive a restart. */
export interface NearMemory {
  /** Errors by service, teller and lead. */
  readonly errors: readonly (readonly (readonly (readonly number[])[])[])[];
  /** Start of the first of the measured steps, their length, and requests/s by service. */
  readonly measured: {
    readonly startMs: number;
    readonly stepMs: number;
    readonly perS: readonly (readonly number[])[];
  };
}

/**
 * The demand of the coming steps: the last measurement, moved as forecast or yesterday have it, whichever was less wrong of late, and as
 * much more as covers the errors of that.
 */
export class NearDemand {
  readonly #tellings: Telling[][][];
  #stepMs = 0;
  #startMs = 0;
  readonly #perS: number[][];
  #sinceMargins = 0;

  constructor(services: number, memory?: NearMemory) {
    this.#tellings = Array.from({ length: services }, (_, s) =>
      TELLERS.map((_teller, t) =>
        LEADS.map((_lead, l) => ({
          errors: [...(memory?.errors[s]?.[t]?.[l] ?? [])],
          margin: JOINT.firstMargin,
          told: [],
        })),
      ),
    );
    this.#perS = Array.from({ length: services }, (_, s) => [...(memory?.measured.perS[s] ?? [])]);
    this.#stepMs = memory?.measured.stepMs ?? 0;
    this.#startMs = memory?.measured.startMs ?? 0;
    this.#measureMargins();
  }

  /** Takes what was measured in the step before. */
  watch({ last, conditions }: View): void {
    if (last === undefined) return;
    const { startMs } = last.conditions;
    const stepMs = conditions.startMs - startMs;
    const count = this.#perS[0]?.length ?? 0;
    if (stepMs !== this.#stepMs || startMs !== this.#startMs + count * stepMs) {
      // Another rhythm, or a gap: yesterday is told apart anew.
      this.#stepMs = stepMs;
      this.#startMs = startMs;
      for (const list of this.#perS) list.length = 0;
    }
    for (const [s, tellers] of this.#tellings.entries()) {
      const arrived = last.services[s]!.arrivedPerS;
      this.#perS[s]!.push(arrived);
      for (const telling of tellers.flat()) {
        telling.told = telling.told.filter(([ms, rate]) => {
          if (ms > startMs) return true;
          if (ms === startMs && rate > 0) telling.errors.push(arrived / rate);
          return false;
        });
        if (telling.errors.length > 1.5 * JOINT.errors) telling.errors.splice(0, telling.errors.length - JOINT.errors);
      }
    }
    this.#forget();
    if (++this.#sinceMargins >= MEASURED_EVERY) this.#measureMargins();
  }

  #forget(): void {
    const kept = Math.ceil((WEEK_MS + DAY_MS) / this.#stepMs);
    const count = this.#perS[0]?.length ?? 0;
    if (count < 1.2 * kept) return;
    for (const list of this.#perS) list.splice(0, count - kept);
    this.#startMs += (count - kept) * this.#stepMs;
  }

  #measureMargins(): void {
    this.#sinceMargins = 0;
    for (const telling of this.#tellings.flat(2)) {
      if (telling.errors.length < JOINT.leastErrors) continue;
      const recent = Float64Array.from(telling.errors.slice(-JOINT.errors));
      telling.margin = Math.min(MOST_MARGIN, Math.max(JOINT.leastMargin, quantile(recent, JOINT.sureShare)));
    }
  }

  /** Measured rate of the step that begins then; undefined where there is none. */
  #at(s: number, ms: number): number | undefined {
    return this.#perS[s]![Math.round((ms - this.#startMs) / this.#stepMs)];
  }

  /**
   * What replicas are to be sized for, requests/s of a service.
   *
   * @param expected rate that the plan expects of the step that begins then, requests/s; undefined beyond it
   */
  surely(s: number, { conditions, last }: View, expected: (startMs: number) => number | undefined): number {
    const { startMs } = conditions;
    const stepMs = conditions.dtH * 3_600_000;
    const now = last?.services[s]?.arrivedPerS;
    let most = 0;
    for (const [l, lead] of LEADS.entries()) {
      const ms = startMs + (lead - 1) * stepMs;
      const forecast = expected(ms);
      if (now === undefined) {
        most = Math.max(most, JOINT.firstMargin * (forecast ?? 0));
        continue;
      }
      const rates = [
        forecast ?? now,
        moved(now, expected(startMs - stepMs) ?? expected(startMs), forecast),
        moved(now, this.#at(s, startMs - stepMs - DAY_MS), this.#at(s, ms - DAY_MS)),
        moved(now, this.#at(s, startMs - stepMs - WEEK_MS), this.#at(s, ms - WEEK_MS)),
      ];
      const tellings = this.#tellings[s]!.map((leads) => leads[l]!);
      for (const [t, telling] of tellings.entries()) telling.told.push([ms, rates[t]!]);
      // Until something was measured of any, the one that goes by yesterday.
      let best = 2;
      for (const [t, { margin }] of tellings.entries()) if (margin < tellings[best]!.margin) best = t;
      most = Math.max(most, rates[best]! * tellings[best]!.margin);
      // Before weekdays are known apart, no less than autoscaling would keep.
      if (tellings.at(-1)!.errors.length >= JOINT.leastErrors) continue;
      const rise = Math.max(0, now - (this.#at(s, startMs - 2 * stepMs) ?? now));
      most = Math.max(most, JOINT.firstMargin * Math.max(rates[2]!, now + (lead * rise) / 2));
    }
    return most;
  }

  save(): NearMemory {
    return {
      errors: this.#tellings.map((tellers) =>
        tellers.map((leads) => leads.map(({ errors }) => errors.slice(-JOINT.errors))),
      ),
      measured: { startMs: this.#startMs, stepMs: this.#stepMs, perS: this.#perS.map((list) => [...list]) },
    };
  }
}

/** A rate moved as another goes from then to later; as it is where that is not known. */
function moved(now: number, then: number | undefined, later: number | undefined): number {
  if (then === undefined || later === undefined || then <= 0) return now;
  return now * Math.min(CHANGE.most, Math.max(CHANGE.least, later / then));
}

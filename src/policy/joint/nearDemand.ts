import { DAY_MS } from '../../series/grid.ts';
import type { View } from '../policy.ts';
import { type Margin, marginFor, type Outcome } from './margin.ts';
import { JOINT } from './parameters.ts';
import type { Response } from './response.ts';

/** How far ahead, in steps: replicas that are woken now serve in the step after. */
const LEADS = [1, 2] as const;
/** What a step may change by from what it was expected by. */
const CHANGE = { least: 0.5, most: 2 };
/** Steps after which margins are measured anew: those of a week hardly move within hours. */
const MEASURED_EVERY = 48;

/** Who foretells: the plan's forecast as it is; what was measured last, moved as the forecast, as yesterday or as a week ago moved. */
const TELLERS = ['forecast', 'moved by the forecast', 'yesterday', 'a week ago'] as const;
const YESTERDAY = 2;
const WEEK_MS = 7 * DAY_MS;

/** What one teller said, and what came of it. */
interface Telling {
  readonly outcomes: Outcome[];
  /** On what it says. */
  margin: Margin;
  /** For the step that runs and the one before it: its start and the rate to be sized for. */
  told: readonly [startMs: number, perS: number] | undefined;
  before: readonly [startMs: number, perS: number] | undefined;
}

/** Rates to be sized for, requests/s: in this step, and so that the next is served too; and what this step is expected to bring. */
export interface Sure {
  readonly nowPerS: number;
  readonly perS: number;
  /** What is expected of this step, without a margin. */
  readonly expectedPerS: number;
}

/** What must survive a restart. */
export interface NearMemory {
  /** By service and teller. */
  readonly outcomes: readonly (readonly (readonly (readonly number[])[])[])[];
  /** Start of the first of the measured steps, their length, and requests/s by service. */
  readonly measured: {
    readonly startMs: number;
    readonly stepMs: number;
    readonly perS: readonly (readonly number[])[];
  };
}

/** What a pool makes of a load, and the share of a step that a boot takes; undefined where no pool keeps the targets. */
export type RespondsTo = (
  service: number,
  usualPerS: readonly number[],
  stepMs: number,
) => { readonly response: Response; readonly boots: number } | undefined;

/**
 * The demand of the coming steps: the last measurement, moved as forecast or as days before have it, whichever has asked for the fewest
 * replicas of late, with the margin at which so few requests would have missed their targets as are meant to.
 */
export class NearDemand {
  readonly #tellings: Telling[][];
  readonly #respondsTo: RespondsTo;
  readonly #goals: readonly number[];
  #stepMs = 0;
  #startMs = 0;
  readonly #perS: number[][];
  #sinceMargins = 0;

  /** @param goals share of each service's requests that may miss a target for the size of its pool, 0..1 */
  constructor(goals: readonly number[], respondsTo: RespondsTo, memory?: NearMemory) {
    this.#goals = goals;
    this.#respondsTo = respondsTo;
    this.#tellings = goals.map((_, s) =>
      TELLERS.map((_teller, t) => ({
        outcomes: (memory?.outcomes[s]?.[t] ?? []).map(
          ([arrived = 0, before = 0, now = 0]): Outcome => [arrived, before, now],
        ),
        margin: { factor: JOINT.firstMargin, cost: Number.POSITIVE_INFINITY },
        told: undefined,
        before: undefined,
      })),
    );
    this.#perS = goals.map((_, s) => [...(memory?.measured.perS[s] ?? [])]);
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
      for (const { told, before, outcomes } of tellers) {
        if (told?.[0] !== startMs || before?.[0] !== startMs - stepMs || told[1] <= 0 || before[1] <= 0) continue;
        outcomes.push([arrived, before[1], told[1]]);
        if (outcomes.length > 1.5 * JOINT.errors) outcomes.splice(0, outcomes.length - JOINT.errors);
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
    if (this.#stepMs === 0) return;
    const usual = this.#perS.map(usualOf);
    for (const [s, tellers] of this.#tellings.entries()) {
      if (tellers.every(({ outcomes }) => outcomes.length < JOINT.leastErrors)) continue;
      const found = this.#respondsTo(s, usual, this.#stepMs);
      if (found === undefined) continue;
      for (const telling of tellers) {
        if (telling.outcomes.length < JOINT.leastErrors) continue;
        const recent = telling.outcomes.slice(-JOINT.errors);
        const goal = this.#goals[s]!;
        const asked = { goal, unforeseen: JOINT.unforeseen * Math.max(0, 1 - goal / JOINT.paysForAll) };
        telling.margin = marginFor(asked, recent, found.response, found.boots);
      }
    }
  }

  /** Measured rate of the step that begins then; undefined where there is none. */
  #at(s: number, ms: number): number | undefined {
    return this.#perS[s]![Math.round((ms - this.#startMs) / this.#stepMs)];
  }

  /**
   * What replicas are to be sized for, requests/s of a service: in this step, and in this and the next.
   *
   * @param expected rate that the plan expects of the step that begins then, requests/s; undefined beyond it
   */
  surely(s: number, { conditions, last }: View, expected: (startMs: number) => number | undefined): Sure {
    const { startMs } = conditions;
    const stepMs = conditions.dtH * 3_600_000;
    const now = last?.services[s]?.arrivedPerS;
    const starts = LEADS.map((lead) => startMs + (lead - 1) * stepMs);
    if (now === undefined) {
      const [perS, next] = starts.map((ms) => JOINT.firstMargin * (expected(ms) ?? 0));
      return { nowPerS: perS!, perS: Math.max(perS!, next!), expectedPerS: expected(startMs) ?? 0 };
    }
    const then = (agoMs: number) => this.#at(s, startMs - stepMs - agoMs);
    const says: readonly ((ms: number) => number)[] = [
      (ms) => expected(ms) ?? now,
      (ms) => moved(now, expected(startMs - stepMs) ?? expected(startMs), expected(ms)),
      (ms) => moved(now, then(DAY_MS), this.#at(s, ms - DAY_MS)),
      (ms) => moved(now, then(WEEK_MS), this.#at(s, ms - WEEK_MS)),
    ];
    const tellings = this.#tellings[s]!;
    // Until something was measured of any, the one that goes by yesterday.
    let best = YESTERDAY;
    const rates = says.map((say) => starts.map(say));
    for (const [t, telling] of tellings.entries()) {
      telling.before = telling.told;
      telling.told = [startMs, Math.max(...rates[t]!)];
      if (telling.margin.cost < tellings[best]!.margin.cost) best = t;
    }
    // Before weekdays are known apart, no less than autoscaling would keep.
    const isYoung = tellings.at(-1)!.outcomes.length < JOINT.leastErrors;
    const rise = Math.max(0, now - (this.#at(s, startMs - 2 * stepMs) ?? now));
    const sure = LEADS.map((lead, l) => {
      const told = rates[best]![l]! * tellings[best]!.margin.factor;
      return isYoung
        ? Math.max(told, JOINT.firstMargin * Math.max(now + (lead * rise) / 2, rates[YESTERDAY]![l]!))
        : told;
    });
    return { nowPerS: sure[0]!, perS: Math.max(...sure), expectedPerS: rates[best]![0]! };
  }

  save(): NearMemory {
    return {
      outcomes: this.#tellings.map((tellers) => tellers.map(({ outcomes }) => outcomes.slice(-JOINT.errors))),
      measured: { startMs: this.#startMs, stepMs: this.#stepMs, perS: this.#perS.map((list) => [...list]) },
    };
  }
}

/** The rate that a request meets on average, requests/s: busy steps bring more of them. */
function usualOf(perS: readonly number[]): number {
  let [sum, squares] = [0, 0];
  for (const rate of perS) {
    sum += rate;
    squares += rate * rate;
  }
  return sum > 0 ? squares / sum : 0;
}

/** A rate moved as another goes from then to later; as it is where that is not known. */
function moved(now: number, then: number | undefined, later: number | undefined): number {
  if (then === undefined || later === undefined || then <= 0) return now;
  return now * Math.min(CHANGE.most, Math.max(CHANGE.least, later / then));
}

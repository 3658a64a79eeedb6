import type { ClassBudget, Directive } from '../../src/control/contract.ts';
import type { Engine, Expected } from '../../src/engines/contract.ts';
import { type Failure, failure } from '../../src/engines/failure.ts';
import { ManualTimers } from '../../src/engines/timing.ts';
import { Admission } from '../../src/gateway/admission.ts';
import type { ModelEntry } from '../../src/gateway/contract.ts';
import { DirectiveHolder } from '../../src/gateway/directive.ts';
import type { Ask, Outcome, Seat, Waiter } from '../../src/gateway/dispatch/ask.ts';
import { Dispatcher } from '../../src/gateway/dispatch/dispatcher.ts';
import { Roster } from '../../src/gateway/dispatch/roster.ts';
import { ManualClock } from '../../src/series/clock.ts';

export const EXPECTED: Expected = {
  queueS: 0,
  prefillSPerToken: 0.0005,
  tpotS: 0.02,
  prefillJPerToken: 0.1,
  decodeJPerToken: 1,
};

export function engine(id: string, more: Partial<Engine> = {}): Engine {
  const idle = { cancel: () => undefined, pause: () => undefined, resume: () => undefined };
  return {
    id,
    model: 'm',
    simulated: true,
    nominal: EXPECTED,
    deployment: id,
    outside: null,
    slots: 4,
    serves: new Set(['/chat/completions']),
    start: () => idle,
    health: async () => ({ up: true, reason: '', latencyMs: 0 }),
    close: async () => undefined,
    ...more,
  };
}

/** A dispatcher in virtual time. */
export function rig(engines: readonly Engine[], models: readonly ModelEntry[], classes: readonly ClassBudget[] = []) {
  const timers = new ManualTimers();
  const directives = new DirectiveHolder(new ManualClock(0));
  const directive: Directive = {
    seq: 1,
    issuedMs: 0,
    validUntilMs: 1e12,
    classes,
    engines: [],
    facilityFactor: 1,
    carbonGPerKwh: 0,
    waterLPerKwh: 0,
    pricePerKwh: 0,
    currency: 'USD',
  };
  directives.accept(directive);
  const admission = new Admission(directives, timers);
  const dispatcher = new Dispatcher({ roster: new Roster(engines, models), directives, admission, timers });
  let seq = 1;
  const order = (part: Partial<Directive>): void => {
    seq += 1;
    directives.accept({ ...directive, ...part, seq });
    dispatcher.changed();
  };
  return { timers, dispatcher, order };
}

const NONE = new Float64Array(0);

export function ask(part: Partial<Ask> = {}): Ask {
  return {
    tenant: 't',
    model: 'm',
    class: 'default',
    stream: true,
    inputTokens: 200,
    maxTokens: 50,
    session: null,
    prefix: () => NONE,
    residency: null,
    ...part,
  };
}

/** A caller that notes what becomes of it. */
export class Caller implements Waiter {
  seat: Seat | null = null;
  why: Failure | null = null;
  beats = 0;
  whenMs = 0;
  readonly #onSeat: (caller: Caller) => void;
  readonly #timers: ManualTimers;

  constructor(timers: ManualTimers, onSeat: (caller: Caller) => void = () => undefined) {
    this.#timers = timers;
    this.#onSeat = onSeat;
  }

  seated(seat: Seat): void {
    this.seat = seat;
    this.whenMs = this.#timers.nowMs();
    this.#onSeat(this);
  }

  refused(why: Failure): void {
    this.why = why;
    this.whenMs = this.#timers.nowMs();
  }

  waits(): void {
    this.beats += 1;
  }
}

export const GOOD: Outcome = {
  why: null,
  callerGone: false,
  inputTokens: 200,
  outputTokens: 50,
  itJoules: 70,
  ttftS: 0.1,
  tpotS: 0.02,
};
export const down = failure('JW_ENGINE_DOWN', { engine: 'a', reason: 'gone' });

export const TARGET = { ttftS: 1, tpotS: 0.05 };
export const one: readonly ModelEntry[] = [{ name: 'm', engines: ['a'], target: TARGET }];
export const two: readonly ModelEntry[] = [{ name: 'm', engines: ['a', 'b'], target: TARGET }];

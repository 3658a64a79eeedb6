import { describe, expect, it } from 'vitest';
import type { ClassBudget, Directive } from '../../control/contract.ts';
import type { Engine, Expected } from '../../engines/contract.ts';
import { type Failure, failure } from '../../engines/failure.ts';
import { ManualTimers } from '../../engines/timing.ts';
import { ManualClock } from '../../series/clock.ts';
import { Admission } from '../admission.ts';
import type { ModelEntry } from '../contract.ts';
import { DirectiveHolder } from '../directive.ts';
import type { Ask, Outcome, Seat, Waiter } from './ask.ts';
import { Dispatcher } from './dispatcher.ts';
import { Roster } from './roster.ts';

const EXPECTED: Expected = {
  queueS: 0,
  prefillSPerToken: 0.0005,
  tpotS: 0.02,
  prefillJPerToken: 0.1,
  decodeJPerToken: 1,
};

function engine(id: string, more: Partial<Engine> = {}): Engine {
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
function rig(engines: readonly Engine[], models: readonly ModelEntry[], classes: readonly ClassBudget[] = []) {
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

function ask(part: Partial<Ask> = {}): Ask {
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
class Caller implements Waiter {
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

const GOOD: Outcome = {
  why: null,
  callerGone: false,
  inputTokens: 200,
  outputTokens: 50,
  itJoules: 70,
  ttftS: 0.1,
  tpotS: 0.02,
};
const down = failure('JW_ENGINE_DOWN', { engine: 'a', reason: 'gone' });

const TARGET = { ttftS: 1, tpotS: 0.05 };
const one: readonly ModelEntry[] = [{ name: 'm', engines: ['a'], target: TARGET }];
const two: readonly ModelEntry[] = [{ name: 'm', engines: ['a', 'b'], target: TARGET }];

describe('Dispatcher', () => {
  it('seats at once while there is room, then in turn as seats come free', () => {
    const { timers, dispatcher } = rig([engine('a')], one);
    const callers = Array.from({ length: 6 }, () => new Caller(timers));
    for (const caller of callers) dispatcher.take(ask(), caller);
    expect(callers.map(({ seat }) => seat !== null)).toEqual([true, true, true, true, false, false]);
    dispatcher.leave(callers[0]!.seat!, GOOD);
    expect(callers.map(({ seat }) => seat !== null)).toEqual([true, true, true, true, true, false]);
    expect(dispatcher.waiting).toContainEqual({ class: 'default', count: 1 });
  });

  it('refuses those who have waited for their target, and those who would, at once', () => {
    const { timers, dispatcher } = rig([engine('a')], one);
    const first = Array.from({ length: 4 }, () => new Caller(timers));
    for (const caller of first) dispatcher.take(ask(), caller);
    const late = new Caller(timers);
    dispatcher.take(ask(), late);
    timers.advanceMs(2_000);
    expect(late.why).toMatchObject({ http: 429, fault: { code: 'JW_OVERLOADED' }, retry: true });
    // Eight tenths of the target less the engine's own 0.1 s
    expect(late.whenMs).toBeGreaterThanOrEqual(700);
    expect(late.whenMs).toBeLessThanOrEqual(750);
    // An answer that took 2 s says how fast seats come free: the fifth who waits would wait for more than 0.7 s
    dispatcher.leave(first[0]!.seat!, GOOD);
    dispatcher.take(ask(), new Caller(timers));
    const rest = Array.from({ length: 5 }, () => new Caller(timers));
    for (const caller of rest) dispatcher.take(ask(), caller);
    expect(rest.map(({ why }) => why?.fault.code ?? '')).toEqual([
      '',
      'JW_OVERLOADED',
      ...Array(3).fill('JW_OVERLOADED'),
    ]);
    expect(rest.at(-1)!.whenMs).toBe(timers.nowMs());
    expect(rest.at(-1)!.why!.retryAfterS).toBeGreaterThanOrEqual(1);
  });

  it('takes the cheaper of unlike engines while both keep the target, and the other when the first is full', () => {
    const dear = engine('a', { nominal: { ...EXPECTED, decodeJPerToken: 3 } });
    const { timers, dispatcher } = rig([dear, engine('b')], two);
    const callers = Array.from({ length: 8 }, () => new Caller(timers));
    for (const caller of callers) dispatcher.take(ask(), caller);
    const ids = callers.map(({ seat }) => seat!.member.engine.id);
    expect(ids).toEqual(['b', 'b', 'b', 'b', 'a', 'a', 'a', 'a']);
  });

  it('leaves the cheaper engine alone once it is predicted to miss the target', () => {
    const slow = engine('a', { nominal: { ...EXPECTED, decodeJPerToken: 0.2, tpotS: 0.2 } });
    const { timers, dispatcher } = rig([slow, engine('b')], two);
    const caller = new Caller(timers);
    dispatcher.take(ask(), caller);
    expect(caller.seat!.member.engine.id).toBe('b');
  });

  it('learns from what it measures: an engine that is slower than predicted is left', () => {
    const cheap = engine('a', { nominal: { ...EXPECTED, decodeJPerToken: 0.5 } });
    const { timers, dispatcher } = rig([cheap, engine('b')], two);
    const where: string[] = [];
    for (let i = 0; i < 40; i++) {
      const caller = new Caller(timers);
      dispatcher.take(ask(), caller);
      const { id } = caller.seat!.member.engine;
      where.push(id);
      timers.advanceMs(1_000);
      dispatcher.leave(caller.seat!, { ...GOOD, ttftS: id === 'a' ? 3 : 0.1 });
    }
    expect(where[0]).toBe('a');
    expect(where.slice(5).every((id) => id === 'b')).toBe(true);
  });

  it('leaves an engine alone that fails, sends one probe after a while, and lets it come back slowly', () => {
    const dear = engine('b', { nominal: { ...EXPECTED, decodeJPerToken: 9 }, slots: 100 });
    const { timers, dispatcher } = rig([engine('a', { slots: 40 }), dear], two);
    const serve = (outcome: Outcome): string => {
      const caller = new Caller(timers);
      dispatcher.take(ask(), caller);
      const { id } = caller.seat!.member.engine;
      dispatcher.leave(caller.seat!, id === 'a' ? outcome : GOOD);
      return id;
    };
    const failed = { ...GOOD, why: down, ttftS: null, tpotS: null, outputTokens: 0 };
    expect([1, 2, 3, 4, 5].map(() => serve(failed))).toEqual(['a', 'a', 'a', 'b', 'b']);
    timers.advanceMs(2_000);
    expect([1, 2].map(() => serve(failed))).toEqual(['a', 'b']);
    timers.advanceMs(4_000);
    expect(serve(GOOD)).toBe('a');
    // A tenth of its 40 slots at first
    const back = Array.from({ length: 6 }, () => new Caller(timers));
    for (const caller of back) dispatcher.take(ask(), caller);
    expect(back.map(({ seat }) => seat!.member.engine.id)).toEqual(['a', 'a', 'a', 'a', 'b', 'b']);
    timers.advanceMs(20_000);
    const later = Array.from({ length: 30 }, () => new Caller(timers));
    for (const caller of later) dispatcher.take(ask(), caller);
    expect(later.every(({ seat }) => seat!.member.engine.id === 'a')).toBe(true);
  });

  it('tries another engine after a failure, never the same one, and says when there is none', () => {
    const { timers, dispatcher } = rig([engine('a'), engine('b')], two);
    const caller = new Caller(timers);
    dispatcher.take(ask(), caller);
    const first = caller.seat!;
    dispatcher.leave(first, { ...GOOD, why: down, ttftS: null });
    const tried = new Set([first.member.engine.id]);
    expect(dispatcher.again(ask(), caller, tried)).not.toBeNull();
    expect(caller.seat!.member.engine.id).not.toBe(first.member.engine.id);
    dispatcher.leave(caller.seat!, { ...GOOD, why: down, ttftS: null });
    tried.add(caller.seat!.member.engine.id);
    expect(dispatcher.again(ask(), caller, tried)).toBeNull();
  });

  it('keeps a session and prompts that begin alike where they were', () => {
    const { timers, dispatcher } = rig([engine('a'), engine('b')], two);
    const sit = (part: Partial<Ask>): string => {
      const caller = new Caller(timers);
      dispatcher.take(ask(part), caller);
      return caller.seat!.member.engine.id;
    };
    const prefix = () => new Float64Array([1, 2, 3]);
    const first = sit({ prefix });
    const other = sit({});
    expect(other).not.toBe(first);
    expect(sit({ prefix })).toBe(first);
    const home = sit({ session: 's' });
    expect([sit({ session: 's' }), sit({ session: 's' })]).toEqual([home, home]);
  });

  it('goes outside the site only when the site has no room, and only for whose data may go there', () => {
    const hosted = engine('b', { outside: 'eu', nominal: null, slots: null });
    const { timers, dispatcher } = rig([engine('a', { slots: 1 }), hosted], two);
    const sit = (residency: readonly string[] | null): Caller => {
      const caller = new Caller(timers);
      dispatcher.take(ask({ residency }), caller);
      return caller;
    };
    expect(sit(null).seat!.member.engine.id).toBe('a');
    expect(sit(null).seat!.member.engine.id).toBe('b');
    expect(sit(['eu']).seat!.member.engine.id).toBe('b');
    const stays = sit(['uz']);
    expect([stays.seat, stays.why]).toEqual([null, null]);
    timers.advanceMs(1_000);
    expect(stays.why?.fault.code).toBe('JW_OVERLOADED');
  });

  it('under a shortage delays batch first, then flex, with signs of life, and lowers how many run at once', () => {
    const limits = (name: ClassBudget['class'], ratePerS: number | null, watts: number | null = null): ClassBudget => ({
      class: name,
      ratePerS,
      watts,
    });
    const { timers, dispatcher, order } = rig([engine('a', { slots: 100 })], one, [
      limits('batch', 0),
      limits('flex', 0),
    ]);
    const batch = new Caller(timers);
    const flex = new Caller(timers);
    const whole = new Caller(timers);
    dispatcher.take(ask({ class: 'batch' }), batch);
    dispatcher.take(ask({ class: 'flex' }), flex);
    dispatcher.take(ask({ class: 'flex', stream: false }), whole);
    timers.advanceMs(31_000);
    expect([flex.seat, flex.why, flex.beats, whole.beats]).toEqual([null, null, 6, 0]);
    timers.advanceMs(20_000);
    // An answer that comes whole cannot show that it waits: it is told to come back within a minute
    expect(whole.why).toMatchObject({ http: 429, fault: { code: 'JW_CLASS_CLOSED' }, retryAfterS: 60 });
    order({ classes: [limits('batch', 0)] });
    expect([flex.seat !== null, batch.seat]).toEqual([true, null]);
    order({ classes: [] });
    expect(batch.seat).not.toBeNull();
    // 1 J per token over 20 ms is 50 W each: 200 W let four run
    order({ classes: [limits('default', null, 200)] });
    const callers = Array.from({ length: 6 }, () => new Caller(timers));
    for (const caller of callers) dispatcher.take(ask(), caller);
    expect(callers.filter(({ seat }) => seat !== null).length).toBe(4);
    timers.advanceMs(1_000);
    expect(callers.filter(({ why }) => why?.http === 429).length).toBe(2);
    for (const { why } of callers) if (why !== null) expect(why.retryAfterS).toBeLessThanOrEqual(60);
  });

  it('lets go of who leaves the queue, and of all when it is told to', () => {
    const { timers, dispatcher } = rig([engine('a', { slots: 1 })], one);
    const [first, second, third] = [new Caller(timers), new Caller(timers), new Caller(timers)];
    dispatcher.take(ask(), first!);
    const ticket = dispatcher.take(ask(), second!);
    dispatcher.take(ask(), third!);
    ticket.cancel();
    dispatcher.refuseAll(down);
    expect([second!.why, third!.why]).toEqual([null, down]);
    expect(timers.pending).toBe(0);
  });
});

/** Ten times what an engine can do, in virtual time: `slots` at once, each answer `serviceMs` long. */
function overload(times: number, slots: number, serviceMs: number, seconds: number, known: boolean) {
  const { timers, dispatcher } = rig([engine('a', { slots: known ? slots : null })], one);
  const callers: { caller: Caller; atMs: number; ttftMs: number }[] = [];
  let running = 0;
  const perS = (times * slots * 1_000) / serviceMs;
  const steps = Math.round(perS * seconds);
  for (let i = 0; i < steps; i++) {
    const atMs = timers.nowMs();
    const entry = { caller: new Caller(timers, served), atMs, ttftMs: Number.NaN };
    function served({ seat }: Caller): void {
      running += 1;
      // Beyond its slots the engine itself makes requests wait for one
      const over = Math.max(0, running - slots);
      const ttftMs = 100 + (over * serviceMs) / slots;
      entry.ttftMs = timers.nowMs() - atMs + ttftMs;
      timers.after(ttftMs + serviceMs - 100, () => {
        running -= 1;
        dispatcher.leave(seat!, { ...GOOD, ttftS: ttftMs / 1000 });
      });
    }
    callers.push(entry);
    dispatcher.take(ask({ tenant: `t${i % 7}` }), entry.caller);
    timers.advanceMs(1_000 / perS);
  }
  timers.advanceMs(60_000);
  return callers;
}

describe('overload', () => {
  it.each([
    ['whose slots are known', true],
    ['of which nothing is known', false],
  ])(
    'of ten times the capacity is refused at once, and what is accepted keeps its target, at an engine %s',
    (_name, known) => {
      const callers = overload(10, 16, 2_000, 120, known);
      // The first seconds teach how long an answer takes, and how many at once are too many
      const settled = callers.filter(({ atMs }) => atMs > 40_000);
      const accepted = settled.filter(({ caller }) => caller.seat !== null);
      const refused = settled.filter(({ caller }) => caller.why !== null);
      expect(accepted.length + refused.length).toBe(settled.length);
      expect(refused.every(({ caller }) => caller.why!.http === 429 && caller.why!.retryAfterS !== null)).toBe(true);
      // Most are told on arrival; nobody waits for longer than the target to be told
      const atOnce = refused.filter(({ caller, atMs }) => caller.whenMs === atMs).length;
      expect(atOnce / refused.length).toBeGreaterThan(0.9);
      expect(Math.max(...refused.map(({ caller, atMs }) => caller.whenMs - atMs))).toBeLessThanOrEqual(1_000);
      const within = accepted.filter(({ ttftMs }) => ttftMs <= 1_000).length;
      expect(within / accepted.length).toBeGreaterThan(0.99);
      // And the engine is kept busy: nine tenths of what it can do at the least
      expect(accepted.length).toBeGreaterThan(0.9 * 80 * 8);
      // Seven tenants that ask alike are served alike
      const perTenant = new Map<string, number>();
      for (const { caller } of accepted) {
        const { tenant } = caller.seat!.ask;
        perTenant.set(tenant, (perTenant.get(tenant) ?? 0) + 1);
      }
      const counts = [...perTenant.values()];
      expect(counts.length).toBe(7);
      expect(Math.max(...counts)).toBeLessThan(1.3 * Math.min(...counts));
    },
  );
});

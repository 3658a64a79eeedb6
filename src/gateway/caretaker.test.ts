import { describe, expect, it } from 'vitest';
import type { EngineOrder } from '../control/contract.ts';
import type { Engine } from '../engines/contract.ts';
import { failure } from '../engines/failure.ts';
import type { EngineReading } from '../engines/reading.ts';
import { ManualTimers } from '../engines/timing.ts';
import { ManualClock } from '../series/clock.ts';
import { Admission } from './admission.ts';
import { Caretaker } from './caretaker.ts';
import { DirectiveHolder } from './directive.ts';
import type { Ask, Seat } from './dispatch/ask.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Roster } from './dispatch/roster.ts';
import { silentLog } from './log.ts';

const EXPECTED = { queueS: 0, prefillSPerToken: 0, tpotS: 0.02, prefillJPerToken: 0.1, decodeJPerToken: 1 };
const NONE = new Float64Array(0);
const ASK: Ask = {
  tenant: 't',
  model: 'm',
  class: 'default',
  stream: true,
  inputTokens: 10,
  maxTokens: 10,
  session: null,
  prefix: () => NONE,
  residency: null,
};

const reading = (atMs: number, waiting: number): EngineReading => ({
  atMs,
  running: 1,
  waiting,
  kvUse: 0.5,
  prefixHitShare: null,
  promptTokensPerS: null,
  outputTokensPerS: null,
  ttftS: null,
  tpotS: null,
});

/** An engine whose calls are noted, and a caretaker that looks when it is told to. */
function rig(more: Partial<Engine> = {}, others: readonly string[] = []) {
  const timers = new ManualTimers();
  const calls: string[] = [];
  const state = { up: true, fails: false, asleep: false };
  const call = async (what: string): Promise<void> => {
    calls.push(what);
    if (state.fails) throw new Error('no');
  };
  const engine: Engine = {
    id: 'a',
    model: 'm',
    simulated: false,
    nominal: EXPECTED,
    deployment: 'a',
    outside: null,
    slots: 8,
    serves: new Set(['/chat/completions']),
    start: () => ({ cancel: () => undefined, pause: () => undefined, resume: () => undefined }),
    health: async () => ({ up: state.up, reason: '', latencyMs: 0 }),
    close: async () => undefined,
    rest: { sleep: () => call('sleep'), wake: () => call('wake'), asleep: async () => state.asleep },
    ...more,
  };
  const engines = [
    engine,
    ...others.map((id): Engine => {
      const { asleep } = engine.rest!;
      return { ...engine, id, rest: { sleep: () => call(`sleep ${id}`), wake: () => call(`wake ${id}`), asleep } };
    }),
  ];
  const directives = new DirectiveHolder(new ManualClock(0));
  const roster = new Roster(engines, [{ name: 'm', engines: engines.map(({ id }) => id) }]);
  const dispatcher = new Dispatcher({ roster, directives, admission: new Admission(directives, timers), timers });
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
  const caretaker = new Caretaker({ dispatcher, directives, log, timers });
  let seq = 0;
  const order = (
    named: EngineOrder['state'],
    counts: Pick<EngineOrder, 'asleep' | 'replicas'> = { replicas: 1 },
  ): void => {
    seq += 1;
    directives.accept({
      seq,
      issuedMs: 0,
      validUntilMs: 1e12,
      classes: [],
      engines: [{ id: 'a', state: named, ...counts, clock: null, expected: EXPECTED }],
      facilityFactor: 1,
      carbonGPerKwh: 0,
      waterLPerKwh: 0,
      pricePerKwh: 0,
      currency: 'USD',
    });
  };
  order('serving');
  const look = async (): Promise<void> => {
    timers.advanceMs(2_000);
    caretaker.look();
    await new Promise((wake) => setImmediate(wake));
  };
  const seat = (): Seat | string => {
    let found: Seat | string = 'waits';
    dispatcher.take(ASK, {
      seated: (one) => {
        found = one;
      },
      refused: (why) => {
        found = why.fault.code;
      },
      waits: () => undefined,
    });
    return found;
  };
  return { timers, caretaker, dispatcher, calls, state, warnings, order, look, seat, member: roster.members[0]! };
}

const GOOD = { why: null, callerGone: false, inputTokens: 10, outputTokens: 10, itJoules: 0, ttftS: 0.1, tpotS: 0.02 };

describe('Caretaker', () => {
  it('drains before it puts an engine to sleep, and gives it work slowly once it is healthy again', async () => {
    const r = rig();
    const seat = r.seat();
    if (typeof seat === 'string') throw new Error(seat);
    r.order('asleep');
    await r.look();
    expect([r.caretaker.restOf('a'), r.calls]).toEqual(['draining', []]);
    expect(r.seat()).toBe('JW_ENGINE_OFF');
    r.dispatcher.leave(seat, GOOD);
    await r.look();
    expect([r.caretaker.restOf('a'), r.calls]).toEqual(['asleep', ['sleep']]);
    await r.look();
    r.order('serving');
    r.state.up = false;
    await r.look();
    expect([r.caretaker.restOf('a'), r.calls, r.seat()]).toEqual(['waking', ['sleep', 'wake'], 'JW_ENGINE_OFF']);
    r.state.up = true;
    await r.look();
    expect(r.caretaker.restOf('a')).toBe('awake');
    expect(r.member.limit.at(r.timers.nowMs())).toBe(1);
    expect(typeof r.seat()).toBe('object');
  });

  it('finds an engine asleep that was put to sleep before the gateway started, and wakes it', async () => {
    const r = rig();
    r.state.asleep = true;
    r.order('off');
    await r.look();
    expect([r.caretaker.restOf('a'), r.calls]).toEqual(['asleep', []]);
    r.order('serving');
    await r.look();
    expect([r.caretaker.restOf('a'), r.calls]).toEqual(['awake', ['wake']]);
  });

  it('puts as large a part of the engines of a deployment to sleep as of its replicas, and one always serves', async () => {
    const r = rig({}, ['b', 'c', 'd']);
    const rests = () => ['a', 'b', 'c', 'd'].map((id) => r.caretaker.restOf(id));
    r.order('serving', { replicas: 6, asleep: 6 });
    await r.look();
    expect([rests(), r.calls]).toEqual([
      ['awake', 'awake', 'asleep', 'asleep'],
      ['sleep c', 'sleep d'],
    ]);
    // The requests need one more.
    r.order('serving', { replicas: 7, asleep: 5 });
    await r.look();
    expect([rests()[2], r.calls.at(-1)]).toEqual(['awake', 'wake c']);
    r.order('serving', { replicas: 0.01, asleep: 12 });
    await r.look();
    expect(rests()).toEqual(['awake', 'asleep', 'asleep', 'asleep']);
    r.order('serving', { replicas: 12 });
    await r.look();
    expect(rests()).toEqual(['awake', 'awake', 'awake', 'awake']);
  });

  it('does not put to sleep what is ordered back while it drains', async () => {
    const r = rig();
    const seat = r.seat();
    r.order('asleep');
    await r.look();
    r.order('serving');
    await r.look();
    expect([r.caretaker.restOf('a'), r.calls, typeof seat]).toEqual(['awake', [], 'object']);
    expect(typeof r.seat()).toBe('object');
  });

  it('puts to sleep what does not drain, after two minutes', async () => {
    const r = rig();
    r.seat();
    r.order('asleep');
    for (let i = 0; i < 60; i++) await r.look();
    expect(r.calls).toEqual([]);
    await r.look();
    await r.look();
    expect(r.calls).toEqual(['sleep']);
  });

  it('asks again, less and less often, when an engine does not obey, and says so once', async () => {
    const r = rig();
    r.state.fails = true;
    r.order('asleep');
    for (let i = 0; i < 30; i++) await r.look();
    // 60 s with waits of 4, 8, 16, 30 and 30 s between
    expect(r.calls.length).toBe(5);
    expect(r.warnings.length).toBe(1);
    expect(r.seat()).toBe('JW_ENGINE_OFF');
    r.state.fails = false;
    for (let i = 0; i < 16; i++) await r.look();
    expect(r.caretaker.restOf('a')).toBe('asleep');
  });

  it('sends fewer requests to an engine that lets them wait, and forgets what it said long ago', async () => {
    const said: (EngineReading | null)[] = [];
    const r = rig({ read: async () => said.shift() ?? null });
    said.push(reading(r.timers.nowMs() + 2_000, 3));
    await r.look();
    expect(r.member.reading?.waiting).toBe(3);
    expect(r.member.limit.at(r.timers.nowMs())).toBe(1);
    for (let i = 0; i < 7; i++) await r.look();
    expect(r.member.reading?.waiting).toBe(3);
    await r.look();
    expect(r.member.reading).toBeNull();
  });

  it('lets an engine be tried again as soon as it is healthy', async () => {
    const r = rig();
    const why = failure('JW_ENGINE_DOWN', { engine: 'a', reason: 'gone' });
    while (r.member.breaker.opened < 3) {
      const seat = r.seat();
      if (typeof seat === 'object') r.dispatcher.leave(seat, { ...GOOD, why, ttftS: null });
      else r.timers.advanceMs(r.member.breaker.waitMs(r.timers.nowMs()));
    }
    expect(r.member.breaker.waitMs(r.timers.nowMs())).toBeGreaterThan(2_000);
    r.state.up = false;
    await r.look();
    expect(r.seat()).toBe('JW_ENGINE_DOWN');
    r.state.up = true;
    await r.look();
    expect(typeof r.seat()).toBe('object');
  });
});

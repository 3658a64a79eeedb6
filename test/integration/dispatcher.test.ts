import { describe, expect, it } from 'vitest';
import type { ClassBudget } from '../../src/control/contract.ts';
import type { Ask, Outcome } from '../../src/gateway/dispatch/ask.ts';
import { ask, Caller, down, EXPECTED, engine, GOOD, one, rig, two } from './dispatch-support.ts';

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

  it('keeps a service at the shares that the directive asks for, as long as targets and engines allow', () => {
    const dear = engine('a', { nominal: { ...EXPECTED, decodeJPerToken: 3 }, slots: 100 });
    const { timers, dispatcher, order } = rig([dear, engine('b', { slots: 100 })], two);
    const spread = (count: number): number[] => {
      const ids = Array.from({ length: count }, () => {
        const caller = new Caller(timers);
        dispatcher.take(ask(), caller);
        dispatcher.leave(caller.seat!, GOOD);
        return caller.seat!.member.engine.id;
      });
      return ['a', 'b'].map((id) => ids.filter((other) => other === id).length);
    };
    expect(spread(40)).toEqual([0, 40]);
    const shares = (a: number) => [
      {
        service: 'm',
        engines: [
          { id: 'a', share: a },
          { id: 'b', share: 1 - a },
        ],
      },
    ];
    order({ shares: shares(0.75) });
    expect(spread(40)).toEqual([30, 10]);
    order({ shares: shares(0) });
    expect(spread(40)[0]).toBeLessThanOrEqual(1);
    // Predicted to miss its target: the share is not kept
    const expected = { ...EXPECTED, tpotS: 0.2 };
    const slow = { id: 'a', state: 'serving', replicas: 1, clock: null, expected } as const;
    order({ shares: shares(0.75), engines: [slow] });
    expect(spread(40)).toEqual([0, 40]);
    // And one that is ordered off takes none, without a debt that is paid back at once later
    order({ shares: shares(0.75), engines: [{ ...slow, state: 'off', expected: EXPECTED }] });
    expect(spread(40)).toEqual([0, 40]);
    order({ shares: shares(0.5), engines: [] });
    expect(spread(40)[0]).toBeLessThanOrEqual(25);
    // Nobody has decided: joules again
    order({});
    expect(spread(40)).toEqual([0, 40]);
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

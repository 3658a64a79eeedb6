import { describe, expect, it } from 'vitest';
import { ask, Caller, engine, GOOD, one, rig } from './dispatch-support.ts';

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

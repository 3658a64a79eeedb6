import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClassBudget, EngineOrder, TrafficClass } from '../../src/control/contract.ts';
import { Admission } from '../../src/gateway/admission.ts';
import { DirectiveHolder } from '../../src/gateway/directive.ts';
import { ManualClock } from '../../src/series/clock.ts';
import { closeRigs, collect, directive, expected, hello, rejection, rig, simulated } from './gateway-support.ts';

afterEach(closeRigs);

/** Nobody waits. */
const IMPATIENT = { untargetedS: 0.01, flexStreamS: 0.01, flexWholeS: 0.01, batchS: 0.01 };

const order = (state: EngineOrder['state'], more: Partial<EngineOrder> = {}): EngineOrder => ({
  id: 'sim',
  state,
  replicas: 1,
  clock: null,
  expected,
  ...more,
});
const budget = (name: ClassBudget['class'], ratePerS: number | null, watts: number | null = null): ClassBudget => ({
  class: name,
  ratePerS,
  watts,
});

describe('DirectiveHolder', () => {
  it('takes rising numbers only, and goes stale at its time', () => {
    const clock = new ManualClock(1000);
    const holder = new DirectiveHolder(clock);
    expect([holder.stale, holder.ageS, holder.budget('flex').ratePerS]).toEqual([true, null, 0]);
    expect(holder.accept(directive({ seq: 5, issuedMs: 1000, validUntilMs: 3000, classes: [budget('flex', 2)] }))).toBe(
      true,
    );
    expect(holder.accept(directive({ seq: 5 }))).toBe(false);
    expect(holder.accept(directive({ seq: 4 }))).toBe(false);
    clock.advanceMs(1999);
    expect([holder.stale, holder.ageS, holder.budget('flex').ratePerS]).toEqual([false, 1.999, 2]);
    expect(holder.budget('batch').ratePerS).toBeNull();
    clock.advanceMs(1);
    expect([holder.stale, holder.budget('flex').ratePerS, holder.budget('default').ratePerS]).toEqual([true, 0, null]);
    expect(holder.newest?.seq).toBe(5);
  });
});

describe('Admission', () => {
  function gate(classes: readonly ClassBudget[]) {
    const holder = new DirectiveHolder(new ManualClock(0));
    holder.accept(directive({ issuedMs: 0, validUntilMs: 1e9, classes }));
    const steady = new ManualClock(0);
    const admission = new Admission(holder, steady);
    const admit = (name: TrafficClass, joules = 0, drawsW = 0) => {
      const why = admission.gate(name);
      if (why === null) admission.take(name, joules, drawsW);
      return why;
    };
    return { steady, admission, admit };
  }

  it('lets a class start at its rate, with a burst of one second', () => {
    const { steady, admit } = gate([budget('default', 10)]);
    const starts = (): number => {
      let n = 0;
      while (admit('default') === null) n += 1;
      return n;
    };
    expect(starts()).toBe(10);
    steady.advanceMs(500);
    expect(starts()).toBe(5);
    steady.advanceMs(60_000);
    expect(starts()).toBe(10);
    expect(admit('default')).toMatchObject({ http: 429, retryAfterS: 1, retry: true });
    expect(admit('flex')).toBeNull();
  });

  it('lets slow rates start one, and says how long to wait, a minute at most', () => {
    const { steady, admit } = gate([budget('default', 0.05), budget('flex', 0.001)]);
    expect(admit('default')).toBeNull();
    expect(admit('default')).toMatchObject({ retryAfterS: 20, retry: true });
    expect(admit('flex')).toBeNull();
    expect(admit('flex')).toMatchObject({ retryAfterS: 60, retry: false });
    steady.advanceMs(20_000);
    expect(admit('default')).toBeNull();
  });

  it('holds a class to its watts over time', () => {
    const { steady, admission, admit } = gate([budget('flex', null, 100)]);
    let joules = 0;
    // Each request is expected to use 50 J and uses 80 J
    for (let ms = 0; ms < 600_000; ms += 100) {
      if (admit('flex', 50) === null) {
        joules += 80;
        admission.settle('flex', 50, 80);
      }
      steady.advanceMs(100);
    }
    // 100 W for 600 s and the burst of 10 s, give or take one request
    expect(joules).toBeGreaterThan(100 * 610 - 160);
    expect(joules).toBeLessThan(100 * 610 + 160);
  });
});

describe('the bound of a class on what runs at once', () => {
  it('is its watts over what each request draws, and lets one run always', () => {
    const holder = new DirectiveHolder(new ManualClock(0));
    holder.accept(directive({ issuedMs: 0, validUntilMs: 1e9, classes: [budget('default', null, 1000)] }));
    const admission = new Admission(holder, new ManualClock(0));
    let running = 0;
    while (admission.gate('default') === null) {
      admission.take('default', 0, 300);
      running += 1;
    }
    expect(running).toBe(3);
    expect(admission.gate('default')).toMatchObject({ http: 429, fault: { code: 'JW_CLASS_POWER' } });
    admission.settle('default', 0, 0, 300);
    expect(admission.gate('default')).toBeNull();
    holder.accept(directive({ seq: 2, issuedMs: 0, validUntilMs: 1e9, classes: [budget('default', null, 1)] }));
    expect(admission.gate('default')?.retryAfterS).toBe(5);
    admission.settle('default', 0, 0, 300);
    admission.settle('default', 0, 0, 300);
    expect(admission.gate('default')).toBeNull();
  });
});

describe('the gateway obeys', () => {
  it('serves one request at a time and protected classes only, before the first directive and after it has lapsed', async () => {
    const r = await rig([simulated], { patience: IMPATIENT });
    const floor = async (): Promise<void> => {
      const first = await r.client.chat.completions.create({ ...hello({ max_tokens: 150 }), stream: true });
      const busy = await rejection(r.client.chat.completions.create(hello()));
      expect(busy).toMatchObject({ status: 503, code: 'JW_SAFE_FLOOR' });
      expect(busy.headers?.get('retry-after')).toBe('5');
      const flex = await rejection(r.client.chat.completions.create(hello({ service_tier: 'flex' })));
      expect(flex).toMatchObject({ status: 429, code: 'JW_CLASS_CLOSED' });
      await collect(first);
      await r.client.chat.completions.create(hello({ max_tokens: 1, service_tier: 'priority' }));
    };
    await floor();
    const nowMs = Date.now();
    r.gateway.directives.accept(directive({ validUntilMs: nowMs + 300 }));
    await Promise.all(
      [1, 2, 3].map(() => r.client.chat.completions.create(hello({ max_tokens: 2, service_tier: 'flex' }))),
    );
    await new Promise((wake) => setTimeout(wake, nowMs + 310 - Date.now()));
    await floor();
    const held = await r.client.chat.completions.create(hello({ max_tokens: 1 }));
    expect(held.usage).toMatchObject({ energy: { method: 'predicted-held' } });
    r.gateway.directives.accept(directive({ seq: 2 }));
    await r.client.chat.completions.create(hello({ max_tokens: 1, service_tier: 'flex' }));
  });

  it('turns requests away from an engine that is off or asleep', async () => {
    const r = await rig([simulated]);
    r.gateway.directives.accept(directive({ seq: 1, engines: [order('off', { replicas: 0 })] }));
    const off = await rejection(r.client.chat.completions.create(hello()));
    expect(off).toBeInstanceOf(OpenAI.InternalServerError);
    expect(off).toMatchObject({ status: 503, code: 'JW_ENGINE_OFF' });
    expect([off.headers?.get('retry-after'), off.headers?.get('x-should-retry')]).toEqual(['60', 'false']);
    r.gateway.directives.accept(directive({ seq: 2, engines: [order('asleep')] }));
    const asleep = await rejection(r.client.chat.completions.create(hello()));
    expect([asleep.headers?.get('retry-after'), asleep.headers?.get('x-should-retry')]).toEqual(['15', 'true']);
    r.gateway.directives.accept(directive({ seq: 3, engines: [order('serving')] }));
    await r.client.chat.completions.create(hello({ max_tokens: 1 }));
    expect(r.usage.length).toBe(1);
  });

  it('closes and limits classes, with advice on when to come back', async () => {
    const r = await rig([simulated], { patience: IMPATIENT });
    r.gateway.directives.accept(directive({ classes: [budget('flex', 0), budget('default', 2)] }));
    const ask = (tier: string) => r.client.chat.completions.create(hello({ max_tokens: 1, service_tier: tier }));
    const closed = await rejection(ask('flex'));
    expect(closed).toBeInstanceOf(OpenAI.RateLimitError);
    expect(closed).toMatchObject({ code: 'JW_CLASS_CLOSED', type: 'rate_limit_error' });
    expect([closed.headers?.get('retry-after'), closed.headers?.get('x-should-retry')]).toEqual(['60', 'false']);
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => ask('default')));
    expect(results.filter((x) => x.status === 'fulfilled').length).toBe(2);
    const limited = await rejection(ask('default'));
    expect(limited).toMatchObject({ status: 429, code: 'JW_CLASS_RATE' });
    expect(limited.headers?.get('x-should-retry')).toBe('true');
    await ask('priority');
  });

  it('uses the figures and the pace of the newest order', async () => {
    const r = await rig([simulated]);
    const cheap = { ...expected, queueS: 0.2, prefillJPerToken: 1, decodeJPerToken: 3 };
    r.gateway.directives.accept(directive({ engines: [order('serving', { expected: cheap })], facilityFactor: 2 }));
    const answer = await r.client.chat.completions.create(hello({ max_tokens: 4 }));
    expect(answer.usage).toMatchObject({ energy: { it_joules: 7 + 12, joules: 38 } });
    expect(r.usage[0]?.durationMs).toBeGreaterThan(195);
  });
});

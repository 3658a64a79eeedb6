import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine, Expected } from '../../engines/contract.ts';
import { failure } from '../../engines/failure.ts';
import { Breaker, isFault } from './breaker.ts';
import { type Candidate, choose, NO_TARGET } from './choose.ts';
import { estimate } from './estimate.ts';
import { ConcurrencyLimit } from './limit.ts';
import { Member } from './member.ts';
import { blockTokens, chatPrefix, PrefixMemory, textPrefix } from './prefixes.ts';

const EXPECTED: Expected = {
  queueS: 0.1,
  prefillSPerToken: 0.001,
  tpotS: 0.02,
  prefillJPerToken: 0.5,
  decodeJPerToken: 2,
};

function engine(id: string): Engine {
  const idle = { cancel: () => undefined, pause: () => undefined, resume: () => undefined };
  return {
    id,
    model: 'm',
    simulated: true,
    nominal: EXPECTED,
    deployment: id,
    outside: null,
    slots: null,
    serves: new Set(['/chat/completions']),
    start: () => idle,
    health: async () => ({ up: true, reason: '', latencyMs: 0 }),
    close: async () => undefined,
  };
}

describe('Breaker', () => {
  it('opens after three faults in a row, lets one probe through, and doubles its wait while probes fail', () => {
    const breaker = new Breaker();
    expect([breaker.failed(0), breaker.failed(0), breaker.succeeded(), breaker.failed(0)]).toEqual(
      Array.from({ length: 4 }, () => false),
    );
    expect([breaker.failed(0), breaker.failed(0)]).toEqual([false, true]);
    expect([breaker.allows(1_999), breaker.waitMs(500), breaker.allows(2_000)]).toEqual([false, 1_500, true]);
    breaker.started(2_000);
    expect([breaker.state, breaker.allows(2_001)]).toEqual(['probing', false]);
    expect(breaker.failed(3_000)).toBe(true);
    expect([breaker.allows(6_999), breaker.allows(7_000)]).toEqual([false, true]);
    breaker.started(7_000);
    breaker.undecided(7_100);
    expect(breaker.allows(7_100)).toBe(true);
    breaker.started(7_100);
    expect([breaker.succeeded(), breaker.state, breaker.opened]).toEqual([true, 'closed', 2]);
  });

  it('waits for a minute at most', () => {
    const breaker = new Breaker();
    let ms = 0;
    for (let i = 0; i < 3; i++) breaker.failed(ms);
    for (let i = 0; i < 12; i++) {
      ms += breaker.waitMs(ms);
      breaker.started(ms);
      breaker.failed(ms);
    }
    expect(breaker.waitMs(ms)).toBe(60_000);
  });

  it('does not count what the request is to blame for', () => {
    expect(isFault(failure('JW_ENGINE_REJECTED', { engine: 'e', reason: 'r' }))).toBe(false);
    expect(isFault(failure('JW_ENGINE_BUSY', { engine: 'e', reason: 'r' }))).toBe(false);
    expect(isFault(failure('JW_ENGINE_DIED', { engine: 'e', reason: 'r' }))).toBe(true);
  });
});

describe('ConcurrencyLimit', () => {
  it('starts at the slots of the engine, shrinks when answers are late, and grows back to them', () => {
    const limit = new ConcurrencyLimit(40);
    expect(limit.at(0)).toBe(40);
    limit.full(39, 5_000);
    limit.full(39, 5_001);
    expect(limit.at(5_001)).toBe(34);
    limit.late(30, 0.5);
    expect(limit.at(5_001)).toBe(15);
    for (let i = 0; i < 3_000; i++) limit.good(Math.floor(limit.at(6_000)));
    expect(limit.at(6_000)).toBe(40);
    limit.late(30, 0.001);
    expect(limit.at(200_000)).toBe(25);
    limit.late(1, 0.001);
    expect(limit.at(200_000)).toBe(1);
  });

  it('does not grow while it is not used', () => {
    const limit = new ConcurrencyLimit(null);
    const first = limit.at(0);
    limit.full(99, 1_000);
    expect(limit.at(1_000)).toBe(85);
    for (let i = 0; i < 1_000; i++) limit.good(10);
    expect(limit.at(1_000)).toBe(85);
    expect(first).toBeGreaterThan(85);
  });

  it('ramps up after the engine has come back', () => {
    const limit = new ConcurrencyLimit(100);
    limit.cold(1_000);
    expect([limit.at(1_000), limit.at(11_000), limit.at(21_000)]).toEqual([10, 55, 100]);
    limit.resize(50);
    expect(limit.at(22_000)).toBe(50);
    limit.resize(200);
    expect(limit.at(22_000)).toBe(200);
  });
});

describe('prefixes', () => {
  it('of prompts that begin alike are alike up to where they part', () => {
    const any = fc.string({ maxLength: 3_000 });
    fc.assert(
      fc.property(any, any, any, (head, a, b) => {
        const one = textPrefix(head + a);
        const two = textPrefix(head + b);
        const memory = new PrefixMemory();
        memory.remember(one);
        expect(memory.seen(one)).toBe(one.length);
        const seen = memory.seen(two);
        expect(blockTokens(seen) * 4).toBeLessThanOrEqual(two.length * 256);
        // As many whole blocks as the texts share, to the letter
        const x = head + a;
        const y = head + b;
        let common = 0;
        while (common < Math.min(x.length, y.length) && x[common] === y[common]) common++;
        expect(seen).toBe(Math.min(two.length, one.length, Math.floor(common / 256)));
      }),
    );
  });

  it('of a chat cover who said what, and parts that are not text', () => {
    const content = 'x'.repeat(1_000);
    const user = chatPrefix([{ role: 'user', content }]);
    expect(user.length).toBe(3);
    expect(chatPrefix([{ role: 'system', content }])[0]).not.toBe(user[0]);
    expect(chatPrefix([{ role: 'user', content: [{ type: 'text', text: content }] }]).length).toBe(4);
    expect(chatPrefix([{ role: 'user', content: 'short' }]).length).toBe(0);
    expect(chatPrefix([{ role: 'user', content: 'y'.repeat(1e6) }]).length).toBe(256);
  });
});

describe('estimate', () => {
  it('is the expectation of the plant, set right by what was measured', () => {
    const member = new Member(engine('a'));
    const shape = { inputTokens: 1_000, outputTokens: 100, prefix: new Float64Array(0) };
    expect(estimate(member, EXPECTED, shape)).toEqual({ ttftS: 1.1, tpotS: 0.02, joules: 700, cachedTokens: 0 });
    member.ended({ serviceS: 4, ttftS: 2.2, tpotS: 0.03, predictedTtftS: 1.1, expected: EXPECTED });
    expect(estimate(member, EXPECTED, shape).ttftS).toBeCloseTo(2.2, 9);
    expect(estimate(member, EXPECTED, shape).tpotS).toBeCloseTo(0.03, 9);
    expect(estimate(member, null, shape)).toEqual({ ttftS: 2.2, tpotS: 0.03, joules: null, cachedTokens: 0 });
  });

  it('takes joules of one more request where the order says them, and saves what the cache holds', () => {
    const member = new Member(engine('a'));
    const text = 'word '.repeat(2_000);
    const shape = { inputTokens: 2_500, outputTokens: 10, prefix: textPrefix(text) };
    const order = { ...EXPECTED, marginalPrefillJPerToken: 0.2, marginalDecodeJPerToken: 1 };
    expect(estimate(member, order, shape).joules).toBeCloseTo(0.2 * 2_500 + 10, 9);
    member.prefixes.remember(textPrefix(text));
    const again = estimate(member, order, shape);
    expect(again.cachedTokens).toBe(39 * 64);
    expect(again.joules).toBeCloseTo(0.2 * (2_500 - 39 * 64) + 10, 9);
  });
});

describe('choose', () => {
  const target = { ttftS: 1, tpotS: 0.05 };
  const of = (id: string, joules: number | null, ttftS = 0.5, more: Partial<Candidate> = {}): Candidate => ({
    member: new Member(engine(id)),
    estimate: { ttftS, tpotS: 0.02, joules, cachedTokens: 0 },
    load: 0.5,
    session: false,
    ...more,
  });
  const id = (candidates: readonly Candidate[]): string | undefined => choose(candidates, target)?.member.engine.id;

  it('takes the fewest joules of those within the target', () => {
    expect(id([of('dear', 900), of('cheap', 300), of('late', 100, 1.5)])).toBe('cheap');
    expect(id([of('dear', 900, 0.99), of('late', 100, 1.01)])).toBe('dear');
    expect(choose([], target)).toBeUndefined();
  });

  it('takes what misses the target least when nothing keeps it', () => {
    expect(id([of('a', 1, 3), of('b', 900, 2), of('c', 1, 5)])).toBe('b');
  });

  it('takes the less loaded where joules are the same or not known, and the known before the unknown', () => {
    expect(id([of('busy', 300), of('free', 301, 0.5, { load: 0.1 })])).toBe('free');
    expect(id([of('busy', null), of('free', null, 0.5, { load: 0.1 })])).toBe('free');
    expect(id([of('unknown', null, 0.1, { load: 0 }), of('known', 1e6)])).toBe('known');
  });

  it('fills one engine after the other where the controller says so, and spreads where all are full', () => {
    const busy = (name: string, running: number, full?: number) => {
      const candidate = of(name, 300, 0.5, { load: running / 100, full });
      candidate.member.running = running;
      return candidate;
    };
    expect(id([busy('a', 3, 8), busy('b', 7, 8), busy('c', 0, 8)])).toBe('b');
    expect(id([busy('a', 3, 8), busy('b', 8, 8), busy('c', 0, 8)])).toBe('a');
    expect(id([busy('a', 9, 8), busy('b', 12, 8), busy('c', 10, 8)])).toBe('a');
    expect(id([busy('a', 3), busy('b', 7), busy('c', 0)])).toBe('c');
  });

  it('leaves a session where it was unless that is late or much dearer', () => {
    expect(id([of('best', 300), of('last', 370, 0.5, { session: true })])).toBe('last');
    expect(id([of('best', 300), of('last', 380, 0.5, { session: true })])).toBe('best');
    expect(id([of('best', 300), of('last', 300, 1.2, { session: true })])).toBe('best');
    const free = choose([of('best', 300), of('last', 310, 99, { session: true })], NO_TARGET);
    expect(free?.member.engine.id).toBe('last');
  });

  it('never takes a dearer one of two that keep the target, by more than the same', () => {
    const one = fc.record({
      joules: fc.double({ min: 1, max: 1e4, noNaN: true }),
      ttftS: fc.double({ min: 0, max: 2, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (given) => {
        const candidates = given.map(({ joules, ttftS }, i) => of(`e${i}`, joules, ttftS));
        const got = choose(candidates, target)!.estimate;
        const kept = candidates.filter(({ estimate: { ttftS } }) => ttftS! <= target.ttftS);
        if (kept.length === 0) return;
        expect(got.ttftS).toBeLessThanOrEqual(target.ttftS);
        const least = Math.min(...kept.map(({ estimate: { joules } }) => joules!));
        // Of equals the first is kept; a chain of equals may climb by two in a hundred each
        expect(got.joules).toBeLessThanOrEqual(least * 1.02 ** candidates.length);
      }),
    );
  });
});

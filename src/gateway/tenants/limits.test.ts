import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../series/clock.ts';
import { zoneOf } from '../../series/zone.ts';
import type { Limit } from './account.ts';
import { type Amounts, type BudgetWarning, Limits } from './limits.ts';
import { type Principal, plainPrincipal } from './principal.ts';

const ZONE = 'Europe/Berlin';
const at = (month: number, day: number, hour = 0, minute = 0): number =>
  zoneOf(ZONE).instant(2027, month, day, hour + minute / 60);

const limit = (metric: Limit['metric'], window: Limit['window'], amount: number, more: Partial<Limit> = {}): Limit => ({
  metric,
  window,
  amount,
  budget: false,
  warn: null,
  ...more,
});
const use = (tokens: number, more: Partial<Amounts> = {}): Amounts => ({ tokens, joules: 0, money: 0, ...more });
const shop: Principal = { ...plainPrincipal('shop'), project: 'web', keyId: 'key_1' };
const isIn = (found: object): boolean => 'atMs' in found;

function rig(startMs = at(6, 15, 12)): { clock: ManualClock; limits: Limits; warnings: BudgetWarning[] } {
  const clock = new ManualClock(startMs);
  const warnings: BudgetWarning[] = [];
  return { clock, warnings, limits: new Limits(ZONE, clock, (warning) => warnings.push(warning)) };
}

describe('limits', () => {
  it('take what is expected at the start, and set it right at the end', () => {
    const { limits } = rig();
    limits.set('project:web', [limit('tokens', 'minute', 100)]);
    expect(isIn(limits.enter('r1', shop, use(80)))).toBe(true);
    expect(limits.enter('r2', shop, use(30))).toMatchObject({ http: 429, retry: true, fault: { code: 'JW_LIMIT' } });
    limits.settle('r1', use(10));
    expect(isIn(limits.enter('r2', shop, use(30)))).toBe(true);
    expect(limits.standing('project:web')).toMatchObject([{ used: 40, remaining: 60 }]);
  });

  it.each(
    (['requests', 'tokens', 'joules', 'money'] as const).flatMap((metric) =>
      (['minute', 'day', 'month'] as const).map((window) => [metric, window] as const),
    ),
  )('hold %s per %s until its window is over by the clocks of the site', (metric, window) => {
    const { limits, clock } = rig(at(6, 15, 12));
    const two = { requests: 1, tokens: 2, joules: 2, money: 2 };
    limits.set('project:web', [limit(metric, window, two[metric])]);
    const asked = use(2, { joules: 2, money: 2 });
    expect(isIn(limits.enter('r1', shop, asked))).toBe(true);
    limits.settle('r1', asked);
    const refused = limits.enter('r2', shop, asked);
    expect(refused).toMatchObject({ http: 429 });
    const ends = {
      minute: at(6, 15, 12, 1),
      day: zoneOf(ZONE).instant(2027, 6, 16),
      month: zoneOf(ZONE).instant(2027, 7, 1),
    };
    expect(limits.standing('project:web')).toMatchObject([{ used: two[metric], resetMs: ends[window] }]);
    clock.advanceMs(ends[window] - clock.nowMs() - 1);
    expect(isIn(limits.enter('r3', shop, asked))).toBe(false);
    clock.advanceMs(1);
    expect(isIn(limits.enter('r4', shop, asked))).toBe(true);
  });

  it('settle a request once, however often it is said to be over', () => {
    const { limits } = rig();
    limits.set('organisation:shop', [limit('tokens', 'day', 1000), limit('requests', 'day', 10)]);
    limits.enter('r1', shop, use(100));
    for (let i = 0; i < 3; i++) limits.settle('r1', use(60));
    limits.release('r1');
    limits.enter('r2', shop, use(100));
    for (let i = 0; i < 3; i++) limits.release('r2');
    expect(limits.standing('organisation:shop')).toMatchObject([{ used: 60 }, { used: 1 }]);
  });

  it('hold for key, project and organisation at once, and take from none where one refuses', () => {
    const { limits } = rig();
    limits.set('key:key_1', [limit('requests', 'minute', 5)]);
    limits.set('organisation:shop', [limit('requests', 'minute', 1)]);
    const other = { ...shop, project: 'app', keyId: 'key_2' };
    expect(isIn(limits.enter('r1', other, use(1)))).toBe(true);
    expect(limits.enter('r2', shop, use(1))).toMatchObject({
      fault: { message: expect.stringContaining('organisation shop may use 1 requests per minute') },
    });
    expect(limits.standing('key:key_1')).toMatchObject([{ used: 0 }]);
  });

  it('count by the clocks of the site: days of 23 and 25 hours, and the end of a month', () => {
    // Clocks go forward on 28 March and back on 31 October 2027
    for (const [month, day, hours] of [
      [3, 28, 23],
      [10, 31, 25],
    ] as const) {
      const { limits, clock } = rig(at(month, day));
      limits.set('project:web', [limit('requests', 'day', 1)]);
      expect(isIn(limits.enter('r1', shop, use(1)))).toBe(true);
      clock.advanceMs(hours * 3_600_000 - 1);
      expect(isIn(limits.enter('r2', shop, use(1)))).toBe(false);
      clock.advanceMs(1);
      expect(isIn(limits.enter('r3', shop, use(1)))).toBe(true);
    }
    const { limits, clock } = rig(at(12, 31, 23, 59));
    limits.set('project:web', [limit('tokens', 'month', 100)]);
    limits.enter('r1', shop, use(100));
    expect(limits.standing('project:web')).toMatchObject([{ used: 100, resetMs: zoneOf(ZONE).instant(2028, 1, 1) }]);
    clock.advanceMs(60_000);
    expect(isIn(limits.enter('r2', shop, use(100)))).toBe(true);
    // What began in December is December's, whenever it ends
    limits.settle('r1', use(5000));
    expect(limits.standing('project:web')).toMatchObject([{ used: 100 }]);
  });

  it('do not start a window anew when the clock is set back', () => {
    const { limits, clock } = rig();
    limits.set('project:web', [limit('requests', 'minute', 1)]);
    limits.enter('r1', shop, use(1));
    clock.advanceMs(-3_600_000);
    expect(isIn(limits.enter('r2', shop, use(1)))).toBe(false);
  });

  it('refuse an exhausted budget as a quota, warn of it once per window, and count what settling changes', () => {
    const { limits, clock, warnings } = rig();
    limits.set('project:web', [limit('money', 'month', 10, { budget: true, warn: 0.8 })]);
    limits.enter('r1', shop, use(1, { money: 1 }));
    limits.settle('r1', use(1, { money: 7.9 }));
    expect(warnings).toHaveLength(0);
    limits.correct(shop, clock.nowMs(), { joules: 0, money: 0.2 });
    limits.enter('r2', shop, use(1, { money: 1 }));
    limits.settle('r2', use(1, { money: 2 }));
    expect(warnings).toMatchObject([{ owner: 'project:web', used: expect.closeTo(8.1, 9) }]);
    const refused = limits.enter('r3', shop, use(1, { money: 0 }));
    expect(refused).toMatchObject({ http: 429, retry: false, fault: { code: 'JW_BUDGET' } });
    clock.advanceMs(31 * 86_400_000);
    limits.enter('r4', shop, use(1, { money: 9 }));
    limits.settle('r4', use(1, { money: 9 }));
    expect(warnings).toHaveLength(2);
  });

  it('say that a request larger than the limit will never fit', () => {
    const { limits } = rig();
    limits.set('project:web', [limit('tokens', 'minute', 100)]);
    expect(limits.enter('r1', shop, use(101))).toMatchObject({ retry: false });
  });

  it('go on from what was stored, and show headers as clients of the OpenAI API read them', () => {
    const { limits, clock } = rig(at(6, 15, 12, 0) + 15_000);
    limits.set('project:web', [limit('tokens', 'minute', 1000), limit('requests', 'day', 10)]);
    limits.set('organisation:shop', [limit('tokens', 'day', 500)]);
    const sum = { organisation: 'shop', project: 'web', key: 'key_1', facilityJoules: 1, moneyMicro: 5 };
    limits.restore('minute', [{ ...sum, requests: 1, tokens: 100 }]);
    limits.restore('day', [{ ...sum, requests: 4, tokens: 450 }]);
    const entry = limits.enter('r1', shop, use(10));
    expect(entry).toMatchObject({
      atMs: clock.nowMs(),
      headers: {
        'x-ratelimit-limit-requests': '10',
        'x-ratelimit-remaining-requests': '5',
        'x-ratelimit-reset-requests': '11h59m45s',
        'x-ratelimit-limit-tokens': '500',
        'x-ratelimit-remaining-tokens': '40',
        'x-ratelimit-reset-tokens': '11h59m45s',
      },
    });
  });

  it('are never exceeded by more than the misjudged part of what was under way', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 20_000 }),
      expected: fc.integer({ min: 0, max: 60 }),
      used: fc.integer({ min: 0, max: 90 }),
      /** How many steps later it ends; 0 = it is released. */
      lasts: fc.integer({ min: 0, max: 6 }),
      twice: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 300 }), (steps, amount) => {
        const { limits, clock } = rig();
        limits.set('organisation:shop', [limit('tokens', 'minute', amount)]);
        const used = new Map<number, number>();
        const misjudged = new Map<number, number>();
        const ends: { at: number; id: string; minute: number; step: (typeof steps)[number] }[] = [];
        const add = (sums: Map<number, number>, minute: number, by: number) =>
          sums.set(minute, (sums.get(minute) ?? 0) + by);
        steps.forEach((next, i) => {
          clock.advanceMs(next.waitMs);
          const minute = Math.floor(clock.nowMs() / 60_000);
          if (isIn(limits.enter(`r${i}`, shop, use(next.expected)))) {
            ends.push({ at: i + next.lasts, id: `r${i}`, minute, step: next });
          }
          for (const end of ends.filter((e) => e.at === i)) {
            const times = end.step.twice ? 2 : 1;
            for (let k = 0; k < times; k++) {
              if (end.step.lasts === 0) limits.release(end.id);
              else limits.settle(end.id, use(end.step.used));
            }
            if (end.step.lasts === 0) continue;
            add(used, end.minute, end.step.used);
            add(misjudged, end.minute, Math.max(0, end.step.used - end.step.expected));
          }
          const [standing] = limits.standing('organisation:shop');
          const under = ends
            .filter((e) => e.at > i && e.minute === minute)
            .reduce((sum, e) => sum + e.step.expected, 0);
          // The books agree with what really happened: settled plus held
          expect(standing!.used).toBe((used.get(minute) ?? 0) + under);
        });
        for (const [minute, sum] of used) expect(sum).toBeLessThanOrEqual(amount + (misjudged.get(minute) ?? 0));
      }),
    );
  });
});

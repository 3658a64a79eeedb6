import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SpellOfLoad, spellsOf } from './spells.ts';

const pace = (shares: readonly number[]) => ({ windowS: 10, requests: shares, input: shares, output: shares });
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const QUICK = { aloneS: 0.1, besideS: 0.1 };
const amount = (spells: readonly SpellOfLoad[], of: (s: SpellOfLoad) => number) =>
  sum(spells.map((s) => s.timeShare * of(s)));

describe('spells of load', () => {
  it('are the windows themselves while none brings more than can be done', () => {
    const spells = spellsOf(pace([0.5, 1.5]), 0.5, 1, QUICK);
    expect(spells.map((s) => s.input)).toEqual([0.5, 1.5]);
    expect(spells.map((s) => s.delay)).toEqual([
      { meanS: 0, halfS: 0 },
      { meanS: 0, halfS: 0 },
    ]);
    expect(spells.map((s) => s.requestShare)).toEqual([0.25, 0.75]);
  });

  it('leave what is too much for the next windows, and make it wait', () => {
    // 3 x 0.5 x 10 s of work in the second window: 5 s are left for the third.
    for (const promptShare of [1, 0]) {
      const spells = spellsOf(pace([0, 3, 0.2, 0.8]), 0.5, promptShare, QUICK);
      const late = spells.filter((s) => s.delay.meanS > 0);
      expect(late).toHaveLength(2);
      for (const { delay } of late) {
        // On average 2.5 s, from none to 5 s over the window.
        expect(Math.abs(delay.meanS - 2.5)).toBeLessThan(0.06);
        expect(Math.abs(delay.halfS - 2.5)).toBeLessThan(0.06);
      }
      expect(sum(spells.map((s) => s.timeShare))).toBeCloseTo(1, 9);
      expect(sum(spells.map((s) => s.requestShare))).toBeCloseTo(1, 9);
    }
  });

  it('bend with the load and never jump, at any load', () => {
    const bursts = pace([0, 30, 0, 0, 0, 0, 0, 0, 2, 8]);
    for (let load = 0.05; load < 0.5; load *= 1.0025) {
      const [one, more] = [load, 1.0025 * load].map((l) => spellsOf(bursts, l, 1, QUICK)) as [
        SpellOfLoad[],
        SpellOfLoad[],
      ];
      const waits = (spells: readonly SpellOfLoad[]) => sum(spells.map((s) => s.requestShare * s.delay.meanS));
      expect(Math.abs(waits(more) - waits(one))).toBeLessThan(0.05 * waits(more) + 0.02);
    }
  });

  it('lose no prompt and no answer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 8, noNaN: true }), { minLength: 4, maxLength: 60 }),
        fc.double({ min: 0.02, max: 0.7, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (shares, load, promptShare, aloneS, longer) => {
          fc.pre(sum(shares) > 1);
          const scaled = shares.map((s) => (s * shares.length) / sum(shares));
          const spells = spellsOf(pace(scaled), load, promptShare, { aloneS, besideS: longer * aloneS });
          // What the last window leaves comes first, so that only what a whole period leaves more or less could miss.
          expect(amount(spells, (s) => s.input)).toBeCloseTo(1, 6);
          expect(Math.abs(amount(spells, (s) => s.output) - 1)).toBeLessThan(0.02);
        },
      ),
    );
  });

  it('let answers follow their prompts later and smoother', () => {
    const most = (stayS: number) =>
      Math.max(...spellsOf(pace([0, 2, 0, 2]), 0.4, 0, { aloneS: stayS, besideS: stayS }).map((s) => s.output));
    expect(most(0.1)).toBeGreaterThan(1.9);
    expect(most(100)).toBeLessThan(1.1);
  });
});

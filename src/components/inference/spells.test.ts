import { describe, expect, it } from 'vitest';
import { spellsOf } from './spells.ts';

const pace = (shares: readonly number[]) => ({ windowS: 10, requests: shares, input: shares, output: shares });
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('spells of load', () => {
  it('are the windows themselves while none brings more than can be done', () => {
    const spells = spellsOf(pace([0.5, 1.5]), 0.5, 1, 1);
    expect(spells.map((s) => s.input)).toEqual([0.5, 1.5]);
    expect(spells.map((s) => s.delayS)).toEqual([0, 0]);
    expect(spells.map((s) => s.requestShare)).toEqual([0.25, 0.75]);
  });

  it('leave what is too much for the next windows, and make it wait', () => {
    // 3 x 0.5 x 10 s of work in the second window: 5 s are left for the third.
    const spells = spellsOf(pace([0, 3, 0.2, 0.8]), 0.5, 1, 1);
    const late = spells.filter((s) => s.delayS > 0);
    expect(late).toHaveLength(2);
    for (const spell of late) expect(spell.delayS).toBeCloseTo(2.5, 9);
    expect(sum(spells.map((s) => s.timeShare))).toBeCloseTo(1, 9);
    expect(sum(spells.map((s) => s.requestShare))).toBeCloseTo(1, 9);
    // All work is done: a full window, half a window of what was left, and the last.
    expect(sum(spells.map((s) => s.timeShare * s.input))).toBeCloseTo(1, 9);
  });

  it('let answers follow their prompts later and smoother', () => {
    const quick = spellsOf(pace([0, 2, 0, 2]), 0.4, 0, 0.1);
    const slow = spellsOf(pace([0, 2, 0, 2]), 0.4, 0, 100);
    const most = (spells: typeof quick) => Math.max(...spells.map((s) => s.output));
    expect(most(quick)).toBeGreaterThan(1.9);
    expect(most(slow)).toBeLessThan(0.6);
  });
});

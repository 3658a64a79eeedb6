import { describe, expect, it } from 'vitest';
import { FaultBoard } from './board.ts';
import { ClockWatch } from './clockWatch.ts';
import type { Patience } from './fault.ts';
import { PlanWatch } from './planWatch.ts';
import { Watch } from './watch.ts';

const PATIENCE: Patience = { raise: { looks: 3, ms: 2000 }, clear: { looks: 2, ms: 5000 } };

describe('a watch', () => {
  it('is raised by what stays wrong and cleared by what stays right', () => {
    const watch = new Watch('grid power', 'meter', PATIENCE);
    expect([0, 1000].map((ms) => watch.look('bad', ms))).toEqual([undefined, undefined]);
    expect(watch.look(undefined, 2000)).toBeUndefined();
    expect([3000, 4000, 4500].map((ms) => watch.look('bad', ms))).toEqual([undefined, undefined, undefined]);
    expect(watch.fault).toBeUndefined();
    expect(watch.look('worse', 5000)).toBe('raised');
    expect(watch.fault).toEqual({ id: 'grid power', kind: 'meter', sinceMs: 5000, text: 'worse' });
    expect([6000, 10_000].map((ms) => watch.look(undefined, ms))).toEqual([undefined, undefined]);
    expect(watch.look('again', 10_500)).toBeUndefined();
    expect(watch.fault?.text).toBe('again');
    expect([11_000, 15_999, 16_000].map((ms) => watch.look(undefined, ms))).toEqual([undefined, undefined, 'cleared']);
    expect(watch.fault).toBeUndefined();
  });

  it('counts no time for a clock that runs backwards', () => {
    const watch = new Watch('x', 'meter', PATIENCE);
    expect([9000, 1000, 500, 400].map((ms) => watch.look('bad', ms))).not.toContain('raised');
    expect(watch.look('bad', 2500)).toBe('raised');
  });
});

describe('the board', () => {
  it('bars plans while anything stands, and tells each turn once', () => {
    const told: string[] = [];
    const board = new FaultBoard((turn, { id }) => told.push(`${turn} ${id}`));
    board.look('solver', 'plan', 'late', 0);
    board.look('clock', 'site', 'jumped', 0);
    expect(board.standing.map(({ kind }) => kind)).toEqual(['solver', 'clock']);
    board.look('solver', 'plan', undefined, 1000);
    expect(board.bars).toBe(true);
    for (let ms = 0; ms <= 120_000; ms += 1000) board.look('clock', 'site', undefined, ms);
    expect(board.bars).toBe(false);
    expect(told).toEqual(['raised solver plan', 'raised clock site', 'cleared solver plan', 'cleared clock site']);
  });
});

describe('the clocks', () => {
  it('let the plant live on by what has really passed', () => {
    const watch = new ClockWatch(1);
    expect(watch.look(1_000_000, 50)).toEqual({ passedMs: 0, jump: undefined });
    expect(watch.look(1_001_010, 1050)).toEqual({ passedMs: 1010, jump: undefined });
    expect(watch.look(4_602_010, 2050)).toEqual({ passedMs: 1000, jump: 'the clock has jumped 60 min forwards' });
    expect(watch.look(4_603_010, 3050)).toEqual({ passedMs: 1000, jump: undefined });
    expect(watch.look(1_003_010, 4050).jump).toBe('the clock has jumped 60 min backwards');
    // Held up for long is no jump: both clocks have gone on
    expect(watch.look(1_903_010, 904_050)).toEqual({ passedMs: 900_000, jump: undefined });
  });

  it('know that an accelerated site goes faster', () => {
    const watch = new ClockWatch(3600);
    watch.look(0, 0);
    expect(watch.look(3_600_000, 1000)).toEqual({ passedMs: 3_600_000, jump: undefined });
    expect(watch.look(90_000_000, 2000).jump).toBe('the clock has jumped 23 h forwards');
  });
});

describe('the watch of the solver', () => {
  it('tells late, infeasible and dead, and forgets all with the next plan', () => {
    const watch = new PlanWatch();
    watch.asked(0);
    watch.asked(30_000);
    expect(watch.wrong(59_000)).toBeUndefined();
    expect(watch.wrong(61_000)).toBe('the solver is late: asked 61 s ago');
    watch.failed('infeasible');
    expect(watch.wrong(62_000)).toBe('the solver has no plan (infeasible)');
    watch.asked(63_000);
    expect(watch.wrong(63_000)).toContain('no plan');
    watch.answered();
    expect(watch.wrong(63_000)).toBeUndefined();
    watch.gone('exit 1');
    expect(watch.wrong(63_000)).toBe('the solver is gone (exit 1)');
  });
});

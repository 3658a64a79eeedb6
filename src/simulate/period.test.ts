import { describe, expect, it } from 'vitest';
import { periodOf } from './period.ts';

describe('a period of so many days', () => {
  it('ends at the same hour of the local clock, whatever the clocks do between', () => {
    const grid = periodOf({ from: '2026-03-28T18:00', days: '2', step: '1h' }, 'Europe/Berlin');
    // Summer time begins on 29 March 2026.
    expect(grid.count).toBe(47);
    expect(periodOf({ from: '2026-01-14', days: '2' }, 'Asia/Tashkent').count).toBe(2 * 96);
    expect(periodOf({ from: '2026-12-31', days: '0.5' }, 'Asia/Tashkent').count).toBe(48);
  });

  it('is refused beside an end, and where it is none', () => {
    expect(() => periodOf({ days: '1', to: '2026-02-01' }, 'UTC')).toThrow('either --to or --days');
    for (const days of ['0', '-1', 'week', 'NaN']) expect(() => periodOf({ days }, 'UTC')).toThrow('number of days');
  });
});

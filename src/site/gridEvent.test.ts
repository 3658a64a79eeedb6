import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { limitKw, parseGridEvent } from './gridEvent.ts';

/** UTC+5 all year. */
const ZONE = 'Asia/Tashkent';

describe('parseGridEvent', () => {
  it('reads start, length, cut and notice', () => {
    const startMs = Date.UTC(2025, 0, 14, 13);
    expect(parseGridEvent('2025-01-14T18:00 3h -25% notice=30m', ZONE)).toEqual({
      startMs,
      endMs: startMs + 3 * HOUR_MS,
      announcedMs: startMs - 30 * MINUTE_MS,
      cut: { share: 0.25 },
    });
    expect(parseGridEvent('  2025-01-14T18:00  90min -1.5MW ', ZONE)).toEqual({
      startMs,
      endMs: startMs + 90 * MINUTE_MS,
      announcedMs: startMs,
      cut: { powerKw: 1500 },
    });
  });

  it('says what is wrong with a text', () => {
    const bad: readonly [string, string][] = [
      ['', 'local day and time'],
      ['2025-01-14 18:00 3h -25%', 'local day and time'],
      ['2025-02-30T18:00 3h -25%', 'local day and time'],
      ['2025-01-14 3h -25%', 'local day and time'],
      ['2025-01-14T18:00 3 -25%', 'time of up to a day'],
      ['2025-01-14T18:00 -3h -25%', 'time of up to a day'],
      ['2025-01-14T18:00 25h -25%', 'time of up to a day'],
      ['2025-01-14T18:00 3h 25%', 'a cut like'],
      ['2025-01-14T18:00 3h -0%', 'a cut like'],
      ['2025-01-14T18:00 3h -125%', 'a cut like'],
      ['2025-01-14T18:00 3h -0.25', 'a cut like'],
      ['2025-01-14T18:00 3h', 'a cut like'],
      ['2025-01-14T18:00 3h -25% notice=soon', 'not a time'],
      ['2025-01-14T18:00 3h -25% notice=-1h', 'not a time'],
      ['2025-01-14T18:00 3h -25% now', 'not known here'],
    ];
    for (const [text, reason] of bad) {
      expect(() => parseGridEvent(text, ZONE), text).toThrow(expect.objectContaining({ code: 'JW_EVENT' }));
      expect(() => parseGridEvent(text, ZONE), text).toThrow(reason);
    }
  });
});

describe('limitKw', () => {
  it('takes the cut off the baseline, down to nothing', () => {
    expect(limitKw(400, { share: 0.25 })).toBe(300);
    expect(limitKw(400, { powerKw: 150 })).toBe(250);
    expect(limitKw(100, { powerKw: 150 })).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { limitKw, mostOn, parseGridEvent } from './gridEvent.ts';
import { initSite } from './init.ts';
import { checkText } from './load.ts';

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

describe('mostOn', () => {
  const grid = { startMs: 0, stepMs: 15 * MINUTE_MS, count: 4 };
  it('gives every step the least limit that touches it', () => {
    const limits = [
      { fromMs: 20 * MINUTE_MS, toMs: 40 * MINUTE_MS, mostKw: 100 },
      { fromMs: 30 * MINUTE_MS, toMs: HOUR_MS, mostKw: 80 },
    ];
    expect([...mostOn(limits, grid)!]).toEqual([Number.POSITIVE_INFINITY, 100, 80, 80]);
  });

  it('is nothing where no limit touches the grid', () => {
    expect(mostOn([{ fromMs: HOUR_MS, toMs: 2 * HOUR_MS, mostKw: 1 }], grid)).toBeUndefined();
    expect(mostOn(undefined, grid)).toBeUndefined();
  });
});

describe('events of a site file', () => {
  const file = initSite({ name: 'test' }, loadCatalog());
  const checked = (text: string) => checkText(`${file}\nrules:\n  events:\n    - "${text}"\n`, '.');

  it('are read in the zone of the site', () => {
    const { site, faults } = checked('2026-02-03T18:00 2h -20%');
    expect(faults).toEqual([]);
    expect(site!.rules.events).toEqual([parseGridEvent('2026-02-03T18:00 2h -20%', site!.context.zone)]);
  });

  it('are told where they are wrong', () => {
    const [found] = checked('2026-02-03T18:00 2h 20%').faults;
    expect(found).toMatchObject({ code: 'JW_EVENT' });
    expect(found!.where).toContain('rules.events[0]');
  });
});

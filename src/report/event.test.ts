import { describe, expect, it } from 'vitest';
import type { EventOutcome } from '../simulate/events/outcome.ts';
import { parseGridEvent } from '../site/gridEvent.ts';
import { baselineText, eventRows, eventTitle, quarterRows } from './event.ts';

const ZONE = 'Asia/Tashkent';
const EVENT = parseGridEvent('2025-01-14T18:00 30min -25% notice=1d', ZONE);
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

function outcome(over: Partial<EventOutcome> = {}): EventOutcome {
  const quarter = (i: number, drawnKw: number) => ({
    startMs: EVENT.startMs + i * QUARTER_MS,
    endMs: EVENT.startMs + (i + 1) * QUARTER_MS,
    baselineKw: 400,
    limitKw: 300,
    drawnKw,
    withoutKw: 420,
    cutShare: 1 - drawnKw / 400,
    reached: drawnKw <= 300,
  });
  return {
    event: EVENT,
    baseline: {
      kind: 'days',
      hours: [],
      days: [EVENT.startMs - 4 * DAY_MS, EVENT.startMs - 5 * DAY_MS],
      counted: 2,
      wanted: 10,
      adjustmentKw: -12,
    },
    quarters: [quarter(0, 300), quarter(1, 320)],
    baselineKw: 400,
    limitKw: 300,
    drawnKw: 310,
    withoutKw: 420,
    quartersReached: 1,
    overKwh: 5,
    interactive: [{ service: 'chat', attainment: 0.97, withoutAttainment: 0.999, notServed: 1200, held: false }],
    interactiveHeld: false,
    flexible: {
      loadKw: 500,
      neededKw: 120,
      neededShare: 0.24,
      thereKw: 100,
      thereShare: 0.2,
      batchKw: 40,
      batteryKw: 60,
      generatorKw: 0,
    },
    batch: [
      {
        service: 'bulk',
        slipped: 900,
        slippedShare: 0.5,
        doneMs: EVENT.endMs,
        late: 0,
        withoutLate: 0,
        deadlinesHeld: true,
      },
    ],
    batchDeadlinesHeld: true,
    batteryKwh: 30,
    generatorKwh: 0,
    extraMoney: 12,
    ...over,
  };
}

describe('what is told of an order of the grid', () => {
  it('names the order, its notice and its baseline', () => {
    expect(eventTitle(outcome(), ZONE)).toBe(
      'Tue 14 Jan 2025, 18:00 to 18:30: 25 % below the baseline, announced at Mon 13 Jan 2025 18:00',
    );
    const text = baselineText(outcome(), ZONE);
    for (const part of ['2 highest of the last 2 weekdays', '10 are wanted', '10 Jan, 9 Jan', 'moved by -12 kW'])
      expect(text).toContain(part);
    expect(baselineText(outcome({ baseline: undefined }), ZONE)).toContain('no baseline');
    expect(baselineText(outcome({ baselineKw: 0 }), ZONE)).toContain('nothing to cut');
  });

  it('tells each quarter, and the whole', () => {
    expect(quarterRows(outcome(), ZONE)).toEqual([
      ['18:00', '400 kW', '300 kW', '300 kW', '25 %', 'reached', '420 kW'],
      ['18:15', '400 kW', '300 kW', '320 kW', '20 %', 'NOT reached', '420 kW'],
      ['mean', '400 kW', '300 kW', '310 kW', '22.5 %', '1 of 2', '420 kW'],
    ]);
  });

  it('does not hide what was not held', () => {
    const told = new Map(eventRows(outcome(), ZONE, 'USD'));
    expect(told.get('interactive SLO')).toMatch(/^NOT held: chat 97 % .*not served .*NOT held$/);
    expect(told.get('flexible share needed')).toContain('24 % of the load of 500 kW');
    expect(told.get('flexible share there')).toContain('20 %: batteries 60 kW');
    expect(told.get('batch')).toContain(
      'bulk: 900 requests (50 %) waited, all of what waited was done by Tue 14 Jan 2025',
    );
    const open = { ...outcome().batch[0]!, doneMs: null, deadlinesHeld: false };
    const later = new Map(eventRows(outcome({ batch: [open], batchDeadlinesHeld: false }), ZONE, 'USD'));
    expect(later.get('batch')).toMatch(/^whether deadlines hold is not known yet: .*still waits/);
    const late = new Map(
      eventRows(outcome({ batch: [{ ...open, late: 50 }], batchDeadlinesHeld: false }), ZONE, 'USD'),
    );
    expect(late.get('batch')).toMatch(/^deadlines NOT held: .*50 became late by it$/);
  });
});

import { fail } from '../../errors/error.ts';
import { baselineText, eventRows, eventTitle, QUARTERS_HEADER, quarterRows } from '../../report/event.ts';
import type { EventReport } from '../../report/eventSection.ts';
import { textTable, wrapText } from '../../report/table.ts';
import { DAY_MS, endMs, type TimeGrid } from '../../series/grid.ts';
import { zoneOf } from '../../series/zone.ts';
import { eventOutcomes } from '../../simulate/events/outcome.ts';
import { type PeriodText, periodOf } from '../../simulate/period.ts';
import { type Run, type Scenario, simulate } from '../../simulate/simulate.ts';
import { type GridEvent, parseGridEvent } from '../../site/gridEvent.ts';
import type { Site } from '../../site/site.ts';
import { dateText } from '../../view/axis.ts';
import type { OptionDef, Typed } from '../command.ts';

/** Options of `simulate` about orders of the grid. */
export const EVENT_OPTIONS = {
  event: {
    type: 'string',
    value: '"START LENGTH CUT [notice=TIME]"',
    about: 'an order of the grid to import less than usual: "2025-01-14T18:00 3h -25% notice=30m", or -200kW',
    multiple: true,
  },
} as const satisfies Readonly<Record<string, OptionDef>>;

/** Days before an event that a baseline looks at, ten weekdays of them; and days after it, for batch work to catch up. */
const BEFORE_DAYS = 15;
const AFTER_DAYS = 3;

/** Orders of the grid in a simulation: those of the site file and those typed. @throws JW_EVENT */
export function eventsAsked(typed: Typed, site: Site): GridEvent[] {
  const { zone } = site.context;
  return [...(site.rules.events ?? []), ...typed.raw('event').map((text) => parseGridEvent(text, zone))];
}

/**
 * The period of a simulation: as typed, or around the events that were typed where nothing says when.
 *
 * @throws JW_PERIOD, JW_EVENT where an event that was typed is not in the period
 */
export function periodAround(typed: Typed, text: PeriodText, site: Site): TimeGrid {
  const { zone } = site.context;
  const asked = typed.raw('event').map((own) => ({ text: own, ...parseGridEvent(own, zone) }));
  if (asked.length === 0) return periodOf(text, zone);
  const isOpen = text.from === undefined && text.to === undefined && text.days === undefined;
  const grid = periodOf(isOpen ? { ...text, ...around(asked, zone) } : text, zone);
  for (const event of asked) {
    if (event.announcedMs > grid.startMs && event.endMs <= endMs(grid)) continue;
    const period = `${dateText(grid.startMs, zone)} to ${dateText(endMs(grid) - 1, zone)}`;
    fail('JW_EVENT', {
      text: event.text,
      reason: `the simulation goes from ${period}, without it or its announcement`,
    });
  }
  return grid;
}

function around(events: readonly GridEvent[], zone: string): PeriodText {
  const first = Math.min(...events.map((e) => e.announcedMs));
  const last = Math.max(...events.map((e) => e.endMs));
  const day = (ms: number): string => {
    const t = zoneOf(zone).local(ms);
    return `${t.year}-${String(t.month).padStart(2, '0')}-${String(t.day).padStart(2, '0')}`;
  };
  return { from: day(first - BEFORE_DAYS * DAY_MS), to: day(last + AFTER_DAYS * DAY_MS) };
}

/** How a run met its orders, beside the same scenario without any; undefined where there were none. */
export function eventsMet(run: Run, scenario: Scenario): EventReport | undefined {
  if (run.events.length === 0) return undefined;
  const { events: _, ...plain } = scenario;
  const without = simulate(plain);
  const { plant, currency } = scenario;
  return { outcomes: eventOutcomes(run, without, plant), run, without, plant, currency };
}

/** Orders of the grid on a terminal of `width` cells. */
export function eventScreen({ outcomes, currency }: EventReport, zone: string, width: number): string {
  const columns = QUARTERS_HEADER.map((header, i) =>
    i === 0 || i === 5 ? { header } : { header, align: 'right' as const },
  );
  return outcomes
    .map((outcome) => {
      const rows = eventRows(outcome, zone, currency).flatMap(([what, text]) =>
        wrapText(text, Math.max(40, width - 26)).map((line, i) => [i === 0 ? what : '', line]),
      );
      return [
        `grid event ${eventTitle(outcome, zone)}`,
        ...wrapText(baselineText(outcome, zone), width),
        '',
        textTable(columns, quarterRows(outcome, zone)),
        '',
        textTable([{ header: 'event' }, { header: 'what happened' }], rows),
        '',
      ].join('\n');
    })
    .join('\n');
}

import { HOUR_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import type { EventOutcome } from '../simulate/events/outcome.ts';
import type { BatchOutcome, InteractiveOutcome } from '../simulate/events/service.ts';
import { clockText, dateText, MONTHS } from '../view/axis.ts';
import { formatCount, formatEnergy, formatPower, formatShare } from '../view/format.ts';

/** "2025-01-14, 18:00 to 21:00: 25 % below the baseline, announced at 17:30". */
export function eventTitle({ event }: EventOutcome, zone: string): string {
  const { startMs, endMs, announcedMs, cut } = event;
  const less = 'share' in cut ? formatShare(cut.share) : formatPower(cut.powerKw);
  const same = dateText(announcedMs, zone) === dateText(startMs, zone);
  const told = `${same ? '' : `${dateText(announcedMs, zone)} `}${clockText(announcedMs, zone)}`;
  return (
    `${dateText(startMs, zone)}, ${clockText(startMs, zone)} to ${clockText(endMs, zone)}: ${less} below the baseline, ` +
    (announcedMs === startMs ? 'without notice' : `announced at ${told}`)
  );
}

/** What the baseline is, in a sentence. */
export function baselineText(outcome: EventOutcome, zone: string): string {
  const { baseline, baselineKw } = outcome;
  // Less than the table shows.
  const isNothing = baseline !== undefined && baselineKw < 0.05;
  return `${restsText(outcome, zone)}${isNothing ? ' It is nothing: the site buys nothing then, and has nothing to cut.' : ''}`;
}

function restsText({ baseline, event }: EventOutcome, zone: string): string {
  if (baseline === undefined)
    return 'There is no baseline: nothing was metered in the hour before the announcement, and nothing was asked.';
  if (baseline.kind === 'meter-before') {
    return 'Baseline: the import of the hour before the announcement, because no day before it counts ("meter before").';
  }
  const { days, counted, wanted, adjustmentKw } = baseline;
  const { weekday } = zoneOf(zone).local(event.startMs);
  const kind = weekday >= 5 ? 'days of a weekend' : 'weekdays';
  const named = days.map((ms) => {
    const { day, month } = zoneOf(zone).local(ms);
    return `${day} ${MONTHS[month - 1]!}`;
  });
  const few = counted < wanted ? ` (${wanted} are wanted; the period begins too late for more)` : '';
  const moved =
    Math.abs(adjustmentKw) < 0.05
      ? 'the hours before the event were as on those days'
      : `moved by ${adjustmentKw > 0 ? '+' : '-'}${formatPower(Math.abs(adjustmentKw))} for the hours before the event`;
  return (
    `Baseline: mean import in the same hours of the ${days.length} highest of the last ${counted} ${kind} without an event or an outage` +
    `${few}, ${named.join(', ')}; ${moved}.`
  );
}

/** Columns of the table of quarters. */
export const QUARTERS_HEADER = ['from', 'baseline', 'asked', 'drawn', 'cut', '', 'without the event'] as const;

/** A row for every quarter of an hour, and the means. */
export function quarterRows(outcome: EventOutcome, zone: string): string[][] {
  const { quarters, baselineKw, limitKw, drawnKw, withoutKw } = outcome;
  if (quarters.length === 0) return [];
  const rows = quarters.map((q) => [
    clockText(q.startMs, zone),
    formatPower(q.baselineKw),
    formatPower(q.limitKw),
    formatPower(q.drawnKw),
    q.cutShare === null ? '–' : formatShare(q.cutShare),
    q.reached ? 'reached' : 'NOT reached',
    formatPower(q.withoutKw),
  ]);
  const mean = baselineKw > 0 ? formatShare(1 - drawnKw / baselineKw) : '–';
  const reached = `${outcome.quartersReached} of ${quarters.length}`;
  return [
    ...rows,
    [
      'mean',
      formatPower(baselineKw),
      formatPower(limitKw),
      formatPower(drawnKw),
      mean,
      reached,
      formatPower(withoutKw),
    ],
  ];
}

function interactiveText({ service, attainment, withoutAttainment, held, notServed }: InteractiveOutcome): string {
  if (attainment === null) return `${service} had no requests`;
  const lost = notServed > 0.5 ? `, ${formatCount(notServed)} requests not served` : '';
  return (
    `${service} ${formatShare(attainment, 4)} within its targets${lost} ` +
    `(without the event ${formatShare(withoutAttainment ?? Number.NaN, 4)})${held ? '' : ', NOT held'}`
  );
}

function batchText(b: BatchOutcome, zone: string): string {
  if (b.slippedShare === null) return `${b.service} would not have run`;
  if (b.slipped <= 0.5) return `${b.service} did not wait`;
  const until =
    b.doneMs === null
      ? 'some of what waited still waits at the end of the period'
      : `all of what waited was done by ${dateText(b.doneMs, zone)} ${clockText(b.doneMs, zone)}`;
  const late = b.late > b.withoutLate + 0.5 ? `; ${formatCount(b.late - b.withoutLate)} became late by it` : '';
  return `${b.service}: ${formatCount(b.slipped)} requests (${formatShare(b.slippedShare)}) waited, ${until}${late}`;
}

function deadlinesText({ batch, batchDeadlinesHeld }: EventOutcome): string {
  if (batchDeadlinesHeld) return 'deadlines held';
  const isLate = batch.some(({ late, withoutLate }) => late > withoutLate);
  return isLate ? 'deadlines NOT held' : 'whether deadlines hold is not known yet';
}

/** What happened beside the meter, as names and sentences. */
export function eventRows(outcome: EventOutcome, zone: string, currency: string): [string, string][] {
  const { flexible: f, interactive, batch, event } = outcome;
  const hours = (event.endMs - event.startMs) / HOUR_MS;
  const given = (kwh: number): string =>
    `${kwh < 0 ? '-' : ''}${formatEnergy(Math.abs(kwh))} (${formatPower(kwh / hours)} on average)`;
  const held = outcome.interactiveHeld ? 'held' : 'NOT held';
  return [
    ['beyond what was asked', outcome.overKwh > 0 ? formatEnergy(outcome.overKwh) : 'nothing'],
    [
      'interactive SLO',
      interactive.length === 0 ? 'no interactive service' : `${held}: ${interactive.map(interactiveText).join('; ')}`,
    ],
    [
      'flexible share needed',
      `${formatShare(f.neededShare)} of the load of ${formatPower(f.loadKw)} in the hardest quarter (${formatPower(f.neededKw)} less than without the event)`,
    ],
    [
      'flexible share there',
      `${formatShare(f.thereShare)}: batteries ${formatPower(f.batteryKw)}, generators ${formatPower(f.generatorKw)}, batch work ${formatPower(f.batchKw)}`,
    ],
    [
      'batch',
      batch.length === 0
        ? 'no batch service'
        : `${deadlinesText(outcome)}: ${batch.map((b) => batchText(b, zone)).join('; ')}`,
    ],
    ['batteries gave more', given(outcome.batteryKwh)],
    ['generators gave more', given(outcome.generatorKwh)],
    [
      'running cost',
      `${outcome.extraMoney < 0 ? '-' : '+'}${formatCount(Math.abs(outcome.extraMoney))} ${currency} over the period, by what was bought, burnt and worn`,
    ],
  ];
}

import { fail } from '../../errors/error.ts';
import { columnIndex, parseCsv, readText } from '../../series/csv.ts';
import { hasTime, localInstant } from '../../series/localTime.ts';
import { instantUtc } from './market.ts';
import { joined, type Outage } from './outages.ts';

/** A local time "2025-01-15T08:00" as an instant, ms UTC; undefined when the calendar has no such time. */
export function instantOf(local: string, zone: string): number | undefined {
  return hasTime(local) ? localInstant(local, zone) : undefined;
}

/**
 * Outages of a recording: a CSV with the columns `from` and `to`, in local time of the site, or with an offset ("Z").
 *
 * @returns by their start, joined where they overlap
 * @throws JW_FILE_MISSING, JW_CSV_HEADER, JW_GRID_SERIES with the line
 */
export function readOutages(file: string, zone: string): Outage[] {
  const table = parseCsv(readText(file), file);
  const [from, to] = [columnIndex(table, 'from'), columnIndex(table, 'to')];
  const list = table.rows.map((row, i): Outage => {
    const wrong = (reason: string): never => fail('JW_GRID_SERIES', { file, line: i + table.firstLine, reason });
    const read = (cell: string | undefined, column: string): number => {
      const text = (cell ?? '').trim();
      const ms = /(Z|[+-]\d{2}:\d{2})$/.test(text) ? instantUtc(text) : instantOf(text, zone);
      return ms ?? wrong(`${column} is "${text}", not a time like 2025-01-15T08:00`);
    };
    const [fromMs, toMs] = [read(row[from], 'from'), read(row[to], 'to')];
    if (toMs <= fromMs) wrong('the outage ends before it begins');
    return { fromMs, toMs };
  });
  return joined(list);
}

import { fail } from '../../errors/error.ts';
import { csvCell } from '../../series/csv.ts';
import { type Zone, zoneOf } from '../../series/zone.ts';
import { REPORT_COLUMNS, type ReportColumn, type ReportLine } from '../../store/rows.ts';
import { MICRO } from '../../units/money.ts';
import type { Call, Handlers } from './adminCall.ts';
import { ok, wrongField } from './adminCall.ts';
import { projectOf } from './adminTenants.ts';
import { refusal, seesAll } from './roles.ts';
import { usageView } from './usageView.ts';

/** Names of report columns outside: callers know services as models. */
const OUTSIDE: Readonly<Record<ReportColumn, string>> = {
  day: 'day',
  organisation: 'organisation',
  project: 'project',
  key: 'key',
  service: 'model',
};

/** Whose usage a caller may see and asks for. Throws JW_FORBIDDEN. */
export function reach(call: Call): { readonly organisation?: string; readonly project?: string } {
  const { principal, query } = call;
  const organisation = query.get('organisation') ?? undefined;
  const project = query.get('project') ?? undefined;
  if (refusal(principal, 'usage.read') !== null) {
    // A member sees its own project, whatever it asks for beside it
    call.allow('usage.own', organisation);
    if (project !== undefined && project !== principal.project) {
      return fail('JW_FORBIDDEN', {
        reason: `key "${principal.name}" sees the usage of project ${principal.project} only`,
      });
    }
    return { organisation: principal.organisation, project: principal.project };
  }
  if (project !== undefined) projectOf(call, project);
  if (seesAll(principal)) {
    return { ...(organisation === undefined ? {} : { organisation }), ...(project === undefined ? {} : { project }) };
  }
  call.allow('usage.read', organisation);
  return { organisation: principal.organisation, ...(project === undefined ? {} : { project }) };
}

/** A local date of the query, as its midnight; `shift` days on. */
function midnight(zone: Zone, text: string, name: string, shift = 0): number {
  const [, y, m, d] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? wrongField(name, 'is not a date like 2026-07-14');
  const date = new Date(Date.UTC(Number(y), Number(m) - 1, Number(d)));
  if (date.getUTCDate() !== Number(d)) wrongField(name, `there is no ${text}`);
  return zone.instant(Number(y), Number(m), Number(d) + shift);
}

function dateText(zone: Zone, ms: number): string {
  const { year, month, day } = zone.local(ms);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The days asked for, both included; the present month by default. */
function daysOf({ query, parts }: Call, zone: Zone): { fromMs: number; toMs: number; from: string; to: string } {
  const today = zone.local(parts.clock.nowMs());
  const from = query.get('from') ?? dateText(zone, zone.instant(today.year, today.month, 1));
  const to = query.get('to') ?? dateText(zone, parts.clock.nowMs());
  const fromMs = midnight(zone, from, 'from');
  const toMs = midnight(zone, to, 'to', 1);
  if (toMs <= fromMs) wrongField('to', `${to} lies before ${from}`);
  return { fromMs, toMs, from, to };
}

function columnsOf(text: string | null): ReportColumn[] {
  const asked = (text ?? 'day,project').split(',').filter((part) => part !== '');
  return asked.map((name) => {
    const column = REPORT_COLUMNS.find((c) => OUTSIDE[c] === name);
    return column ?? wrongField('by', `"${name}" is not one of ${Object.values(OUTSIDE).join(', ')}`);
  });
}

/** Micro-units as currency units, exact. */
function moneyText(micro: bigint): string {
  const sign = micro < 0n ? '-' : '';
  const size = micro < 0n ? -micro : micro;
  const part = String(size % BigInt(MICRO))
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${sign}${size / BigInt(MICRO)}${part === '' ? '' : `.${part}`}`;
}

function lineView(line: ReportLine, by: readonly ReportColumn[], zone: Zone): Record<string, string | number> {
  const view: Record<string, string | number> = {};
  for (const column of by) view[OUTSIDE[column]] = column === 'day' ? dateText(zone, line.dayMs) : line[column];
  view['requests'] = line.requests;
  view['succeeded'] = line.succeeded;
  view['input_tokens'] = line.inputTokens;
  view['output_tokens'] = line.outputTokens;
  view['it_joules'] = line.itJoules;
  view['facility_joules'] = line.facilityJoules;
  view['co2_g'] = line.co2G;
  view['water_l'] = line.waterL;
  view['cost'] = moneyText(line.moneyMicro);
  return view;
}

const FIGURES = [
  'requests',
  'succeeded',
  'input_tokens',
  'output_tokens',
  'it_joules',
  'facility_joules',
  'co2_g',
  'water_l',
  'cost',
];

export const usageHandlers: Handlers = {
  'GET /usage': async (call) => {
    const whose = reach(call);
    const zone = zoneOf(call.parts.zone);
    const { fromMs, toMs, from, to } = daysOf(call, zone);
    const by = columnsOf(call.query.get('by'));
    const format = call.query.get('format') ?? 'json';
    if (format !== 'json' && format !== 'csv') wrongField('format', 'is neither json nor csv');
    const lines = await call.parts.store.report({ fromMs, toMs, by, ...whose });
    const data = lines.map((line) => lineView(line, by, zone));
    const { currency } = call.parts;
    if (format === 'json') return ok({ object: 'usage.report', zone: zone.name, currency, from, to, data });
    const columns = [...by.map((column) => OUTSIDE[column]), ...FIGURES];
    const rows = data.map((line) => [...columns.map((name) => csvCell(line[name]!)), currency].join(','));
    const body = `${[[...columns, 'currency'].join(','), ...rows].join('\n')}\n`;
    return { status: 200, body, type: 'text/csv; charset=utf-8' };
  },
  'GET /requests': async (call) => {
    const whose = reach(call);
    const { fromMs, toMs, from, to } = daysOf(call, zoneOf(call.parts.zone));
    const limit = Number(call.query.get('limit') ?? 100);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) wrongField('limit', 'is not 1 to 1000');
    const page = await call.parts.store.usagePage({ fromMs, toMs, ...whose }, limit, call.query.get('after'));
    return ok({ object: 'list', from, to, data: page.rows.map((row) => usageView(row, false)), next: page.next });
  },
};

import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { formatNumber } from '../units/quantity.ts';
import { niceStep, type Scale } from './scale.ts';
import { label, px, textWidth } from './svg.ts';
import { color } from './tokens.ts';

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** A mark on a time axis. */
export interface TimeTick {
  readonly ms: number;
  readonly label: string;
}

/** Civil days from `startMs` to `endMs` in a zone: the instants of local midnight, so that a day of 23 or 25 hours is one day. */
export function localMidnights(startMs: number, endMs: number, zone: string): number[] {
  const z = zoneOf(zone);
  const first = z.local(startMs);
  const days: number[] = [];
  for (let k = 0; ; k++) {
    const ms = z.instant(first.year, first.month, first.day + k);
    if (ms > endMs) return days;
    if (ms >= startMs) days.push(ms);
  }
}

/**
 * Ticks of a time axis in a zone's civil time, at most about `count`: months over a season or more, days over days, whole
 * hours within two days.
 */
export function timeTicks(startMs: number, endMs: number, zone: string, count = 12): TimeTick[] {
  const spanMs = endMs - startMs;
  if (!(spanMs > 0)) return [];
  const z = zoneOf(zone);
  if (spanMs > 70 * DAY_MS) return monthTicks(startMs, endMs, zone, count);
  if (spanMs > 2.1 * DAY_MS) {
    const every = [1, 2, 5, 7, 14, 30].find((d) => spanMs / (d * DAY_MS) <= count) ?? 30;
    return localMidnights(startMs, endMs, zone)
      .filter((_, i) => i % every === 0)
      .map((ms) => {
        const t = z.local(ms);
        return {
          ms,
          label: spanMs <= 8 * DAY_MS ? `${WEEKDAYS[t.weekday]!} ${t.day}` : `${t.day} ${MONTHS[t.month - 1]!}`,
        };
      });
  }
  const every = [1, 2, 3, 6, 12, 24].find((h) => spanMs / (h * HOUR_MS) <= count) ?? 24;
  const ticks: TimeTick[] = [];
  // Quarter hours are walked, because some zones stand a half or a quarter hour off.
  for (let ms = Math.ceil(startMs / (HOUR_MS / 4)) * (HOUR_MS / 4); ms <= endMs; ms += HOUR_MS / 4) {
    const hour = z.local(ms).hour;
    if (Math.abs(hour - Math.round(hour)) < 1e-6 && Math.round(hour) % every === 0) {
      ticks.push({ ms, label: `${String(Math.round(hour)).padStart(2, '0')}:00` });
    }
  }
  return ticks;
}

function monthTicks(startMs: number, endMs: number, zone: string, count: number): TimeTick[] {
  const z = zoneOf(zone);
  const first = z.local(startMs);
  const months = (endMs - startMs) / (30.4 * DAY_MS);
  const every = [1, 2, 3, 6, 12].find((m) => months / m <= count + 0.5) ?? 12 * Math.ceil(months / 12 / count);
  const ticks: TimeTick[] = [];
  for (let k = 0; ; k += every) {
    const at = first.month - 1 + k;
    const year = first.year + Math.floor(at / 12);
    const ms = z.instant(year, (at % 12) + 1, 1);
    if (ms >= endMs) return ticks;
    if (ms >= startMs) ticks.push({ ms, label: every >= 12 ? String(year) : MONTHS[at % 12]! });
  }
}

/** "14:05" of an instant in a zone; with `seconds`, "14:05:09". */
export function clockText(ms: number, zone: string, seconds = false): string {
  const hour = zoneOf(zone).local(ms).hour;
  const total = Math.floor(hour * 3600 + 1e-3);
  const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60].slice(0, seconds ? 3 : 2);
  return parts.map((p) => String(p).padStart(2, '0')).join(':');
}

/** "Tue 14 Jan 2025" of an instant in a zone. */
export function dateText(ms: number, zone: string): string {
  const t = zoneOf(zone).local(ms);
  return `${WEEKDAYS[t.weekday]!} ${t.day} ${MONTHS[t.month - 1]!} ${t.year}`;
}

/** Labels of number ticks: those of even steps all carry the decimals of their step (0.0, 0.5, 1.0), others only their own. */
export function tickLabels(ticks: readonly number[]): string[] {
  const even = ticks.every(
    (t, i) => i < 2 || Math.abs(t - 2 * ticks[i - 1]! + ticks[i - 2]!) < 1e-6 * Math.abs(t || 1),
  );
  if (!even) return ticks.map((t) => formatNumber(t));
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : niceStep(Math.abs(ticks[0] ?? 1) || 1, 1);
  const decimals = Math.min(9, Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (isHalf(step) ? 1 : 0)));
  return ticks.map((t) => (Math.abs(t) >= 1e6 ? formatNumber(t) : t.toFixed(decimals)));
}

function isHalf(step: number): boolean {
  const digit = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
  return Math.abs(digit - 2.5) < 1e-6;
}

/** Horizontal lines with their numbers left of the plot, and the unit above them. */
export function leftAxis(y: Scale, ticks: readonly number[], left: number, right: number, unit: string): string {
  const labels = tickLabels(ticks);
  const lines = ticks.map((t, i) => {
    const at = y(t);
    const stroke = t === 0 ? color('muted') : color('line');
    return `<path d="M${px(left)} ${px(at)}H${px(right)}" stroke="${stroke}" stroke-width="1"/>${label(left - 7, at + 4, labels[i]!, { anchor: 'end' })}`;
  });
  const top = Math.min(y.range[0], y.range[1]);
  return lines.join('') + (unit === '' ? '' : label(0, top - 10, unit, { weight: 600 }));
}

/** Room the left axis needs for its labels, px. */
export function leftRoom(ticks: readonly number[]): number {
  return Math.ceil(Math.max(...tickLabels(ticks).map((t) => textWidth(t)))) + 12;
}

/** Ticks, labels and the unit of a quantity below a plot whose frame ends 38 px above the picture's edge. */
export function valueAxis(
  x: Scale,
  ticks: readonly number[],
  height: number,
  left: number,
  right: number,
  unit: string,
): string {
  const names = tickLabels(ticks);
  const marks = ticks.map(
    (tick, i) =>
      `<path d="M${px(x(tick))} ${px(height - 38)}v4" stroke="${color('muted')}"/>${label(x(tick), height - 21, names[i]!, { anchor: 'middle' })}`,
  );
  return marks.join('') + label((left + right) / 2, height - 4, unit, { anchor: 'middle' });
}

/** How long a thing is that a label names, ms: a month or a day gets its label in its middle, an hour (0) at its tick. */
export function labelSpanMs(startMs: number, endMs: number): number {
  const days = (endMs - startMs) / DAY_MS;
  return days > 70 ? 30.4 * DAY_MS : days > 2.1 && days <= 8 ? DAY_MS : 0;
}

/** Ticks and labels below a plot; labels that would touch the one before or leave the plot are left out. */
export function bottomAxis(x: Scale, y: number, ticks: readonly TimeTick[], labelledMs = 0): string {
  let free = Number.NEGATIVE_INFINITY;
  let body = `<path d="M${px(x.range[0])} ${px(y)}H${px(x.range[1])}" stroke="${color('line')}"/>`;
  for (const tick of ticks) {
    const at = x(tick.ms);
    const middle = at + (x(x.domain[0] + labelledMs) - x.range[0]) / 2;
    body += `<path d="M${px(at)} ${px(y)}v4" stroke="${color('muted')}"/>`;
    const half = textWidth(tick.label) / 2;
    if (middle - half < free || middle + half > x.range[1] + 14 || middle - half < x.range[0] - 16) continue;
    body += label(middle, y + 17, tick.label, { anchor: 'middle' });
    free = middle + half + 6;
  }
  return body;
}

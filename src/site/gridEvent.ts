import { fail, JoulewrightError } from '../errors/error.ts';
import { HOUR_MS, SECOND_MS, stepStartMs, type TimeGrid } from '../series/grid.ts';
import { hasTime, localInstant } from '../series/localTime.ts';
import { parseQuantity } from '../units/quantity.ts';

/** How much less a site is to draw than its baseline: a share of it, 0..1, or so many kW. */
export type EventCut = { readonly share: number } | { readonly powerKw: number };

/**
 * An order of the grid's operator: between two instants the site's import is to stay so much below its baseline (see
 * policy/event/baseline.ts). Nobody at the site knows of it before it is announced.
 */
export interface GridEvent {
  /** ms UTC, [startMs, endMs). */
  readonly startMs: number;
  readonly endMs: number;
  /** ms UTC, at or before the start. */
  readonly announcedMs: number;
  readonly cut: EventCut;
}

/** The most that a site is asked to import over a time, as the sum of its connections, kW means. A request: nothing enforces it. */
export interface ImportLimit {
  /** ms UTC, [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly mostKw: number;
}

/** No order of a grid's operator lasts longer. */
const LONGEST_MS = 24 * HOUR_MS;

/** The power that a baseline less a cut leaves, kW: none is asked to deliver. */
export function limitKw(baselineKw: number, cut: EventCut): number {
  return Math.max(0, 'share' in cut ? baselineKw * (1 - cut.share) : baselineKw - cut.powerKw);
}

/** The most that may be imported between two instants, kW: the least of all limits that touch it, Infinity without one. */
export function mostOver(limits: readonly ImportLimit[] | undefined, fromMs: number, toMs: number): number {
  let most = Number.POSITIVE_INFINITY;
  for (const limit of limits ?? []) {
    if (limit.toMs > fromMs && limit.fromMs < toMs) most = Math.min(most, limit.mostKw);
  }
  return most;
}

/** The same by step of a grid; undefined where no limit touches it. */
export function mostOn(limits: readonly ImportLimit[] | undefined, grid: TimeGrid): Float64Array | undefined {
  const endMs = stepStartMs(grid, grid.count);
  if (mostOver(limits, grid.startMs, endMs) === Number.POSITIVE_INFINITY) return undefined;
  return Float64Array.from({ length: grid.count }, (_, i) => {
    const startMs = stepStartMs(grid, i);
    return mostOver(limits, startMs, startMs + grid.stepMs);
  });
}

function quantityOf(text: string, dimension: 'duration' | 'power' | 'share'): number | undefined {
  try {
    return parseQuantity(text, dimension).value;
  } catch (error) {
    if (error instanceof JoulewrightError) return undefined;
    throw error;
  }
}

function cutOf(text: string): EventCut | undefined {
  if (!text.startsWith('-')) return undefined;
  const share = text.endsWith('%') ? quantityOf(text.slice(1), 'share') : undefined;
  if (share !== undefined) return share > 0 && share <= 1 ? { share } : undefined;
  const powerKw = quantityOf(text.slice(1), 'power');
  return powerKw !== undefined && powerKw > 0 ? { powerKw } : undefined;
}

/**
 * Reads "2025-01-14T18:00 3h -25% notice=30m": local start, length up to a day, cut as a share of the baseline or a power
 * ("-200kW"), and notice; without a notice the site learns of it when it starts.
 *
 * @param zone IANA zone of the site
 * @throws JW_EVENT
 */
export function parseGridEvent(text: string, zone: string): GridEvent {
  const wrong = (reason: string): never => fail('JW_EVENT', { text, reason });
  const [start = '', length = '', cutText = '', ...rest] = text.trim().split(/\s+/);
  const startMs = hasTime(start) ? localInstant(start, zone) : undefined;
  if (startMs === undefined) return wrong(`"${start}" is not a local day and time`);
  const lengthMs = (quantityOf(length, 'duration') ?? Number.NaN) * SECOND_MS;
  if (!(lengthMs > 0 && lengthMs <= LONGEST_MS)) return wrong(`"${length}" is not a time of up to a day`);
  const cut = cutOf(cutText);
  if (cut === undefined) return wrong(`"${cutText}" is not a cut like -25% or -200kW`);
  let noticeMs = 0;
  for (const word of rest) {
    const notice = /^notice=(.+)$/.exec(word)?.[1];
    if (notice === undefined) return wrong(`"${word}" is not known here`);
    noticeMs = (quantityOf(notice, 'duration') ?? Number.NaN) * SECOND_MS;
    if (!(noticeMs >= 0)) return wrong(`"${notice}" is not a time`);
  }
  return { startMs, endMs: startMs + lengthMs, announcedMs: startMs - noticeMs, cut };
}

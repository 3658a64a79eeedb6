import { formatNumber } from '../units/quantity.ts';
import type { BatchAsk, BatchQuote } from './contract.ts';

/** A segment of the plan in force, on the wall clock. Segments follow each other without gaps. */
export interface PricedTime {
  /** Wall clock, ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** What one more kWh would cost, currency of the site. */
  readonly pricePerKwh: number;
  /** Sun and wind beyond what the site takes at once, kW: what else would be stored, sold or left. */
  readonly surplusKw: number;
}

const J_PER_KWH = 3.6e6;
const HOUR_MS = 3_600_000;
/** Part of the time until the deadline, and times its own length, that a batch keeps in hand when it waits. Our choice. */
const RESERVE_SHARE = 0.25;
const RESERVE_LENGTHS = 3;
/** Part of the cost that a later start must save to be worth the wait. Our choice. */
const WORTH_WAITING = 0.05;

/** What is said where nothing is known: it may run from now until its deadline, and nothing is claimed of its electricity. */
export function nothingKnown({ atMs, deadlineMs }: BatchAsk, currency: string, reason: string): BatchQuote {
  const unknown = { greenShare: null, pricePerKwh: null, cost: null };
  return { startMs: atMs, endMs: deadlineMs, ...unknown, currency, basis: 'none', reason };
}

/**
 * Quotes a batch that runs in one piece at its full power by the plan of the site: the start at which it costs least, the earliest of those that
 * cost about as little. A start is never so late that less than a quarter of the time, or three times the length of the run, would be left.
 *
 * @param plan from `ask.atMs` on; what lies beyond it is not waited for
 */
export function quoteByPlan(ask: BatchAsk, plan: readonly PricedTime[], currency: string): BatchQuote {
  const { atMs, deadlineMs, joules, watts } = ask;
  if (joules === null || watts === null || !(joules > 0) || !(watts > 0)) {
    return nothingKnown(ask, currency, 'nothing is known of the electricity of this model');
  }
  const ahead = plan.filter(({ endMs }) => endMs > atMs);
  if (ahead.length === 0 || ahead[0]!.startMs > atMs) return nothingKnown(ask, currency, 'the site has no plan');
  const energyKwh = joules / J_PER_KWH;
  const powerKw = watts / 1000;
  const lengthMs = (energyKwh / powerKw) * HOUR_MS;
  const keptMs = Math.max(RESERVE_LENGTHS * lengthMs, RESERVE_SHARE * (deadlineMs - atMs));
  const latestMs = Math.min(deadlineMs - keptMs, ahead.at(-1)!.endMs - lengthMs);
  const costAt = (startMs: number): number => over(ahead, startMs, lengthMs, (t) => t.pricePerKwh * powerKw);
  // Cost is piecewise linear in the start: it is least where the run begins or ends at an edge
  const edges = ahead.flatMap(({ startMs, endMs }) => [startMs, endMs]);
  const starts = [...edges, ...edges.map((edge) => edge - lengthMs), latestMs]
    .filter((ms) => ms > atMs && ms <= latestMs)
    .sort((a, b) => a - b);
  const now = costAt(atMs);
  const least = Math.min(now, ...starts.map(costAt));
  const dearest = Math.max(...ahead.map(({ pricePerKwh }) => Math.abs(pricePerKwh))) * energyKwh;
  const near = WORTH_WAITING * dearest;
  const later = now > least + near ? starts.find((ms) => costAt(ms) <= least + near) : undefined;
  const startMs = later ?? atMs;
  const cost = Math.max(0, costAt(startMs));
  const greenKwh = over(ahead, startMs, lengthMs, ({ surplusKw }) => Math.min(powerKw, surplusKw));
  const pricePerKwh = cost / energyKwh;
  const reason =
    later === undefined
      ? 'by the plan of the site a later start would cost about as much'
      : `by the plan of the site power costs ${formatNumber(pricePerKwh, 2)} ${currency}/kWh then and ${formatNumber(Math.max(0, now) / energyKwh, 2)} now`;
  return {
    startMs,
    endMs: Math.min(deadlineMs, startMs + lengthMs),
    greenShare: Math.min(1, Math.max(0, greenKwh / energyKwh)),
    pricePerKwh,
    cost,
    currency,
    basis: 'forecast',
    reason,
  };
}

/** Integral of a rate per hour over a run; beyond the plan as in its last segment. */
function over(plan: readonly PricedTime[], startMs: number, lengthMs: number, of: (t: PricedTime) => number): number {
  const endMs = startMs + lengthMs;
  let sum = 0;
  plan.forEach((time, k) => {
    const until = k === plan.length - 1 ? Math.max(time.endMs, endMs) : time.endMs;
    const part = Math.min(until, endMs) - Math.max(time.startMs, startMs);
    if (part > 0) sum += (part / HOUR_MS) * of(time);
  });
  return sum;
}

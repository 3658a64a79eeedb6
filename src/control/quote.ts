import type { BatchAsk, BatchQuote } from './contract.ts';

/** A piece of the time ahead as it is forecast. Pieces follow each other without gaps. */
export interface SurplusHour {
  /** Wall clock, ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Sun and wind above the load of the facility, kW; never negative. */
  readonly surplusKw: number;
  /** Price of what is not surplus, currency of the site per kWh. */
  readonly pricePerKwh: number;
}

const J_PER_KWH = 3.6e6;
const HOUR_MS = 3_600_000;
/** Part of the time until the deadline, and times its own length, that a batch keeps in hand when it waits. Our choice. */
const RESERVE_SHARE = 0.25;
const RESERVE_LENGTHS = 3;
/** Share of surplus that a later start must win to be worth the wait. Our choice. */
const WORTH_WAITING = 0.05;

/** What is said where nothing is known: it may run from now until its deadline, and nothing is claimed of its electricity. */
export function nothingKnown({ atMs, deadlineMs }: BatchAsk, currency: string, reason: string): BatchQuote {
  const unknown = { greenShare: null, pricePerKwh: null, cost: null };
  return { startMs: atMs, endMs: deadlineMs, ...unknown, currency, basis: 'none', reason };
}

/**
 * Quotes a batch that runs in one piece at its full power: the start that gets the largest share of its electricity from
 * forecast surplus; the earliest of those that are about as good. A start is never so late that less than a quarter of the time,
 * or three times the length of the run, would be left.
 *
 * @param outlook what is forecast from `ask.atMs` on; what lies beyond it counts as no surplus and is not waited for
 */
export function quoteBatch(ask: BatchAsk, outlook: readonly SurplusHour[], currency: string): BatchQuote {
  const { atMs, deadlineMs, joules, watts } = ask;
  if (joules === null || watts === null || !(joules > 0) || !(watts > 0)) {
    return nothingKnown(ask, currency, 'nothing is known of the electricity of this model');
  }
  if (outlook.length === 0) return nothingKnown(ask, currency, 'the site has no forecast');
  const energyKwh = joules / J_PER_KWH;
  const powerKw = watts / 1000;
  const lengthMs = (energyKwh / powerKw) * HOUR_MS;
  const keptMs = Math.max(RESERVE_LENGTHS * lengthMs, RESERVE_SHARE * (deadlineMs - atMs));
  const latestMs = Math.min(deadlineMs - keptMs, outlook.at(-1)!.endMs - lengthMs);
  const shareAt = (startMs: number): number => greenKwh(outlook, startMs, startMs + lengthMs, powerKw) / energyKwh;
  // Green energy is piecewise linear in the start: it is largest where the run begins or ends at an edge, or at the ends
  const edges = outlook.flatMap(({ startMs, endMs }) => [startMs, endMs]);
  const starts = [...edges, ...edges.map((edge) => edge - lengthMs), latestMs]
    .filter((ms) => ms > atMs && ms <= latestMs)
    .sort((a, b) => a - b);
  let best = { startMs: atMs, share: shareAt(atMs) };
  const most = Math.max(best.share, ...starts.map(shareAt));
  if (most > best.share + WORTH_WAITING) {
    const startMs = starts.find((ms) => shareAt(ms) >= most - WORTH_WAITING)!;
    best = { startMs, share: shareAt(startMs) };
  }
  const greenShare = Math.min(1, best.share);
  const endMs = Math.min(deadlineMs, best.startMs + lengthMs);
  const pricePerKwh = (1 - greenShare) * meanPrice(outlook, best.startMs, best.startMs + lengthMs);
  const waits = best.startMs > atMs;
  const reason = waits
    ? 'it waits for forecast surplus of sun and wind'
    : 'a later start would find no more surplus of sun and wind in time';
  return {
    startMs: best.startMs,
    endMs,
    greenShare,
    pricePerKwh,
    cost: pricePerKwh * energyKwh,
    currency,
    basis: 'forecast',
    reason,
  };
}

function overlapH(hour: SurplusHour, fromMs: number, untilMs: number): number {
  return Math.max(0, Math.min(hour.endMs, untilMs) - Math.max(hour.startMs, fromMs)) / HOUR_MS;
}

function greenKwh(outlook: readonly SurplusHour[], fromMs: number, untilMs: number, powerKw: number): number {
  return outlook.reduce((sum, h) => sum + Math.min(powerKw, h.surplusKw) * overlapH(h, fromMs, untilMs), 0);
}

function meanPrice(outlook: readonly SurplusHour[], fromMs: number, untilMs: number): number {
  let [sum, hours] = [0, 0];
  for (const hour of outlook) {
    const part = overlapH(hour, fromMs, untilMs);
    sum += part * hour.pricePerKwh;
    hours += part;
  }
  return hours > 0 ? sum / hours : outlook[0]!.pricePerKwh;
}

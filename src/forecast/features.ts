import type { Past } from './past.ts';

/**
 * Features of the linear rule: distances from the usual day, so that without news the usual day stands. Beside each how long
 * it stays much the same, h: a month holds few independent values of what changes over days, and so it is shrunk more.
 */
export const LINEAR = [
  ['one', 24],
  ['now', 2],
  ['nowFades', 6],
  ['offNow', 2],
  ['off3h', 6],
  ['off24h', 24],
  ['dayBefore', 12],
  ['twoDaysBefore', 12],
  ['weekBefore', 24],
  ['weeks', 24],
  ['offWeek3h', 6],
  ['offWeek24h', 24],
  ['prior', 24],
  ['offPrior3h', 6],
  ['offPrior24h', 24],
] as const;

/** Features of the trees, which learn what is left and how wide it spreads. */
export const TREE = [
  'lead',
  'hour',
  'weekend',
  'usual',
  'linear',
  'offNow',
  'off3h',
  'off24h',
  'dayBefore',
  'weeks',
  'spread24h',
  'level24h',
  'rise1h',
  'now',
] as const;

/** What is the same for all targets of one origin. */
export interface Origin {
  readonly at: number;
  readonly offNow: number;
  readonly off3h: number;
  readonly off24h: number;
  readonly offWeek3h: number;
  readonly offWeek24h: number;
  readonly offPrior3h: number;
  readonly offPrior24h: number;
  readonly spread24h: number;
  readonly level24h: number;
  readonly rise1h: number;
  readonly hasWeek: boolean;
}

/** Reads the past as it was known at the end of step `at`. */
export function originAt(past: Past, at: number): Origin {
  const level24h = past.level(at, 24);
  const hasWeek = at >= 7 * past.perDay;
  return {
    at,
    offNow: past.offDay(at, 0),
    off3h: past.offDay(at, 3),
    off24h: past.offDay(at, 24),
    offWeek3h: hasWeek ? past.offWeek(at, 3) : 0,
    offWeek24h: hasWeek ? past.offWeek(at, 24) : 0,
    offPrior3h: past.offPrior(at, 3),
    offPrior24h: past.offPrior(at, 24),
    spread24h: past.spread(at, 24),
    level24h,
    rise1h: past.offDay(at, 0) - past.offDay(at - past.perHour, 0),
    hasWeek,
  };
}

/** The usual day at a step, as known at an origin: what the linear rule's answer is added to. */
export function usualAt(past: Past, origin: Origin, step: number): number {
  return past.usual(step, past.daysBack(step - origin.at));
}

/** How much of news of an age is left after a lead, hours. */
const left = (leadH: number, keepsH: number): number => Math.exp(-leadH / keepsH);

/** Writes the features of the linear rule for a step after an origin. */
export function linearFeatures(past: Past, o: Origin, step: number, usual: number, to: Float64Array): void {
  const lead = step - o.at;
  const leadH = lead / past.perHour;
  const days = past.daysBack(lead);
  const week = past.hasWeek(step, lead);
  const prior = past.prior(step);
  const now = past.z[o.at]! - usual;
  to[0] = 1;
  to[1] = now * left(leadH, 2);
  to[2] = now * left(leadH, 12);
  to[3] = o.offNow * left(leadH, 2);
  to[4] = o.off3h * left(leadH, 12);
  to[5] = o.off24h * left(leadH, 48);
  to[6] = past.dayBefore(step, days) - usual;
  to[7] = past.dayBefore(step, days + 1) - usual;
  to[8] = week ? past.weekly(step, lead, 1) - usual : 0;
  to[9] = week ? past.weekly(step, lead) - usual : 0;
  to[10] = o.offWeek3h * left(leadH, 12);
  to[11] = o.offWeek24h * left(leadH, 48);
  to[12] = prior === undefined ? 0 : prior - usual;
  to[13] = prior === undefined ? 0 : o.offPrior3h * left(leadH, 12);
  to[14] = prior === undefined ? 0 : o.offPrior24h * left(leadH, 48);
}

/** Writes the features of the trees; `linear` is the rule's answer, as a distance from the usual day. */
export function treeFeatures(
  past: Past,
  o: Origin,
  step: number,
  usual: number,
  linear: number,
  row: Float64Array,
  to: Float64Array,
): void {
  const { hour, weekend } = past.clock(step);
  to[0] = (step - o.at) / past.perHour;
  to[1] = hour;
  to[2] = weekend ? 1 : 0;
  to[3] = usual;
  to[4] = linear;
  to[5] = o.offNow;
  to[6] = o.off3h;
  to[7] = o.off24h;
  to[8] = row[6]!;
  to[9] = row[9]!;
  to[10] = o.spread24h;
  to[11] = o.level24h;
  to[12] = o.rise1h;
  to[13] = past.z[o.at]! - usual;
}

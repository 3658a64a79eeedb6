import { HOUR_MS, MINUTE_MS, type TimeGrid } from '../../series/grid.ts';

/** How far and how finely a look ahead sees. */
export const AHEAD = {
  hours: 48,
  /** Base step: forecasts and prices are stated for it, and the nearest segments are as long. */
  stepMs: 5 * MINUTE_MS,
  /** Segments at most. */
  segments: 72,
} as const;

/** Segments are as long as a base step for at least this long, then a quarter of an hour, then an hour. */
const NEAR_MS = 50 * MINUTE_MS;
const QUARTER_MS = 15 * MINUTE_MS;
const MIDDLE_MS = 3 * HOUR_MS;

/**
 * Base steps of a look ahead that begins at an instant: from the start of the step that it lies in.
 *
 * @param stepMs length of a base step; a divisor of an hour
 */
export function aheadGrid(nowMs: number, stepMs: number = AHEAD.stepMs): TimeGrid {
  const { hours } = AHEAD;
  return { startMs: Math.floor(nowMs / stepMs) * stepMs, stepMs, count: Math.round((hours * HOUR_MS) / stepMs) };
}

const upTo = (ms: number, unitMs: number): number => Math.ceil(ms / unitMs - 1e-9) * unitMs;

/**
 * First base steps of the segments: near ones of a base step, then quarters, then hours, all on the clock's own quarters and hours, and
 * cut where a sharp series changes. Where these are too many, neighbours are joined from the far end.
 *
 * @param sharp base series that must be constant within a segment
 * @param most segments wanted; more where `sharp` asks for it
 */
export function segmentStarts(
  { startMs, stepMs, count }: TimeGrid,
  sharp: readonly Float64Array[],
  most: number = AHEAD.segments,
): number[] {
  const endMs = startMs + count * stepMs;
  const nearMs = upTo(startMs + NEAR_MS, Math.max(stepMs, QUARTER_MS));
  const middleMs = upTo(nearMs + MIDDLE_MS, Math.max(stepMs, HOUR_MS));
  const starts = new Set<number>([0]);
  let ms = startMs;
  while (ms < endMs) {
    starts.add(Math.round((ms - startMs) / stepMs));
    const unitMs = ms < nearMs ? stepMs : ms < middleMs ? QUARTER_MS : HOUR_MS;
    ms = Math.max(ms + stepMs, upTo(ms + 1, Math.max(stepMs, unitMs)));
  }
  const walls = new Set<number>();
  for (const s of sharp) for (let i = 1; i < count; i++) if (s[i] !== s[i - 1]) walls.add(i);
  for (const i of walls) starts.add(i);
  const list = [...starts].sort((a, b) => a - b);
  // Each pass joins pairs up to twice as long as the one before.
  for (let long = (2 * HOUR_MS) / stepMs; list.length > most && long <= 2 * count; long *= 2) {
    for (let k = list.length - 1; k > 0 && list.length > most; k--) {
      const length = (list[k + 1] ?? count) - list[k - 1]!;
      if (length <= long && !walls.has(list[k]!)) list.splice(k, 1);
    }
  }
  return list;
}

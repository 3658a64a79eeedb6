/** Maps a value of the domain to a place in the range (px). */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
}

/** A straight scale; a domain without width maps to the middle of the range. Values outside the domain are not clamped. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const width = d1 - d0;
  const map = (value: number): number => (width === 0 ? (r0 + r1) / 2 : r0 + ((value - d0) / width) * (r1 - r0));
  return Object.assign(map, { domain, range });
}

/** A logarithmic scale over a domain of positive numbers; what is not positive maps to NaN. */
export function logarithmic(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const within = linear([Math.log(domain[0]), Math.log(domain[1])], range);
  const map = (value: number): number => (value > 0 ? within(Math.log(value)) : Number.NaN);
  return Object.assign(map, { domain, range });
}

/** Equal bands with a gap between them: start and width of band i, in px. */
export interface Bands {
  start(i: number): number;
  readonly width: number;
}

/** `count` >= 1 bands over a range; `gapShare` (0..1) of each step is left free. */
export function bands(count: number, range: readonly [number, number], gapShare = 0.2): Bands {
  const step = (range[1] - range[0]) / Math.max(1, count);
  const width = step * (1 - gapShare);
  return { width, start: (i) => range[0] + i * step + (step - width) / 2 };
}

/** Smallest and largest finite value of several columns; [0, 1] when there is none. */
export function extent(columns: readonly ArrayLike<number>[]): [number, number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i]!;
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min > max ? [0, 1] : [min, max];
}

/** A step of 1, 2, 2.5 or 5 times a power of ten that gives about `count` ticks over `span` > 0. */
export function niceStep(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10;
  return step * power;
}

/** The domain widened to whole steps, and the ticks in it. Empty or broken domains become [0, 1]. */
export function niceTicks(min: number, max: number, count = 5): { domain: [number, number]; ticks: number[] } {
  let [low, high] = Number.isFinite(min) && Number.isFinite(max) && max >= min ? [min, max] : [0, 1];
  if (low === high) {
    if (low === 0) high = 1;
    else [low, high] = low > 0 ? [0, high] : [low, 0];
  }
  const step = niceStep(high - low, count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks: number[] = [];
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)));
  return { domain: [ticks[0]!, ticks[ticks.length - 1]!], ticks };
}

/** Steps within a power of ten, the finest first. */
const LOG_STEPS: readonly (readonly number[])[] = [[1, 2, 5], [1, 3], [1]];

/**
 * Ticks of a logarithmic axis, 1, 2 and 5 times powers of ten or fewer where that is more than about `count`, and the domain widened
 * to the ticks around it. Broken domains become [1, 10].
 */
export function logTicks(min: number, max: number, count = 6): { domain: [number, number]; ticks: number[] } {
  const [low, high] = min > 0 && max >= min && Number.isFinite(max) ? [min, max] : [1, 10];
  const ticksBy = (steps: readonly number[], every: number): number[] => {
    const from = Math.floor(Math.log10(low) / every) * every;
    const all: number[] = [];
    for (let power = from; 10 ** power < high * 10 ** every * 10; power += every)
      for (const step of steps) all.push(Number((step * 10 ** power).toPrecision(6)));
    const first = Math.max(
      0,
      all.findLastIndex((tick) => tick <= low * (1 + 1e-9)),
    );
    const last = all.findIndex((tick) => tick >= high * (1 - 1e-9) && tick > all[first]!);
    return all.slice(first, last + 1);
  };
  const fine = LOG_STEPS.map((steps) => ticksBy(steps, 1)).find((found) => found.length <= count + 1);
  const ticks = fine ?? ticksBy([1], Math.ceil(Math.log10(high / low) / count));
  return { domain: [ticks[0]!, ticks.at(-1)!], ticks };
}

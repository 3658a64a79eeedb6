/**
 * Chronological segments of unequal length over base steps. Merged segments give a lower bound of a minimum only when averaged
 * series stand on right-hand sides or multiply sizes, and a coefficient or price of a dispatch column is constant in a segment
 * or takes its most favourable value (docs/formulation.md, "Segments").
 */
export interface Segments {
  /** First base step of each segment, ascending; one more entry at the end, the step after the last. */
  readonly starts: Int32Array;
  readonly count: number;
  /** Length of a base step, hours. */
  readonly stepH: number;
  /** Hours of each segment. */
  readonly hours: Float64Array;
  /** Segment before each; -1 where these segments begin and nothing of theirs stands before. */
  readonly before: Int32Array;
  /** Window of each segment, a number of the calendar's own. */
  readonly window: Int32Array;
  /** Whether the whole horizon is covered. */
  readonly whole: boolean;
}

/** How a horizon is cut: blocks close in themselves when cyclic; windows cut blocks into parts that can be solved apart. */
export interface Calendar {
  readonly steps: number;
  readonly stepH: number;
  /** First base step of each block, 0 first. */
  readonly blocks: readonly number[];
  readonly cyclic: boolean;
  /** First base step of each window, 0 first; every block begins one. */
  readonly windows: readonly number[];
}

/** Window of every base step, and the window before each: the block's last for its first when cyclic, else -1. */
export function windowsOf(calendar: Calendar): { readonly of: Int32Array; readonly before: Int32Array } {
  const { windows, blocks, steps, cyclic } = calendar;
  const of = new Int32Array(steps);
  for (const [w, from] of windows.entries()) of.fill(w, from, windows[w + 1] ?? steps);
  const before = new Int32Array(windows.length);
  blocks.forEach((from, b) => {
    const first = of[from]!;
    const last = of[(blocks[b + 1] ?? steps) - 1]!;
    for (let w = first; w <= last; w++) before[w] = w - 1;
    before[first] = cyclic ? last : -1;
  });
  return { of, before };
}

/**
 * Segments from their first steps, over the whole horizon or from the first of them up to `end`.
 *
 * @param starts first base steps, ascending; every window in reach begins a segment
 */
export function segmentsOf(starts: readonly number[] | Int32Array, calendar: Calendar, end = calendar.steps): Segments {
  const { stepH, blocks, cyclic } = calendar;
  const count = starts.length;
  const ends = new Int32Array(count + 1);
  ends.set(starts);
  ends[count] = end;
  const whole = ends[0] === 0 && end === calendar.steps;
  const { of } = windowsOf(calendar);
  const hours = new Float64Array(count);
  const before = new Int32Array(count);
  const window = new Int32Array(count);
  const first = new Set(blocks);
  let blockStart = 0;
  for (let k = 0; k < count; k++) {
    hours[k] = (ends[k + 1]! - ends[k]!) * stepH;
    window[k] = of[ends[k]!]!;
    before[k] = k - 1;
    if (k > 0 && first.has(ends[k]!)) {
      before[blockStart] = whole && cyclic ? k - 1 : -1;
      blockStart = k;
    }
  }
  before[blockStart] = whole && cyclic ? count - 1 : -1;
  return { starts: ends, count, stepH, hours, before, window, whole };
}

/** One segment for every base step, of the whole horizon or of one window. */
export function everyStep(calendar: Calendar, window?: number): Segments {
  const from = window === undefined ? 0 : calendar.windows[window]!;
  const to = window === undefined ? calendar.steps : (calendar.windows[window + 1] ?? calendar.steps);
  return segmentsOf(
    Int32Array.from({ length: to - from }, (_, i) => from + i),
    calendar,
    to,
  );
}

/** A heap of merges by cost, smallest first; an entry is stale when its segment has been offered again since. */
class Merges {
  readonly #cost: number[] = [];
  readonly #left: number[] = [];
  readonly #stamp: number[] = [];

  push(cost: number, left: number, stamp: number): void {
    let i = this.#cost.length;
    this.#cost.push(cost);
    this.#left.push(left);
    this.#stamp.push(stamp);
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (this.#cost[up]! <= this.#cost[i]!) break;
      this.#swap(i, up);
      i = up;
    }
  }

  pop(): { left: number; stamp: number } | undefined {
    const size = this.#cost.length;
    if (size === 0) return undefined;
    const top = { left: this.#left[0]!, stamp: this.#stamp[0]! };
    this.#swap(0, size - 1);
    this.#cost.pop();
    this.#left.pop();
    this.#stamp.pop();
    let i = 0;
    for (;;) {
      const a = 2 * i + 1;
      if (a >= this.#cost.length) break;
      const b = a + 1 < this.#cost.length && this.#cost[a + 1]! < this.#cost[a]! ? a + 1 : a;
      if (this.#cost[i]! <= this.#cost[b]!) break;
      this.#swap(i, b);
      i = b;
    }
    return top;
  }

  #swap(i: number, j: number): void {
    for (const list of [this.#cost, this.#left, this.#stamp]) {
      const held = list[i]!;
      list[i] = list[j]!;
      list[j] = held;
    }
  }
}

/**
 * Merges neighbouring steps that are alike until `target` segments are left: each merge is the one that adds least to the sum
 * of squared deviations from the segments' means (Ward's criterion kept to neighbours in time, as chronological time-period
 * clustering: Pineda and Morales 2018, IEEE Trans. Power Syst. 33(6)).
 *
 * @param shape base series that are to stay alike; each is scaled by its own spread
 * @param sharp base series that must be constant within a segment
 * @param target segments wanted; more where `sharp` asks for it
 */
export function mergedSegments(
  shape: readonly Float64Array[],
  sharp: readonly Float64Array[],
  target: number,
  calendar: Calendar,
): Segments {
  const { steps } = calendar;
  const scaled = shape.map(spreadOne).filter((s) => s !== undefined);
  const next = Int32Array.from({ length: steps }, (_, i) => i + 1);
  const before = Int32Array.from({ length: steps }, (_, i) => i - 1);
  const length = new Float64Array(steps).fill(1);
  const stamp = new Int32Array(steps).fill(-1);
  let offers = 0;
  const alive = new Uint8Array(steps).fill(1);
  const sums = scaled.map((s) => Float64Array.from(s));
  const wall = new Uint8Array(steps);
  for (const b of calendar.windows) wall[b] = 1;
  for (const s of sharp) for (let i = 1; i < steps; i++) if (s[i] !== s[i - 1]) wall[i] = 1;
  const heap = new Merges();
  const offer = (left: number): void => {
    const right = next[left]!;
    stamp[left] = offers++;
    if (right >= steps || wall[right] === 1) return;
    const [a, b] = [length[left]!, length[right]!];
    let cost = 0;
    for (const sum of sums) {
      const d = sum[left]! / a - sum[right]! / b;
      cost += d * d;
    }
    heap.push(((a * b) / (a + b)) * cost, left, stamp[left]!);
  };
  for (let i = 0; i < steps; i++) offer(i);
  let count = steps;
  while (count > target) {
    const merge = heap.pop();
    if (merge === undefined) break;
    const { left } = merge;
    if (alive[left] === 0 || stamp[left] !== merge.stamp) continue;
    const right = next[left]!;
    for (const sum of sums) sum[left]! += sum[right]!;
    length[left]! += length[right]!;
    alive[right] = 0;
    next[left] = next[right]!;
    if (next[right]! < steps) before[next[right]!] = left;
    count--;
    offer(left);
    if (before[left]! >= 0) offer(before[left]!);
  }
  const starts: number[] = [];
  for (let i = 0; i < steps; i = next[i]!) starts.push(i);
  return segmentsOf(starts, calendar);
}

/** A series over its standard deviation; undefined when it is flat. */
function spreadOne(values: Float64Array): Float64Array | undefined {
  let mean = 0;
  for (const v of values) mean += v / values.length;
  let square = 0;
  for (const v of values) square += (v - mean) ** 2 / values.length;
  const spread = Math.sqrt(square);
  return spread > 1e-12 ? values.map((v) => v / spread) : undefined;
}

import {
  type Smooth,
  type SmoothPart,
  WAVES,
  type WaveName,
  type WaveValues,
} from '../components/inference/predict/smooth.ts';

/** A part to be fitted: of which groups, of which waves, and how much variance it is given (natural logarithm squared). */
export interface PartPlan {
  readonly group: number;
  readonly waves: WaveName | undefined;
  readonly variance: number;
}

/** Variance of measurements around the function, and where their errors start to count linearly. */
const NOISE = 0.03;
const USUAL = 0.15;
/** Errors beyond this say that something else was measured. */
const FARTHEST = 1.5;
const REWEIGHTINGS = 2;
/** Stopped early: what the first steps do not find is not carried over either (early stopping as regularisation). */
const STEPS = 40;

interface Prepared {
  readonly plan: PartPlan;
  /** Rows sorted by group, and where each group starts in them. */
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  readonly names: readonly string[];
  readonly width: number;
  /** Waves of the sorted rows, one row after the other. */
  readonly waves: Float32Array;
}

function prepare(plan: PartPlan, groups: readonly (readonly string[])[], waves: readonly WaveValues[]): Prepared {
  const members = new Map<string, number[]>();
  for (const [k, names] of groups.entries()) {
    const name = plan.group < 0 ? '' : names[plan.group]!;
    const list = members.get(name);
    if (list === undefined) members.set(name, [k]);
    else list.push(k);
  }
  const width = plan.waves === undefined ? 1 : WAVES[plan.waves].count;
  const rows = Int32Array.from([...members.values()].flat());
  const starts = new Int32Array(members.size + 1);
  let at = 0;
  let group = 0;
  for (const list of members.values()) {
    at += list.length;
    starts[++group] = at;
  }
  const sorted = new Float32Array(rows.length * width).fill(1);
  if (plan.waves !== undefined) for (const [k, row] of rows.entries()) sorted.set(waves[row]![plan.waves], k * width);
  return { plan, rows, starts, names: [...members.keys()], width, waves: sorted };
}

/** Sums of the rows' waves times `v` in a group. */
function projected(part: Prepared, group: number, v: Float64Array, into: Float64Array): void {
  const { rows, starts, width, waves } = part;
  into.fill(0);
  for (let k = starts[group]!; k < starts[group + 1]!; k++) {
    const value = v[rows[k]!]!;
    const first = k * width;
    for (let i = 0; i < width; i++) into[i]! += value * waves[first + i]!;
  }
}

/** out += K v, without ever holding the kernel matrix K. */
function multiply(part: Prepared, v: Float64Array, out: Float64Array): void {
  const { rows, starts, width, waves, plan } = part;
  const sum = new Float64Array(width);
  for (let group = 0; group + 1 < starts.length; group++) {
    projected(part, group, v, sum);
    for (let k = starts[group]!; k < starts[group + 1]!; k++) {
      const first = k * width;
      // Four sums side by side: one would wait for itself.
      const dots = [0, 0, 0, 0] as [number, number, number, number];
      let i = 0;
      for (; i + 3 < width; i += 4) {
        dots[0] += sum[i]! * waves[first + i]!;
        dots[1] += sum[i + 1]! * waves[first + i + 1]!;
        dots[2] += sum[i + 2]! * waves[first + i + 2]!;
        dots[3] += sum[i + 3]! * waves[first + i + 3]!;
      }
      for (; i < width; i++) dots[0] += sum[i]! * waves[first + i]!;
      out[rows[k]!]! += plan.variance * (dots[0] + dots[1] + dots[2] + dots[3]);
    }
  }
}

function medianOf(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/**
 * Fits a smooth function to residuals: kernel ridge regression, (K + noise) a = y, by conjugate gradients (Hestenes and Stiefel
 * 1952) on the measurements, twice reweighted so that large errors count linearly (Huber); its weights are the waves times a.
 *
 * @param groups names of each row's groups
 * @param waves values of the waves at each row
 * @param values what is learnt, natural logarithm
 * @param weights of the rows, > 0
 */
export function fitSmooth(
  plans: readonly PartPlan[],
  groups: readonly (readonly string[])[],
  waves: readonly WaveValues[],
  values: Float64Array,
  weights: Float64Array,
): Smooth {
  const n = values.length;
  const parts = plans.map((plan) => prepare(plan, groups, waves));
  const variance = plans.reduce((sum, plan) => sum + plan.variance, 0);
  const near = values.map((value) => Math.max(-FARTHEST, Math.min(FARTHEST, value)));
  const offset = medianOf(near);
  const a = new Float64Array(n);
  const trust = Float64Array.from(weights);
  const noise = new Float64Array(n);
  const out = new Float64Array(n);
  const times = (v: Float64Array): Float64Array => {
    for (let k = 0; k < n; k++) out[k] = noise[k]! * v[k]!;
    for (const part of parts) multiply(part, v, out);
    return out;
  };
  for (let round = 0; round < REWEIGHTINGS; round++) {
    for (let k = 0; k < n; k++) noise[k] = NOISE / trust[k]!;
    const rest = times(a).map((value, k) => near[k]! - offset - value);
    const scaled = rest.map((value, k) => value / (variance + noise[k]!));
    const direction = Float64Array.from(scaled);
    let size = rest.reduce((sum, value, k) => sum + value * scaled[k]!, 0);
    const enough = 1e-8 * size;
    for (let step = 0; step < STEPS && size > enough; step++) {
      const turned = times(direction);
      let along = 0;
      for (let k = 0; k < n; k++) along += direction[k]! * turned[k]!;
      const length = size / along;
      let next = 0;
      for (let k = 0; k < n; k++) {
        a[k]! += length * direction[k]!;
        rest[k]! -= length * turned[k]!;
        scaled[k] = rest[k]! / (variance + noise[k]!);
        next += rest[k]! * scaled[k]!;
      }
      for (let k = 0; k < n; k++) direction[k] = scaled[k]! + (next / size) * direction[k]!;
      size = next;
    }
    for (let k = 0; k < n; k++) trust[k] = weights[k]! / Math.hypot(1, (noise[k]! * a[k]!) / USUAL);
  }
  return { offset, parts: parts.map((part) => partOf(part, a)) };
}

function partOf(part: Prepared, a: Float64Array): SmoothPart {
  const weights: Record<string, Float32Array> = {};
  const sum = new Float64Array(part.width);
  for (const [group, name] of part.names.entries()) {
    projected(part, group, a, sum);
    weights[name] = Float32Array.from(sum, (value) => part.plan.variance * value);
  }
  return { group: part.plan.group, waves: part.plan.waves, weights };
}

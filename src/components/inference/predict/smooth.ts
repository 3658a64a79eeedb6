import { random } from '../../../series/random.ts';
import { FEATURE_NAMES } from './features.ts';

/**
 * A smooth function of a point's features, common to all points and with parts of its own for groups of them (an engine, a
 * chip, a model), as parameters: random Fourier features (Rahimi and Recht 2007, NIPS 20) of Gaussian kernels, with weights per
 * group. It is what a Gaussian process with the sum of those kernels would say (Rasmussen and Williams 2006), without its rows.
 */

/** Features that are names in numbers, without a distance between them. */
const NAMES = new Set(['engine', 'format', 'mode', 'limits', 'vendor']);
/** Features that tell a model from another rather than what its steps consist of. */
const OF_MODELS = new Set(['activeParams', 'kvHeads', 'sparsity', 'latent']);
const OF_SOURCES = new Set(['year', 'total', 'inferredBatch', 'inferredInput']);
/** Features are standardised and cut here: beyond lies nothing to carry over. */
const FARTHEST = 4;

/** A kernel's random waves: which features, the length of the kernel in their standard deviations, and how many waves. */
interface Waves {
  readonly features: readonly number[];
  readonly length: number;
  readonly count: number;
  readonly seed: number;
}

const featuresBut = (...without: readonly ReadonlySet<string>[]): number[] =>
  FEATURE_NAMES.flatMap((name, k) => (without.some((set) => set.has(name)) ? [] : [k]));

/** The kernels: what the roofline says of a point; that and what its model is like; the same with few waves, for small groups. */
export const WAVES = {
  work: { features: featuresBut(NAMES, OF_MODELS, OF_SOURCES), length: 2.5, count: 256, seed: 1 },
  whole: { features: featuresBut(NAMES), length: 3, count: 256, seed: 2 },
  few: { features: featuresBut(NAMES), length: 3, count: 64, seed: 3 },
} as const satisfies Record<string, Waves>;
export type WaveName = keyof typeof WAVES;

/** Mean and standard deviation of each feature among the measurements. */
export interface Scales {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Values of all waves at a point, by kernel. */
export type WaveValues = Readonly<Record<WaveName, Float32Array>>;

interface Drawn {
  readonly features: readonly number[];
  readonly frequencies: Float64Array;
  readonly phases: Float64Array;
}

/** Frequencies and phases follow from the seed, so that no file has to hold them. */
function drawn({ features, length, count, seed }: Waves): Drawn {
  const draw = random(seed);
  const frequencies = Float64Array.from({ length: features.length * count }, () => draw.normal() / length);
  const phases = Float64Array.from({ length: count }, () => 2 * Math.PI * draw.next());
  return { features, frequencies, phases };
}

let all: Record<WaveName, Drawn> | undefined;

/** Values of the waves at a point's features. */
export function wavesAt(scales: Scales, features: ArrayLike<number>): WaveValues {
  all ??= { work: drawn(WAVES.work), whole: drawn(WAVES.whole), few: drawn(WAVES.few) };
  const values = {} as Record<WaveName, Float32Array>;
  for (const name of Object.keys(WAVES) as WaveName[]) {
    const { features: which, frequencies, phases } = all[name];
    const sum = Float64Array.from(phases);
    for (let j = 0; j < which.length; j++) {
      const k = which[j]!;
      const z = (features[k]! - scales.mean[k]!) / scales.deviation[k]!;
      const at = Math.max(-FARTHEST, Math.min(FARTHEST, z));
      for (let i = 0; i < sum.length; i++) sum[i]! += at * frequencies[j * sum.length + i]!;
    }
    const norm = Math.sqrt(2 / sum.length);
    values[name] = Float32Array.from(sum, (angle) => norm * Math.cos(angle));
  }
  return values;
}

/** A part of the function: weights of the waves (or of a constant) for each group of one kind that was measured. */
export interface SmoothPart {
  /** Index into `groupsOf`; -1 for all points together. */
  readonly group: number;
  /** Undefined: a constant. */
  readonly waves: WaveName | undefined;
  readonly weights: Readonly<Record<string, Float32Array>>;
}

/** Parameters of the function. */
export interface Smooth {
  readonly offset: number;
  readonly parts: readonly SmoothPart[];
}

/** Value of the function; groups that were not measured add nothing. */
export function smoothAt(smooth: Smooth, groups: readonly string[], waves: WaveValues): number {
  let sum = smooth.offset;
  for (const part of smooth.parts) {
    const weights = part.weights[part.group < 0 ? '' : groups[part.group]!];
    if (weights === undefined) continue;
    if (part.waves === undefined) {
      sum += weights[0]!;
      continue;
    }
    const values = waves[part.waves];
    for (let k = 0; k < weights.length; k++) sum += weights[k]! * values[k]!;
  }
  return sum;
}

import { z } from 'zod';
import { type Smooth, type SmoothPart, WAVES, type WaveName } from './smooth.ts';

const NAMES = Object.keys(WAVES) as [WaveName, ...WaveName[]];

const part = z.strictObject({
  group: z.int().min(-1),
  waves: z.enum(NAMES).nullable(),
  /** Names of the groups, in the order of their weights. */
  names: z.array(z.string()),
  /** Weight of the unit of `weights`. */
  unit: z.number(),
  /** Signed 16-bit integers, little-endian, as base64. */
  weights: z.string(),
});

/** A smooth function as it lies in a file. */
export const smoothSchema = z.strictObject({ offset: z.number(), parts: z.array(part) });
type File = z.output<typeof smoothSchema>;

const widthOf = (waves: WaveName | undefined) => (waves === undefined ? 1 : WAVES[waves].count);
const LARGEST = 32767;

function packPart(p: SmoothPart): File['parts'][number] {
  const names = Object.keys(p.weights);
  const values = Float64Array.from(names.flatMap((name) => [...p.weights[name]!]));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  const unit = Number((largest / LARGEST).toPrecision(8));
  const whole = Int16Array.from(values, (value) => Math.max(-LARGEST, Math.min(LARGEST, Math.round(value / unit))));
  return {
    group: p.group,
    waves: p.waves ?? null,
    names,
    unit,
    weights: Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString('base64'),
  };
}

/** A smooth function for a file; its weights are rounded to the 32,767th part of the largest of their part. */
export function packSmooth(smooth: Smooth): File {
  return { offset: smooth.offset, parts: smooth.parts.map(packPart) };
}

function unpackPart(p: File['parts'][number]): SmoothPart {
  const waves = p.waves ?? undefined;
  const width = widthOf(waves);
  const whole = new Int16Array(Uint8Array.from(Buffer.from(p.weights, 'base64')).buffer);
  if (whole.length !== p.names.length * width) throw new RangeError('the weights of a smooth part differ in length');
  const of = (k: number) => Float32Array.from(whole.subarray(k * width, (k + 1) * width), (value) => value * p.unit);
  return { group: p.group, waves, weights: Object.fromEntries(p.names.map((name, k) => [name, of(k)])) };
}

/** The smooth function of a file; RangeError when its weights are broken. */
export function unpackSmooth(file: File): Smooth {
  return { offset: file.offset, parts: file.parts.map(unpackPart) };
}

import { z } from 'zod';
import { type Calibration, type Correction, type Learnt, type Spread, TARGETS, type Target } from './calibration.ts';
import { DIMENSION } from './constants.ts';
import { type PackedForest, packForest, unpackForest } from './trees.ts';

const packed = z.strictObject({
  offset: z.number(),
  nodes: z.string(),
  feature: z.string(),
  threshold: z.string(),
  left: z.string(),
  right: z.string(),
  leaf: z.string(),
});
const scale = z.number().positive();
const spread = z.strictObject({
  forest: packed,
  scale: z.strictObject({ seen: scale, model: scale, chip: scale, neither: scale }),
});
const learnt = z.strictObject({ offsets: z.array(z.record(z.string(), z.number())), bag: z.array(packed) });
const correction = z.strictObject({ own: learnt, related: learnt, spread });

/** A calibration file: parameters only. */
export const calibrationSchema = z.strictObject({
  format: z.literal(1),
  about: z.string(),
  constants: z.array(z.number()).length(DIMENSION),
  power: z.array(z.number()).length(4),
  specification: z.strictObject({ throughput: spread, ttft: spread, tpot: spread, power: spread }),
  corrections: z.strictObject({ throughput: correction, ttft: correction, tpot: correction, power: correction }),
  chips: z.array(z.string()),
  builds: z.array(z.string()),
});
/** A calibration as its file has it. */
export type CalibrationFile = z.output<typeof calibrationSchema>;

function perTarget<A, B>(from: Readonly<Record<Target, A>>, turn: (value: A) => B): Record<Target, B> {
  return Object.fromEntries(TARGETS.map((target) => [target, turn(from[target])])) as Record<Target, B>;
}

const spreadOf = (s: { forest: PackedForest; scale: Spread['scale'] }): Spread => ({
  forest: unpackForest(s.forest),
  scale: s.scale,
});
const learntOf = (l: CalibrationFile['corrections']['power']['own']): Learnt => ({
  offsets: l.offsets,
  bag: l.bag.map(unpackForest),
});

/** The calibration of a parsed file; RangeError when its forests are broken. */
export function unpackCalibration(file: CalibrationFile): Calibration {
  return {
    ...file,
    specification: perTarget(file.specification, spreadOf),
    corrections: perTarget(
      file.corrections,
      (c): Correction => ({
        own: learntOf(c.own),
        related: learntOf(c.related),
        spread: spreadOf(c.spread),
      }),
    ),
  };
}

/** Six digits are more than any of these figures is known to. */
const short = (value: number) => Number(value.toPrecision(6));

/** A calibration as its file's object. */
export function packCalibration(calibration: Calibration): CalibrationFile {
  const pack = (s: Spread) => ({ forest: packForest(s.forest), scale: { ...s.scale } });
  const learn = (l: Learnt) => ({
    offsets: l.offsets.map((table) => Object.fromEntries(Object.entries(table).map(([key, v]) => [key, short(v)]))),
    bag: l.bag.map(packForest),
  });
  return {
    format: 1,
    about: calibration.about,
    constants: calibration.constants.map(short),
    power: calibration.power.map(short),
    specification: perTarget(calibration.specification, pack),
    corrections: perTarget(calibration.corrections, (c) => ({
      own: learn(c.own),
      related: learn(c.related),
      spread: pack(c.spread),
    })),
    chips: [...calibration.chips],
    builds: [...calibration.builds],
  };
}

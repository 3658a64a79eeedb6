import { z } from 'zod';
import { type PackedForest, packForest, unpackForest } from '../../../learn/trees.ts';
import {
  type Calibration,
  type Correction,
  type Learnt,
  type Spread,
  TARGETS,
  type Target,
  type TierScales,
} from './calibration.ts';
import { DIMENSION } from './constants.ts';
import { FEATURE_NAMES } from './features.ts';
import { packSmooth, smoothSchema, unpackSmooth } from './smoothFile.ts';

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
const tiers = z.strictObject({ seen: scale, model: scale, chip: scale, neither: scale });
const spread = z.strictObject({ forest: packed, scale: tiers, stated: tiers.optional() });
const tables = z.array(z.record(z.string(), z.number()));
const learnt = z.strictObject({ offsets: tables, bag: z.array(packed) });
const correction = z.strictObject({ named: learnt, unnamed: learnt, smooth: smoothSchema, moved: tables, spread });
const perFeature = z.array(z.number()).length(FEATURE_NAMES.length);

/** A calibration file: parameters only. */
export const calibrationSchema = z.strictObject({
  format: z.literal(2),
  about: z.string(),
  constants: z.array(z.number()).length(DIMENSION),
  power: z.array(z.number()).length(4),
  specification: z.strictObject({ throughput: spread, ttft: spread, tpot: spread, power: spread }),
  corrections: z.strictObject({ throughput: correction, ttft: correction, tpot: correction, power: correction }),
  scales: z.strictObject({ mean: perFeature, deviation: perFeature }),
  counts: tables,
  chips: z.array(z.string()),
  builds: z.array(z.string()),
});
/** A calibration as its file has it. */
export type CalibrationFile = z.output<typeof calibrationSchema>;

function perTarget<A, B>(from: Readonly<Record<Target, A>>, turn: (value: A) => B): Record<Target, B> {
  return Object.fromEntries(TARGETS.map((target) => [target, turn(from[target])])) as Record<Target, B>;
}

const spreadOf = (s: { forest: PackedForest; scale: TierScales; stated?: TierScales | undefined }): Spread => ({
  forest: unpackForest(s.forest),
  scale: s.scale,
  ...(s.stated === undefined ? {} : { stated: s.stated }),
});
const learntOf = (l: CalibrationFile['corrections']['power']['named']): Learnt => ({
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
        named: learntOf(c.named),
        unnamed: learntOf(c.unnamed),
        smooth: unpackSmooth(c.smooth),
        moved: c.moved,
        spread: spreadOf(c.spread),
      }),
    ),
  };
}

/** Six digits are more than any of these figures is known to. */
const short = (value: number) => Number(value.toPrecision(6));

/** A calibration as its file's object. */
export function packCalibration(calibration: Calibration): CalibrationFile {
  const pack = (s: Spread) => ({
    forest: packForest(s.forest),
    scale: { ...s.scale },
    ...(s.stated === undefined ? {} : { stated: { ...s.stated } }),
  });
  const shorten = (l: Learnt['offsets']) =>
    l.map((table) => Object.fromEntries(Object.entries(table).map(([key, v]) => [key, short(v)])));
  const learn = (l: Learnt) => ({ offsets: shorten(l.offsets), bag: l.bag.map(packForest) });
  return {
    format: 2,
    about: calibration.about,
    constants: calibration.constants.map(short),
    power: calibration.power.map(short),
    specification: perTarget(calibration.specification, pack),
    corrections: perTarget(calibration.corrections, (c) => ({
      named: learn(c.named),
      unnamed: learn(c.unnamed),
      smooth: packSmooth(c.smooth),
      moved: shorten(c.moved),
      spread: pack(c.spread),
    })),
    scales: { mean: calibration.scales.mean.map(short), deviation: calibration.scales.deviation.map(short) },
    counts: calibration.counts.map((table) => ({ ...table })),
    chips: [...calibration.chips],
    builds: [...calibration.builds],
  };
}

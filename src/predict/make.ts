import {
  type Calibration,
  type Correction,
  type Spread,
  TARGETS,
  type Target,
  type Tier,
} from '../components/inference/predict/calibration.ts';
import { crossValidate, type Held, SPLITS } from './cross.ts';
import { countsOf, fitRoofline, knownOf, learn, place, scalesOf, weightsOf } from './fit.ts';
import type { Measured } from './measured.ts';
import { fitSpread, type Miss } from './spread.ts';

/** Parts in which groups are left out to learn the spread. */
const FOLDS = 10;

/** What the interval of a held-out prediction is told from; data sheets know no chip or model better than another. */
export function signsOf(
  h: Held,
  target: Target,
  how: 'specification' | 'calibrated',
): { readonly signs: ArrayLike<number>; readonly tier: Tier } {
  return how === 'specification'
    ? { signs: h.placed.features, tier: target === 'power' ? h.tier : 'seen' }
    : { signs: h.signs[target]!, tier: h.tier };
}

/** Errors of a target, by what was known: the constants of the engines know the chips and models that they were fitted on, too. */
export function missesOf(held: readonly Held[], target: Target, how: 'specification' | 'calibrated'): Miss[] {
  return held.flatMap((h) => {
    const residual = h[how][target];
    if (residual === undefined) return [];
    return [{ ...signsOf(h, target, how), residual, part: h.fold }];
  });
}

/** The spread of a target's errors. Most measurements of power do not state their prompts; nearly all others do. */
export function spreadOf(held: readonly Held[], target: Target, how: 'specification' | 'calibrated'): Spread {
  return fitSpread(missesOf(held, target, how), target === 'power');
}

/** One entry per target. */
function perTarget<T>(make: (target: Target) => T): Readonly<Record<Target, T>> {
  return Object.fromEntries(TARGETS.map((target) => [target, make(target)])) as Record<Target, T>;
}

/**
 * Makes a calibration from measurements: constants of the engines and of board power, corrections, and their spread, which is
 * learnt from errors on configurations, models and chips that were left out.
 *
 * @param about what it is made from, in words
 */
export function makeCalibration(
  measured: readonly Measured[],
  about: string,
  progress: (share: number, note: string) => void = () => undefined,
): Calibration {
  const held = SPLITS.flatMap((split, k) =>
    crossValidate(measured, split, FOLDS, (done, of) =>
      progress((k + done / of) / (SPLITS.length + 1), `without each ${split}`),
    ),
  );
  progress(SPLITS.length / (SPLITS.length + 1), 'with everything');
  return calibrationFrom(measured, held, about);
}

/** A calibration from measurements and their predictions by what was fitted without them. */
export function calibrationFrom(measured: readonly Measured[], held: readonly Held[], about: string): Calibration {
  const weights = weightsOf(measured);
  const roofline = fitRoofline(measured, weights);
  const placed = measured.map((m) => place(roofline, m.point));
  const scales = scalesOf(placed);
  return {
    format: 2,
    about,
    constants: [...roofline.constants],
    power: roofline.power,
    specification: perTarget((target) => spreadOf(held, target, 'specification')),
    corrections: perTarget(
      (target): Correction => ({
        ...learn(target, measured, placed, weights, roofline.power, scales),
        spread: spreadOf(held, target, 'calibrated'),
      }),
    ),
    scales,
    counts: countsOf(measured),
    ...knownOf(measured),
  };
}

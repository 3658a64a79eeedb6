import type { Accelerator, Format, Model } from '../../catalog/catalog.ts';
import type { Accuracy, Band, ServiceProfile } from '../contract.ts';
import type { Basis } from './calibrationKey.ts';
import type { EngineId } from './engine.ts';
import type { Replica } from './performance.ts';
import { powerW } from './predict/boardPower.ts';
import { POWER_MEASURED, TIER_WORDS, TIERS, type Tier } from './predict/calibration.ts';
import { engineConstants, SHIPPED_POWER } from './predict/constants.ts';
import { estimate } from './predict/estimate.ts';
import { servedPoint } from './predict/point.ts';
import type { Predictor } from './predict/predict.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';

/**
 * What measurements add to the roofline of a deployment: its steps take 1/`speed` as long, and its boards draw `draw` times as much
 * while steps run. One figure each: between an eighth and all of the batch that fits the corrections of the speed stay within a
 * sixth of their mean for the deployments of sites/, and one figure keeps a step affine in its tokens.
 */
export interface Correction extends Accuracy {
  readonly speed: number;
  readonly draw: number;
}

/** The deployment as data sheets have it. */
export const UNCORRECTED: Correction = { speed: 1, draw: 1, about: 'data sheets alone' };

/** A deployment as far as a correction depends on it. */
export interface Corrected {
  readonly accelerator: Accelerator;
  readonly model: Model;
  readonly format: Format;
  readonly engine: EngineId;
}

/** Batches that the correction is a mean of, parts of those that fit: where a deployment that earns its keep runs. */
const BATCH_PARTS = [1 / 8, 1 / 2, 1];

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

const band = (half: number): Band => ({ low: Math.exp(-half), high: Math.exp(half) });
const times = (factor: number): string => `x ${Number(factor.toPrecision(3))}`;

/**
 * The correction of a predictor at three batches of each service's mean lengths, the services alike: geometric means of what it says over
 * the roofline that the simulation steps with. The interval is as wide as theirs on average, since the errors of one configuration
 * are common to its batches.
 */
function learntCorrection(
  predictor: Predictor,
  roofline: Replica,
  spec: Corrected,
  profiles: readonly ServiceProfile[],
): Correction {
  const { accelerator: chip, model, format, engine } = spec;
  const speeds: number[] = [];
  const draws: number[] = [];
  const halfSpeeds: number[] = [];
  const halfDraws: number[] = [];
  let tier: Tier = 'seen';
  for (const profile of profiles) {
    const inputTokens = Math.max(1, meanOf(profile.inputTokens));
    const outputTokens = Math.max(1, meanOf(profile.outputTokens));
    const serving = { chip, model, format, engine, devices: roofline.accelerators, inputTokens, outputTokens };
    const context = inputTokens + outputTokens / 2;
    const fit = roofline.kvRoomBytes / (context * roofline.kvBytesPerToken + roofline.stateBytes);
    const slots = Math.min(roofline.maxBatch, STEP_TOKENS - 1, fit);
    for (const part of BATCH_PARTS) {
      const point = servedPoint(serving, Math.max(1, slots * part));
      const said = predictor.predict(point);
      const bare = estimate(point, engineConstants(engine));
      speeds.push(Math.log(said.throughput.value / bare.throughput));
      halfSpeeds.push(Math.log(said.throughput.high / said.throughput.value));
      if (said.powerW !== undefined) {
        draws.push(Math.log(said.powerW.value / powerW(point, bare, SHIPPED_POWER)));
        halfDraws.push(Math.log(said.powerW.high / said.powerW.value));
      }
      if (TIERS.indexOf(said.tier) > TIERS.indexOf(tier)) tier = said.tier;
    }
  }
  const [speed, draw] = [Math.exp(meanOf(speeds)), Math.exp(meanOf(draws))];
  const inferred = chip.vendor === POWER_MEASURED ? '' : `; power as of ${POWER_MEASURED} chips`;
  const from = tier === 'seen' ? 'learnt from measurements' : 'carried over from measurements of others';
  const learnt =
    predictor.basis === 'specification'
      ? 'data sheets alone'
      : `speed ${times(speed)} and power of boards ${times(draw)} of data sheets, ${from}`;
  return {
    speed,
    draw,
    about: `${learnt} (${TIER_WORDS[tier]}${inferred})`,
    speedBand: band(meanOf(halfSpeeds)),
    drawBand: band(meanOf(halfDraws)),
  };
}

/** The correction of a deployment for what it serves; none while it serves nothing. */
export function correctionOf(
  basis: Basis,
  roofline: Replica,
  spec: Corrected,
  profiles: readonly ServiceProfile[],
): Correction {
  if (basis.predictor === undefined) {
    const { speed, draw, source } = basis;
    return { speed, draw, about: `as the site file says (${source}): speed ${times(speed)}, power ${times(draw)}` };
  }
  return profiles.length === 0 ? UNCORRECTED : learntCorrection(basis.predictor, roofline, spec, profiles);
}

/** A replica whose steps take 1/`speed` as long in every part, and whose boards draw `draw` times as much in them. */
export function corrected(replica: Replica, { speed, draw }: Pick<Correction, 'speed' | 'draw'>): Replica {
  return {
    ...replica,
    bytesPerS: replica.bytesPerS * speed,
    tokenS: replica.tokenS / speed,
    attentionS: replica.attentionS / speed,
    linkS: replica.linkS / speed,
    sampleS: replica.sampleS / speed,
    fixedS: replica.fixedS / speed,
    launchS: replica.launchS / speed,
    draw: replica.draw * draw,
  };
}

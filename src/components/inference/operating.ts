import { blendOf, mixStep, slotsOf } from './blend.ts';
import type { Mix } from './mix.ts';
import { occupancy } from './occupancy.ts';
import type { Replica, Step } from './performance.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';
import { rootOf } from './root.ts';

/** A replica in steady state. */
export interface Operating {
  /** Mean sequences in service: those that decode, and those whose prompt is computed. */
  readonly inService: number;
  /** Mean decodes per step while there are any. */
  readonly batch: number;
  /** Share of the time that steps run. */
  readonly busyShare: number;
  /** Rate over the most this mix could have, 0..1. */
  readonly utilisation: number;
  readonly slots: number;
  /** Mean time of a step with decodes, which is the time per output token, s. */
  readonly stepS: number;
  /** Steps without prompts, with prompts beside decodes, and with prompts alone; and their parts of the busy time. */
  readonly plain: Step;
  readonly mixed: Step;
  readonly alone: Step;
  readonly mixedTime: number;
  readonly aloneTime: number;
  /** How much slower steps get with more decodes: d ln(step) / d ln(batch), below 1. */
  readonly gain: number;
}

const GAIN_STEP = 0.01;
/** At a gain of 1 the number in service would have no bound; the slots are one, so it never gets there for long. */
const MOST_GAIN = 0.95;

const NOBODY: Omit<Operating, 'slots' | 'plain' | 'mixed' | 'alone' | 'stepS'> = {
  inService: 0,
  batch: 0,
  busyShare: 0,
  utilisation: 0,
  mixedTime: 0,
  aloneTime: 0,
  gain: 0,
};

/**
 * Solves Little's law, decoding = decodePerS x step(batch), for a mix whose rate is at most its capacity. The number in
 * service over the step time grows with the batch, so the root is unique. A prompt that comes to an idle replica is computed
 * alone; one that comes to a busy one holds up its decodes.
 *
 * @param replicas of the pool whose router prefers the replica with the fewest requests; 1 for requests spread at random
 */
export function operate(replica: Replica, mix: Mix, replicas = 1): Operating {
  const slots = slotsOf(replica, mix);
  if (mix.requestsPerS <= 0 || slots < 1) {
    const one = mixStep(replica, mix, 1, 0);
    return { ...NOBODY, slots, plain: one, mixed: one, alone: one, stepS: one.stepS };
  }
  const chunk = mix.promptPerS / mix.chunksPerS;
  const least = mixStep(replica, mix, 1, 0);
  const alone = mixStep(replica, mix, 0, Math.min(STEP_TOKENS, chunk));
  const at = (decoding: number) => {
    const inService = decoding + mix.chunksPerS * alone.stepS;
    const { busyShare, landShare } = occupancy(inService, replicas, mix.arrivalCv2);
    const aloneShare = Math.min(busyShare, (1 - landShare) * mix.chunksPerS * alone.stepS);
    const decodeShare = busyShare - aloneShare;
    const batch = decodeShare > 0 ? Math.min(slots, Math.max(1, decoding / decodeShare)) : 1;
    const share = decodeShare > 0 ? landShare / decodeShare : 0;
    const blend = blendOf(replica, mix, batch, share);
    return { share, inService, busyShare, aloneTime: aloneShare / busyShare, batch, blend };
  };
  const decoding = rootOf(
    (n) => n - mix.decodePerS * at(n).blend.stepS,
    Math.min(slots, mix.decodePerS * least.stepS),
    slots,
  );
  const { blend, aloneTime, share, ...found } = at(decoding);
  const more = blendOf(replica, mix, found.batch * (1 + GAIN_STEP), share);
  return {
    ...found,
    utilisation: Math.min(1, mix.load),
    slots,
    stepS: blend.stepS,
    plain: blend.plain,
    mixed: blend.mixed,
    alone,
    mixedTime: (1 - aloneTime) * blend.mixedTime,
    aloneTime,
    gain: Math.max(0, Math.min(MOST_GAIN, (more.stepS / blend.stepS - 1) / GAIN_STEP)),
  };
}

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
  /** Part of the prompts that comes while steps with decodes run, per share of the time that these take. */
  readonly landing: number;
}

const GAIN_STEP = 0.01;
/** At a gain of 1 the number in service would have no bound; the slots are one, so it never gets there for long. */
const MOST_GAIN = 0.95;

/** Secants that are tried, and how near the number that decodes must be to the number wanted. */
const SECANTS = 8;
const SETTLED = 1e-12;

const NOBODY: Omit<Operating, 'slots' | 'plain' | 'mixed' | 'alone' | 'stepS'> = {
  inService: 0,
  batch: 0,
  busyShare: 0,
  utilisation: 0,
  mixedTime: 0,
  aloneTime: 0,
  landing: 0,
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
  const from = Math.min(slots, mix.decodePerS * least.stepS);
  const wanted = (point: ReturnType<typeof at>) => mix.decodePerS * point.blend.stepS;
  const { blend, aloneTime, share, inService, busyShare, batch } =
    settledAt(at, wanted, from, slots) ?? at(rootOf((n) => n - wanted(at(n)), from, slots));
  return {
    inService,
    busyShare,
    batch,
    utilisation: Math.min(1, mix.load),
    slots,
    stepS: blend.stepS,
    plain: blend.plain,
    mixed: blend.mixed,
    alone,
    mixedTime: (1 - aloneTime) * blend.mixedTime,
    aloneTime,
    landing: share,
  };
}

/**
 * The point at which as many decode as are wanted, by secants from the side of the fewest; undefined where they do not get there
 * within a few steps or leave the range, which bisection then must search.
 *
 * @param from few enough that no fewer are wanted
 */
function settledAt<Point>(
  at: (decoding: number) => Point,
  wanted: (point: Point) => number,
  from: number,
  most: number,
): Point | undefined {
  let before = from;
  let missedBefore = wanted(at(before)) - before;
  let now = before + missedBefore;
  for (let i = 0; i < SECANTS && now >= from && now < most; i++) {
    const point = at(now);
    const missed = wanted(point) - now;
    if (Math.abs(missed) <= SETTLED * now) return point;
    const next = now - (missed * (now - before)) / (missed - missedBefore);
    before = now;
    missedBefore = missed;
    now = next;
  }
  return undefined;
}

/** How much slower steps get with more decodes: d ln(step) / d ln(batch), below 1. */
export function gainAt(replica: Replica, mix: Mix, { batch, stepS, landing }: Operating): number {
  const more = blendOf(replica, mix, batch * (1 + GAIN_STEP), landing);
  return Math.max(0, Math.min(MOST_GAIN, (more.stepS / stepS - 1) / GAIN_STEP));
}

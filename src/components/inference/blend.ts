import { type Mix, scaledMix } from './mix.ts';
import { type Replica, type Step, stepOf, stepTimeS } from './performance.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';
import { rootOf } from './root.ts';

/** Sequences of a mix that fit in a replica at once: KV cache room and the engine's own limit. Below 1 nothing can run. */
export function slotsOf(replica: Replica, mix: Mix): number {
  const byMemory = replica.kvRoomBytes / (Math.max(1, mix.contextTokens) * replica.kvBytesPerToken);
  return Math.max(0, Math.min(replica.maxBatch, STEP_TOKENS - 1, byMemory));
}

/** A step of a mix with `batch` decodes and `promptTokens` prompt tokens, which read the cached prefixes before them. */
export function mixStep(replica: Replica, mix: Mix, batch: number, promptTokens: number): Step {
  const read = batch * mix.contextTokens + promptTokens * mix.readPerToken;
  return stepOf(replica, batch, read, promptTokens, mix.promptS);
}

/** Time of such a step alone, s. */
export function mixTimeS(replica: Replica, mix: Mix, batch: number, promptTokens: number): number {
  const read = batch * mix.contextTokens + promptTokens * mix.readPerToken;
  return stepTimeS(replica, batch, read, promptTokens, mix.promptS);
}

/**
 * The two kinds of steps that an engine with chunked prefill takes by turns: those that only decode, which memory bounds, and
 * those that carry prompts, which compute bounds. A mean of both in one step would hide that the roofs do not overlap.
 */
export interface Blend {
  readonly plain: Step;
  readonly mixed: Step;
  /** Share of the time that goes to steps with prompts. */
  readonly mixedTime: number;
  /** Mean time of a step, which is the time per output token, s. */
  readonly stepS: number;
}

const ROUNDS = 2;
/** A step that lacks no more than this of its room is full: what follows from conservation may round below it. */
const ROUNDING = 1e-9;

/**
 * Steps while prompts come in pieces at random (Poisson) and every step takes all that came during the one before it, up to
 * STEP_TOKENS. Whether a step carries prompts is then a Markov chain of two states: it does with 1 - exp(-c t) after a step of
 * length t. What it carries follows from conservation; when that is more than fits, so many steps carry prompts as must.
 *
 * @param batch decodes of a step
 * @param share part of the mix's prompts per second that comes while these steps run
 */
export function blendOf(replica: Replica, mix: Mix, batch: number, share: number): Blend {
  const plain = mixStep(replica, mix, batch, 0);
  const tokensPerS = mix.promptPerS * share;
  const chunksPerS = mix.chunksPerS * share;
  if (tokensPerS <= 0) return { plain, mixed: plain, mixedTime: 0, stepS: plain.stepS };
  const room = STEP_TOKENS - batch;
  const plainS = plain.stepS;
  const enter = -Math.expm1(-chunksPerS * plainS);
  let mixedSteps = 0;
  let stepS = plainS;
  /** What a step with prompts carries, by conservation, when such steps are as long as with `tokens`. */
  const carried = (tokens: number): number => {
    const mixedS = mixTimeS(replica, mix, batch, tokens);
    const byChance = enter / (enter + Math.exp(-chunksPerS * mixedS));
    // The least share whose steps hold all prompts: share x room = tokensPerS x mean step.
    const free = room - tokensPerS * (mixedS - plainS);
    const byRoom = free > 0 ? (tokensPerS * plainS) / free : 1;
    mixedSteps = Math.min(1, Math.max(byChance, tokens < room * (1 - ROUNDING) ? 0 : byRoom));
    stepS = plainS + mixedSteps * (mixedS - plainS);
    return Math.min(room, (tokensPerS * stepS) / mixedSteps);
  };
  let tokens = Math.min(room, tokensPerS / chunksPerS);
  // Always as many rounds, so that the result is smooth in all that goes in.
  for (let i = 0; i < ROUNDS; i++) {
    const once = carried(tokens);
    const twice = carried(once);
    const bend = twice - 2 * once + tokens;
    // Aitken's step where the errors shrink by a steady factor, as they do.
    const ahead = Math.abs(bend) > 1e-12 * room ? tokens - (once - tokens) ** 2 / bend : twice;
    tokens = Math.min(room, Math.max(twice, ahead));
  }
  tokens = carried(tokens);
  const mixed = mixStep(replica, mix, batch, tokens);
  return { plain, mixed, mixedTime: Math.min(1, (mixedSteps * mixed.stepS) / stepS), stepS };
}

/** How often the rate of a mix a replica can take with every slot or every step taken; 0 when not one sequence fits. */
export function capacityOf(replica: Replica, mix: Mix): number {
  const slots = slotsOf(replica, mix);
  if (slots < 1 || mix.requestsPerS <= 0) return 0;
  const full = fullBatch(mix);
  if (full <= slots) {
    return (STEP_TOKENS - full) / (mix.promptPerS * mixTimeS(replica, mix, full, STEP_TOKENS - full));
  }
  const excess = (scale: number) =>
    scale * mix.decodePerS * blendOf(replica, scaledMix(mix, scale), slots, 1).stepS - slots;
  const high = slots / (mix.decodePerS * mixTimeS(replica, mix, slots, 0));
  return mix.promptPerS > 0 ? rootOf(excess, 0, high) : high;
}

/**
 * How far prompts and not slots are what a full replica is full of, 0..1: where every step is full of tokens before every slot
 * is taken, it is prompts alone.
 */
export function promptShareOf(replica: Replica, mix: Mix): number {
  return Math.min(1, slotsOf(replica, mix) / fullBatch(mix));
}

/** Decodes of a step that is full and carries prompts and decodes as the mix has them. */
function fullBatch(mix: Mix): number {
  return mix.promptPerS > 0
    ? STEP_TOKENS / (1 + mix.promptPerS / Math.max(mix.decodePerS, 1e-12))
    : Number.POSITIVE_INFINITY;
}

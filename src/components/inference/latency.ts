import { mixTimeS } from './blend.ts';
import type { Mix, Prompt, ServiceLoad } from './mix.ts';
import { upperTail } from './occupancy.ts';
import { gainAt, type Operating } from './operating.ts';
import { type Replica, stepTimeS } from './performance.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';
import { roomWaitS } from './roomWait.ts';
import { type Delay, NO_DELAY } from './spells.ts';

/**
 * A router that counts requests does not see the length of their prompts: n replicas behind it make one wait as n^(1/3) servers
 * with one queue before them would. Fitted to the replay of single requests (docs/validation.md).
 */
const SEEN = 1 / 3;

/** What requests of the interactive class wait for before their prefill starts. */
export interface Waiting {
  /** Mean wait, s, without the rest of the running step. */
  readonly waitS: number;
  /** Share of requests that wait at all. */
  readonly waitShare: number;
  /** Squared coefficient of variation of the wait of those who wait. */
  readonly waitCv2: number;
}

export const NO_WAIT: Waiting = { waitS: 0, waitShare: 0, waitCv2: 1 };

/** Share of the arrivals that wait before `servers` servers: Sakasegawa (1977), exact for one. */
function waitShareOf(load: number, servers: number): number {
  return load ** (Math.sqrt(2 * (servers + 1)) - 1);
}

/**
 * Wait of interactive requests, which go before batch. Three waits in a row:
 * - for a slot: all slots of the pool are servers whose service is a sequence's stay; mean wait by Allen and Cunneen with the
 *   squared variations of arrivals and of output lengths; with batch behind them, by Cobham's (1954) non-preemptive priority,
 *   only their own load stands in 1 - rho;
 * - for the prompts ahead: the pool's replicas are servers that compute prompts in full steps, with the squared variation of
 *   prompt compute;
 * - for room in the KV memory, which holds back all behind (`roomWaitS`).
 *
 * @param ownUtilisation utilisation by the interactive requests alone, 0..1 (not 1)
 * @param burstS the longest that bunched arrivals make one wait, s: the window that their scatter was counted in
 * @param replicas of the pool whose router prefers the replica with the fewest requests
 */
export function waiting(
  replica: Replica,
  services: readonly ServiceLoad[],
  ratesPerS: ArrayLike<number>,
  mix: Mix,
  at: Operating,
  ownUtilisation: number,
  replicas: number,
  burstS = Number.POSITIVE_INFINITY,
): Waiting {
  let rate = 0;
  let stayS = 0;
  let prompt = 0;
  let arrivals = 0;
  let stays = 0;
  let prompts = 0;
  let skews = 0;
  for (let k = 0; k < services.length; k++) {
    const service = services[k]!;
    const own = ratesPerS[k]!;
    rate += own;
    stayS += own * service.outputTokens * at.stepS;
    prompt += own * service.computedTokens;
    arrivals += own * service.arrivalCv2;
    stays += own * service.outputCv2;
    prompts += own * service.promptCv2;
    skews += own * service.promptSkew;
  }
  if (rate <= 0 || at.slots < 1) return NO_WAIT;
  const pool = Math.max(1, replicas);
  const servers = pool * at.slots;
  const slotShare = waitShareOf(Math.min(1, at.batch / at.slots), servers);
  const cv2 = arrivals / rate;
  /** Allen and Cunneen's mean wait: what lengths and Poisson arrivals make, and what bunched arrivals add. */
  const meanS = (unitS: number, serviceCv2: number) =>
    unitS * ((Math.min(1, cv2) + serviceCv2) / 2) + Math.min(burstS, (unitS * Math.max(0, cv2 - 1)) / 2);
  /**
   * A queue that begins empty comes to no more in a window than one without a drift: the mean of a reflected Brownian motion
   * whose variance is that of the work, 2 (1 - rho) times the steady wait per second.
   */
  const grown = (steadyS: number, left: number) =>
    steadyS > 0 && Number.isFinite(burstS)
      ? Math.min(steadyS, (2 / 3) * Math.sqrt((4 * left * steadyS * burstS) / Math.PI))
      : steadyS;
  const slotUnitS = (slotShare * (stayS / rate)) / servers / (1 - ownUtilisation);
  const slotS = grown(meanS(slotUnitS, stays / rate), 1 - ownUtilisation);
  const room = Math.max(1, STEP_TOKENS - at.batch);
  const tokenS = mixTimeS(replica, mix, at.batch, room) / room;
  const promptLoad = Math.min(0.999, prompt * tokenS);
  const seen = pool ** SEEN;
  const promptWaits = waitShareOf(promptLoad, seen);
  // Of a batch all but the first wait for the others; a pool divides it among its replicas.
  const batch = Math.max(1, (1 + cv2) / 2 / pool);
  const promptShare = 1 - (1 - promptWaits) / batch;
  const eachS = (prompt * tokenS) / rate;
  const promptS = grown(meanS((promptWaits * eachS) / seen / (1 - promptLoad), prompts / rate), 1 - promptLoad);
  // Of the M/G/1 queue, E[W^2] = 2 E[W]^2 + lambda E[S^3] / (3 (1 - rho)); its wait is zero for 1 - rho.
  const promptCv2 = Math.max(1, 2 * promptWaits - 1 + ((4 / 3) * (1 - promptWaits) * skews) / rate);
  const line = { load: promptLoad, cv2: prompts / rate, stepS: room * tokenS, servers: seen };
  const roomS = Math.min(burstS, roomWaitS(replica, services, ratesPerS, mix, at, line, pool));
  const waitS = slotS + promptS + roomS;
  const waitCv2 = waitS > 0 ? 1 + ((promptCv2 - 1) * promptS) / waitS : 1;
  return { waitS, waitShare: 1 - (1 - slotShare) * (1 - promptShare), waitCv2 };
}

/** Latency of one service on a replica. */
export interface Latency {
  readonly queueS: number;
  readonly prefillS: number;
  readonly tpotS: number;
  readonly attainment: number;
}

/** Mean length of the step that runs at a random moment, and what is left of it, s; the latter counts idle moments as none. */
function runningStep(at: Operating): { readonly lengthS: number; readonly leftS: number } {
  const plainTime = 1 - at.mixedTime - at.aloneTime;
  const lengthS = plainTime * at.plain.stepS + at.mixedTime * at.mixed.stepS + at.aloneTime * at.alone.stepS;
  return { lengthS, leftS: (at.busyShare * lengthS) / 2 };
}

/**
 * Share of a service's requests whose mean time per token keeps the target. A request of o tokens takes o - 1 steps. Their mean
 * varies with how many of them carry prompts, and with the number n in service meanwhile: that of a birth-death process whose
 * steps get slower by the gain g as n grows has the variance n / (1 - g) around its mode, more for arrivals in bunches; the
 * replicas of a pool share it. Lognormal, since steps have no upper bound near.
 */
function tokenShare(replica: Replica, service: ServiceLoad, mix: Mix, at: Operating, replicas: number): number {
  const target = service.tpotS;
  if (!Number.isFinite(target)) return 1;
  const room = Math.max(1, STEP_TOKENS - at.batch);
  if (mixTimeS(replica, mix, at.slots, room) <= target) return 1;
  const bunch = Math.max(1, (1 + mix.arrivalCv2) / 2);
  const gain = gainAt(replica, mix, at);
  const number = (gain ** 2 * bunch) / (Math.max(1, at.inService) * Math.max(1, replicas) * (1 - gain));
  const gapS = at.mixed.stepS - at.plain.stepS;
  const mixedSteps = gapS > 0 ? Math.min(1, Math.max(0, (at.stepS - at.plain.stepS) / gapS)) : 0;
  const chance = (gapS / at.stepS) ** 2 * mixedSteps * (1 - mixedSteps);
  let share = 0;
  for (const output of service.outputQuantiles) {
    if (output < 2) {
      share += 1;
      continue;
    }
    const sigma = Math.sqrt(Math.log1p(number + chance / (output - 1)));
    share += sigma > 0 ? 1 - upperTail(Math.log(target / at.stepS) / sigma + sigma / 2) : Number(at.stepS <= target);
  }
  return share / service.outputQuantiles.length;
}

/** Prompts of a part are looked at one by one from a target on that is so many times what the longest of them takes. */
const NEAR = 2;

/** So many times its mean no exponential wait lasts: one in 10^17. */
const NEVER = 40;

/**
 * Share of the requests whose delay, and after it a wait, fit into `slackS`. Who waits does so for two exponential times in
 * equal parts of the mean, which have its mean and variation (Morse 1958, hyperexponential with balanced means); none is
 * exponential at a variation of 1.
 */
function inTimeShare(slackS: number, { meanS, halfS }: Delay, wait: Waiting): number {
  const [fromS, toS] = [meanS - halfS, Math.min(meanS + halfS, slackS)];
  if (toS < fromS) return 0;
  const width = 2 * halfS;
  const whole = halfS === 0 ? 1 : (toS - fromS) / width;
  // A wait that one request in a billion meets changes no share that is printed.
  if (wait.waitShare <= 1e-9 || wait.waitS <= 0) return whole;
  const eachS = wait.waitS / wait.waitShare;
  const late = (part: number): number => {
    const tailS = eachS / (2 * part);
    // Mostly there is far more time than anybody waits.
    if (toS - slackS < -NEVER * tailS) return 0;
    const end = Math.exp((toS - slackS) / tailS);
    const share = halfS === 0 ? end : (tailS * (end - Math.exp((fromS - slackS) / tailS))) / width;
    return part * wait.waitShare * share;
  };
  if (wait.waitCv2 <= 1) return whole - 2 * late(0.5);
  const spread = Math.sqrt((wait.waitCv2 - 1) / (wait.waitCv2 + 1));
  return whole - late((1 + spread) / 2) - late((1 - spread) / 2);
}

/**
 * Times of a service and the share of its requests within both targets. The time to first token is wait + rest of the
 * running step + the steps that the prompt takes, which other prompts share; the wait has an exponential tail beyond the share
 * that waits at all, and the share is taken over quantiles of the prompt length. Both targets are taken as independent.
 *
 * @param delay wait for work that is left over from a burst
 */
export function latency(
  replica: Replica,
  service: ServiceLoad,
  mix: Mix,
  at: Operating,
  wait: Waiting,
  replicas: number,
  delay: Delay = NO_DELAY,
): Latency {
  const { lengthS, leftS } = runningStep(at);
  const queueS = wait.waitS + leftS + delay.meanS;
  const batch = Math.max(0, at.batch * at.busyShare * (1 - at.aloneTime));
  const kv = batch * mix.contextTokens;
  const room = Math.max(1, STEP_TOKENS - batch);
  const beside = at.busyShare * mix.promptPerS * lengthS;
  let prefillS = 0;
  let inTime = 0;
  const prefillOf = ({ computedTokens, cachedTokens, tokenS }: Prompt): number => {
    const tokens = Math.max(1, computedTokens);
    const steps = Math.ceil(tokens / room);
    const each = Math.min(room, tokens / steps + beside);
    return steps * stepTimeS(replica, batch, kv + cachedTokens, each, tokenS);
  };
  const slackS = service.ttftS - leftS;
  const parts = service.promptParts.length;
  for (const part of service.promptParts) {
    const ownS = prefillOf(part);
    prefillS += ownS;
    const mean = inTimeShare(service.ttftS - ownS - leftS, delay, wait);
    const mostS = part.most * ownS;
    if (slackS <= part.least * ownS || slackS >= NEAR * mostS) {
      inTime += mean;
      continue;
    }
    // Some of them may be in time and others never: a mean cannot say how many. Where all may be, it comes in little by little.
    let each = 0;
    for (const prompt of part.prompts) each += inTimeShare(slackS - prefillOf(prompt), delay, wait);
    const share = Math.min(1, (NEAR - slackS / mostS) / (NEAR - 1));
    inTime += share * (each / part.prompts.length) + (1 - share) * mean;
  }
  const attainment = (inTime / parts) * (inTime > 0 ? tokenShare(replica, service, mix, at, replicas) : 0);
  return { queueS, prefillS: prefillS / parts, tpotS: at.stepS, attainment };
}

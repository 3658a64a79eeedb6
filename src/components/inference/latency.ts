import type { Mix, Operating } from './operating.ts';
import { type Replica, stepOf } from './performance.ts';
import type { ServiceLoad } from './service.ts';

/** Tokens that an engine puts in one step beside the decodes: vLLM's default for `max_num_batched_tokens`. */
const CHUNK_TOKENS = 2048;

/**
 * Part of the batch's variance that is left when a sequence averages it over its own stay: 2/e for exponential
 * autocorrelation with the time of a mean stay.
 */
const STAY_AVERAGE = 2 / Math.E;

/** What requests of the interactive class wait for before their prefill starts. */
export interface Waiting {
  /** Mean wait, s, without the rest of the running step. */
  readonly waitS: number;
  /** Share of requests that wait at all. */
  readonly waitShare: number;
}

/**
 * Wait of interactive requests, which go before batch. Two queues in a row:
 * - for a slot: `slots` servers whose service is a sequence's stay. Share that waits by Sakasegawa (1977),
 *   rho^(sqrt(2(c+1)) - 1); mean wait by Allen and Cunneen with the squared variations of arrivals and of output lengths;
 *   with batch behind them, by Cobham's (1954) non-preemptive priority, only their own load stands in 1 - rho;
 * - for the compute of the prompts ahead: one server, Kingman (1961), with the squared variation of prompt compute.
 *
 * Requests are spread over the replicas at random, which thins bursts: cv2 of a replica's arrivals is 1 + (cv2 - 1)/replicas.
 *
 * @param ownUtilisation utilisation by the interactive requests alone, 0..1 (not 1)
 */
export function waiting(
  services: readonly ServiceLoad[],
  ratesPerS: ArrayLike<number>,
  mix: Mix,
  at: Operating,
  ownUtilisation: number,
  replicas: number,
): Waiting {
  let rate = 0;
  let stayS = 0;
  let promptS = 0;
  let arrivals = 0;
  let stays = 0;
  let prompts = 0;
  for (let k = 0; k < services.length; k++) {
    const service = services[k]!;
    const own = ratesPerS[k]!;
    rate += own;
    stayS += own * service.outputTokens * at.step.stepS;
    promptS += own * service.inputTokens * service.promptS;
    arrivals += own * service.arrivalCv2;
    stays += own * service.outputCv2;
    prompts += own * service.promptCv2;
  }
  if (rate <= 0) return { waitS: 0, waitShare: 0 };
  const arrivalCv2 = 1 + (arrivals / rate - 1) / Math.max(1, replicas);
  const slotShare = at.utilisation ** (Math.sqrt(2 * (at.slots + 1)) - 1);
  const slotS = ((slotShare * (stayS / rate)) / at.slots / (1 - ownUtilisation)) * ((arrivalCv2 + stays / rate) / 2);
  const promptLoad = Math.min(0.999, mix.promptLoad);
  const promptWaitS = (promptLoad / (1 - promptLoad)) * (promptS / rate) * ((arrivalCv2 + prompts / rate) / 2);
  return { waitS: slotS + promptWaitS, waitShare: 1 - (1 - slotShare) * (1 - promptLoad) };
}

/** Standard normal distribution by a logistic curve (Bowling et al. 2009, error below 0.01). */
function normal(z: number): number {
  return 1 / (1 + Math.exp(-1.702 * z));
}

/** Latency of one service on a replica. */
export interface Latency {
  readonly queueS: number;
  readonly prefillS: number;
  readonly tpotS: number;
  readonly attainment: number;
}

/** Time to compute a prompt beside the running decodes, s: in one step, or in chunks of CHUNK_TOKENS. */
function promptTimeS(replica: Replica, mix: Mix, at: Operating, tokens: number, promptS: number): number {
  const chunk = Math.min(tokens, CHUNK_TOKENS);
  const batch = Math.max(0, at.batch * at.busyShare);
  const { stepS } = stepOf(replica, batch, batch * mix.contextTokens, chunk, promptS);
  return tokens > chunk ? (stepS * tokens) / chunk : stepS;
}

/**
 * Times of a service and the share of its requests within both targets. The time to first token is wait + rest of the
 * running step + prompt; the wait has an exponential tail beyond the share that waits at all, and the share is taken over
 * quantiles of the prompt length. The time per output token varies with the batch, whose variance is
 * inService x (1 + arrivalCv2)/2, averaged over a stay; both targets are taken as independent.
 */
export function latency(
  replica: Replica,
  service: ServiceLoad,
  mix: Mix,
  at: Operating,
  wait: Waiting,
  replicas: number,
): Latency {
  const queueS = wait.waitS + (at.busyShare * at.step.stepS) / 2;
  // A wait that one request in a billion meets changes no share that is printed.
  const tailS = wait.waitShare > 1e-9 ? wait.waitS / wait.waitShare : 0;
  let prefillS = 0;
  let inTime = 0;
  for (const tokens of service.promptQuantiles) {
    const promptS = promptTimeS(replica, mix, at, tokens, service.promptS);
    prefillS += promptS;
    const slackS = service.ttftS - promptS - (at.busyShare * at.step.stepS) / 2;
    if (slackS >= 0) inTime += tailS > 0 ? 1 - wait.waitShare * Math.exp(-slackS / tailS) : 1;
  }
  const parts = service.promptQuantiles.length;
  const tpotS = at.step.stepS;
  let share = inTime / parts;
  if (Number.isFinite(service.tpotS)) {
    const arrivalCv2 = 1 + (service.arrivalCv2 - 1) / Math.max(1, replicas);
    const spread = Math.sqrt((STAY_AVERAGE * at.inService * (1 + arrivalCv2)) / 2);
    const wide = at.batch + spread;
    const more = stepOf(replica, wide, wide * mix.contextTokens, wide * mix.promptRatio, mix.promptS).stepS - tpotS;
    share *= more > 0 ? normal((service.tpotS - tpotS) / more) : Number(tpotS <= service.tpotS);
  }
  return { queueS, prefillS: prefillS / parts, tpotS, attainment: share };
}

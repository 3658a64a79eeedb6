import { type Pace, paceNear } from '../../workload/pace.ts';
import { promptShareOf } from './blend.ts';
import { type Latency, latency, NO_WAIT, type Waiting, waiting } from './latency.ts';
import type { ServiceLoad } from './mix.ts';
import { type Mix, mixOf, scaledMix } from './mix.ts';
import { type Operating, operate } from './operating.ts';
import { runningShare } from './performance.ts';
import { aboveIdleKw } from './power.ts';
import type { InferenceSpec } from './spec.ts';
import { type Delay, NO_DELAY, type Stay, spellsOf } from './spells.ts';

/** Interactive requests are admitted up to this share of what they alone could have; beyond it the wait has no bound. */
export const FULL_LOAD = 0.98;

/** A replica over a part of a step in which its load is about even. */
interface Part {
  readonly timeShare: number;
  readonly requestShare: number;
  readonly delay: Delay;
  readonly mix: Mix;
  readonly at: Operating;
  readonly wait: Waiting;
}

/** A replica over a step. */
export interface Settled {
  /** At the mean rates. */
  readonly mix: Mix;
  readonly at: Operating;
  readonly parts: readonly Part[];
  readonly replicas: number;
}

/** Power above idle at an operating point, kW, and the part of it that computes prompts, as they take the time of their steps. */
function drawOf(spec: InferenceSpec, mix: Mix, at: Operating): { readonly loadKw: number; readonly promptKw: number } {
  if (at.busyShare === 0) return { loadKw: 0, promptKw: 0 };
  const { replica, power } = spec;
  const kw = (step: Operating['plain']) => aboveIdleKw(power, replica.accelerators, runningShare(replica, step));
  const mixedKw = at.busyShare * at.mixedTime * kw(at.mixed);
  const aloneKw = at.busyShare * at.aloneTime * kw(at.alone);
  const plainKw = at.busyShare * (1 - at.mixedTime - at.aloneTime) * kw(at.plain);
  // Of the steps with prompts and decodes, the prompts' part is what their tokens take of the time.
  const stretch = replica.clock / at.mixed.clock;
  const work = stretch * mix.promptLoad + mix.promptPerS * replica.linkS - at.busyShare * at.aloneTime;
  const share = at.mixedTime > 0 ? Math.max(0, Math.min(1, work / (at.busyShare * at.mixedTime))) : 0;
  return { loadKw: plainKw + mixedKw + aloneKw, promptKw: aloneKw + share * mixedKw };
}

/** Power above idle of a replica over a step, kW, and the part of it that goes to prompts. */
export function draw(spec: InferenceSpec, { parts }: Pick<Settled, 'parts'>): { loadKw: number; promptKw: number } {
  let loadKw = 0;
  let promptKw = 0;
  for (const part of parts) {
    const own = drawOf(spec, part.mix, part.at);
    loadKw += part.timeShare * own.loadKw;
    promptKw += part.timeShare * own.promptKw;
  }
  return { loadKw, promptKw };
}

/** The pace that matters for a mix: that of the service with the most requests, and how much of the requests it moves. */
function paceOf(
  services: readonly ServiceLoad[],
  ratesPerS: ArrayLike<number>,
): { pace: Pace; part: number } | undefined {
  let all = 0;
  let most = 0;
  let pace: Pace | undefined;
  for (let k = 0; k < services.length; k++) {
    const rate = ratesPerS[k]!;
    all += rate;
    if (rate <= most) continue;
    most = rate;
    pace = services[k]!.pace;
  }
  return pace === undefined ? undefined : { pace, part: most / all };
}

/**
 * Operating point and wait of the interactive class for rates that fit, at their mean, and over the spells of a recorded pace.
 * Of several services, the pace of the one with the most interactive requests counts, thinned by its part.
 *
 * @param interactive requests per second and replica of each service that wait
 * @param all interactive and batch together
 */
export function settle(
  spec: InferenceSpec,
  interactive: ArrayLike<number>,
  all: ArrayLike<number>,
  replicas: number,
): Settled {
  const { services, replica } = spec;
  const mix = mixOf(services, all);
  const at = operate(replica, mix, replicas);
  const ownUse = Math.min(FULL_LOAD, mixOf(services, interactive).load);
  const paced = paceOf(services, interactive);
  const wait = waiting(replica, services, interactive, mix, at, ownUse, replicas);
  if (paced === undefined || at.utilisation === 0) {
    return { mix, at, parts: [{ timeShare: 1, requestShare: 1, delay: NO_DELAY, mix, at, wait }], replicas };
  }
  const stay = stayOf(mix, at);
  // In shorter windows the number in service does not follow what comes, and longer ones hide bursts.
  const pace = paceNear(paced.pace, Math.sqrt(stay.aloneS * stay.besideS));
  const spells = spellsOf(pace, at.utilisation, promptShareOf(replica, mix), stay);
  const thinned = (share: number) => 1 + paced.part * (share - 1);
  const parts = spells.map((spell): Part => {
    const { timeShare, requestShare, delay } = spell;
    const scale = thinned(spell.output);
    const own = scaledMix(mix, scale, thinned(spell.input));
    const point = operate(replica, own, replicas);
    const rates = Array.from(interactive, (rate) => rate * scale);
    if (delay.meanS > 0) return { timeShare, requestShare, delay, mix: own, at: point, wait: NO_WAIT };
    const use = (ownUse / at.utilisation) * point.utilisation;
    const calm = waiting(replica, services, rates, own, point, Math.min(FULL_LOAD, use), replicas, pace.windowS);
    return { timeShare, requestShare, delay, mix: own, at: point, wait: calm };
  });
  return { mix, at, parts, replicas };
}

/** How long an answer takes at the operating point's batch: alone, and while every step carries prompts. */
function stayOf(mix: Mix, at: Operating): Stay {
  const answers = mix.requestsPerS > 0 ? mix.decodePerS / mix.requestsPerS : 0;
  return { aloneS: answers * at.plain.stepS, besideS: answers * at.mixed.stepS };
}

/** Latency of a service over a step: means over its requests. */
export function latencyOver(spec: InferenceSpec, service: ServiceLoad, { parts, replicas }: Settled): Latency {
  let [queueS, prefillS, tpotS, attainment] = [0, 0, 0, 0];
  for (const part of parts) {
    const own = latency(spec.replica, service, part.mix, part.at, part.wait, replicas, part.delay);
    queueS += part.requestShare * own.queueS;
    prefillS += part.requestShare * own.prefillS;
    tpotS += part.requestShare * own.tpotS;
    attainment += part.requestShare * own.attainment;
  }
  return { queueS, prefillS, tpotS, attainment };
}

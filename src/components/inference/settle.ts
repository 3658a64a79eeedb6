import { type Pace, paceNear } from '../../workload/pace.ts';
import { promptShareOf } from './blend.ts';
import { drawOf } from './draw.ts';
import { type Latency, latency, NO_WAIT, type Waiting, waiting } from './latency.ts';
import type { ServiceLoad } from './mix.ts';
import { type Mix, mixOf, scaledMix } from './mix.ts';
import { type Operating, operate } from './operating.ts';
import { Packing, restlessness } from './packing.ts';
import type { InferenceSpec } from './spec.ts';
import { type Delay, NO_DELAY, type Stay, spellsOf } from './spells.ts';

/** Interactive requests are admitted up to this share of what they alone could have; beyond it the wait has no bound. */
export const FULL_LOAD = 0.98;

/** A replica over a part of a step in which its load is about even. */
interface Part {
  readonly timeShare: number;
  readonly requestShare: number;
  readonly delay: Delay;
  /** Of a replica that is taken: of any that serves, unless the router fills one after the other. */
  readonly mix: Mix;
  readonly at: Operating;
  readonly wait: Waiting;
  /** Replicas that are taken. */
  readonly replicas: number;
  /** Of those that serve. */
  readonly takenShare: number;
  /** What they draw beyond full ones for the same work, over all that serve, kW. */
  readonly beyondKw: number;
}

/** A replica over a step. */
export interface Settled {
  /** At the mean rates. */
  readonly mix: Mix;
  readonly at: Operating;
  readonly parts: readonly Part[];
}

/** Power above idle of a replica over a step, kW, and the part of it that goes to prompts. */
export function draw(spec: InferenceSpec, { parts }: Pick<Settled, 'parts'>): { loadKw: number; promptKw: number } {
  let loadKw = 0;
  let promptKw = 0;
  for (const part of parts) {
    const own = drawOf(spec, part.mix, part.at);
    const loadedKw = part.takenShare * own.loadKw + part.beyondKw;
    loadKw += part.timeShare * loadedKw;
    promptKw += own.loadKw > 0 ? (part.timeShare * loadedKw * own.promptKw) / own.loadKw : 0;
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

/** A part of a step, before it is known what replicas make of it. */
type Spell = Pick<Part, 'timeShare' | 'requestShare' | 'delay'> & { readonly output: number; readonly input: number };

const STEADY: Spell = { timeShare: 1, requestShare: 1, delay: NO_DELAY, output: 1, input: 1 };

/**
 * Operating point and wait of the interactive class for rates that fit, at their mean, and over the spells of a recorded pace.
 * Of several services, the pace of the one with the most interactive requests counts, thinned by its part. Where the router fills
 * replicas, the others that serve idle, and take what comes when those are full.
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
  const ownUse = Math.min(FULL_LOAD, mixOf(services, interactive).load);
  const packing = Packing.of(spec, mix, replicas);
  const partAt = (spell: Spell, restless = 0, burstS?: number): Part => {
    const { output, input, timeShare, requestShare, delay } = spell;
    const taken = packing?.taken(spell, restless) ?? { replicas, takenShare: 1, beyondKw: 0 };
    const of = output / taken.takenShare;
    const own = of === 1 && input === output ? mix : scaledMix(mix, of, input / taken.takenShare);
    const at = operate(replica, own, taken.replicas);
    const part = { timeShare, requestShare, delay, ...taken, mix: own, at };
    if (delay.meanS > 0) return { ...part, wait: NO_WAIT };
    const rates = Array.from(interactive, (rate) => rate * of);
    const use = mix.load > 0 ? (ownUse / Math.min(1, mix.load)) * at.utilisation : 0;
    const wait = waiting(replica, services, rates, own, at, Math.min(FULL_LOAD, use), taken.replicas, burstS);
    return { ...part, wait };
  };
  const whole = partAt(STEADY);
  const utilisation = Math.min(1, mix.load);
  const at = { ...whole.at, utilisation };
  const paced = paceOf(services, interactive);
  if (paced === undefined || whole.at.utilisation === 0) return { mix, at, parts: [whole] };
  const stay = stayOf(mix, at);
  // In shorter windows the number in service does not follow what comes, and longer ones hide bursts.
  const pace = paceNear(paced.pace, Math.sqrt(stay.aloneS * stay.besideS));
  const promptShare = promptShareOf(replica, mix);
  const restless = packing === undefined ? 0 : paced.part * restlessness(pace, promptShare);
  const thinned = (share: number) => 1 + paced.part * (share - 1);
  const parts = spellsOf(pace, utilisation, promptShare, stay).map((spell) =>
    partAt({ ...spell, output: thinned(spell.output), input: thinned(spell.input) }, restless, pace.windowS),
  );
  return { mix, at, parts };
}

/** How long an answer takes at the operating point's batch: alone, and while every step carries prompts. */
function stayOf(mix: Mix, at: Operating): Stay {
  const answers = mix.requestsPerS > 0 ? mix.decodePerS / mix.requestsPerS : 0;
  return { aloneS: answers * at.plain.stepS, besideS: answers * at.mixed.stepS };
}

/** Latency of a service over a step: means over its requests. */
export function latencyOver(spec: InferenceSpec, service: ServiceLoad, { parts }: Pick<Settled, 'parts'>): Latency {
  let [queueS, prefillS, tpotS, attainment] = [0, 0, 0, 0];
  for (const part of parts) {
    // A replica that is kept full does not share its ups and downs with others.
    const sharing = part.takenShare < 1 ? 1 : part.replicas;
    const own = latency(spec.replica, service, part.mix, part.at, part.wait, sharing, part.delay);
    queueS += part.requestShare * own.queueS;
    prefillS += part.requestShare * own.prefillS;
    tpotS += part.requestShare * own.tpotS;
    attainment += part.requestShare * own.attainment;
  }
  return { queueS, prefillS, tpotS, attainment };
}

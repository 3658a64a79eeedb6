import type { Conditions, ItSetPoint, ItStepped, ServiceOutcome } from '../../contract.ts';
import type { ItUnit, RunningIt } from '../../unit.ts';
import { admit } from '../admit.ts';
import { fullAt } from '../fill.ts';
import { withKnobs } from '../knobs.ts';
import { mixOf } from '../mix.ts';
import { ratesOf } from '../rates.ts';
import type { Route } from '../replay/route.ts';
import type { InferenceSpec } from '../spec.ts';
import { underLimit } from '../twin.ts';
import type { Ended } from './ended.ts';
import { Pool, type PoolStep, type StepOrder, type StepRequests } from './pool.ts';
import type { ServiceStep } from './sums.ts';

/** How a deployment is followed. */
export interface DetailOptions {
  readonly route: Route;
  /** Parts of a step whose power is told, >= 1. */
  readonly beats: number;
  readonly seed: number;
}

/** Tries of another share of the requests under a power limit; which part of it they aim at, and which is near enough. */
const TRIES = 8;
const AIM = 0.985;
const CLOSE = 0.97;

/**
 * A deployment of the twin whose steps are run request by request instead of by the fluid model. It is told the requests of a
 * step before the twin steps; what stands in its replicas is carried from step to step. Replicas that are to sleep stay awake here.
 */
export class DetailedDeployment {
  readonly #spec: InferenceSpec;
  readonly #live: Pool;
  /** As it stood at the end of the last step that was kept. */
  readonly #kept: Pool;
  #isFresh = true;
  #requests: StepRequests | undefined;
  #fromS = 0;
  #untilS = 0;
  #last: PoolStep | undefined;

  constructor(spec: InferenceSpec, { route, beats, seed }: DetailOptions) {
    this.#spec = spec;
    this.#live = new Pool(spec, route, beats, seed);
    this.#kept = new Pool(spec, route, beats, seed);
  }

  /** The unit of the twin that steps with it. */
  unit(fluid: ItUnit): ItUnit {
    return { ...fluid, start: () => this.#running() };
  }

  /** The requests of the step that comes; times in s from the start of the window. */
  offer(requests: StepRequests, fromS: number, untilS: number): void {
    this.#requests = requests;
    this.#fromS = fromS;
    this.#untilS = untilS;
  }

  /** Of the step that was kept last: who left, mean power of each beat, and what became of each service. */
  get ended(): Ended {
    return this.#live.ended;
  }
  get last(): PoolStep {
    if (this.#last === undefined) throw new Error('no step has been run');
    return this.#last;
  }

  /** Requests that wait or run now, by service. */
  underway(): number[] {
    return this.#live.underway();
  }

  #running(): RunningIt {
    return {
      preview: (setPoint, conditions) => this.#preview(setPoint, conditions),
      keep: () => {
        this.#isFresh = true;
      },
      save: () => this.#live.state(this.#untilS),
    };
  }

  /** Runs the step anew from where the last one ended. */
  #run(order: StepOrder): PoolStep {
    if (this.#isFresh) this.#kept.become(this.#live);
    else this.#live.become(this.#kept);
    this.#isFresh = false;
    this.#last = this.#live.run(order);
    return this.#last;
  }

  #preview(setPoint: ItSetPoint, conditions: Conditions): ItStepped<unknown> {
    const requests = this.#requests;
    if (requests === undefined) throw new Error('the requests of the step were not told');
    const limitKw = Math.max(0, setPoint.limitKw);
    const replicas = Math.max(
      0,
      Math.min(this.#spec.racking.replicas, Math.floor(setPoint.replicas + (setPoint.asleep ?? 0))),
    );
    const spec = withKnobs(this.#spec, setPoint);
    const batchPerS = spec.services.map(
      ({ id }) => setPoint.offers.find((offer) => offer.service === id)?.batchPerS ?? 0,
    );
    const mostOn = underLimit(spec, this.#spec.racking.replicas, limitKw);
    const order = {
      spec,
      requests,
      fromS: this.#fromS,
      untilS: this.#untilS,
      replicas: Math.min(replicas, mostOn),
      mostOn,
      share: 1,
      batchPerS,
      full: fullAt(spec, ratesOf(spec, setPoint.offers, Math.max(1, replicas))),
    };
    const step = this.#within(order, setPoint, limitKw);
    return this.#stepped(spec, step, setPoint, conditions);
  }

  /**
   * The step with as many requests let in as its power limit bears: batch gives way first, then interactive requests. `part` is 0 to 1 for
   * the share of the interactive ones, 1 to 2 for all of them and a share of batch.
   */
  #within(order: StepOrder, setPoint: ItSetPoint, limitKw: number): PoolStep {
    const { spec } = order;
    const serving = Math.max(1, order.replicas);
    const rates = ratesOf(spec, setPoint.offers, serving);
    // In front of the pool stands the gate of the fluid twin: beyond what can ever be served, requests are turned away.
    const gate = admit(spec, rates, Number.POSITIVE_INFINITY, serving).interactiveShare;
    const at = (part: number): StepOrder => ({
      ...order,
      share: gate * Math.min(1, part),
      batchPerS: order.batchPerS.map((rate) => rate * Math.max(0, part - 1)),
    });
    const all = this.#run(at(2));
    if (all.powerKw <= limitKw) return all;
    const none = this.#run(at(0));
    if (none.powerKw > limitKw) return this.#darker(order, limitKw, none);
    // The fluid model knows about how much it will be.
    const fluid = admit(spec, rates, Math.max(0, (limitKw - none.idleKw) / serving), serving);
    let part = fluid.interactiveShare < gate ? fluid.interactiveShare / gate : 1 + fluid.batchShare;
    let [low, lowKw, high, highKw] = [0, none.powerKw, 2, all.powerKw];
    let step = none;
    for (let k = 0; k < TRIES; k++) {
      step = this.#run(at(part));
      if (step.powerKw <= limitKw) [low, lowKw] = [part, step.powerKw];
      else [high, highKw] = [part, step.powerKw];
      if (lowKw >= CLOSE * limitKw) break;
      const along = (AIM * limitKw - lowKw) / (highKw - lowKw);
      part = low + (high - low) * Math.min(0.9, Math.max(0.1, along));
    }
    return step.powerKw === lowKw ? step : this.#run(at(low));
  }

  /** Takes replicas off, and lets nobody in, until what runs keeps the limit. */
  #darker(order: StepOrder, limitKw: number, first: PoolStep): PoolStep {
    let step = first;
    for (let on = order.mostOn; step.powerKw > limitKw && on > 0; ) {
      on = Math.min(on - 1, Math.floor((AIM * on * limitKw) / step.powerKw));
      step = this.#run({ ...order, share: 0, batchPerS: order.batchPerS.map(() => 0), replicas: on, mostOn: on });
    }
    return step;
  }

  #stepped(spec: InferenceSpec, step: PoolStep, setPoint: ItSetPoint, conditions: Conditions): ItStepped<unknown> {
    const stepS = conditions.dtH * 3600;
    const { powerKw } = step;
    const liquidKw = spec.liquidShare * powerKw;
    const flows: Record<string, number> = { power: -powerKw, liquid: liquidKw, air: powerKw - liquidKw };
    spec.services.forEach(({ port }, k) => {
      flows[port] = step.services[k]!.answered / stepS;
    });
    const idleOfServing = step.on > 0 ? step.idleKw * Math.min(1, step.servingMean / step.on) : 0;
    const attributedJ = step.services.reduce((sum, s) => sum + s.prefillJ + s.decodeJ, 0);
    const aboveKw = powerKw - step.idleKw;
    const services = setPoint.offers.map((offer): ServiceOutcome => {
      const k = spec.services.findIndex(({ id }) => id === offer.service);
      const isBatch = spec.profiles[k]?.kind === 'batch';
      const joules = k < 0 ? 0 : step.services[k]!.prefillJ + step.services[k]!.decodeJ;
      const ownKw = attributedJ > 0 ? ((idleOfServing + aboveKw) * joules) / attributedJ : 0;
      return outcomeOf(offer.service, step.services[k], ownKw, isBatch, stepS);
    });
    const sum = (key: 'input' | 'output') => step.services.reduce((all, s) => all + s[key], 0) / stepS;
    const each = Math.max(1, step.servingMean) * stepS;
    const load = mixOf(
      spec.services,
      step.services.map((s) => s.answered / each),
    ).load;
    return {
      state: this.#live.state(this.#untilS),
      flows,
      meters: {
        replicas: step.servingMean,
        outputTokensPerS: sum('output'),
        inputTokensPerS: sum('input'),
        utilisation: Math.min(1, load),
        clock: setPoint.clock ?? this.#spec.knobs.clock,
        idleKw: step.idleKw,
        asleep: 0,
        starting: Math.max(0, step.on - step.servingMean),
      },
      services,
    };
  }
}

/** A service's step as the twin knows it: rates of what left, means over the answered ones. */
function outcomeOf(
  service: string,
  step: ServiceStep | undefined,
  powerKw: number,
  isBatch: boolean,
  stepS: number,
): ServiceOutcome {
  const answered = step?.answered ?? 0;
  const of = step ?? {
    refused: 0,
    shed: 0,
    lost: 0,
    input: 0,
    computed: 0,
    output: 0,
    prefillJ: 0,
    decodeJ: 0,
    within: 0,
  };
  const joules = of.prefillJ + of.decodeJ;
  const perToken = (part: number, tokens: number) =>
    joules > 0 && tokens > 0 ? (1000 * powerKw * stepS * part) / joules / tokens : 0;
  const ttftS = answered > 0 ? step!.ttftS / answered : 0;
  return {
    service,
    servedPerS: isBatch ? 0 : answered / stepS,
    shedPerS: isBatch ? 0 : (of.refused + of.shed + of.lost) / stepS,
    batchServedPerS: isBatch ? (answered + of.refused) / stepS : 0,
    inputTokensPerS: of.input / stepS,
    computedTokensPerS: of.computed / stepS,
    outputTokensPerS: of.output / stepS,
    ttftS,
    tpotS: step !== undefined && step.spaced > 0 ? step.tpotS / step.spaced : 0,
    // A request's wait and the time of its prompt are not told apart here.
    queueS: ttftS,
    prefillSPerToken: 0,
    prefillJPerToken: perToken(of.prefillJ, of.computed),
    decodeJPerToken: perToken(of.decodeJ, of.output),
    attainment: answered > 0 ? of.within / answered : 1,
    powerKw,
  };
}

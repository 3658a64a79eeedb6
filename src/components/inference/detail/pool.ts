import { type Random, random, seedFrom } from '../../../series/random.ts';
import { ReplicaRun } from '../replay/replica.ts';
import { type Full, looks, pick, type Route } from '../replay/route.ts';
import { STEP_TOKENS } from '../replay/scheduling.ts';
import type { InferenceSpec } from '../spec.ts';
import { Accounts } from './accounts.ts';
import { BatchQueue } from './batch.ts';
import type { Ended } from './ended.ts';
import { Fleet } from './fleet.ts';
import { PoolMeter } from './meter.ts';
import { Slots } from './slots.ts';
import type { ServiceStep } from './sums.ts';

/** Requests of a step in order of arrival; times in s from the start of the window. */
export interface StepRequests {
  readonly count: number;
  readonly arrivalS: Float64Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
  /** Tokens at the start of each prompt that the prefix cache has; none when left out. */
  readonly cached?: Int32Array;
  /** Place of each one's service among those of the deployment. */
  readonly service: Uint8Array;
}

/** How a step is to be run. */
export interface StepOrder {
  readonly spec: InferenceSpec;
  readonly requests: StepRequests;
  readonly fromS: number;
  readonly untilS: number;
  /** Replicas to serve or boot, and the most that may be on at all. */
  readonly replicas: number;
  readonly mostOn: number;
  /** Share of the interactive requests that is let in, 0..1. */
  readonly share: number;
  /** Batch requests per second that may begin, by service. */
  readonly batchPerS: readonly number[];
  /** When a replica is full for a router that fills one after the other. */
  readonly full?: Full | undefined;
}

/** What a step came to. */
export interface PoolStep {
  /** Mean electricity of each beat, kW, and of the step. */
  readonly beatsKw: Float64Array;
  readonly powerKw: number;
  readonly idleKw: number;
  readonly servingMean: number;
  readonly on: number;
  readonly services: readonly ServiceStep[];
}

/** Who waits for room is looked after at least so often, s. */
const LOOK_AGAIN_S = 0.05;
/** Batch requests that may wait in a replica: more than the tokens of one step take in of usual prompts. */
const YIELDING = 4;

/**
 * Replicas behind a router over time, request by request: interactive ones go to a replica when they come; batch waits in a queue
 * before the pool, begins in its allowance, and only where a replica has a slot free and hardly any batch waiting.
 */
export class Pool {
  readonly meter = new PoolMeter();
  readonly #spec: InferenceSpec;
  readonly #route: Route;
  readonly #beats: number;
  readonly #seed: number;
  readonly #slots = new Slots();
  readonly #accounts: Accounts;
  readonly #replicas: readonly ReplicaRun[];
  readonly #fleet: Fleet;
  readonly #queues: readonly BatchQueue[];
  readonly #isBatch: readonly boolean[];
  /** Batch that might have begun and did not; part of an interactive request that was let in already. */
  readonly #credit: Float64Array;
  readonly #part: Float64Array;
  #turn = 0;
  /** When to look next whether batch may begin, s. */
  #lookS = 0;
  #draw: Random;

  constructor(spec: InferenceSpec, route: Route, beats: number, seed: number) {
    this.#spec = spec;
    this.#route = route;
    this.#beats = beats;
    this.#seed = seed;
    this.#draw = random(seed);
    const scheduling = {
      stepTokens: Math.max(STEP_TOKENS, 2 * spec.replica.maxBatch),
      mostSteps: Number.MAX_SAFE_INTEGER,
    };
    this.#accounts = new Accounts(spec, this.#slots);
    const end = (id: number) => this.#accounts.leave(id, 'answered');
    this.#replicas = Array.from(
      { length: spec.racking.replicas },
      (_, r) => new ReplicaRun(r, spec, this.#slots, this.#slots.book, this.meter, scheduling, end),
    );
    this.#fleet = new Fleet(this.#replicas);
    this.#isBatch = spec.profiles.map((p) => p.kind === 'batch');
    this.#queues = spec.services.map(() => new BatchQueue());
    this.#credit = new Float64Array(spec.services.length);
    this.#part = new Float64Array(spec.services.length);
  }

  /** Requests that left in the last step. */
  get ended(): Ended {
    return this.#accounts.ended;
  }

  /** Requests that wait or run, batch before the pool among them, by service. */
  underway(): number[] {
    const counts = this.#queues.map((queue) => queue.size);
    for (const replica of this.#replicas) {
      replica.eachHeld((id) => {
        counts[this.#slots.service[id]!]!++;
      });
    }
    return counts;
  }

  /** Replicas that serve and that boot at `nowS`, as the fluid twin keeps them. */
  state(nowS: number) {
    return this.#fleet.state(nowS);
  }

  /** Runs a step; the pool stands at its end after. */
  run(order: StepOrder): PoolStep {
    const { spec, fromS, untilS } = order;
    // Of the step alone, so that a step that is run again draws the same.
    this.#draw = random(seedFrom(`${this.#seed}/route/${fromS}`));
    this.#lookS = fromS;
    this.#accounts.begin();
    for (const replica of this.#replicas) replica.turn(spec);
    this.#fleet.begin(order.replicas, spec.bootS, fromS);
    if (this.#fleet.on > order.mostOn) this.#cut(order.mostOn, fromS);
    const beatsKw = new Float64Array(this.#beats);
    const { power, racking } = this.#spec;
    let next = 0;
    let beforeJ = this.#energyJ(fromS);
    let beforeIdleJ = 0;
    let idleJ = 0;
    for (let k = 0; k < this.#beats; k++) {
      const edgeS = k + 1 === this.#beats ? untilS : fromS + ((untilS - fromS) * (k + 1)) / this.#beats;
      next = this.#until(edgeS, next, order);
      for (const replica of this.#fleet.live()) {
        replica.settle(edgeS);
        replica.pause(edgeS);
      }
      this.#fleet.rest(edgeS);
      const nowJ = this.#energyJ(edgeS);
      idleJ = this.#fleet.idleJ(power, racking, edgeS);
      beatsKw[k] = ((nowJ - beforeJ + idleJ - beforeIdleJ) * this.#beats) / (1000 * (untilS - fromS));
      beforeJ = nowJ;
      beforeIdleJ = idleJ;
    }
    this.#saveCredit(order);
    this.#accounts.end(this.#fleet.live());
    return {
      beatsKw,
      powerKw: beatsKw.reduce((sum, kw) => sum + kw, 0) / this.#beats,
      idleKw: idleJ / (1000 * (untilS - fromS)),
      servingMean: this.#fleet.servingMean(untilS),
      on: this.#fleet.on,
      services: this.#accounts.services,
    };
  }

  /** Takes over all that stands in another pool of the same deployment. */
  become(other: Pool): void {
    this.meter.become(other.meter);
    this.#slots.become(other.#slots);
    for (let r = 0; r < this.#replicas.length; r++) this.#replicas[r]!.become(other.#replicas[r]!);
    this.#fleet.become(other.#fleet);
    this.#accounts.become(other.#accounts);
    for (let s = 0; s < this.#queues.length; s++) this.#queues[s]!.become(other.#queues[s]!);
    this.#credit.set(other.#credit);
    this.#part.set(other.#part);
    this.#turn = other.#turn;
  }

  /** Energy above idle of all replicas from the start to `nowS`, to which they are settled, J. */
  #energyJ(nowS: number): number {
    let sum = this.meter.energyJ;
    for (const replica of this.#fleet.live()) sum += replica.aheadJ(nowS);
    return sum;
  }

  /** Lets the requests come that come before `edgeS`; returns the place of the next one. */
  #until(edgeS: number, from: number, order: StepOrder): number {
    const { count, arrivalS } = order.requests;
    let next = from;
    for (;;) {
      const comesS = next < count ? arrivalS[next]! : Number.POSITIVE_INFINITY;
      const nowS = Math.min(comesS, edgeS, this.#lookS);
      this.#fleet.ready(nowS);
      if (nowS >= edgeS) return next;
      if (comesS <= nowS) this.#come(next++, order);
      if (this.#lookS <= nowS) this.#lookS = this.#letBatchIn(nowS, order);
    }
  }

  /** A request comes. */
  #come(at: number, order: StepOrder): void {
    const { arrivalS, input, output, service } = order.requests;
    const s = service[at]!;
    const cached = order.requests.cached?.[at] ?? 0;
    this.#accounts.services[s]!.arrived++;
    if (this.#isBatch[s]!) {
      this.#queues[s]!.push(arrivalS[at]!, input[at]!, output[at]!, cached, s);
      if (this.#lookS === Number.POSITIVE_INFINITY) this.#lookS = arrivalS[at]!;
      return;
    }
    this.#part[s]! += order.share;
    const isIn = this.#fleet.serving.length > 0 && this.#part[s]! >= 1 - 1e-9;
    if (this.#part[s]! >= 1 - 1e-9) this.#part[s]! -= 1;
    const id = this.#slots.take(arrivalS[at]!, input[at]!, output[at]!, cached, s, false);
    if (!isIn) this.#accounts.leave(id, 'shed');
    else this.#send(id, arrivalS[at]!, this.#choose(arrivalS[at]!, order, input[at]!));
  }

  #choose(nowS: number, { full }: StepOrder, promptTokens = 0): ReplicaRun {
    const { serving } = this.#fleet;
    if (looks(this.#route, full) && serving.length > 1) {
      for (const replica of serving) if (replica.planEndS <= nowS) replica.settle(nowS);
    }
    const chosen = serving[pick(this.#route, serving, this.#turn, nowS, this.#draw, full, promptTokens)]!;
    if (chosen.planEndS <= nowS) chosen.settle(nowS);
    return chosen;
  }

  #send(id: number, nowS: number, replica: ReplicaRun): void {
    this.#turn++;
    replica.offer(id, nowS);
    if (this.#slots.book.refused[id] === 1) this.#accounts.leave(id, 'refused');
  }

  /** Lets batch begin while there is room for it; returns when to look again, s. */
  #letBatchIn(nowS: number, order: StepOrder): number {
    if (this.#fleet.serving.length === 0) return this.#fleet.nextReadyS;
    let againS = Number.POSITIVE_INFINITY;
    for (let s = 0; s < this.#queues.length; s++) {
      const queue = this.#queues[s]!;
      const perS = order.batchPerS[s]!;
      while (queue.size > 0) {
        const allowedS = perS > 0 ? order.fromS + (1 - this.#credit[s]!) / perS : Number.POSITIVE_INFINITY;
        if (allowedS > nowS) {
          againS = Math.min(againS, allowedS);
          break;
        }
        const replica = this.#choose(nowS, order);
        if (replica.yielding >= YIELDING || replica.outstanding >= this.#spec.replica.maxBatch)
          return nowS + LOOK_AGAIN_S;
        const id = queue.shift((arrivalS, input, output, cached, service) =>
          this.#slots.take(arrivalS, input, output, cached, service, true),
        );
        this.#credit[s]! -= 1;
        this.#send(id, nowS, replica);
      }
    }
    return againS;
  }

  /** Allowance of batch that was not used is kept for a step. */
  #saveCredit({ batchPerS, fromS, untilS }: StepOrder): void {
    for (let s = 0; s < this.#credit.length; s++) {
      const all = batchPerS[s]! * (untilS - fromS);
      this.#credit[s] = Math.min(Math.max(1, all), this.#credit[s]! + all);
    }
  }

  /** Cuts the power of replicas: interactive requests on them are lost, batch begins anew. */
  #cut(mostOn: number, nowS: number): void {
    const { arrivalS, input, output, cached, service, yields } = this.#slots;
    for (const replica of this.#fleet.cut(mostOn, nowS)) {
      this.meter.energyJ += replica.aheadJ(nowS);
      for (const id of replica.abandon()) {
        const s = service[id]!;
        if (yields[id] === 1) this.#queues[s]!.unshift(arrivalS[id]!, input[id]!, output[id]!, cached[id]!, s);
        this.#accounts.leave(id, yields[id] === 1 ? undefined : 'lost');
      }
    }
  }
}

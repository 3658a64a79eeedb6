import { idleKw, type PowerSpec, type Racking } from '../power.ts';
import type { ReplicaRun } from '../replay/replica.ts';

const OFF = 0;
const BOOTING = 1;
const SERVING = 2;
const DRAINING = 3;

/**
 * The replicas of a deployment over time: off, booting, serving, or draining (no new requests, off when the last has its answer).
 * They fill nodes from the first on and leave them from the last.
 */
export class Fleet {
  /** Those that take requests, in order. */
  serving: ReplicaRun[] = [];
  /** When the next one that boots will serve, s; Infinity where none boots. */
  nextReadyS = Number.POSITIVE_INFINITY;
  readonly #all: readonly ReplicaRun[];
  readonly #state: Uint8Array;
  readonly #readyS: Float64Array;
  /** What changed since `begin`: times at which one went off, and replica-seconds of serving before them. */
  #offS: number[] = [];
  #startS = 0;
  #sinceS = 0;
  #servedS = 0;
  #onAtStart = 0;

  /** All serve at first, as a new deployment does. */
  constructor(all: readonly ReplicaRun[]) {
    this.#all = all;
    this.#state = new Uint8Array(all.length).fill(SERVING);
    this.#readyS = new Float64Array(all.length);
    this.#list(0);
  }

  /** Replicas whose nodes are on. */
  get on(): number {
    return this.#count(BOOTING) + this.#count(SERVING) + this.#count(DRAINING);
  }

  get booting(): number {
    return this.#count(BOOTING);
  }

  /** Replicas that run anything, whether they take more or not. */
  *live(): Generator<ReplicaRun> {
    for (let r = 0; r < this.#all.length; r++) {
      if (this.#state[r] === SERVING || this.#state[r] === DRAINING) yield this.#all[r]!;
    }
  }

  /** A step begins at `nowS`: brings `target` replicas to serve or boot; those too many boot no longer, or drain. */
  begin(target: number, bootS: number, nowS: number): void {
    this.#servedS = 0;
    this.#startS = this.#sinceS = nowS;
    this.#offS = [];
    let more = target - this.#count(BOOTING) - this.#count(SERVING);
    for (const [from, to] of [
      [BOOTING, OFF],
      [SERVING, DRAINING],
    ] as const) {
      for (let r = this.#all.length - 1; r >= 0 && more < 0; r--) if (this.#move(r, from, to)) more++;
    }
    for (let r = 0; r < this.#all.length && more > 0; r++) if (this.#move(r, DRAINING, SERVING)) more--;
    for (let r = 0; r < this.#all.length && more > 0; r++) {
      if (!this.#move(r, OFF, bootS > 0 ? BOOTING : SERVING)) continue;
      this.#readyS[r] = nowS + bootS;
      more--;
    }
    this.#onAtStart = this.on;
    this.#list(nowS);
    this.rest(nowS);
  }

  /** Cuts the power of the last replicas until `most` are on; returns those that lost it. */
  cut(most: number, nowS: number): ReplicaRun[] {
    const lost: ReplicaRun[] = [];
    let over = this.on - most;
    for (const from of [BOOTING, DRAINING, SERVING]) {
      for (let r = this.#all.length - 1; r >= 0 && over > 0; r--) {
        if (!this.#move(r, from, OFF)) continue;
        over--;
        if (from !== BOOTING) lost.push(this.#all[r]!);
      }
    }
    this.#offS = [];
    this.#onAtStart = this.on;
    this.#list(nowS);
    return lost;
  }

  /** Lets those serve that have booted by `nowS`. */
  ready(nowS: number): void {
    while (this.nextReadyS <= nowS) {
      const atS = this.nextReadyS;
      for (let r = 0; r < this.#all.length; r++) if (this.#readyS[r]! <= atS) this.#move(r, BOOTING, SERVING);
      this.#list(atS);
    }
  }

  /** Switches off what has drained by `nowS`, to which all are settled. */
  rest(nowS: number): void {
    for (let r = 0; r < this.#all.length; r++) {
      const replica = this.#all[r]!;
      if (this.#state[r] !== DRAINING || replica.outstanding > 0) continue;
      this.#state[r] = OFF;
      this.#offS.push(Math.min(nowS, Math.max(this.#startS, replica.lastEndS)));
    }
  }

  /** Energy that nodes draw by being on from the start of the step to `untilS`, J. */
  idleJ(power: PowerSpec, racking: Racking, untilS: number): number {
    let on = this.#onAtStart;
    let atS = this.#startS;
    let joules = 0;
    for (const offS of [...this.#offS].sort((a, b) => a - b)) {
      if (offS > untilS) break;
      joules += 1000 * idleKw(power, racking, on) * Math.max(0, offS - atS);
      atS = Math.max(atS, offS);
      on--;
    }
    return joules + 1000 * idleKw(power, racking, on) * (untilS - atS);
  }

  /** Mean number that took requests between the start of the step and `untilS`. */
  servingMean(untilS: number): number {
    return (this.#servedS + this.serving.length * (untilS - this.#sinceS)) / (untilS - this.#startS);
  }

  /** As the fluid twin keeps it; seconds until they serve counted from `nowS`. */
  state(nowS: number) {
    const booting: { replicas: number; leftS: number }[] = [];
    for (let r = 0; r < this.#all.length; r++) {
      if (this.#state[r] !== BOOTING) continue;
      const leftS = this.#readyS[r]! - nowS;
      const group = booting.find((g) => g.leftS === leftS);
      if (group === undefined) booting.push({ replicas: 1, leftS });
      else group.replicas++;
    }
    return { v: 2 as const, serving: this.serving.length, asleep: 0, booting, waking: [] };
  }

  /** Takes over the state of another fleet of as many replicas. */
  become(other: Fleet): void {
    this.#state.set(other.#state);
    this.#readyS.set(other.#readyS);
    this.#offS = [...other.#offS];
    this.#startS = other.#startS;
    this.#sinceS = other.#sinceS;
    this.#servedS = other.#servedS;
    this.#onAtStart = other.#onAtStart;
    this.#list(other.#sinceS);
    this.#servedS = other.#servedS;
  }

  #count(state: number): number {
    let count = 0;
    for (const s of this.#state) if (s === state) count++;
    return count;
  }

  #move(r: number, from: number, to: number): boolean {
    if (this.#state[r] !== from) return false;
    this.#state[r] = to;
    return true;
  }

  /** Lists who takes requests from `nowS` on. */
  #list(nowS: number): void {
    this.#servedS += this.serving.length * (nowS - this.#sinceS);
    this.#sinceS = nowS;
    this.serving = this.#all.filter((_, r) => this.#state[r] === SERVING);
    this.nextReadyS = Number.POSITIVE_INFINITY;
    for (let r = 0; r < this.#all.length; r++) {
      if (this.#state[r] === BOOTING) this.nextReadyS = Math.min(this.nextReadyS, this.#readyS[r]!);
    }
  }
}

import { random } from '../../../series/random.ts';
import { idleKw } from '../power.ts';
import type { InferenceSpec } from '../spec.ts';
import { Book } from './book.ts';
import { ReplicaRun } from './replica.ts';
import type { Requests } from './requests.ts';
import { type Full, looks, pick, type Route } from './route.ts';
import { STEP_TOKENS } from './scheduling.ts';
import { Recorder, type Timeline, type Totals } from './timeline.ts';

/** How requests are replayed. */
export interface ReplayOptions {
  /** Replicas that serve; all installed ones when left out. */
  readonly replicas?: number;
  /** Default `least-requests`. */
  readonly route?: Route;
  /** When a replica is full for a router that fills one after the other; by the route alone when left out. */
  readonly full?: Full | undefined;
  /** Tokens of an engine step; default 2048, as vLLM's max_num_batched_tokens, but always above the batch. */
  readonly stepTokens?: number;
  /** Length of a bin of the timeline, s; by default the span in at most 1200 bins of a second or more. */
  readonly binS?: number;
  /** For the route `random`. */
  readonly seed?: number;
  /** Steps that one event may cover; 1 for tests. */
  readonly mostSteps?: number;
}

const BINS = 1200;

/** What came out of a replay. */
export interface ReplayResult {
  readonly requests: Requests;
  /** Requests that had come when this was read: all, unless it was broken off. */
  readonly arrived: number;
  readonly book: Book;
  readonly timeline: Timeline;
  readonly totals: Readonly<Totals>;
  readonly replicas: number;
  /** From the start until the last token, s. */
  readonly lengthS: number;
  /** Power that all nodes draw just by being on, kW. */
  readonly idleKw: number;
}

/**
 * A discrete-event replay of single requests on the replicas of a deployment. `advance` does a part of the work, so that a
 * caller can show progress and stop; `result` may be read at any time.
 */
export class Replay {
  readonly #spec: InferenceSpec;
  readonly #requests: Requests;
  readonly #route: Route;
  readonly #full: Full | undefined;
  readonly #replicas: readonly ReplicaRun[];
  readonly #book: Book;
  readonly #recorder: Recorder;
  readonly #draw;
  #next = 0;
  #isDrained = false;

  constructor(spec: InferenceSpec, requests: Requests, options: ReplayOptions = {}) {
    const count = options.replicas ?? spec.racking.replicas;
    const spanS = requests.count === 0 ? 0 : requests.arrivalS[requests.count - 1]!;
    const scheduling = {
      stepTokens: Math.max(options.stepTokens ?? STEP_TOKENS, 2 * spec.replica.maxBatch),
      mostSteps: options.mostSteps ?? Number.MAX_SAFE_INTEGER,
    };
    this.#spec = spec;
    this.#requests = requests;
    this.#route = options.route ?? 'least-requests';
    this.#full = options.full;
    this.#draw = random(options.seed ?? 1);
    this.#book = new Book(requests.count);
    this.#recorder = new Recorder(options.binS ?? Math.max(1, Math.ceil(spanS / BINS)), count);
    this.#replicas = Array.from(
      { length: count },
      (_, r) => new ReplicaRun(r, spec, requests, this.#book, this.#recorder, scheduling),
    );
  }

  get isDone(): boolean {
    return this.#isDrained;
  }

  /** Share of the requests that have come, 0..1. */
  get share(): number {
    return this.#requests.count === 0 ? 1 : this.#next / this.#requests.count;
  }

  /** Lets `count` more requests come; after the last, everything runs to its end. */
  advance(count = Number.POSITIVE_INFINITY): void {
    const { arrivalS } = this.#requests;
    const replicas = this.#replicas;
    const end = Math.min(this.#requests.count, this.#next + count);
    const mustLook = looks(this.#route, this.#full) && replicas.length > 1;
    for (; this.#next < end; this.#next++) {
      const now = arrivalS[this.#next]!;
      if (mustLook) for (const replica of replicas) if (replica.planEndS <= now) replica.settle(now);
      const chosen =
        replicas[
          pick(this.#route, replicas, this.#next, now, this.#draw, this.#full, this.#requests.input[this.#next]!)
        ]!;
      if (chosen.planEndS <= now) chosen.settle(now);
      chosen.offer(this.#next, now);
    }
    if (this.#next < this.#requests.count || this.#isDrained) return;
    for (const replica of replicas)
      while (replica.planEndS < Number.POSITIVE_INFINITY) replica.settle(replica.planEndS);
    this.#isDrained = true;
  }

  /** What is known now. Reading it before the end breaks the replay off: it cannot be advanced after. */
  result(): ReplayResult {
    const { arrivalS } = this.#requests;
    if (!this.#isDrained) for (const replica of this.#replicas) replica.flush();
    this.#isDrained = true;
    let lengthS = this.#next === 0 ? 0 : arrivalS[this.#next - 1]!;
    for (let i = 0; i < this.#next; i++) if (this.#book.finishS[i]! > lengthS) lengthS = this.#book.finishS[i]!;
    const replicas = this.#replicas.length;
    return {
      requests: this.#requests,
      arrived: this.#next,
      book: this.#book,
      timeline: this.#recorder.timeline(lengthS),
      totals: this.#recorder.totals,
      replicas,
      lengthS,
      idleKw: idleKw(this.#spec.power, this.#spec.racking, replicas),
    };
  }
}

/** Replays all requests at once. */
export function replay(spec: InferenceSpec, requests: Requests, options: ReplayOptions = {}): ReplayResult {
  const run = new Replay(spec, requests, options);
  run.advance();
  return run.result();
}

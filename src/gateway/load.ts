import type { ClassLoad, Load, TrafficClass } from '../control/contract.ts';
import { type Clock, systemClock } from '../series/clock.ts';

/**
 * Traffic of one engine and class. `running` are requests whose engine has begun to answer, and those without stream, of
 * which that cannot be seen; `waiting` are streams that an engine holds and has not begun.
 */
export class ClassTally {
  readonly engine: string;
  readonly class: TrafficClass;
  requests = 0;
  inputTokens = 0;
  outputTokens = 0;
  running = 0;
  waiting = 0;

  constructor(engine: string, name: TrafficClass) {
    this.engine = engine;
    this.class = name;
  }

  /** The interval's figures as rates; the counts start anew. An estimate that proved too high is taken off the next one. */
  take(intervalS: number): ClassLoad {
    const outputTokens = Math.max(0, this.outputTokens);
    const load = {
      engine: this.engine,
      class: this.class,
      requestsPerS: this.requests / intervalS,
      inputTokensPerS: this.inputTokens / intervalS,
      outputTokensPerS: outputTokens / intervalS,
      running: this.running,
      waiting: this.waiting,
    };
    this.requests = 0;
    this.inputTokens = 0;
    this.outputTokens -= outputTokens;
    return load;
  }
}

/** Counts real traffic per engine and class and sums it up into load reports. */
export class LoadMeter {
  readonly #clock: Clock;
  readonly #tallies = new Map<string, Map<TrafficClass, ClassTally>>();
  #seq = 0;
  #lastMs: number;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#lastMs = clock.nowMs();
  }

  /** The tally of an engine and class, made when first asked for. */
  of(engine: string, name: TrafficClass): ClassTally {
    let classes = this.#tallies.get(engine);
    if (classes === undefined) {
      classes = new Map();
      this.#tallies.set(engine, classes);
    }
    let tally = classes.get(name);
    if (tally === undefined) {
      tally = new ClassTally(engine, name);
      classes.set(name, tally);
    }
    return tally;
  }

  /** Requests under way at an engine, all classes. */
  under(engine: string): number {
    let sum = 0;
    for (const tally of this.#tallies.get(engine)?.values() ?? []) sum += tally.running + tally.waiting;
    return sum;
  }

  get tallies(): ClassTally[] {
    return [...this.#tallies.values()].flatMap((classes) => [...classes.values()]);
  }

  /** The load since the last report; an interval is at least a millisecond. */
  report(): Load {
    const atMs = this.#clock.nowMs();
    const intervalS = Math.max(1, atMs - this.#lastMs) / 1000;
    this.#lastMs = atMs;
    this.#seq += 1;
    return { seq: this.#seq, atMs, intervalS, classes: this.tallies.map((tally) => tally.take(intervalS)) };
  }
}

import type { Engine, Expected } from '../../engines/contract.ts';
import type { EngineReading } from '../../engines/reading.ts';
import { Breaker } from './breaker.ts';
import { ConcurrencyLimit } from './limit.ts';
import { RunningMean } from './mean.ts';
import { PrefixMemory } from './prefixes.ts';

/** Measured over predicted is believed within these bounds: beyond them one of the two is broken. */
const LEAST_RATIO = 0.05;
const MOST_RATIO = 20;

/** What the router knows of one engine. */
export class Member {
  readonly engine: Engine;
  readonly breaker = new Breaker();
  readonly limit: ConcurrencyLimit;
  readonly prefixes = new PrefixMemory();
  /** Requests of this gateway under way at it. */
  running = 0;
  /** Held back by this gateway while it sleeps, wakes or drains. */
  held = false;
  /** What it said of itself last; null = nothing, or too long ago. */
  reading: EngineReading | null = null;
  readonly #ttftRatio = new RunningMean();
  readonly #tpotRatio = new RunningMean();
  readonly #ttftS = new RunningMean();
  readonly #tpotS = new RunningMean();
  readonly #serviceS = new RunningMean();

  constructor(engine: Engine) {
    this.engine = engine;
    this.limit = new ConcurrencyLimit(engine.slots);
  }

  /** Seconds that a request keeps one of its slots, on average; null before the first has ended. */
  get serviceS(): number | null {
    return this.#serviceS.value;
  }

  /** Measured mean wait for the first token and time per further one; null before any was measured. */
  get measured(): { readonly ttftS: number | null; readonly tpotS: number | null } {
    return { ttftS: this.#ttftS.value, tpotS: this.#tpotS.value };
  }

  /** By what predictions are multiplied, from what was measured here. */
  get ratios(): { readonly ttft: number; readonly tpot: number } {
    return {
      ttft: this.#ttftRatio.value ?? 1,
      tpot: this.#tpotRatio.value ?? 1,
    };
  }

  /** A request has ended well: how long it kept its slot, and its times where they could be seen. */
  ended(times: {
    readonly serviceS: number;
    readonly ttftS: number | null;
    readonly tpotS: number | null;
    readonly predictedTtftS: number | null;
    readonly expected: Expected | null;
  }): void {
    this.#serviceS.add(times.serviceS);
    if (times.ttftS !== null) {
      this.#ttftS.add(times.ttftS);
      this.#compare(this.#ttftRatio, times.ttftS, times.predictedTtftS);
    }
    if (times.tpotS !== null) {
      this.#tpotS.add(times.tpotS);
      this.#compare(this.#tpotRatio, times.tpotS, times.expected?.tpotS ?? null);
    }
  }

  #compare(into: RunningMean, measured: number, predicted: number | null): void {
    if (predicted === null || !(predicted > 0) || !(measured > 0)) return;
    into.add(Math.min(MOST_RATIO, Math.max(LEAST_RATIO, measured / predicted)));
  }
}

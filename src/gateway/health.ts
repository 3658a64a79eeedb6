import type { Engine, EngineHealth } from '../engines/contract.ts';
import { steadyClock } from '../engines/timing.ts';
import type { Clock } from '../series/clock.ts';
import type { DirectiveHolder } from './directive.ts';

/** How long an engine's health is taken as known, ms: probes of ours must not become load of theirs. */
const FRESH_MS = 3_000;

/** What `GET /healthz` says. */
export interface HealthReport {
  readonly status: 'serving' | 'not serving';
  readonly directive: { readonly seq: number; readonly age_s: number | null; readonly stale: boolean };
  readonly engines: readonly {
    readonly id: string;
    readonly model: string;
    readonly up: boolean;
    readonly state: string;
    readonly simulated: boolean;
    readonly reason: string;
  }[];
}

/** Asks engines how they are, at most once in three seconds each. */
export class HealthBoard {
  readonly #engines: () => readonly Engine[];
  readonly #directives: DirectiveHolder;
  readonly #clock: Clock;
  readonly #known = new WeakMap<Engine, { atMs: number; health: Promise<EngineHealth> }>();

  constructor(engines: () => readonly Engine[], directives: DirectiveHolder, clock: Clock = steadyClock) {
    this.#engines = engines;
    this.#directives = directives;
    this.#clock = clock;
  }

  /** The gateway can serve when at least one engine is up and ordered to serve. */
  async report(): Promise<HealthReport> {
    const engines = await Promise.all(
      this.#engines().map(async (engine) => {
        const { up, reason } = await this.#health(engine);
        const state = this.#directives.order(engine.deployment)?.state ?? 'serving';
        return { id: engine.id, model: engine.model, up, state, simulated: engine.simulated, reason };
      }),
    );
    const serving = engines.some((engine) => engine.up && engine.state === 'serving');
    const age = this.#directives.ageS;
    return {
      status: serving ? 'serving' : 'not serving',
      directive: { seq: this.#directives.newest?.seq ?? 0, age_s: age, stale: this.#directives.stale },
      engines,
    };
  }

  #health(engine: Engine): Promise<EngineHealth> {
    const now = this.#clock.nowMs();
    const known = this.#known.get(engine);
    if (known !== undefined && now - known.atMs < FRESH_MS) return known.health;
    const health = engine.health();
    this.#known.set(engine, { atMs: now, health });
    return health;
  }
}

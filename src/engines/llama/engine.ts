import { reasonOf } from '../../errors/error.ts';
import { type Clock, systemClock } from '../../series/clock.ts';
import type { Engine, EngineCall, EngineHealth, EngineRun, EngineSink, Expected } from '../contract.ts';
import { type LlamaConfig, LlamaHost } from './host.ts';
import { promptOf, samplingOf } from './prompt.ts';
import { LlamaRun } from './run.ts';

/** A model file served in this process by llama.cpp, through the optional package `node-llama-cpp`. */
export interface LlamaEngineConfig extends LlamaConfig {
  readonly kind: 'gguf';
  readonly id: string;
  readonly model: string;
  readonly deployment?: string;
  /** Energy and times while the controller has given none; without them no energy is stated. */
  readonly expected?: Expected;
}

const SERVES: ReadonlySet<string> = new Set(['/chat/completions', '/completions']);

/** Answers from a model in this process; loads it at once, and lets requests wait until it is there. */
export class LlamaEngine implements Engine {
  readonly id: string;
  readonly model: string;
  readonly simulated = false;
  readonly serves = SERVES;
  readonly deployment: string;
  readonly outside = null;
  readonly slots: number;
  readonly nominal: Expected | null;
  /** Resolves when the model is loaded; rejects with why it cannot be. */
  readonly loaded: Promise<LlamaHost>;
  readonly #clock: Clock;
  readonly #runs = new Set<LlamaRun>();
  #state: 'loading' | 'up' | string = 'loading';

  constructor(config: LlamaEngineConfig, clock: Clock = systemClock) {
    this.id = config.id;
    this.model = config.model;
    this.deployment = config.deployment ?? config.id;
    this.slots = config.slots;
    this.nominal = config.expected ?? null;
    this.#clock = clock;
    this.loaded = LlamaHost.load(config);
    this.loaded.then(
      () => {
        this.#state = 'up';
      },
      (error: unknown) => {
        this.#state = reasonOf(error);
      },
    );
  }

  start(call: EngineCall, sink: EngineSink): EngineRun {
    const prompt = promptOf(call.path, call.body);
    if ('fault' in prompt) {
      const nothing = (): void => undefined;
      let cancelled = false;
      // In a later turn, so that the caller has its run in hand first
      setImmediate(() => {
        if (!cancelled) sink.fail(prompt);
      });
      const cancel = (): void => {
        cancelled = true;
      };
      return { cancel, pause: nothing, resume: nothing };
    }
    const run = new LlamaRun({
      engine: this.id,
      call,
      sink,
      prompt,
      sampling: samplingOf(call.body),
      createdS: Math.floor(this.#clock.nowMs() / 1000),
      over: (ended) => this.#runs.delete(ended),
    });
    this.#runs.add(run);
    void run.start(this.loaded);
    return run;
  }

  async health(): Promise<EngineHealth> {
    const up = this.#state === 'up';
    return { up, reason: up ? '' : this.#state, latencyMs: 0 };
  }

  async close(): Promise<void> {
    for (const run of this.#runs) run.cancel();
    const host = await this.loaded.catch(() => null);
    await host?.close();
  }
}

import type { Clock } from '../series/clock.ts';
import type { Engine, Expected } from './contract.ts';
import { LlamaEngine, type LlamaEngineConfig } from './llama/engine.ts';
import { OpenAiEngine, type OpenAiEngineConfig } from './openai.ts';
import { SimulatedEngine, type SimulatedEngineConfig } from './simulated.ts';
import type { Timers } from './timing.ts';

/** Any engine, as plain data that can cross a process boundary. */
export type EngineConfig = SimulatedEngineConfig | OpenAiEngineConfig | LlamaEngineConfig;

/** What engines take from outside. */
export interface EngineSurroundings {
  readonly clock?: Clock;
  readonly timers?: Timers;
  /** The controller's present expectation for an engine; undefined while there is none. */
  readonly expected?: (engine: string) => Expected | undefined;
}

/** Makes an engine from its configuration. Throws JW_ENGINE_CONFIG for an unusable address. */
export function createEngine(config: EngineConfig, surroundings: EngineSurroundings = {}): Engine {
  const { clock, timers, expected } = surroundings;
  if (config.kind === 'openai') return new OpenAiEngine(config, clock);
  if (config.kind === 'gguf') return new LlamaEngine(config, clock);
  return new SimulatedEngine(config, {
    ...(clock === undefined ? {} : { clock }),
    ...(timers === undefined ? {} : { timers }),
    ...(expected === undefined ? {} : { expected: () => expected(config.id) }),
  });
}

import { ENGINES, type Engine, type EngineId } from '../engine.ts';
import shipped from './shipped/constants.json' with { type: 'json' };

/**
 * The engines' constants as a vector that can be fitted: every constant is a common value times a factor of its engine. The
 * vector holds logarithms in units of the prior's spread, so that zero is the prior and the sum of squares its penalty.
 */

/** A constant: prior value and spread of its logarithm, for all engines together and between engines. */
interface Prior {
  readonly key: keyof Engine;
  readonly value: number;
  readonly spread: number;
  readonly between: number;
  /** Largest value that makes sense. */
  readonly most: number;
}

/**
 * Priors. Shares: memory 0.8 and matmul 0.8 of the data sheet are reached by kernels alone (AIConfigurator), engines lie
 * below; attention over prompts 0.4 (FlashAttention 2, Dao 2023: 50 to 73 % of an A100); links 0.5. Latencies: collectives 6
 * to 25 us (NVLink, PCIe); launches some us a kernel, ten kernels a layer, less with CUDA graphs. Spreads are our choice.
 */
export const PRIORS: readonly Prior[] = [
  { key: 'memoryShare', value: 0.75, spread: 0.15, between: 0.1, most: 0.95 },
  { key: 'computeShare', value: 0.55, spread: 0.25, between: 0.2, most: 0.95 },
  { key: 'attentionShare', value: 0.4, spread: 0.4, between: 0.3, most: 0.95 },
  { key: 'expertShare', value: 0.5, spread: 0.5, between: 0.4, most: 2 },
  { key: 'routingShare', value: 0.6, spread: 0.4, between: 0.2, most: 1 },
  { key: 'linkShare', value: 0.5, spread: 0.3, between: 0.2, most: 0.95 },
  { key: 'stepS', value: 2e-3, spread: 0.8, between: 0.7, most: 0.1 },
  { key: 'layerS', value: 1.5e-5, spread: 0.8, between: 0.5, most: 0.01 },
  { key: 'expertLayerS', value: 3e-5, spread: 0.8, between: 0.6, most: 0.01 },
  { key: 'reduceS', value: 8e-6, spread: 0.8, between: 0.6, most: 0.02 },
  { key: 'tokenS', value: 2e-6, spread: 1, between: 1, most: 0.05 },
  { key: 'halfTokens', value: 16, spread: 0.6, between: 0, most: 200 },
  { key: 'serialShare', value: 0.5, spread: 0.4, between: 0.3, most: 1 },
];

/** Kinds of prompts of which a measurement names only the task: prior of their mean length, tokens, and its spread. */
export const TASKS: Readonly<Record<string, number>> = {
  chat: 250,
  'lm-arena-chat': 150,
  gpqa: 350,
  'sourcegraph-fim': 1500,
  code: 180,
  'image-chat': 900,
  'video-chat': 2500,
};
export const TASK_NAMES: readonly string[] = Object.keys(TASKS);
const TASK_SPREAD = 0.7;

/** Length of the vector: common values, factors per engine, tasks. */
export const DIMENSION = PRIORS.length * (1 + ENGINES.length) + TASK_NAMES.length;

/** Largest value is reached softly, so that a fit always has a slope. */
const below = (value: number, most: number) => most * -Math.expm1(-value / most);

/** Constants of an engine at a vector. */
export function engineAt(x: ArrayLike<number>, engine: EngineId): Engine {
  const offset = PRIORS.length * (1 + ENGINES.indexOf(engine));
  const values: Partial<Record<keyof Engine, number>> = {};
  for (let k = 0; k < PRIORS.length; k++) {
    const prior = PRIORS[k]!;
    const factor = Math.exp(x[k]! * prior.spread + x[offset + k]! * prior.between);
    values[prior.key] = below(prior.value * factor, prior.most);
  }
  return values as Engine;
}

/** Mean prompt of a task at a vector, tokens. */
export function taskTokensAt(x: ArrayLike<number>, task: string): number | undefined {
  const k = TASK_NAMES.indexOf(task);
  if (k < 0) return undefined;
  return TASKS[TASK_NAMES[k]!]! * Math.exp(x[PRIORS.length * (1 + ENGINES.length) + k]! * TASK_SPREAD);
}

/** The fitted vector that is shipped, beside the calibration so that a simulation need not read that. */
const SHIPPED: readonly number[] = shipped.constants;

/** Shares of board power as shipped, see `boardShare.ts`. */
export const SHIPPED_POWER: readonly number[] = shipped.power;

const made = new Map<EngineId, Engine>();

/** Constants of an engine as shipped. */
export function engineConstants(engine: EngineId): Engine {
  let constants = made.get(engine);
  if (constants === undefined) {
    constants = engineAt(SHIPPED, engine);
    made.set(engine, constants);
  }
  return constants;
}

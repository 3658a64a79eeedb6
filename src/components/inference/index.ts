import type { It } from '../contract.ts';
import { inferenceBalance } from './balance.ts';
import { capsW } from './knobs.ts';
import { levels } from './levels.ts';
import { marginalEnergy } from './marginal.ts';
import { poolDraw } from './poolDraw.ts';
import { powerRange } from './powerRange.ts';
import { replicasFor } from './sizing.ts';
import { sleepTerms } from './sleep.ts';
import { file, type InferenceSpec, serve, spec } from './spec.ts';
import { type InferenceState, initial, revive } from './state.ts';
import { meters, ports, step } from './twin.ts';

export { withKnobs } from './knobs.ts';
export { prefixCacheTokens } from './prefix.ts';
export { type InferenceSpec, LEAST_LOCK, leastCapW, serveWith } from './spec.ts';
export type { InferenceState } from './state.ts';

/** A deployment: one model on one kind of accelerator in a hall, turning electricity into tokens and heat. */
export const inference: It<typeof file, InferenceSpec, InferenceState> = {
  role: 'it',
  kind: 'inference',
  about: 'Serves a language model on accelerators: roofline performance, measured-fit power, queues and batch.',
  file,
  spec,
  ports,
  meters,
  initial,
  revive,
  ownership: (resolved) => resolved.ownership,
  balance: inferenceBalance,
  serve,
  installed: (resolved) => resolved.racking.replicas,
  bootS: (resolved) => resolved.bootS,
  sleep: sleepTerms,
  accuracy: (resolved) => resolved.correction,
  capsW,
  replicasFor,
  pool: poolDraw,
  powerRange,
  levels,
  marginal: marginalEnergy,
  step,
};

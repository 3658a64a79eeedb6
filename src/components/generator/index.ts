import type { Dispatchable } from '../contract.ts';
import { generatorBalance } from './balance.ts';
import { type GeneratorSpec, generatorFile, generatorSpec } from './spec.ts';
import {
  type GeneratorState,
  generatorFeasible,
  generatorInitial,
  generatorMeters,
  generatorPorts,
  generatorRevive,
  generatorStep,
} from './twin.ts';

export type { GeneratorSpec } from './spec.ts';
export type { GeneratorState } from './twin.ts';

/** Equal engine generators on the site bus, with a common tank. */
export const generator: Dispatchable<typeof generatorFile, GeneratorSpec, GeneratorState> = {
  kind: 'generator',
  about: 'Engine generators: burn fuel from a tank, need seconds to start and a least load to run.',
  role: 'source',
  mustTake: false,
  from: 'fuel',
  file: generatorFile,
  spec: generatorSpec,
  ports: () => generatorPorts,
  meters: generatorMeters,
  initial: generatorInitial,
  revive: generatorRevive,
  ownership: (spec) => spec.ownership,
  balance: generatorBalance,
  feasible: generatorFeasible,
  step: generatorStep,
};

import type { Dispatchable } from '../contract.ts';
import { windBalance } from './balance.ts';
import { type WindSpec, windFile, windSpec } from './spec.ts';
import { type WindState, windFeasible, windInitial, windMeters, windPorts, windRevive, windStep } from './twin.ts';

export type { WindSpec } from './spec.ts';
export type { WindState } from './twin.ts';

/** Wind turbines of one kind. */
export const wind: Dispatchable<typeof windFile, WindSpec, WindState> = {
  kind: 'wind',
  about: 'Wind turbines: follow the wind at hub height and the density of the air, can be curtailed.',
  role: 'source',
  mustTake: true,
  from: 'wind',
  file: windFile,
  spec: windSpec,
  ports: () => windPorts,
  meters: windMeters,
  initial: windInitial,
  revive: windRevive,
  ownership: (spec) => spec.ownership,
  balance: windBalance,
  feasible: windFeasible,
  step: windStep,
};

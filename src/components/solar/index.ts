import type { Dispatchable } from '../contract.ts';
import { solarBalance } from './balance.ts';
import { solarFile } from './file.ts';
import { type SolarSpec, solarSpec } from './spec.ts';
import {
  type SolarState,
  solarFeasible,
  solarInitial,
  solarMeters,
  solarPorts,
  solarRevive,
  solarStep,
} from './twin.ts';

export type { SolarSpec } from './spec.ts';
export type { SolarState } from './twin.ts';

/** A field of photovoltaic modules with its inverters. */
export const solar: Dispatchable<typeof solarFile, SolarSpec, SolarState> = {
  kind: 'solar',
  about: 'A photovoltaic field, fixed or tracking: gives what the sun does, can be curtailed.',
  role: 'source',
  mustTake: true,
  from: 'sun',
  file: solarFile,
  spec: solarSpec,
  ports: () => solarPorts,
  meters: solarMeters,
  initial: solarInitial,
  revive: solarRevive,
  ownership: (spec) => spec.ownership,
  balance: solarBalance,
  feasible: solarFeasible,
  step: solarStep,
};

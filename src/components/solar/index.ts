import type { Dispatchable } from '../contract.ts';
import { type SolarSpec, solarFile, solarSpec } from './spec.ts';
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

/** A field of photovoltaic modules on fixed racks, with its inverters. */
export const solar: Dispatchable<typeof solarFile, SolarSpec, SolarState> = {
  kind: 'solar',
  about: 'A photovoltaic field on fixed racks: follows the sun, can be curtailed.',
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
  feasible: solarFeasible,
  step: solarStep,
};

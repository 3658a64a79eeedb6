import type { Dispatchable } from '../contract.ts';
import { batteryBalance } from './balance.ts';
import { type BatterySpec, batteryFile, batterySpec } from './spec.ts';
import {
  type BatteryState,
  batteryFeasible,
  batteryInitial,
  batteryMeters,
  batteryPorts,
  batteryRevive,
  batteryStep,
} from './twin.ts';

export type { BatterySpec } from './spec.ts';
export type { BatteryState } from './twin.ts';

/** A battery behind a converter on the site bus. */
export const battery: Dispatchable<typeof batteryFile, BatterySpec, BatteryState> = {
  kind: 'battery',
  about: 'A battery container: stores electricity, ages with use, keeps itself warm and cool.',
  role: 'store',
  mustTake: false,
  from: 'store',
  file: batteryFile,
  spec: batterySpec,
  ports: () => batteryPorts,
  meters: batteryMeters,
  initial: batteryInitial,
  revive: batteryRevive,
  ownership: (spec) => spec.ownership,
  balance: batteryBalance,
  feasible: batteryFeasible,
  step: batteryStep,
};

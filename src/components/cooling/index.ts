import type { Cooling } from '../contract.ts';
import { file } from './file.ts';
import { type CoolingSpec, resolve } from './spec.ts';
import { type CoolingState, capacity, initial, meters, ports, revive, step } from './twin.ts';

/** A hall's cooling plant. */
export const cooling: Cooling<typeof file, CoolingSpec, CoolingState> = {
  kind: 'cooling',
  role: 'cooling',
  about: 'Direct-to-chip loop with dry cooler and adiabatic pads; coils, free cooling and chiller for the hall’s air.',
  file,
  spec: resolve,
  ports: () => ports,
  meters,
  initial,
  revive,
  ownership: (spec) => spec.ownership,
  capacity,
  step,
};

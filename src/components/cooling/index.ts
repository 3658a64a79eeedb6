import type { Cooling } from '../contract.ts';
import { coolingBalance } from './balance.ts';
import { file } from './file.ts';
import { frontier } from './frontier.ts';
import { cheapestPoint } from './points.ts';
import { type CoolingSpec, resolve } from './spec.ts';
import { type CoolingState, capacity, initial, meters, ports, revive, step } from './twin.ts';

/** A hall's cooling plant. */
export const cooling: Cooling<typeof file, CoolingSpec, CoolingState> = {
  kind: 'cooling',
  role: 'cooling',
  about:
    'Direct-to-chip loop with dry cooler, pads, towers or chillers; coils with free cooling and chiller, or outdoor air, for the hall.',
  file,
  spec: resolve,
  ports: () => ports,
  meters,
  initial,
  revive,
  ownership: (spec) => spec.ownership,
  balance: coolingBalance,
  capacity,
  step,
  cheapest: (spec, state, { liquidKw, airKw }, conditions, prices) =>
    cheapestPoint(spec, state, liquidKw, airKw, conditions, prices),
  frontier: (spec, series, load) => frontier(spec, series, load),
};

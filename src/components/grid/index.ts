import type { Dispatchable } from '../contract.ts';
import { gridBalance } from './balance.ts';
import { gridFile } from './file.ts';
import { type GridSpec, gridSpec } from './spec.ts';
import { type GridState, gridFeasible, gridInitial, gridMeters, gridPorts, gridRevive, gridStep } from './twin.ts';

export type { Outage } from './outages.ts';
export { allOutages, announcedOutages, gridCarbon, gridIsUp, importPrice } from './physics.ts';
export type { GridSpec } from './spec.ts';
export type { GridState } from './twin.ts';
export { type Bill, type Exchange, wholeBill } from './wholeBill.ts';

/** The public grid behind the site's connection: takes what is left over, within its limits and while it is there. */
export const grid: Dispatchable<typeof gridFile, GridSpec, GridState> = {
  kind: 'grid',
  about: 'The grid connection: limits, tariff, carbon and outages.',
  role: 'slack',
  mustTake: false,
  from: 'grid',
  file: gridFile,
  spec: gridSpec,
  ports: () => gridPorts,
  meters: gridMeters,
  initial: gridInitial,
  revive: gridRevive,
  ownership: (spec) => spec.ownership,
  balance: gridBalance,
  feasible: gridFeasible,
  step: gridStep,
};

import type { Chain } from '../contract.ts';
import { chainBalance } from './balance.ts';
import { type ChainSpec, file, resolve } from './spec.ts';
import { type ChainState, FRESH, meters, ports, revive, step } from './twin.ts';

/** A hall's transformer, UPS and distribution. */
export const powerChain: Chain<typeof file, ChainSpec, ChainState> = {
  kind: 'power-chain',
  role: 'chain',
  about: 'Transformer, UPS and distribution of a hall, with losses that follow the load.',
  file,
  spec: resolve,
  ports: () => ports,
  meters,
  initial: () => FRESH,
  revive,
  ownership: (spec) => spec.ownership,
  balance: chainBalance,
  ratedKw: (spec) => spec.ratedKw,
  step,
};

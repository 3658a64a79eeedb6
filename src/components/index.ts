import { battery } from './battery/index.ts';
import { cooling } from './cooling/index.ts';
import { generator } from './generator/index.ts';
import { grid } from './grid/index.ts';
import { inference } from './inference/index.ts';
import { powerChain } from './power-chain/index.ts';
import { solar } from './solar/index.ts';
import { listed } from './unit.ts';
import { wind } from './wind/index.ts';

/**
 * Sources, stores and slack, by the key of their list in a site file. A new kind is a folder and a line here: the site file's
 * schema, its checks, the units and the reference of keys follow from it.
 */
export const DEVICES = {
  solar: listed(solar),
  wind: listed(wind),
  battery: listed(battery),
  generator: listed(generator),
  grid: listed(grid),
} as const;

/** Key of a listed kind. */
export type DeviceKind = keyof typeof DEVICES;

/** What every hall has, and what serves. */
export const HALL_KINDS = { cooling, powerChain, inference } as const;

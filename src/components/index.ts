import { battery } from './battery/index.ts';
import { cooling } from './cooling/index.ts';
import { generator } from './generator/index.ts';
import { grid } from './grid/index.ts';
import { inference } from './inference/index.ts';
import { powerChain } from './power-chain/index.ts';
import { solar } from './solar/index.ts';
import { wind } from './wind/index.ts';

/** Every device kind that a site file may hold. A new kind is a folder and a line here. */
export const REGISTRY = { solar, wind, battery, generator, grid, cooling, powerChain, inference } as const;

/** Key of a kind in the registry. */
export type KindName = keyof typeof REGISTRY;

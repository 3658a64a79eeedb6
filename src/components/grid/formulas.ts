import type { Formula } from '../../units/formula.ts';
import { DEMAND } from './demandFormulas.ts';
import { ENERGY } from './energyFormulas.ts';
import { EXPORT } from './exportFormulas.ts';
import { LINE } from './lineFormulas.ts';

/** Bills and limits of a grid connection, for `joulewright calc` and the validation table. */
export const FORMULAS: readonly Formula[] = [...ENERGY, ...DEMAND, ...EXPORT, ...LINE];

import type { Formula } from '../../units/formula.ts';
import { MODULE_FORMULAS } from './formulas/module.ts';
import { PLANE_FORMULAS } from './formulas/plane.ts';
import { SUN_FORMULAS } from './formulas/sun.ts';

/** Physics of the sun, its light on planes, and photovoltaic fields. */
export const FORMULAS: readonly Formula[] = [...SUN_FORMULAS, ...PLANE_FORMULAS, ...MODULE_FORMULAS];

import { FORMULAS as air } from '../air/formulas.ts';
import { FORMULAS as battery } from '../components/battery/formulas.ts';
import { FORMULAS as cooling } from '../components/cooling/formulas.ts';
import { FORMULAS as generator } from '../components/generator/formulas.ts';
import { FORMULAS as grid } from '../components/grid/formulas.ts';
import { FORMULAS as inference } from '../components/inference/formulas.ts';
import { FORMULAS as powerChain } from '../components/power-chain/formulas.ts';
import { FORMULAS as solar } from '../components/solar/formulas.ts';
import { FORMULAS as wind } from '../components/wind/formulas.ts';
import { FORMULAS as finance } from '../finance/formulas.ts';
import { FORMULAS as reliability } from '../plan/reliability/formulas.ts';
import type { Formula } from '../units/formula.ts';

/** Every physics function of the product, room by room; each room writes its own `formulas.ts`. */
export const FORMULARY: readonly Formula[] = [
  ...air,
  ...solar,
  ...wind,
  ...battery,
  ...generator,
  ...grid,
  ...cooling,
  ...powerChain,
  ...inference,
  ...reliability,
  ...finance,
];

import type { Suite } from '../suite.ts';
import { attribution } from './attribution.ts';
import { balance } from './balance.ts';
import { balanceReopt } from './balanceReopt.ts';
import { commitment } from './commitment.ts';
import { finance } from './finance.ts';
import { forecast } from './forecast.ts';
import { inference } from './inference.ts';
import { photovoltaics } from './photovoltaics.ts';
import { pypsaSites } from './pypsaSites.ts';
import { reliability } from './reliability.ts';
import { replay } from './replay.ts';
import { summit } from './summit.ts';
import { weatherYears } from './weatherYears.ts';

/** What is validated beside single formulas, in the order of the page. */
export const SUITES: readonly Suite[] = [
  photovoltaics,
  weatherYears,
  summit,
  inference,
  replay,
  attribution,
  reliability,
  finance,
  balance,
  balanceReopt,
  commitment,
  pypsaSites,
  forecast,
];

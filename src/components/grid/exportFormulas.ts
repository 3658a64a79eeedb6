import type { Formula } from '../../units/formula.ts';
import { netMetering } from './bill.ts';
import { load, MONEY, price, REOPT, refuse, stepH, sum, whole } from './formulaInputs.ts';

/** What energy given to the grid earns. */
export const EXPORT: readonly Formula[] = [
  {
    name: 'grid.bill.net-metering',
    about: 'energy charge by month when energy given is credited at the price of import',
    equation:
      'C_m = max(0, c (E_m - X_m) - K_m);  K_m+1 = max(0, K_m - c (E_m - X_m)), lost at the start of the month named',
    inputs: [
      { name: 'bought', symbol: 'E_m', unit: 'kWh', about: 'energy bought by month', min: 0, max: 1e10, list: true },
      { name: 'given', symbol: 'X_m', unit: 'kWh', about: 'energy given by month', min: 0, max: 1e10, list: true },
      price('price of import'),
      {
        name: 'first_month',
        symbol: '',
        unit: '',
        about: 'calendar month of the first value',
        min: 1,
        max: 12,
        standard: 1,
      },
      {
        name: 'expires',
        symbol: '',
        unit: '',
        about: 'month at whose start credit is lost',
        min: 1,
        max: 12,
        standard: 1,
      },
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'energy charge of all months' },
      { name: 'charges', unit: MONEY, about: 'energy charge of each month' },
      { name: 'left', unit: MONEY, about: 'credit left after the last month' },
      { name: 'expired', unit: MONEY, about: 'credit that was lost' },
    ],
    source:
      'netting of NREL REopt (export up to purchases), by month with credit carried as US states do (dsireusa.org)',
    validity: 'one price; credit pays for energy only',
    example: { bought: [1000, 200, 300], given: [400, 700, 0], price: 0.1 },
    run: (i) => {
      const name = 'grid.bill.net-metering';
      const [bought, given] = [i.list('bought'), i.list('given')];
      if (bought.length !== given.length) refuse(name, 'bought and given have equally many months');
      const [first, expires] = whole(name, 'first_month and expires', [i.number('first_month'), i.number('expires')]);
      const c = i.number('price');
      const netted = netMetering(
        bought.map((kwh) => kwh * c),
        given.map((kwh) => kwh * c),
        bought.map((_, m) => ((first! - 1 + m) % 12) + 1 === expires),
      );
      return {
        money: sum(netted.charges),
        charges: netted.charges,
        left: netted.left.at(-1) ?? 0,
        expired: netted.expired,
      };
    },
  },
  {
    name: 'grid.bill.net-billing',
    about: 'energy charge less income for energy given, each at its own price',
    equation: 'C = sum (c_t P_t - x_t G_t) dt',
    inputs: [
      load,
      { ...load, name: 'given', symbol: 'G', about: 'export in each step, means' },
      stepH,
      { ...price('price of import in each step; one value for all'), list: true },
      { ...price('price of export in each step; one value for all'), name: 'export_price', symbol: 'x', list: true },
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'charge less income' },
      { name: 'income', unit: MONEY, about: 'income for energy given' },
    ],
    source: REOPT,
    validity: 'prices may be below zero, as on wholesale markets',
    example: { load: [100, 0, 50], given: [0, 40, 0], price: [0.1], export_price: [0.03] },
    run: (i) => {
      const name = 'grid.bill.net-billing';
      const [kw, given, c, x] = ['load', 'given', 'price', 'export_price'].map((key) => i.list(key)) as [
        readonly number[],
        readonly number[],
        readonly number[],
        readonly number[],
      ];
      if (given.length !== kw.length) refuse(name, 'load and given have equally many steps');
      for (const list of [c, x]) {
        if (list.length !== 1 && list.length !== kw.length) refuse(name, 'a price for every step, or one for all');
      }
      const dt = i.number('step_h');
      const at = (list: readonly number[], t: number): number => list[list.length === 1 ? 0 : t]!;
      const income = sum(given.map((g, t) => g * dt * at(x, t)));
      return { money: sum(kw.map((p, t) => p * dt * at(c, t))) - income, income };
    },
  },
];

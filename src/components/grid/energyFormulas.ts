import type { Formula } from '../../units/formula.ts';
import { blockEnergy, blockMoney, blocksOf } from './bill.ts';
import { monthSums } from './calendar.ts';
import { calendar, days, hour, load, MONEY, months, price, REOPT, stepH, sum, tiers, year } from './formulaInputs.ts';

/** Energy charges. */
export const ENERGY: readonly Formula[] = [
  {
    name: 'grid.bill.energy',
    about: 'energy of a load and its charge at one price',
    equation: 'E = sum P_t dt;  C = c E',
    inputs: [load, stepH, price('price of a kWh')],
    outputs: [
      { name: 'energy_kwh', unit: 'kWh', about: 'energy bought' },
      { name: 'money', unit: MONEY, about: 'energy charge' },
    ],
    source: REOPT,
    validity: 'any load and step',
    example: { load: [100, 250, 180], price: 0.08 },
    run: (i) => {
      const energy = sum(i.list('load')) * i.number('step_h');
      return { energy_kwh: energy, money: energy * i.number('price') };
    },
  },
  {
    name: 'grid.bill.time-of-use',
    about: 'energy charge with another price in a daily window',
    equation: 'C = sum P_t dt c_t;  c_t = c_w in the window, c outside',
    inputs: [
      load,
      stepH,
      year,
      price('price outside the window'),
      { ...price('price in the window'), name: 'window_price', symbol: 'c_w' },
      hour('from_hour', 'first local hour of the window'),
      hour('to_hour', 'local hour at which the window ends; before from_hour it goes over midnight'),
      days,
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'energy charge' },
      { name: 'window_kwh', unit: 'kWh', about: 'energy in the window' },
      { name: 'other_kwh', unit: 'kWh', about: 'energy outside it' },
    ],
    source: REOPT,
    validity: 'a step belongs to the hour that holds its middle',
    example: {
      load: [100, 250, 180, 90, 100, 100, 300, 280],
      price: 0.08,
      window_price: 0.12,
      from_hour: 6,
      to_hour: 9,
      days: 'all',
    },
    run: (i) => {
      const { inside } = calendar('grid.bill.time-of-use', i);
      const dt = i.number('step_h');
      const window = sum(i.list('load').map((kw, k) => (inside[k] === true ? kw * dt : 0)));
      const other = sum(i.list('load')) * dt - window;
      return {
        money: window * i.number('window_price') + other * i.number('price'),
        window_kwh: window,
        other_kwh: other,
      };
    },
  },
  {
    name: 'grid.bill.energy-tiers',
    about: 'energy charge with tiers by energy bought in a calendar month',
    equation: 'C = sum_m sum_k c_k E_mk;  E_mk energy of month m between a_k and a_k+1',
    inputs: [
      load,
      stepH,
      year,
      {
        name: 'above',
        symbol: 'a_k',
        unit: 'kWh',
        about: 'energy of a month from which each tier holds; the first is 0',
        min: 0,
        max: 1e10,
        list: true,
      },
      { ...price('price of each tier'), symbol: 'c_k', list: true },
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'energy charge' },
      { name: 'tier_kwh', unit: 'kWh', about: 'energy in each tier' },
    ],
    source: REOPT,
    validity: 'rising and falling blocks alike',
    example: { load: [100, 250, 180], above: [0, 300], price: [0.1, 0.05] },
    run: (i) => {
      const [above, prices] = [i.list('above'), i.list('price')];
      tiers('grid.bill.energy-tiers', above, prices);
      const blocks = above.map((aboveKwh, k) => ({ aboveKwh, addPerKwh: prices[k]!, factor: 1 }));
      const dt = i.number('step_h');
      const energy = monthSums(
        i.list('load').map((kw) => kw * dt),
        months('grid.bill.energy-tiers', i).month,
      );
      return {
        money: sum(energy.map((kwh) => blockMoney(blocks, 0, kwh, 0))),
        tier_kwh: blocks.map((_, k) => sum(energy.map((kwh) => blockEnergy(blocks, kwh)[k]!))),
      };
    },
  },
  {
    name: 'grid.bill.over-contract',
    about: 'energy charge of a billing period with a surcharge above the contract',
    equation: 'C = c (E + (f - 1) max(0, E - s E_c))',
    inputs: [
      { name: 'energy', symbol: 'E', unit: 'kWh', about: 'energy bought in the period', min: 0, max: 1e10 },
      { name: 'contract', symbol: 'E_c', unit: 'kWh', about: 'energy contracted for it', min: 1, max: 1e10 },
      {
        name: 'above',
        symbol: 's',
        unit: '',
        about: 'share of it above which the surcharge holds',
        min: 0.5,
        max: 5,
        standard: 1.2,
      },
      { name: 'factor', symbol: 'f', unit: '', about: 'multiple of the price', min: 1, max: 20, standard: 1.2 },
      price('price of a kWh'),
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'energy charge' },
      { name: 'surcharge', unit: MONEY, about: 'what the surcharge adds' },
      { name: 'above_kwh', unit: 'kWh', about: 'energy with the surcharge' },
    ],
    source:
      'rule in Uzbekistan since September 2024: use above 120 % of the contract costs 1.2 times (turkishnewsworld.com)',
    validity: 'the contract is an amount of energy of the billing period',
    example: { energy: 500_000, contract: 400_000, price: 0.083 },
    run: (i) => {
      const aboveKwh = i.number('above') * i.number('contract');
      const blocks = blocksOf([], { aboveKwh, factor: i.number('factor') });
      const money = blockMoney(blocks, 0, i.number('energy'), i.number('price'));
      return {
        money,
        surcharge: money - i.number('energy') * i.number('price'),
        above_kwh: Math.max(0, i.number('energy') - aboveKwh),
      };
    },
  },
];

import type { Formula } from '../../units/formula.ts';
import { blockEnergy, groupPeaks, lookbackPeaks, peakMoney } from './bill.ts';
import { monthPeaks } from './calendar.ts';
import {
  calendar,
  days,
  hour,
  load,
  MONEY,
  monthPrices,
  months,
  REOPT,
  refuse,
  stepH,
  sum,
  tiers,
  twelve,
  whole,
  year,
} from './formulaInputs.ts';

/** Demand charges. */
export const DEMAND: readonly Formula[] = [
  {
    name: 'grid.bill.demand',
    about: 'demand charge on the highest step mean of each calendar month, of all hours or a daily window',
    equation: 'C = sum_m d_m max_{t in m, window} P_t',
    inputs: [
      load,
      stepH,
      year,
      monthPrices,
      hour('from_hour', 'first local hour of the window', 0),
      hour('to_hour', 'local hour at which the window ends', 24),
      days,
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'demand charge' },
      { name: 'peaks', unit: 'kW', about: 'peak of each month, January first' },
    ],
    source: REOPT,
    validity: 'months that the list does not reach cost nothing',
    example: { load: [100, 250, 180], price: [10], days: 'all' },
    run: (i) => {
      const perKw = twelve('grid.bill.demand', i.list('price'));
      const peaks = monthPeaks(i.list('load'), calendar('grid.bill.demand', i));
      return { money: sum(peaks.map((kw, m) => peakMoney(kw, perKw[m]!, []))), peaks };
    },
  },
  {
    name: 'grid.bill.demand-tiers',
    about: 'demand charge with tiers by power, on the highest step mean of each calendar month',
    equation: 'C = sum_m sum_k d_k P_mk;  P_mk the part of the peak of month m between a_k and a_k+1',
    inputs: [
      load,
      stepH,
      year,
      {
        name: 'above',
        symbol: 'a_k',
        unit: 'kW',
        about: 'power from which each tier holds; the first is 0',
        min: 0,
        max: 1e7,
        list: true,
      },
      { ...monthPrices, symbol: 'd_k', about: 'charge of each tier' },
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'demand charge' },
      { name: 'tier_kw', unit: 'kW', about: 'power in each tier, summed over the months' },
    ],
    source: REOPT,
    validity: 'rising and falling tiers alike',
    example: { load: [100, 250, 180], above: [0, 100], price: [10, 5] },
    run: (i) => {
      const [above, prices] = [i.list('above'), i.list('price')];
      tiers('grid.bill.demand-tiers', above, prices);
      const steps = above.map((aboveKw, k) => ({ aboveKw, addPerKw: prices[k]! - prices[0]! }));
      const blocks = above.map((aboveKwh) => ({ aboveKwh, addPerKwh: 0, factor: 1 }));
      const peaks = monthPeaks(i.list('load'), months('grid.bill.demand-tiers', i));
      return {
        money: sum(peaks.map((kw) => peakMoney(kw, prices[0]!, steps))),
        tier_kw: above.map((_, k) => sum(peaks.map((kw) => blockEnergy(blocks, kw)[k]!))),
      };
    },
  },
  {
    name: 'grid.bill.demand-lookback',
    about: 'demand charge in which a share of the highest peak of chosen months is billed at least',
    equation: 'C = sum_m d_m max(P_m, s max_{k in M} P_k)',
    inputs: [
      load,
      stepH,
      year,
      monthPrices,
      { name: 'share', symbol: 's', unit: '', about: 'share of the earlier peak', min: 0, max: 1 },
      {
        name: 'months',
        symbol: 'M',
        unit: '',
        about: 'months that are looked back to, 1 to 12',
        min: 1,
        max: 12,
        list: true,
      },
      {
        name: 'way',
        symbol: '',
        unit: '',
        about: 'past: the eleven months before, as a meter bills; cyclic: as if the year repeated, as REopt plans',
        words: ['past', 'cyclic'],
      },
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'demand charge' },
      { name: 'peaks', unit: 'kW', about: 'billed peak of each month, January first' },
    ],
    source: REOPT,
    validity: 'a whole year from January',
    example: { load: [100, 250, 180], price: [10], share: 0.75, months: [1, 4, 12], way: 'cyclic' },
    run: (i) => {
      const name = 'grid.bill.demand-lookback';
      const perKw = twelve(name, i.list('price'));
      const own = monthPeaks(i.list('load'), months('grid.bill.demand-lookback', i));
      const way = i.word('way') as 'past' | 'cyclic';
      const peaks = lookbackPeaks(own, i.number('share'), whole(name, 'months', i.list('months')), 1, way);
      return { money: sum(peaks.map((kw, m) => kw * perKw[m]!)), peaks };
    },
  },
  {
    name: 'grid.bill.coincident-peak',
    about: 'charges on the highest load in windows of the system’s peak, each window a set of steps',
    equation: 'C = sum_w d_w max_{t in T_w} P_t',
    inputs: [
      load,
      {
        name: 'steps',
        symbol: 'T',
        unit: '',
        about: 'steps of all windows, counted from 1',
        min: 1,
        max: 1e6,
        list: true,
      },
      {
        name: 'windows',
        symbol: 'w',
        unit: '',
        about: 'window of each step, counted from 1',
        min: 1,
        max: 1000,
        list: true,
      },
      { name: 'price', symbol: 'd_w', unit: 'money/kW', about: 'charge of each window', min: 0, max: 1e7, list: true },
    ],
    outputs: [
      { name: 'money', unit: MONEY, about: 'charges' },
      { name: 'peaks', unit: 'kW', about: 'highest load in each window' },
    ],
    source: REOPT,
    validity: 'steps within the list',
    example: { load: [100, 250, 180], steps: [1, 3], windows: [1, 1], price: [10] },
    run: (i) => {
      const name = 'grid.bill.coincident-peak';
      const [values, prices] = [i.list('load'), i.list('price')];
      const windows = whole(name, 'windows', i.list('windows'));
      const steps = whole(name, 'steps', i.list('steps'));
      if (windows.length !== steps.length) refuse(name, 'steps and windows have equally many values');
      if (windows.some((w) => w > prices.length)) refuse(name, 'every window has a price');
      const inside = steps.map((s) => values[s - 1] ?? refuse(name, `there is no step ${s}`));
      const peaks = groupPeaks(
        inside,
        windows.map((w) => w - 1),
        prices.length,
      );
      return { money: sum(peaks.map((kw, w) => kw * prices[w]!)), peaks };
    },
  },
];

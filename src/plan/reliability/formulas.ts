import { fail } from '../../errors/error.ts';
import type { CheckedInputs, Formula, FormulaInput } from '../../units/formula.ts';
import { CAPACITY } from './capacityFormulas.ts';
import { startFailShare, startingChances, transitionMatrix, workingStates } from './chain.ts';
import { type BackupBattery, survivalChances } from './markov.ts';
import { outagesOfYear, survivalCurve } from './outage.ts';

const MARKOV =
  'Marqusee, Ericson, Jenket 2020, NREL/TP-5C00-76553; Marqusee and Jenket 2021, Applied Energy 293; NREL REopt backup reliability';
const share = (name: string, symbol: string, about: string, standard?: number): FormulaInput => ({
  name,
  symbol,
  unit: '',
  about,
  min: 0,
  max: 1,
  ...(standard === undefined ? {} : { standard }),
});
const positive = (name: string, symbol: string, unit: string, about: string, standard?: number): FormulaInput => ({
  name,
  symbol,
  unit,
  about,
  min: 0,
  ...(standard === undefined ? {} : { standard }),
});
const availability = share(
  'availability',
  'OA',
  'share of the time that a generator is not down for maintenance',
  0.995,
);
const failureToStart = share('failure_to_start', 'FTS', 'chance that an available generator does not start', 0.0094);
const mttf: FormulaInput = {
  name: 'mttf',
  symbol: 'MTTF',
  unit: 'h',
  about: 'mean running time to failure',
  min: 1,
  standard: 1100,
};
const counts: FormulaInput = {
  name: 'counts',
  symbol: 'N_k',
  unit: '',
  about: 'generators of each kind',
  list: true,
  min: 0,
  max: 20,
};
const loads: FormulaInput = {
  name: 'loads',
  symbol: 'L_h',
  unit: 'kW',
  about: 'hourly load less sun and wind, gone through in a circle',
  list: true,
};

const wrong = (formula: string, reason: string): never => fail('JW_FORMULA_INPUT', { formula, reason });

/** Whole generators, one figure of every list for each kind, and no more states than a table can hold. */
function checkKinds(formula: string, i: CheckedInputs, lists: readonly string[]): readonly number[] {
  const kinds = i.list('counts');
  if (kinds.length === 0 || kinds.some((n) => !Number.isInteger(n)))
    wrong(formula, 'counts are whole numbers, one at least');
  for (const name of lists) {
    if (i.list(name).length !== kinds.length)
      wrong(formula, `${name} needs ${kinds.length} numbers, one for each kind`);
  }
  if (workingStates(kinds).length > 1000) wrong(formula, 'more than 1000 states of working generators');
  return kinds;
}

function whole(formula: string, i: CheckedInputs, name: string): number {
  const value = i.number(name);
  return Number.isInteger(value) ? value : wrong(formula, `${name} is a whole number`);
}

function batteryOf(i: CheckedInputs): BackupBattery | undefined {
  const usableKwh = i.number('battery') * (1 - i.number('soc_min'));
  if (usableKwh === 0 || i.number('battery_power') === 0) return undefined;
  return {
    usableKwh,
    kw: i.number('battery_power'),
    chargeShare: i.number('charge_efficiency'),
    dischargeShare: i.number('discharge_efficiency'),
    bins: whole('reliability.survival.markov', i, 'bins'),
  };
}

/** Reliability of backup power as formulas. */
export const FORMULAS: readonly Formula[] = [
  {
    name: 'reliability.generator.start-failure',
    about: 'Chance that a generator does not carry load when an outage begins',
    equation: 'f = 1 - OA + FTS OA',
    inputs: [availability, failureToStart],
    outputs: [{ name: 'chance', unit: '', about: 'of one generator' }],
    source: MARKOV,
    validity: 'maintenance and starting are independent',
    run: (i) => ({ chance: startFailShare(i.number('availability'), i.number('failure_to_start')) }),
  },
  {
    name: 'reliability.generators.starting-states',
    about: 'Chances of every number of working generators when an outage begins, the first kind changing fastest',
    equation: 'P(n) = prod_k binomial(N_k, n_k) (1 - f_k)^n_k f_k^(N_k - n_k); f_k = 1 - OA_k + FTS_k OA_k',
    inputs: [
      counts,
      { ...share('availabilities', 'OA_k', 'share of the time not down for maintenance, of each kind'), list: true },
      { ...share('failures_to_start', 'FTS_k', 'chance not to start, of each kind'), list: true },
    ],
    outputs: [{ name: 'chances', unit: '', about: 'of (0,0), (1,0), ..., (0,1), ...' }],
    source: MARKOV,
    validity: 'independent generators',
    example: { counts: [2, 1], availabilities: [0.99, 0.95], failures_to_start: [0.05, 0.1] },
    run: (i) => {
      const kinds = checkKinds('reliability.generators.starting-states', i, ['availabilities', 'failures_to_start']);
      return { chances: [...startingChances(kinds, i.list('availabilities'), i.list('failures_to_start'))] };
    },
  },
  {
    name: 'reliability.generators.markov-matrix',
    about: 'Chances to go from each number of working generators to every other in one hour, row by row',
    equation: 'M(n, m) = prod_k binomial(n_k, m_k) (1 - f_k)^m_k f_k^(n_k - m_k), 0 where m_k > n_k',
    inputs: [counts, { ...share('failures', 'f_k', 'chance to fail in the hour, of each kind: 1/MTTF'), list: true }],
    outputs: [
      { name: 'matrix', unit: '', about: 'rows one after the other: from (0,0), (1,0), ...' },
      { name: 'last_row', unit: '', about: 'from all generators working' },
    ],
    source: MARKOV,
    validity: 'independent generators, no repair during the outage',
    example: { counts: [2, 1], failures: [0.1, 0.25] },
    run: (i) => {
      const kinds = checkKinds('reliability.generators.markov-matrix', i, ['failures']);
      const matrix = [...transitionMatrix(kinds, i.list('failures'))];
      return { matrix, last_row: matrix.slice(matrix.length - Math.sqrt(matrix.length)) };
    },
  },
  {
    name: 'reliability.survival.markov',
    about: 'Chance that generators and a battery carry the load for 1, 2, ... hours of an outage',
    equation:
      'p_h = (p_(h-1) M) s_h; S_h = sum p_h; s_h = 1 where kW of working units + min(P_bat, E eta_d) >= L_h; E moves by (n kW - L_h) eta_c or / eta_d',
    inputs: [
      loads,
      positive('generators', 'N', '', 'number of generators', 0),
      positive('generator_power', 'P_g', 'kW', 'most that one generator gives', 0),
      availability,
      failureToStart,
      mttf,
      positive('battery', 'E', 'kWh', 'energy of the battery', 0),
      positive('battery_power', 'P_bat', 'kW', 'power of the battery', 0),
      share('soc', 'SoC', 'charge when the outage begins', 1),
      share('soc_min', 'SoC_min', 'lowest charge', 0),
      { ...share('charge_efficiency', 'eta_c', 'of charging', 0.948), min: 0.01 },
      { ...share('discharge_efficiency', 'eta_d', 'of discharging', 0.948), min: 0.01 },
      { name: 'bins', symbol: 'B', unit: '', about: 'steps of charge told apart', min: 2, max: 1001, standard: 101 },
      {
        name: 'start',
        symbol: 'h0',
        unit: 'h',
        about: 'hour of the list in which the outage begins, from 1',
        min: 1,
        standard: 1,
      },
      { name: 'hours', symbol: 'H', unit: 'h', about: 'length of the outage', min: 1, max: 8760 },
    ],
    outputs: [
      { name: 'survival', unit: '', about: 'chance at the end of the outage' },
      { name: 'by_hour', unit: '', about: 'chance after each hour' },
    ],
    source: MARKOV,
    validity: 'independent generators of one kind, no repair and fuel for the whole outage; charge in steps',
    example: { loads: [1, 2, 2, 1], generators: 2, generator_power: 1, mttf: 5, hours: 3 },
    run: (i) => {
      const name = 'reliability.survival.markov';
      const list = i.list('loads');
      if (list.length === 0) wrong(name, 'loads is empty');
      const [count, start, hours] = [whole(name, i, 'generators'), whole(name, i, 'start'), whole(name, i, 'hours')];
      if (count > 100) wrong(name, 'generators is at most 100');
      const unit = {
        count,
        kw: i.number('generator_power'),
        availability: i.number('availability'),
        failureToStart: i.number('failure_to_start'),
        mttfH: i.number('mttf'),
      };
      const chargeKwh = Math.max(0, i.number('battery') * (i.number('soc') - i.number('soc_min')));
      const chances = survivalChances(list, [unit], batteryOf(i), chargeKwh, start - 1, hours);
      return { survival: chances.at(-1)!, by_hour: chances };
    },
  },
  {
    name: 'reliability.outage.load-following',
    about: 'Hours for which a generator and a battery carry the load in an outage that may begin in any hour',
    equation:
      'the generator follows L_h up to P_g, the battery gives the rest and takes -L_h eta; ends when L_h > P_g + min(P_bat, E)',
    inputs: [
      loads,
      {
        name: 'stored',
        symbol: 'E_h',
        unit: 'kWh',
        about: 'usable charge at the start of each hour',
        list: true,
        min: 0,
      },
      positive('generator_power', 'P_g', 'kW', 'power of the generator', 0),
      positive('battery', 'E_max', 'kWh', 'usable energy of the battery', 0),
      positive('battery_power', 'P_bat', 'kW', 'power of the battery', 0),
      share('round_trip', 'eta', 'efficiency of the battery, counted where it is charged', 0.829),
      {
        name: 'hours',
        symbol: 'H',
        unit: 'h',
        about: 'longest outage for the shares',
        min: 1,
        max: 8784,
        standard: 24,
      },
    ],
    outputs: [
      { name: 'mean', unit: 'h', about: 'mean over all starts' },
      { name: 'least', unit: 'h', about: 'shortest' },
      { name: 'most', unit: 'h', about: 'longest; at most once round the list' },
      { name: 'shares', unit: '', about: 'share of starts from which 1, 2, ... hours are carried' },
    ],
    source: 'NREL REopt, outage simulator; Cutler et al. 2017, NREL/TP-7A40-70022',
    validity: 'hourly steps; fuel without end; no failures',
    example: { loads: [3, 1, -2, 4], stored: [2, 2, 2, 2], battery: 4, battery_power: 3 },
    run: (i) => {
      const name = 'reliability.outage.load-following';
      const [list, stored] = [i.list('loads'), i.list('stored')];
      if (list.length === 0 || list.length > 8784) wrong(name, 'loads has 1 to 8784 hours');
      if (stored.length !== list.length) wrong(name, `stored needs ${list.length} numbers, as loads has`);
      const fuel = { fuelLPerKwh: 0, fuelLPerUnitH: 0, fuelL: Number.POSITIVE_INFINITY };
      const { carriedH: carried } = outagesOfYear(
        {
          loadKw: Float64Array.from(list),
          freeKw: new Float64Array(list.length),
          chargeKwh: Float64Array.from(stored),
        },
        {
          generators: [{ units: 1, unitKw: i.number('generator_power'), ...fuel }],
          battery: {
            usableKwh: i.number('battery'),
            kw: i.number('battery_power'),
            chargeShare: i.number('round_trip'),
            dischargeShare: 1,
          },
        },
        list.length,
      );
      return {
        mean: carried.reduce((sum, h) => sum + h, 0) / carried.length,
        least: carried.reduce((a, b) => Math.min(a, b)),
        most: carried.reduce((a, b) => Math.max(a, b)),
        shares: [...survivalCurve(carried, whole(name, i, 'hours'))],
      };
    },
  },
  ...CAPACITY,
];

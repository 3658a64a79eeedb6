import { fail } from '../../errors/error.ts';
import type { Formula } from '../../units/formula.ts';
import { capacityTable, lossOfLoad } from './capacityTable.ts';

const NAME = 'reliability.adequacy.capacity-table';
const list = { list: true, min: 0 } as const;

/** Adequacy of generating units without a grid, as a formula. */
export const CAPACITY: readonly Formula[] = [
  {
    name: NAME,
    about: 'Loss of load expectation and unserved energy of units that may be out of service',
    equation: 'LOLE = sum_h P(C < L_h); EUE = sum_h sum_C P(C) max(0, L_h - C)',
    inputs: [
      { name: 'counts', symbol: 'N_k', unit: '', about: 'units of each kind', ...list, max: 1000 },
      { name: 'powers', symbol: 'C_k', unit: 'kW', about: 'power of a unit of each kind', ...list },
      { name: 'out', symbol: 'q_k', unit: '', about: 'forced outage rate of each kind, a share', ...list, max: 1 },
      { name: 'loads', symbol: 'L_h', unit: 'kW', about: 'hourly load', list: true, min: 0 },
      { name: 'step', symbol: '', unit: 'kW', about: 'step of the table', min: 1e-9, standard: 1 },
    ],
    outputs: [
      { name: 'lole', unit: 'h', about: 'loss of load expectation over the list' },
      { name: 'eue', unit: 'kWh', about: 'expected unserved energy over the list' },
      { name: 'chances', unit: '', about: 'chance of exactly 0, 1, 2, ... steps out of service' },
    ],
    source: 'Billinton and Allan 1996, Reliability Evaluation of Power Systems, 2nd ed., chapter 2',
    validity: 'independent units, in or out of service; no store and no grid',
    example: { counts: [2, 1], powers: [3, 5], out: [0.02, 0.02], loads: [6, 8, 10] },
    run: (i) => {
      const [counts, powers, out] = [i.list('counts'), i.list('powers'), i.list('out')];
      if (powers.length !== counts.length || out.length !== counts.length) {
        fail('JW_FORMULA_INPUT', { formula: NAME, reason: 'counts, powers and out have one number for each kind' });
      }
      const units = counts.map((count, k) => ({ count, kw: powers[k]!, outShare: out[k]! }));
      const table = capacityTable(units, i.number('step'));
      const { loleH, eueKwh } = lossOfLoad(table, i.list('loads'));
      return { lole: loleH, eue: eueKwh, chances: [...table.outChance] };
    },
  },
];

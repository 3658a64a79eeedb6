import type { Formula, FormulaInput } from '../../units/formula.ts';
import {
  calendarLeftShare,
  calendarRate,
  calendarTableShare,
  closeCycles,
  cycleLossShare,
  cycleTable,
  meanDepthLossShare,
  SSC_CALENDAR,
  wearPerKwh,
} from './ageing.ts';

const KELVIN = 273.15;
const SSC = 'NREL ssc, shared/lib_battery_lifetime_calendar_cycle';

const cells: FormulaInput = { name: 'cell', symbol: 'T', unit: '°C', about: 'cells', min: -60, max: 90 };
const depths: FormulaInput = {
  name: 'depths',
  symbol: 'D',
  unit: '%',
  about: 'turning points of the depth of discharge, in order',
  min: 0,
  max: 100,
  list: true,
};
function ranges(list: readonly number[]): number[] {
  const peaks: number[] = [];
  const found: number[] = [];
  for (const depth of list) {
    peaks.push(depth / 100);
    closeCycles(peaks, (range) => found.push(range));
  }
  return found;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
}

/** Ageing of batteries, part of the formulas of the room. */
export const AGEING_FORMULAS: readonly Formula[] = [
  {
    name: 'battery.ageing.rainflow',
    about: 'Cycles in a series of turning points',
    equation: 'three points: a range that the next one reaches is a cycle',
    inputs: [depths],
    outputs: [
      { name: 'ranges', unit: '%', about: 'range of each closed cycle, in the order of closing' },
      { name: 'cycles', unit: '', about: 'how many' },
      { name: 'mean', unit: '%', about: 'mean range' },
    ],
    source: `Downing and Socie 1982; ASTM E1049; as ${SSC}`,
    validity: 'what has not closed is not counted; ranges within 0.001 % count as equal',
    run: (i) => {
      const found = ranges(i.list('depths')).map((r) => r * 100);
      return { ranges: found, cycles: found.length, mean: meanOf(found) };
    },
  },
  {
    name: 'battery.ageing.cycle-table',
    about: 'Capacity left after cycles, by a table of depth, cycles and capacity',
    equation: 'q = 1 - sum of the slope of the table at the depth of each rainflow cycle and at the capacity left',
    inputs: [
      depths,
      { name: 'tableDepths', symbol: 'd_i', unit: '%', about: 'depth of each row', min: 0.1, max: 100, list: true },
      { name: 'tableCycles', symbol: 'n_i', unit: '', about: 'cycles of each row', min: 0, max: 1e6, list: true },
      { name: 'tableLeft', symbol: 'q_i', unit: '%', about: 'capacity after them', min: 0, max: 100, list: true },
    ],
    outputs: [
      { name: 'left', unit: '%', about: 'capacity left, every cycle at its own depth (what the twin counts)' },
      { name: 'leftByMean', unit: '%', about: 'capacity left, every cycle at the mean depth so far (as ssc counts)' },
      { name: 'cycles', unit: '', about: 'closed cycles' },
      { name: 'mean', unit: '%', about: 'mean range' },
    ],
    source: `${SSC}; own depth by Miner's rule`,
    validity: 'linear between rows, to no loss at depth 0, flat above the deepest row',
    run: (i) => {
      const [d, n, q] = [i.list('tableDepths'), i.list('tableCycles'), i.list('tableLeft')];
      const bad = d.length === 0 || d.length !== n.length || d.length !== q.length;
      if (bad) return { left: Number.NaN, leftByMean: Number.NaN, cycles: 0, mean: 0 };
      const table = cycleTable(d.map((x, k) => ({ depthShare: x / 100, cycles: n[k]!, leftShare: q[k]! / 100 })));
      const found = ranges(i.list('depths'));
      let [left, leftByMean, mean] = [1, 1, 0];
      found.forEach((range, k) => {
        left -= cycleLossShare(table, range, left);
        mean += (range - mean) / (k + 1);
        leftByMean -= meanDepthLossShare(table, mean, k + 1);
      });
      return { left: left * 100, leftByMean: leftByMean * 100, cycles: found.length, mean: mean * 100 };
    },
  },
  {
    name: 'battery.ageing.calendar-root',
    about: 'Capacity left after calendar ageing of a lithium-ion battery',
    equation: 'q = q0 - root(sum of k^2 days), k = a exp(b (1/T - 1/296)) exp(c (SoC/T - 1/296)), T in K',
    inputs: [
      { name: 'days', symbol: 't', unit: 'd', about: 'lengths of the times', min: 0, max: 36_525, list: true },
      { ...cells, about: 'cells in each of them', list: true },
      { name: 'soc', symbol: 'SoC', unit: '', about: 'state of charge in each, 0..1', min: 0, max: 1, list: true },
      { name: 'q0', symbol: 'q0', unit: '', about: 'when new', min: 0.8, max: 1.2, standard: SSC_CALENDAR.q0 },
      { name: 'a', symbol: 'a', unit: '1/root(d)', about: 'rate', min: 0, max: 1, standard: SSC_CALENDAR.a },
      { name: 'b', symbol: 'b', unit: 'K', about: 'by warmth', min: -2e4, max: 0, standard: SSC_CALENDAR.b },
      { name: 'c', symbol: 'c', unit: 'K', about: 'by charge', min: 0, max: 5000, standard: SSC_CALENDAR.c },
    ],
    outputs: [
      { name: 'left', unit: '%', about: 'relative capacity; above 100 while the reserve of a new cell lasts' },
      { name: 'loss', unit: '', about: 'q0 - q' },
    ],
    source: `${SSC}, parameters of lifetime_params`,
    validity: 'lists equally long; fitted to lithium-ion cells between about 0 and 55 °C',
    run: (i) => {
      const [days, warm, soc] = [i.list('days'), i.list('cell'), i.list('soc')];
      const model = { q0: i.number('q0'), a: i.number('a'), b: i.number('b'), c: i.number('c') };
      if (days.length !== warm.length || days.length !== soc.length) return { left: Number.NaN, loss: Number.NaN };
      const sum = days.reduce((all, t, k) => all + calendarRate(model, warm[k]! + KELVIN, soc[k]!) ** 2 * t, 0);
      const left = calendarLeftShare(model, sum);
      return { left: left * 100, loss: model.q0 - left };
    },
  },
  {
    name: 'battery.ageing.calendar-table',
    about: 'Capacity left by age, from a table',
    equation: 'linear between rows, the last slope beyond them',
    inputs: [
      { name: 'hours', symbol: 't', unit: 'h', about: 'age', min: 0, max: 1e6 },
      {
        name: 'tableDays',
        symbol: 't_i',
        unit: 'd',
        about: 'age of each row, rising',
        min: 0,
        max: 40_000,
        list: true,
      },
      { name: 'tableLeft', symbol: 'q_i', unit: '%', about: 'capacity at that age', min: 0, max: 100, list: true },
    ],
    outputs: [{ name: 'left', unit: '%', about: 'capacity left' }],
    source: SSC,
    validity: 'whatever the temperature and charge',
    run: (i) => {
      const [days, left] = [i.list('tableDays'), i.list('tableLeft')];
      const fits = days.length > 1 && days.length === left.length && days.every((t, k) => k === 0 || t > days[k - 1]!);
      return { left: fits ? calendarTableShare({ days, left }, i.number('hours') / 24) : Number.NaN };
    },
  },
  {
    name: 'battery.wear.linear',
    about: 'Price of wear per kWh into or out of the cells',
    equation: 'w = p / (2 n d)',
    inputs: [
      { name: 'price', symbol: 'p', unit: 'money/kWh', about: 'of cells per kWh of nameplate', min: 0, max: 1e9 },
      { name: 'cycles', symbol: 'n', unit: '', about: 'until worn out', min: 1, max: 1e6 },
      { name: 'depth', symbol: 'd', unit: '', about: 'depth of those cycles', min: 0.001, max: 1 },
    ],
    outputs: [{ name: 'wear', unit: 'money/kWh', about: 'per kWh of throughput' }],
    source: 'MicroGridsPy, Initialize.py',
    validity: 'linear, so that a balance can carry it; calendar ageing apart',
    run: (i) => ({ wear: wearPerKwh(i.number('price'), i.number('cycles'), i.number('depth')) }),
  },
];

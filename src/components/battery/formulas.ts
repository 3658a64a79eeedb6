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
import {
  type Container,
  cellAfterC,
  cellChangeKwh,
  chargeLimitKw,
  climateKw,
  cRateAt,
  dischargeLimitKw,
} from './physics.ts';

const KELVIN = 273.15;
const SSC = 'NREL ssc, shared/lib_battery_lifetime_calendar_cycle';

const hours: FormulaInput = {
  name: 'hours',
  symbol: 'dt',
  unit: 'h',
  about: 'length of the step',
  min: 1e-6,
  max: 1e6,
};
const into: FormulaInput = {
  name: 'charge',
  symbol: 'eta_c',
  unit: '',
  about: 'efficiency from bus to cells; 0.96 root(0.975) in REopt',
  min: 0.5,
  max: 1,
  standard: 0.96 * Math.sqrt(0.975),
};
const out: FormulaInput = {
  ...into,
  name: 'discharge',
  symbol: 'eta_d',
  about: 'efficiency from cells to bus; 0.96 root(0.975) in REopt',
};
const depths: FormulaInput = {
  name: 'depths',
  symbol: 'D',
  unit: '%',
  about: 'turning points of the depth of discharge, in order',
  min: 0,
  max: 100,
  list: true,
};
const outside: FormulaInput = { name: 'air', symbol: 'T_out', unit: '°C', about: 'outside air', min: -60, max: 60 };
const cells: FormulaInput = { name: 'cell', symbol: 'T', unit: '°C', about: 'cells at the start', min: -60, max: 90 };
const envelope: FormulaInput = {
  name: 'envelope',
  symbol: 'UA',
  unit: 'kW/K',
  about: 'heat through the wall of the container',
  min: 0,
  max: 100,
};
const mass: FormulaInput = {
  name: 'mass',
  symbol: 'C',
  unit: 'kWh/K',
  about: 'heat that the cells hold per degree',
  min: 1e-6,
  max: 1e4,
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

/** Physics of batteries, for `joulewright calc` and the validation table. */
export const FORMULAS: readonly Formula[] = [
  {
    name: 'battery.balance.one-way',
    about: 'Energy in the cells after a step within their window',
    equation: "E' = E + dt (eta_c charge - discharge / eta_d), power cut to what the window holds",
    inputs: [
      { name: 'energy', symbol: 'E', unit: 'kWh', about: 'in the cells at the start', min: 0, max: 1e7 },
      { name: 'power', symbol: 'P', unit: 'kW', about: 'at the bus; positive discharges', min: -1e7, max: 1e7 },
      hours,
      into,
      out,
      { name: 'least', symbol: 'E_min', unit: 'kWh', about: 'floor of the window', min: 0, max: 1e7, standard: 0 },
      { name: 'most', symbol: 'E_max', unit: 'kWh', about: 'top of the window', min: 0, max: 1e7 },
    ],
    outputs: [
      { name: 'energy', unit: 'kWh', about: 'in the cells at the end' },
      { name: 'power', unit: 'kW', about: 'that flowed at the bus' },
      { name: 'loss', unit: 'kWh', about: 'lost between bus and cells' },
    ],
    source: 'NREL REopt, storage constraint (4g)',
    validity: 'means over the step; efficiencies that do not depend on power',
    run: (i) => {
      const [energy, wanted, dtH] = [i.number('energy'), i.number('power'), i.number('hours')];
      const [etaC, etaD] = [i.number('charge'), i.number('discharge')];
      const power =
        wanted < 0
          ? -chargeLimitKw(-wanted, i.number('most') - energy, etaC, dtH)
          : dischargeLimitKw(wanted, energy - i.number('least'), etaD, dtH);
      const change = cellChangeKwh(power, etaC, etaD, dtH);
      return { energy: energy + change, power, loss: -change - power * dtH };
    },
  },
  {
    name: 'battery.efficiency.round-trip',
    about: 'Electricity out of a battery over electricity into it',
    equation: 'eta = eta_c eta_d',
    inputs: [into, out],
    outputs: [{ name: 'share', unit: '', about: 'round trip' }],
    source: 'NREL REopt, renewable energy accounting',
    validity: 'without standby, heating and cooling',
    run: (i) => ({ share: i.number('charge') * i.number('discharge') }),
  },
  {
    name: 'battery.power.temperature',
    about: 'Most power by the temperature of the cells',
    equation: 'P = c_i E for the last row with T_i <= T; 0 below the first',
    inputs: [
      { ...cells, about: 'cells' },
      { name: 'energy', symbol: 'E', unit: 'kWh', about: 'nameplate', min: 0, max: 1e7 },
      { name: 'from', symbol: 'T_i', unit: '°C', about: 'rows of the table, rising', min: -60, max: 90, list: true },
      { name: 'rates', symbol: 'c_i', unit: '1/h', about: 'rate of each row', min: 0, max: 20, list: true },
    ],
    outputs: [{ name: 'power', unit: 'kW', about: 'most power' }],
    source: 'tables as cell makers give them, e.g. Alpha Technologies APL48-50LFP manual, tables 4.3 and 4.4',
    validity: 'steps as printed; iron phosphate cells are not charged below 0 °C',
    run: (i) => {
      const [fromC, perHour] = [i.list('from'), i.list('rates')];
      const fits = fromC.length === perHour.length && fromC.every((t, k) => k === 0 || t > fromC[k - 1]!);
      return { power: fits ? cRateAt({ fromC, perHour }, i.number('cell')) * i.number('energy') : Number.NaN };
    },
  },
  {
    name: 'battery.thermal.container',
    about: 'Temperature of the cells after a step of steady heat and outside air',
    equation: "T' = T + ((T_out - T) UA + Q) (1 - exp(-dt UA / C)) / UA",
    inputs: [
      cells,
      outside,
      { name: 'heat', symbol: 'Q', unit: 'kW', about: 'into the cells', min: -1e4, max: 1e4, standard: 0 },
      envelope,
      mass,
      hours,
    ],
    outputs: [{ name: 'cell', unit: '°C', about: 'cells at the end' }],
    source: "Newton's law of cooling for one body (Incropera and DeWitt, ch. 5, lumped capacitance)",
    validity: 'one temperature for all cells',
    run: (i) => {
      const box: Container = {
        envelopeKwPerK: i.number('envelope'),
        massKwhPerK: i.number('mass'),
        heaterKw: 0,
        coolerKw: 0,
        heatBelowC: -Infinity,
        coolAboveC: Infinity,
      };
      return { cell: cellAfterC(box, i.number('cell'), i.number('air'), i.number('heat'), i.number('hours')) };
    },
  },
  {
    name: 'battery.thermal.climate',
    about: 'Electricity that keeps a container within its band',
    equation: 'Q so that the step ends at T_low or T_high; heater Q, air conditioner -Q / COP',
    inputs: [
      cells,
      outside,
      { name: 'low', symbol: 'T_low', unit: '°C', about: 'heats below', min: -40, max: 30, standard: 15 },
      { name: 'high', symbol: 'T_high', unit: '°C', about: 'cools above', min: 0, max: 60, standard: 30 },
      { name: 'heater', symbol: 'P_h', unit: 'kW', about: 'heater', min: 0, max: 1e4 },
      { name: 'cooler', symbol: 'Q_c', unit: 'kW', about: 'heat moved at most', min: 0, max: 1e4 },
      { name: 'cop', symbol: 'COP', unit: '', about: 'of the air conditioner', min: 1, max: 10, standard: 3 },
      envelope,
      mass,
      hours,
    ],
    outputs: [
      { name: 'electricity', unit: 'kW', about: 'drawn' },
      { name: 'cell', unit: '°C', about: 'cells at the end' },
    ],
    source: 'first law for one body; resistance heating, our choice',
    validity: "the cells' own loss in the step is not foreseen",
    run: (i) => {
      const box: Container = {
        envelopeKwPerK: i.number('envelope'),
        massKwhPerK: i.number('mass'),
        heaterKw: i.number('heater'),
        coolerKw: i.number('cooler'),
        heatBelowC: i.number('low'),
        coolAboveC: i.number('high'),
      };
      const [cell, air, dtH] = [i.number('cell'), i.number('air'), i.number('hours')];
      const heat = climateKw(box, cell, air, dtH);
      return {
        electricity: heat > 0 ? heat : -heat / i.number('cop'),
        cell: cellAfterC(box, cell, air, heat, dtH),
      };
    },
  },
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

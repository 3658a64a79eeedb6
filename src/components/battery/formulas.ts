import type { Formula, FormulaInput } from '../../units/formula.ts';
import { AGEING_FORMULAS } from './ageingFormulas.ts';
import {
  type Container,
  cellAfterC,
  cellChangeKwh,
  chargeLimitKw,
  climateKw,
  cRateAt,
  dischargeLimitKw,
} from './physics.ts';

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
  ...AGEING_FORMULAS,
];

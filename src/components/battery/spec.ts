import { z } from 'zod';
import { byDefault, choice, plain, quantity } from '../../units/schema.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import { type CycleTable, wearPerKwh } from './ageing.ts';
import type { Container, CRates } from './physics.ts';
import {
  ALPHA,
  type Calendar,
  CHARGE_ROWS,
  calendarFile,
  calendarOf,
  cRatesFile,
  cycleRowsFile,
  cyclesOf,
  DISCHARGE_ROWS,
  ratesOf,
} from './tables.ts';

const REOPT = 'NREL REopt.jl 0.56: rectifier or inverter 0.96 times the root of 0.975 inside the battery';
const REOPT_SOC = 'NREL REopt.jl 0.56, electric storage defaults';

/** What a site file may say about a battery. */
export const batteryFile = z.strictObject({
  energy: quantity('energy', 'nameplate energy of the cells', { min: 0.001 }),
  power: quantity('power', 'most power in or out, at the site bus', { min: 0.001 }),
  charge_efficiency: byDefault(quantity('share', 'site bus to cells', { min: 0.5, max: 1 }), '94.792 %', REOPT),
  discharge_efficiency: byDefault(quantity('share', 'cells to site bus', { min: 0.5, max: 1 }), '94.792 %', REOPT),
  soc_min: byDefault(quantity('share', 'lowest state of charge used', { min: 0, max: 1 }), '20 %', REOPT_SOC),
  soc_max: byDefault(quantity('share', 'highest state of charge used', { min: 0, max: 1 }), '100 %', REOPT_SOC),
  soc_initial: byDefault(quantity('share', 'state of charge when new', { min: 0, max: 1 }), '50 %', REOPT_SOC),
  heating: byDefault(
    choice('whether the container keeps its cells warm; iron phosphate cells cannot charge below 0 °C', [
      'container',
      'none',
    ]),
    'container',
    'our choice: containers for a continental climate are heated',
  ),
  standby: byDefault(
    quantity('share', 'converter and battery management in standby, share of the rated power', { min: 0, max: 0.1 }),
    '0.2 %',
    'our choice: no-load loss of a central converter is a few tenths of a per cent',
  ),
  heat_below: byDefault(
    quantity('temperature', 'temperature below which the container heats its cells', { min: -40, max: 30 }),
    '15 °C',
    'our choice: cells are kept at 15 °C or more',
  ),
  cool_above: byDefault(
    quantity('temperature', 'temperature above which the container cools its cells', { min: 0, max: 60 }),
    '30 °C',
    'our choice: cells are kept at 30 °C or less',
  ),
  envelope_w_per_k_kwh: byDefault(
    plain('heat through the container wall per degree and per kWh of cells, W/K', { min: 0, max: 1 }),
    0.025,
    'our choice: a 20 ft container has 74 m2 of wall; 1 W/m2K over 3,000 kWh is 0.025 W/K',
  ),
  cooling_cop: byDefault(
    plain('heat moved per electricity of the container air conditioner', { min: 1, max: 10 }),
    3,
    'our choice: usual for split air conditioning near 35 °C',
  ),
  cycles: byDefault(
    plain('full cycles over the window until the cells are worn out', { min: 100 }),
    6000,
    'our choice: the usual warranty of iron phosphate containers',
  ),
  thermal_mass_wh_per_k_kwh: byDefault(
    plain('heat that one kWh of cells holds per degree, Wh/K', { min: 0.1, max: 20 }),
    2.1,
    'our choice: 130 Wh/kg of pack and 1.0 kJ/kgK, as ssc takes for lithium-ion cells (1,004 J/kgK)',
  ),
  loss_in_cells: byDefault(
    quantity('share', 'of the loss between bus and cells that warms the cells', { min: 0, max: 1 }),
    '24 %',
    'NREL REopt.jl 0.56: root of 0.975 inside the battery of 0.96 times that in all',
  ),
  heater_w_per_kwh: byDefault(
    plain('heater of the container per kWh of cells, W', { min: 0, max: 100 }),
    10,
    'our choice: ten times what the wall loses at -25 °C',
  ),
  cooler_w_per_kwh: byDefault(
    plain('heat that the container air conditioner moves at most, per kWh of cells, W', { min: 0, max: 100 }),
    15,
    'our choice: a 5 MWh container with about 75 kW of cooling',
  ),
  charge_by_temperature: byDefault(
    cRatesFile('most charging power by the temperature of the cells'),
    CHARGE_ROWS,
    ALPHA,
  ),
  discharge_by_temperature: byDefault(
    cRatesFile('most discharging power by the temperature of the cells'),
    DISCHARGE_ROWS,
    ALPHA,
  ),
  cycle_table: cycleRowsFile.optional(),
  calendar: byDefault(calendarFile, 'lithium-ion', 'NREL ssc: 1.02 - k sqrt(days), k by temperature and charge'),
  end_of_life: byDefault(
    quantity('share', 'capacity left at which cells are worn out', { min: 0.3, max: 0.95 }),
    '80 %',
    'NREL REopt.jl 0.56: replacement below 80 %',
  ),
  replacement: byDefault(
    choice('what happens to worn out cells', ['at-end-of-life', 'never']),
    'at-end-of-life',
    'our choice: the site goes on with new cells of the same size',
  ),
  capex_energy: quantity('pricePerEnergy', 'price per kWh of nameplate energy', { min: 0 }).optional(),
  capex_power: quantity('pricePerPower', 'price per kW of power', { min: 0 }).optional(),
  opex: byDefault(
    quantity('share', 'operation and maintenance per year, share of the price', { min: 0, max: 0.5 }),
    '2.5 %',
    'NREL REopt.jl 0.56: 2.5 % of installed cost per year',
  ),
  life: byDefault(
    quantity('duration', 'years until replaced', { min: 31557600 }),
    '15 y',
    'our choice: between REopt (10 years) and the Danish Energy Agency (22.5 years)',
  ),
});

/** A battery as the physics needs it. */
export interface BatterySpec {
  readonly energyKwh: number;
  readonly powerKw: number;
  readonly chargeShare: number;
  readonly dischargeShare: number;
  /** Window of energy that is used, when new. */
  readonly minKwh: number;
  readonly maxKwh: number;
  readonly initialKwh: number;
  readonly standbyKw: number;
  readonly box: Container;
  readonly coolingCop: number;
  /** Of the conversion loss, what warms the cells. */
  readonly lossInCellsShare: number;
  readonly chargeRates: CRates;
  readonly dischargeRates: CRates;
  readonly cycleTable: CycleTable;
  readonly calendar: Calendar;
  /** Capacity at which cells are replaced; -1 = never. */
  readonly replaceAtShare: number;
  /** Price of new cells. */
  readonly cellsMoney: number;
  /** Wear of the cells per kWh that goes in or out of them. */
  readonly wearPerKwh: number;
  readonly ownership: Ownership;
}

type File = z.output<typeof batteryFile>;
type Complain = (c: Complaint) => void;

/** Resolves a section of the site file. */
export function batterySpec(file: File, context: SiteContext, complain: Complain): BatterySpec {
  if (file.soc_min >= file.soc_max) {
    complain({ path: ['soc_min'], message: 'soc_min is not below soc_max', hint: 'leave a window between them' });
  }
  if (file.soc_initial < file.soc_min || file.soc_initial > file.soc_max) {
    complain({ path: ['soc_initial'], message: 'soc_initial is outside the window', hint: 'soc_min <= it <= soc_max' });
  }
  if (file.heat_below >= file.cool_above) {
    complain({
      path: ['heat_below'],
      message: 'heat_below is not below cool_above',
      hint: 'leave a band between them',
    });
  }
  const perKwh = priceOr(file.capex_energy, 'capex_energy', 'battery-energy', '/kWh', context, complain);
  const perKw = priceOr(file.capex_power, 'capex_power', 'battery-power', '/kW', context, complain);
  const capexMoney = perKwh.value * file.energy + perKw.value * file.power;
  const windowShare = Math.max(1e-6, file.soc_max - file.soc_min);
  return {
    energyKwh: file.energy,
    powerKw: file.power,
    chargeShare: file.charge_efficiency,
    dischargeShare: file.discharge_efficiency,
    minKwh: file.soc_min * file.energy,
    maxKwh: file.soc_max * file.energy,
    initialKwh: file.soc_initial * file.energy,
    standbyKw: file.standby * file.power,
    box: {
      envelopeKwPerK: (file.envelope_w_per_k_kwh * file.energy) / 1000,
      massKwhPerK: (file.thermal_mass_wh_per_k_kwh * file.energy) / 1000,
      heaterKw: file.heating === 'container' ? (file.heater_w_per_kwh * file.energy) / 1000 : 0,
      coolerKw: (file.cooler_w_per_kwh * file.energy) / 1000,
      heatBelowC: file.heat_below,
      coolAboveC: file.cool_above,
    },
    coolingCop: file.cooling_cop,
    lossInCellsShare: file.loss_in_cells,
    chargeRates: ratesOf('charge_by_temperature', file.charge_by_temperature, complain),
    dischargeRates: ratesOf('discharge_by_temperature', file.discharge_by_temperature, complain),
    cycleTable: cyclesOf(
      file.cycle_table,
      { depthShare: windowShare, cycles: file.cycles, leftShare: file.end_of_life },
      complain,
    ),
    calendar: calendarOf(file.calendar, complain),
    replaceAtShare: file.replacement === 'never' ? -1 : file.end_of_life,
    cellsMoney: perKwh.value * file.energy,
    wearPerKwh: wearPerKwh(perKwh.value, file.cycles, windowShare),
    ownership: {
      capexMoney,
      opexMoneyPerYear: file.opex * capexMoney,
      lifeYears: file.life / 31557600,
      source: `cells: ${perKwh.source}; converter: ${perKw.source}`,
    },
  };
}

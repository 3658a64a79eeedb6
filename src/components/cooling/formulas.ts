import type { Formula } from '../../units/formula.ts';
import { CHILLERS } from './formulaChillers.ts';
import { LOOP } from './formulaLoop.ts';
import { AIR, gives, HEAT, PRESSURE, put, RH, WET_BULB } from './formulaParts.ts';
import { LEI_AIR_EXAMPLE, LEI_TOWER_EXAMPLE, leiAirPue, leiTowerPue } from './lei.ts';
import { outdoorAir } from './outdoorAir.ts';
import { circulationKgPerS, makeupLPerH, towerColdFactor, towerEvaporationLPerH, yorkApproachK } from './tower.ts';

const LEI = 'N. Lei, E. Masanet, Energy 201 (2020) 117556, with the parameters of the authors’ example';
const PUE = gives('pue', '', 'facility over IT power');
const OUTDOOR = [{ ...AIR, min: -40 }, RH, PRESSURE];

/** Towers and whole plants as formulas. */
const PLANTS: readonly Formula[] = [
  {
    name: 'cooling.tower.york',
    about: 'Approach of a counterflow cooling tower',
    equation: '27 terms: sum c_ijk t*^i R^j g^k, i, j, k = 0..2',
    inputs: [
      put('wet_bulb', 't*', '°C', 'wet bulb', -34.4, 29.4),
      put('range', 'R', 'K', 'water in less water out', 1.1, 22.2),
      put('ratio', 'g', '', 'water over air flow, each over its design', 0.1, 8, 1),
    ],
    outputs: [gives('approach', 'K', 'water out less wet bulb')],
    source: 'YorkCalc, EnergyPlus Engineering Reference, CoolingTower:VariableSpeed',
    validity: 'approaches of 1.1 to 40 K',
    run: (i) => ({ approach: yorkApproachK(i.number('wet_bulb'), i.number('range'), i.number('ratio')) }),
  },
  {
    name: 'cooling.tower.cold-factor',
    about: 'Approach of a tower over that at 25.6 °C wet bulb, for the same heat and air',
    equation: 'f = (dh_s/dT at 30.6 °C) / (dh_s/dT at t* + 5 K)',
    inputs: [put('wet_bulb', 't*', '°C', 'wet bulb', 0, 35)],
    outputs: [gives('factor', '', 'approach over rated approach')],
    source: 'effectiveness model: J. E. Braun, S. A. Klein, J. W. Mitchell, ASHRAE Transactions 95(2), 1989',
    validity: 'within 8 % of YorkCalc at its rated range and flows',
    run: (i) => ({ factor: towerColdFactor(i.number('wet_bulb')) }),
  },
  {
    name: 'cooling.tower.evaporation',
    about: 'Water that a tower evaporates, its air leaving saturated',
    equation: 'h_out = h_in + Q / m; L = m (W_s(h_out) - W_in)',
    inputs: [HEAT, put('air_flow', 'm', 'kg/s', 'air through the tower', 1e-3, 1e6), AIR, WET_BULB, PRESSURE],
    outputs: [gives('water', 'L/h', 'evaporated')],
    source: '"SaturatedExit", EnergyPlus Engineering Reference, Cooling Tower Makeup Water Usage',
    validity: 'air leaves at 60 °C or less',
    run: (i) => {
      const n = i.number;
      return { water: towerEvaporationLPerH(n('heat'), n('air_flow'), n('air'), n('wet_bulb'), n('pressure')) };
    },
  },
  {
    name: 'cooling.tower.makeup',
    about: 'Makeup of a tower: evaporation, blowdown and drift',
    equation: 'M = E + max(0, E / (c - 1) - D) + D; D = d Q / (c_w R)',
    inputs: [
      put('evaporation', 'E', 'L/h', 'evaporated', 0, 1e9),
      put('cycles', 'c', '', 'cycles of concentration', 1.1, 50, 5),
      put('drift', 'd', '', 'drift over circulation', 0, 0.01, 0.00008),
      HEAT,
      put('range', 'R', 'K', 'water in less water out', 1, 30, 7),
    ],
    outputs: [gives('water', 'L/h', 'makeup')],
    source: 'EnergyPlus Engineering Reference, Cooling Tower Makeup Water Usage',
    validity: 'drift counts towards the blowdown',
    run: (i) => {
      const n = i.number;
      const drift = n('drift') * 3600 * circulationKgPerS(n('heat'), n('range'));
      return { water: makeupLPerH(n('evaporation'), n('cycles'), drift) };
    },
  },
  {
    name: 'cooling.air.economiser',
    about: 'Share of a hall’s heat that outdoor air takes, with an adiabatic stage and dew point limits',
    equation: 's = (T_return - T_in) / (T_return - T_supply), T_in = t - min(e (t - t*), dew point limit)',
    inputs: [
      HEAT,
      AIR,
      WET_BULB,
      PRESSURE,
      put('supply', 'T_supply', '°C', 'air to the servers', 10, 40, 25),
      put('rise', 'ΔT', 'K', 'rise through the servers', 5, 30, 15),
      put('effectiveness', 'e', '', 'of the pad; 0 = none', 0, 1, 0.85),
      put('most_dew', '', '°C', 'highest dew point', 0, 26, 15),
      put('least_dew', '', '°C', 'lowest dew point', -30, 15, -9),
    ],
    outputs: [gives('share', '', 'share without compressor'), gives('water', 'L/h', 'evaporated, without bleed')],
    source: 'after N. Lei, E. Masanet, Energy 201 (2020), air-side economiser with adiabatic cooling',
    validity: 'limits by dew point alone',
    run: (i) => {
      const n = i.number;
      const spec = {
        supplyC: n('supply'),
        riseK: n('rise'),
        padEffectiveness: n('effectiveness'),
        bleedFactor: 1,
        mostDewC: n('most_dew'),
        leastDewC: n('least_dew'),
      };
      const outdoors = { tempC: n('air'), wetBulbC: Math.min(n('wet_bulb'), n('air')), pressurePa: n('pressure') };
      const { freeShare, waterLPerH } = outdoorAir(spec, n('heat'), outdoors);
      return { share: freeShare, water: waterLPerH };
    },
  },
  {
    name: 'cooling.pue.lei-air',
    about: 'PUE of a hyperscale hall with outdoor air, adiabatic stage and chillers',
    equation: 'PUE = 1 + UPS, distribution, light, hall fans, humidifier, chillers, pumps and towers per IT',
    inputs: OUTDOOR,
    outputs: [PUE],
    source: `${LEI}: PUE_AE_Chiller`,
    validity: 'the example’s parameters; moist air here by ASHRAE',
    run: (i) => ({ pue: leiAirPue(LEI_AIR_EXAMPLE, i.number('air'), i.number('rh'), i.number('pressure')) }),
  },
  {
    name: 'cooling.pue.lei-tower',
    about: 'PUE of a hyperscale hall with tower economiser and chillers',
    equation: 'PUE = 1 + UPS, distribution, light, hall fans, humidifier, chillers, pumps and towers per IT',
    inputs: OUTDOOR,
    outputs: [PUE],
    source: `${LEI}: PUE_WEC_Chiller`,
    validity:
      'the example’s parameters; moist air here by ASHRAE, whose wet bulb lies up to 0.2 K above theirs in dry heat',
    run: (i) => ({ pue: leiTowerPue(LEI_TOWER_EXAMPLE, i.number('air'), i.number('rh'), i.number('pressure')) }),
  },
  {
    name: 'cooling.pue.two-numbers',
    about: 'The simplest law of a plant behind towers: flat, then straight over the wet bulb',
    equation: 'PUE = 1.054 + 0.0279 max(0, t* - 17.0 °C)',
    inputs: [WET_BULB],
    outputs: [PUE],
    source: 'fit to the weekly medians of OLCF Summit 2020; a baseline for models, not a model',
    validity: 'that plant',
    run: (i) => ({ pue: 1.054 + 0.0279 * Math.max(0, i.number('wet_bulb') - 17) }),
  },
];

/** Every physics function of cooling as a formula. */
export const FORMULAS: readonly Formula[] = [...LOOP, ...CHILLERS, ...PLANTS];

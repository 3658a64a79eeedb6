import type { Formula } from '../../units/formula.ts';
import { airCooledShares, CARRIER_19XR, eirPoint, LEI_RANGE, leiCop, leiPlantKw } from './chiller.ts';
import { gives, HEAT, put } from './formulaParts.ts';
import { chillerCapacityShare, chillerCop, partLoadShare } from './physics.ts';

const LEI = 'N. Lei, E. Masanet, Energy 201 (2020) 117556, COP_Chiller of the authors’ tool';
const CONDENSER = put('condenser', 't', '°C', 'condenser water', LEI_RANGE.minC, LEI_RANGE.maxC);
const LOAD = put('load', 'l', '', 'load share', LEI_RANGE.minLoad, LEI_RANGE.maxLoad);

/** Chillers as formulas. */
export const CHILLERS: readonly Formula[] = [
  {
    name: 'cooling.chiller.lei',
    about: 'COP of a water-cooled centrifugal chiller by regression',
    equation: 'COP = 16.798751 + 0.008840 t^2 - 8.528931 l^2 + 9.885294 l - 0.760621 t + 0.084615 l t',
    inputs: [CONDENSER, LOAD],
    outputs: [gives('cop', '', 'heat over power')],
    source: LEI,
    validity: 'condenser water of 15 to 35 °C: the parabola turns at 40 to 43 °C',
    run: (i) => ({ cop: leiCop(i.number('condenser'), i.number('load')) }),
  },
  {
    name: 'cooling.chiller.lei-plant',
    about: 'Power of several such chillers, with as many running as is best',
    equation: 'P = min over n of Q / COP(t, Q / (n Q1))',
    inputs: [
      HEAT,
      put('each', 'Q1', 'kW', 'capacity of one chiller', 1e-3, 1e6),
      put('machines', 'N', '', 'chillers installed', 1, 64),
      CONDENSER,
    ],
    outputs: [gives('power', 'kW', 'power of all')],
    source: LEI,
    validity: 'loads outside 0.2 to 1 are held at these',
    run: (i) => ({
      power: leiPlantKw(i.number('heat'), i.number('each'), Math.round(i.number('machines')), i.number('condenser')),
    }),
  },
  {
    name: 'cooling.chiller.eir',
    about: `Power of the example machine ${CARRIER_19XR.about}`,
    equation: 'P = Pref CAPFT(x, y) EIRFT(x, y) EIRFPLR(y, Q / (Qref CAPFT))',
    inputs: [
      put('heat', 'Q', 'kW', 'heat', 1, 2600),
      put('chilled', 'x', '°C', 'chilled water leaving', ...CARRIER_19XR.chilledC),
      put('condenser', 'y', '°C', 'condenser water leaving', ...CARRIER_19XR.condenserC),
    ],
    outputs: [gives('power', 'kW', 'compressor power'), gives('cop', '', 'heat over power')],
    source: 'EnergyPlus Engineering Reference, Chiller:Electric:ReformulatedEIR; datasets/Chillers.idf',
    validity: 'the machine’s own data; never extrapolated',
    run: (i) => {
      const { powerKw } = eirPoint(CARRIER_19XR, i.number('heat'), i.number('chilled'), i.number('condenser'));
      return { power: powerKw, cop: i.number('heat') / powerKw };
    },
  },
  {
    name: 'cooling.chiller.electric',
    about: 'Air-cooled chiller of COP 3: capacity and power per capacity over their ratings',
    equation:
      'd = (t - 35)/2.778 - (x - 6.67); cap = 0.944836 - 0.0570088 d + 0.00185486 d^2; p = 2.333 - 1.975 cap + 0.6121 cap^2',
    inputs: [
      put('air', 't', '°C', 'outdoor air', 18, 45),
      put('chilled', 'x', '°C', 'chilled water leaving', 4, 12, 6.67),
    ],
    outputs: [gives('capacity', '', 'capacity over rating'), gives('power', '', 'power per capacity over rating')],
    source: 'EnergyPlus Engineering Reference, Chiller:Electric; coefficients as in HPE dc-rl envs/datacenter.py',
    validity: 'comfort water only',
    run: (i) => ({ ...airCooledShares(i.number('air'), i.number('chilled')) }),
  },
  {
    name: 'cooling.chiller.lift',
    about: 'COP as a share of Carnot between evaporation and condensation',
    equation: 'COP = η T_ev / max(10 K, T_cond - T_ev)',
    inputs: [
      put('carnot', 'η', '', 'share of Carnot', 0.1, 0.7, 0.45),
      put('evaporating', 'T_ev', '°C', 'evaporation', 0, 40),
      put('condensing', 'T_cond', '°C', 'condensation', 0, 80),
    ],
    outputs: [gives('cop', '', 'heat over power')],
    source: 'Carnot fraction; 0.45-0.60 of water-cooled, 0.35-0.5 of air-cooled machines',
    validity: 'chilled water of 10 to 30 °C',
    run: (i) => ({ cop: chillerCop(i.number('carnot'), i.number('evaporating'), i.number('condensing')) }),
  },
  {
    name: 'cooling.chiller.part-load',
    about: 'Compressor power over that at full load',
    equation: 'p = 0.03303 + 0.6852 r + 0.2818 r^2, in proportion below r = 0.1',
    inputs: [put('load', 'r', '', 'load share', 0, 1.2)],
    outputs: [gives('share', '', 'power over full-load power')],
    source: 'EnergyPlus "Electric" chiller test set as in HPE dc-rl envs/datacenter.py',
    validity: 'screw and scroll chillers',
    run: (i) => ({ share: partLoadShare(i.number('load')) }),
  },
  {
    name: 'cooling.chiller.capacity',
    about: 'Capacity of an air-cooled chiller over its rating at 35 °C',
    equation: 'c = 1 - 0.01133 d - 0.000929 d^2, d = t - 35, held below 35 and above 51.67 °C',
    inputs: [put('air', 't', '°C', 'outdoor air', -50, 60)],
    outputs: [gives('share', '', 'capacity over rating')],
    source: 'York YCAL0033EE of the EnergyPlus chiller data set, as tabulated by Modelica Buildings',
    validity: 'outdoor air up to 52 °C, chilled water of 6.3 °C',
    run: (i) => ({ share: chillerCapacityShare(i.number('air')) }),
  },
];

import type { Formula } from '../../units/formula.ts';
import { AIR, gives, HEAT, PRESSURE, put, WET_BULB } from './formulaParts.ts';
import {
  affinityShare,
  CLASS_NAMES,
  cduPoint,
  flowLPerMin,
  hydraulicKw,
  leakageKw,
  serverFanShare,
  WATER_CLASSES,
} from './liquid.ts';
import {
  AIR_KG_PER_S_PER_KW,
  cduResistanceK,
  counterflowEffectiveness,
  dryCoolerResistanceK,
  economiserShare,
  padAirC,
  padWaterLPerH,
  thinAir,
} from './physics.ts';
import { stepTank } from './tank.ts';

const INCROPERA = 'F. P. Incropera, D. P. DeWitt, Fundamentals of Heat and Mass Transfer, table 11.3';
const AFFINITY = 'ASHRAE Handbook HVAC Systems and Equipment, affinity laws';
const RATE = 'kW/K';

/** Liquid loop, dry cooler, pads, pumps and fans as formulas. */
export const LOOP: readonly Formula[] = [
  {
    name: 'cooling.liquid.flow',
    about: 'Flow of water that carries heat with a rise; the OCP rule is 1.5 L/min per kW at 10 K',
    equation: 'V = Q / (ρ c ΔT)',
    inputs: [HEAT, put('rise', 'ΔT', 'K', 'rise of the water', 0.5, 60, 10)],
    outputs: [gives('flow', 'L/min', 'flow')],
    source: 'heat balance; 4.18 kJ/(kg K) at 0.99 kg/L',
    validity: 'water of 20 to 60 °C',
    run: (i) => ({ flow: flowLPerMin(i.number('heat'), i.number('rise')) }),
  },
  {
    name: 'cooling.cdu.effectiveness',
    about: 'Effectiveness of a counterflow exchanger',
    equation: 'ε = (1 - e^(-N (1 - r))) / (1 - r e^(-N (1 - r))), N / (1 + N) at r = 1',
    inputs: [
      put('ntu', 'N', '', 'UA over the smaller capacity rate', 0, 50),
      put('ratio', 'r', '', 'smaller over larger capacity rate', 0, 1),
    ],
    outputs: [gives('effectiveness', '', 'share of the largest possible heat')],
    source: INCROPERA,
    validity: 'no phase change',
    run: (i) => ({ effectiveness: counterflowEffectiveness(i.number('ntu'), i.number('ratio')) }),
  },
  {
    name: 'cooling.cdu.temperatures',
    about: 'Technology and facility water around a CDU',
    equation: 'T_tr = T_fs + Q / (ε Cmin); T_ts = T_tr - Q / C_t; T_fr = T_fs + Q / C_f',
    inputs: [
      HEAT,
      put('facility', 'T_fs', '°C', 'facility supply', 0, 80),
      put('facility_rate', 'C_f', RATE, 'capacity rate of facility water', 1e-6, 1e6),
      put('technology_rate', 'C_t', RATE, 'capacity rate of technology water', 1e-6, 1e6),
      put('ua', 'UA', RATE, 'conductance', 1e-6, 1e7),
    ],
    outputs: [
      gives('technology_supply', '°C', 'to the chips'),
      gives('technology_return', '°C', 'from the chips'),
      gives('facility_return', '°C', 'to the outdoor side'),
    ],
    source: INCROPERA,
    validity: 'no heat lost on the way',
    run: (i) => {
      const n = i.number;
      const p = cduPoint(n('heat'), n('facility'), n('facility_rate'), n('technology_rate'), n('ua'));
      return {
        technology_supply: p.technologySupplyC,
        technology_return: p.technologyReturnC,
        facility_return: p.facilityReturnC,
      };
    },
  },
  {
    name: 'cooling.cdu.class',
    about: 'Highest facility water supply of a class; W+ has no upper end and gives where it begins',
    equation: 'table',
    inputs: [{ name: 'class', symbol: 'W', unit: '', about: 'class of facility water', words: CLASS_NAMES }],
    outputs: [gives('supply', '°C', 'highest facility water supply')],
    source: 'ASHRAE TC 9.9, Thermal Guidelines for Data Processing Environments, 5th edition 2021',
    validity: 'facility water, before the CDU',
    run: (i) => {
      const word = i.word('class');
      return { supply: word in WATER_CLASSES ? WATER_CLASSES[word as keyof typeof WATER_CLASSES] : 45 };
    },
  },
  {
    name: 'cooling.dry-cooler.supply',
    about: 'Supply of the loop behind dry cooler and CDU',
    equation: 'T = t_in + q (A_dry a^-0.7 + A_cdu f^-0.8)',
    inputs: [
      put('air_in', 't_in', '°C', 'air into the coil, behind the pad where it is wet', -50, 60),
      put('heat_share', 'q', '', 'heat over design', 0, 2, 1),
      put('approach', 'A_dry', 'K', 'approach of the dry cooler at design', 0.5, 30, 8),
      put('cdu', 'A_cdu', 'K', 'approach of the CDU at design', 0, 15, 4),
      put('airflow', 'a', '', 'airflow over design', 0.05, 1.5, 1),
      put('flow', 'f', '', 'water flow over design', 0.05, 1.5, 1),
    ],
    outputs: [gives('supply', '°C', 'supply to the chips')],
    source: 'film coefficients after Dittus and Boelter; airflow exponents of 0.6-0.8 are published',
    validity: 'flow at least a twentieth of design',
    run: (i) => {
      const n = i.number;
      const k = dryCoolerResistanceK(n('approach'), n('airflow')) + cduResistanceK(n('cdu'), n('flow'));
      return { supply: n('air_in') + n('heat_share') * k };
    },
  },
  {
    name: 'cooling.pad.air',
    about: 'Air behind a wet pad',
    equation: 't = t_db - w e (t_db - t*)',
    inputs: [
      AIR,
      WET_BULB,
      put('effectiveness', 'e', '', 'of the pad', 0, 1, 0.85),
      put('wet', 'w', '', 'share of the pad that is wet', 0, 1, 1),
    ],
    outputs: [gives('temp', '°C', 'air into the coil')],
    source: 'ASHRAE Handbook HVAC Systems and Equipment, direct evaporative air coolers: 0.85-0.9',
    validity: 'never warms',
    run: (i) => ({ temp: padAirC(i.number('air'), i.number('wet_bulb'), i.number('effectiveness'), i.number('wet')) }),
  },
  {
    name: 'cooling.pad.water',
    about: 'Water that a pad evaporates to cool the air of a dry cooler',
    equation: 'L = m c ΔT / 2.45 MJ/kg, with 0.0994 kg/s of air per kW',
    inputs: [HEAT, put('drop', 'ΔT', 'K', 'drop of the air', 0, 40)],
    outputs: [gives('water', 'L/h', 'evaporated, without bleed')],
    source: 'ASHRAE Handbook Fundamentals 2017, chapter 1: constant enthalpy',
    validity: 'full airflow',
    run: (i) => ({ water: padWaterLPerH(AIR_KG_PER_S_PER_KW * i.number('heat'), i.number('drop')) }),
  },
  {
    name: 'cooling.fan.affinity',
    about: 'Power share of a fan or pump at a speed share',
    equation: 'P/P1 = f0 + (1 - f0) n^k',
    inputs: [
      put('speed', 'n', '', 'speed over full speed', 0, 1.2),
      put('floor', 'f0', '', 'share that remains at lowest speed', 0, 0.5, 0),
      put('exponent', 'k', '', '3 of a free system, 2.5-2.8 with static pressure', 2, 3, 3),
    ],
    outputs: [gives('share', '', 'power over full power')],
    source: AFFINITY,
    validity: 'one system curve',
    run: (i) => ({ share: affinityShare(i.number('speed'), i.number('floor'), i.number('exponent')) }),
  },
  {
    name: 'cooling.fan.altitude',
    about: 'Fan power for the same mass of air over that at sea level',
    equation: 'P/P0 = (101325 / p)^2',
    inputs: [{ ...PRESSURE }],
    outputs: [gives('share', '', 'power over sea level')],
    source: AFFINITY,
    validity: 'temperature’s part left out',
    run: (i) => ({ share: thinAir(i.number('pressure')) }),
  },
  {
    name: 'cooling.pump.hydraulic',
    about: 'Power of a pump or fan',
    equation: 'P = V Δp / η',
    inputs: [
      put('flow', 'V', 'L/s', 'flow', 0, 1e6),
      put('pressure', 'Δp', 'Pa', 'pressure rise', 0, 1e8),
      put('efficiency', 'η', '', 'wire to water or air', 0.05, 1),
    ],
    outputs: [gives('power', 'kW', 'electricity')],
    source: 'definition of hydraulic power',
    validity: 'incompressible flow',
    run: (i) => ({ power: hydraulicKw(i.number('flow') / 1000, i.number('pressure'), i.number('efficiency')) }),
  },
  {
    name: 'cooling.economiser.lei',
    about: 'Share of the heat that free cooling takes: linear between supply and return',
    equation: 's = (T_return - T_avail) / (T_return - T_supply), 0 to 1',
    inputs: [
      put('available', 'T_avail', '°C', 'water that the outdoors gives', -60, 80),
      put('supply', 'T_supply', '°C', 'wanted supply', 0, 60),
      put('rise', 'ΔT', 'K', 'return less supply', 0.1, 40),
    ],
    outputs: [gives('share', '', 'share without compressor')],
    source: 'N. Lei, E. Masanet, Energy 201 (2020) 117556, Water_heat_removed',
    validity: 'economiser in series before the chillers',
    run: (i) => {
      const supplyC = i.number('supply');
      return { share: economiserShare({ supplyC, returnC: supplyC + i.number('rise') }, i.number('available')) };
    },
  },
  {
    name: 'cooling.store.one-node',
    about: 'Mixed tank of chilled water left alone, with heat through its wall',
    equation: 'C dT/dt = UA (T_amb - T), implicit in the step',
    inputs: [
      put('capacity', 'C', 'kWh/K', 'heat capacity; 1.15 per m3', 1e-6, 1e6),
      put('ua', 'UA', RATE, 'conductance of the wall', 0, 1e4),
      put('start', 'T', '°C', 'at the start', 0, 60),
      put('ambient', 'T_amb', '°C', 'around it', -50, 60),
      put('hours', 'dt', 'h', 'length of the step', 1e-6, 1000),
    ],
    outputs: [gives('end', '°C', 'at the end')],
    source: 'J. A. Duffie, W. A. Beckman, Solar Engineering of Thermal Processes, 8.3',
    validity: 'one node: no layers',
    run: (i) => {
      const n = i.number;
      const tank = { kwhPerK: n('capacity'), uaKwPerK: n('ua') };
      return { end: stepTank(tank, n('start'), n('hours'), n('ambient'), { supplyC: 0, returnC: 60 }, 0, 0, 0).endC };
    },
  },
  {
    name: 'cooling.chip.leakage',
    about: 'Estimate: chip power that warmer water adds',
    equation: 'ΔP = P k (T - T_ref)',
    inputs: [
      put('chip', 'P', 'kW', 'chip power at the reference', 0, 1e6),
      put('share', 'k', '1/K', 'share per kelvin, 0.002-0.005', 0, 0.02, 0.003),
      put('supply', 'T', '°C', 'supply', 0, 80),
      put('reference', 'T_ref', '°C', 'reference supply', 0, 80, 40),
    ],
    outputs: [gives('power', 'kW', 'added power')],
    source:
      'our choice; whole air-cooled servers, fans included, were measured at 0.35-0.5 % per kelvin (arXiv, Temperature optimisation in data centres)',
    validity: 'an estimate',
    run: (i) => ({ power: leakageKw(i.number('chip'), i.number('share'), i.number('supply'), i.number('reference')) }),
  },
  {
    name: 'cooling.server-fan.cube',
    about: 'Estimate: share of an air-cooled server that its fans take',
    equation: 'f = f25 max(0.3, (T_ex - 25) / (T_ex - T))^3',
    inputs: [
      put('share', 'f25', '', 'share at 25 °C inlet, 0.04-0.15', 0, 0.3, 0.04),
      put('inlet', 'T', '°C', 'inlet air', 10, 40),
      put('exhaust', 'T_ex', '°C', 'highest exhaust', 45, 75, 55),
    ],
    outputs: [gives('share', '', 'fan share')],
    source: 'affinity laws over airflow for a fixed exhaust; the range of shares is named without a measurement',
    validity: 'an estimate',
    run: (i) => ({ share: serverFanShare(i.number('share'), i.number('inlet'), i.number('exhaust')) }),
  },
];

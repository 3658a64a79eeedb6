import type { Formula, FormulaInput, FormulaOutput } from '../../units/formula.ts';
import { dcChainInputW, efficiency, FRONTIER_CHAIN, lossKw, sharedLossKw, stageInputW } from './physics.ts';

const ENERGYPLUS =
  'no-load, proportional and square split as in EnergyPlus Engineering Reference, UPS and transformers';
const RAPS = 'ExaDigiT RAPS raps/power.py and config/frontier.yaml; W. Brewer et al., SC24';

function put(
  name: string,
  symbol: string,
  unit: string,
  about: string,
  min: number,
  max: number,
  standard?: number,
): FormulaInput {
  return standard === undefined
    ? { name, symbol, unit, about, min, max }
    : { name, symbol, unit, about, min, max, standard };
}
const gives = (name: string, unit: string, about: string): FormulaOutput => ({ name, unit, about });

const CURVE = [
  put('fixed', 'a', '', 'no-load loss over rating', 0, 0.2),
  put('linear', 'b', '', 'proportional loss over rating at full load', 0, 0.2),
  put('square', 'c', '', 'square loss over rating at full load', 0, 0.2),
];
const RATED = put('rated', 'S', 'kW', 'rating', 1e-3, 1e6);
const OUT = put('out', 'P', 'kW', 'output', 0, 1e6);
const LOSS = gives('loss', 'kW', 'loss');

/** Losses of the power chain as formulas. */
export const FORMULAS: readonly Formula[] = [
  {
    name: 'power-chain.loss.square',
    about: 'Loss of a UPS or transformer',
    equation: 'L = S (a + b l + c l^2), l = P / S',
    inputs: [...CURVE, RATED, OUT],
    outputs: [LOSS],
    source: ENERGYPLUS,
    validity: 'continued above the rating',
    run: (i) => {
      const curve = { fixed: i.number('fixed'), linear: i.number('linear'), square: i.number('square') };
      return { loss: lossKw(curve, i.number('rated'), i.number('out')) };
    },
  },
  {
    name: 'power-chain.loss.redundant',
    about: 'Loss of equal devices that share the load; 2N is two sides at half the load',
    equation: 'L = n S (a + b l + c l^2), l = P / (n S)',
    inputs: [...CURVE, RATED, OUT, put('sides', 'n', '', 'installed over needed rating: 1, (m + 1)/m, 2', 1, 8)],
    outputs: [LOSS],
    source: ENERGYPLUS,
    validity: 'load shared evenly',
    run: (i) => {
      const curve = { fixed: i.number('fixed'), linear: i.number('linear'), square: i.number('square') };
      return { loss: sharedLossKw(curve, i.number('rated'), i.number('sides'), i.number('out')) };
    },
  },
  {
    name: 'power-chain.efficiency.square',
    about: 'Efficiency of a device at a load share',
    equation: 'η = l / (l + a + b l + c l^2)',
    inputs: [...CURVE, put('load', 'l', '', 'load over rating', 1e-6, 2)],
    outputs: [gives('efficiency', '', 'output over input')],
    source: ENERGYPLUS,
    validity: 'loads above zero',
    run: (i) => {
      const curve = { fixed: i.number('fixed'), linear: i.number('linear'), square: i.number('square') };
      return { efficiency: efficiency(curve, i.number('load')) };
    },
  },
  {
    name: 'power-chain.stage.raps',
    about: 'Input of a conversion stage with a constant self-consumption',
    equation: 'P_in = (P_out + c) / η',
    inputs: [
      put('out', 'P_out', 'W', 'output', 0, 1e9),
      put('constant', 'c', 'W', 'self-consumption', 0, 1e6),
      put('efficiency', 'η', '', 'of conversion', 0.5, 1),
    ],
    outputs: [gives('in', 'W', 'input')],
    source: RAPS,
    validity: 'up to the stage’s rating',
    run: (i) => ({ in: stageInputW(i.number('out'), i.number('constant'), i.number('efficiency')) }),
  },
  {
    name: 'power-chain.dc.frontier',
    about: 'AC input per node of Frontier: DC-DC stage of 13 W and 0.98, rectifier of 17 W and 0.96 for four nodes',
    equation: 'P_ac = (4 (P + 13) / 0.98 + 17) / 0.96 / 4',
    inputs: [put('node', 'P', 'W', 'power of the node at its own terminals', 0, 3250)],
    outputs: [
      gives('in', 'W', 'AC input with the node’s share of the rectifier'),
      gives('efficiency', '', 'out over in'),
    ],
    source: RAPS,
    validity: 'rectifiers up to 13.67 kW',
    run: (i) => {
      const input = dcChainInputW(FRONTIER_CHAIN, i.number('node'));
      return { in: input, efficiency: i.number('node') / input };
    },
  },
];

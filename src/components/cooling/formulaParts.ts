import type { FormulaInput, FormulaOutput } from '../../units/formula.ts';

/** An input of a formula in one line. */
export function put(
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

/** An output of a formula in one line. */
export function gives(name: string, unit: string, about: string): FormulaOutput {
  return { name, unit, about };
}

export const AIR = put('air', 't', '°C', 'dry bulb outdoors', -50, 55);
export const WET_BULB = put('wet_bulb', 't*', '°C', 'wet bulb outdoors', -40, 35);
export const RH = put('rh', 'φ', '', 'relative humidity, a share', 0.001, 1);
export const PRESSURE = put('pressure', 'p', 'Pa', 'station pressure', 50_000, 110_000, 101_325);
export const HEAT = put('heat', 'Q', 'kW', 'heat', 0, 1e6);

import type { Formula, FormulaInput, FormulaOutput } from '../units/formula.ts';
import {
  densityKgPerM3,
  dewPointC,
  dewPointOfRhC,
  enthalpyJPerKg,
  humidityRatioOfRh,
  humidityRatioOfWetBulb,
  pressureAtPa,
  relativeHumidity,
  saturationHumidityRatio,
  saturationPressurePa,
  specificVolumeM3PerKg,
  tempOfEnthalpyC,
  vapourPressureOfRhPa,
  vapourPressurePa,
  wetBulbOfRhC,
} from './psychrometrics.ts';

const ASHRAE = 'ASHRAE Handbook Fundamentals 2017, chapter 1';
const GAS = 'perfect-gas relations, within 0.5 % of real moist air';

const air: FormulaInput = {
  name: 'air',
  symbol: 't',
  unit: '°C',
  about: 'dry bulb of the air',
  min: -60,
  max: 90,
};
const rh: FormulaInput = { name: 'rh', symbol: 'φ', unit: '', about: 'relative humidity, a share', min: 0.001, max: 1 };
const pressure: FormulaInput = {
  name: 'pressure',
  symbol: 'p',
  unit: 'Pa',
  about: 'station pressure',
  min: 50_000,
  max: 110_000,
  standard: 101_325,
};
const ratio: FormulaInput = {
  name: 'ratio',
  symbol: 'W',
  unit: 'kg/kg',
  about: 'humidity ratio, water per dry air',
  min: 0,
  max: 0.2,
};
const wetBulb: FormulaInput = {
  name: 'wet_bulb',
  symbol: 't*',
  unit: '°C',
  about: 'thermodynamic wet bulb, at or below the dry bulb',
  min: -60,
  max: 80,
};
const out = (name: string, unit: string, about: string): FormulaOutput => ({ name, unit, about });
const RATIO = out('ratio', 'kg/kg', 'humidity ratio');

/** Moist air as formulas: pressures in Pa, enthalpy in J per kg of dry air. */
export const FORMULAS: readonly Formula[] = [
  {
    name: 'air.saturation-pressure.ashrae',
    about: 'Pressure of saturated water vapour, over ice below 0.01 °C',
    equation: 'ln p_ws = C1/T + C2 + C3 T + C4 T^2 + C5 T^3 + C6 T^4 + C7 ln T',
    inputs: [{ ...air, name: 'temp', about: 'temperature', min: -100, max: 200 }],
    outputs: [out('pressure', 'Pa', 'saturation pressure')],
    source: `${ASHRAE}, (5) and (6), after Hyland and Wexler 1983`,
    validity: '-100 to 200 °C',
    run: (i) => ({ pressure: saturationPressurePa(i.number('temp')) }),
  },
  {
    name: 'air.saturation-ratio.ashrae',
    about: 'Humidity ratio of saturated air',
    equation: 'W_s = 0.621945 p_ws / (p - p_ws)',
    inputs: [air, pressure],
    outputs: [RATIO],
    source: `${ASHRAE}, (21)`,
    validity: `below the boiling point; ${GAS}`,
    run: (i) => ({ ratio: saturationHumidityRatio(i.number('air'), i.number('pressure')) }),
  },
  {
    name: 'air.saturation-enthalpy.ashrae',
    about: 'Enthalpy of saturated air per kg of dry air',
    equation: 'h_s = 1006 t + W_s (2501000 + 1860 t)',
    inputs: [air, pressure],
    outputs: [out('enthalpy', 'J/kg', 'enthalpy per kg of dry air')],
    source: `${ASHRAE}, (21) and (30)`,
    validity: `below the boiling point; ${GAS}`,
    run: (i) => {
      const t = i.number('air');
      return { enthalpy: enthalpyJPerKg(t, saturationHumidityRatio(t, i.number('pressure'))) };
    },
  },
  {
    name: 'air.wet-bulb.ashrae',
    about: 'Wet bulb from dry bulb and relative humidity',
    equation:
      'W = ((2501 - 2.326 t*) W_s* - 1.006 (t - t*)) / (2501 + 1.86 t - 4.186 t*), over ice below 0 °C, solved for t*',
    inputs: [air, rh, pressure],
    outputs: [out('wet_bulb', '°C', 'thermodynamic wet bulb')],
    source: `${ASHRAE}, (33) and (35)`,
    validity: 'within 0.3 K of freezing a wick may be wet or iced; the wet one is taken',
    run: (i) => ({ wet_bulb: wetBulbOfRhC(i.number('air'), i.number('rh'), i.number('pressure')) }),
  },
  {
    name: 'air.dew-point.ashrae',
    about: 'Dew point from dry bulb and relative humidity; frost point below 0.01 °C',
    equation: 'p_ws(t_d) = φ p_ws(t), solved for t_d',
    inputs: [air, rh],
    outputs: [out('dew_point', '°C', 'dew point')],
    source: `${ASHRAE}, (36) by the inverse of (5) and (6)`,
    validity: 'dew points of -100 to 200 °C',
    run: (i) => ({ dew_point: dewPointOfRhC(i.number('air'), i.number('rh')) }),
  },
  {
    name: 'air.humidity-ratio.rh',
    about: 'Humidity ratio from relative humidity',
    equation: 'W = 0.621945 φ p_ws / (p - φ p_ws)',
    inputs: [air, rh, pressure],
    outputs: [RATIO],
    source: `${ASHRAE}, (12) and (20)`,
    validity: GAS,
    run: (i) => ({ ratio: humidityRatioOfRh(i.number('air'), i.number('rh'), i.number('pressure')) }),
  },
  {
    name: 'air.humidity-ratio.wet-bulb',
    about: 'Humidity ratio from dry and wet bulb',
    equation: 'W = ((2501 - 2.326 t*) W_s* - 1.006 (t - t*)) / (2501 + 1.86 t - 4.186 t*), over ice below 0 °C',
    inputs: [air, wetBulb, pressure],
    outputs: [RATIO],
    source: `${ASHRAE}, (33) and (35)`,
    validity: 'wet bulb at or below the dry bulb; 0 where the pair is drier than dry',
    run: (i) => ({
      ratio: humidityRatioOfWetBulb(
        i.number('air'),
        Math.min(i.number('wet_bulb'), i.number('air')),
        i.number('pressure'),
      ),
    }),
  },
  {
    name: 'air.psychrometer.ashrae',
    about: 'All of moist air from dry and wet bulb',
    equation: 'W by (33), then p_w, dew point, φ, h and v',
    inputs: [air, wetBulb, pressure],
    outputs: [
      RATIO,
      out('dew_point', '°C', 'dew point'),
      out('rh', '', 'relative humidity'),
      out('enthalpy', 'J/kg', 'enthalpy per kg of dry air'),
      out('volume', 'm3/kg', 'volume per kg of dry air'),
    ],
    source: `${ASHRAE}, (20) to (36)`,
    validity: 'wet bulb at or below the dry bulb, and not drier than dry air',
    run: (i) => {
      const t = i.number('air');
      const p = i.number('pressure');
      const w = humidityRatioOfWetBulb(t, Math.min(i.number('wet_bulb'), t), p);
      const vapourPa = vapourPressurePa(w, p);
      return {
        ratio: w,
        dew_point: dewPointC(vapourPa),
        rh: relativeHumidity(t, vapourPa),
        enthalpy: enthalpyJPerKg(t, w),
        volume: specificVolumeM3PerKg(t, w, p),
      };
    },
  },
  {
    name: 'air.vapour-pressure.rh',
    about: 'Partial pressure of vapour from relative humidity',
    equation: 'p_w = φ p_ws(t)',
    inputs: [air, rh],
    outputs: [out('pressure', 'Pa', 'partial pressure of vapour')],
    source: `${ASHRAE}, (12)`,
    validity: GAS,
    run: (i) => ({ pressure: vapourPressureOfRhPa(i.number('air'), i.number('rh')) }),
  },
  {
    name: 'air.enthalpy.ashrae',
    about: 'Enthalpy of moist air per kg of dry air',
    equation: 'h = 1006 t + W (2501000 + 1860 t)',
    inputs: [air, ratio],
    outputs: [out('enthalpy', 'J/kg', 'enthalpy per kg of dry air')],
    source: `${ASHRAE}, (30)`,
    validity: GAS,
    run: (i) => ({ enthalpy: enthalpyJPerKg(i.number('air'), i.number('ratio')) }),
  },
  {
    name: 'air.temperature.enthalpy',
    about: 'Temperature of moist air from its enthalpy',
    equation: 't = (h/1000 - 2501 W) / (1.006 + 1.86 W)',
    inputs: [
      {
        name: 'enthalpy',
        symbol: 'h',
        unit: 'J/kg',
        about: 'enthalpy per kg of dry air',
        min: -100_000,
        max: 600_000,
      },
      ratio,
    ],
    outputs: [out('temp', '°C', 'dry bulb')],
    source: `${ASHRAE}, (30) inverted`,
    validity: GAS,
    run: (i) => ({ temp: tempOfEnthalpyC(i.number('enthalpy'), i.number('ratio')) }),
  },
  {
    name: 'air.volume.ashrae',
    about: 'Volume of moist air per kg of dry air',
    equation: 'v = 287.042 T (1 + 1.607858 W) / p',
    inputs: [air, ratio, pressure],
    outputs: [out('volume', 'm3/kg', 'volume per kg of dry air')],
    source: `${ASHRAE}, (26)`,
    validity: GAS,
    run: (i) => ({ volume: specificVolumeM3PerKg(i.number('air'), i.number('ratio'), i.number('pressure')) }),
  },
  {
    name: 'air.density.ashrae',
    about: 'Density of moist air',
    equation: 'ρ = (1 + W) / v',
    inputs: [air, ratio, pressure],
    outputs: [out('density', 'kg/m3', 'air and vapour together')],
    source: `${ASHRAE}, (11)`,
    validity: GAS,
    run: (i) => ({ density: densityKgPerM3(i.number('air'), i.number('ratio'), i.number('pressure')) }),
  },
  {
    name: 'air.pressure.altitude',
    about: 'Pressure of the standard atmosphere',
    equation: 'p = 101325 (1 - 2.25577e-5 z)^5.2559',
    inputs: [{ name: 'elevation', symbol: 'z', unit: 'm', about: 'height above the sea', min: -5000, max: 11_000 }],
    outputs: [out('pressure', 'Pa', 'standard pressure')],
    source: `${ASHRAE}, (3)`,
    validity: 'weather moves the true pressure by up to 3 %',
    run: (i) => ({ pressure: pressureAtPa(i.number('elevation')) }),
  },
];

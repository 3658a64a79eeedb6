import type { Formula, FormulaInput } from '../../units/formula.ts';
import { genericCurve } from './curves.ts';
import {
  densityKgM3,
  farmUnits,
  hellmanExponent,
  hellmanShear,
  icingShare,
  idealGasDensityKgM3,
  logShear,
  tempAtHeightC,
  turbineKw,
} from './physics.ts';

const KELVIN = 273.15;
const WINDPOWERLIB = 'windpowerlib 0.2 (MIT)';

const speed: FormulaInput = {
  name: 'speed',
  symbol: 'v',
  unit: 'm/s',
  about: 'wind',
  min: 0,
  max: 75,
  list: true,
};
const hub: FormulaInput = { name: 'hub', symbol: 'h', unit: 'm', about: 'height asked for', min: 11, max: 300 };
const reference: FormulaInput = {
  name: 'reference',
  symbol: 'h_ref',
  unit: 'm',
  about: 'height of the wind that is known; 10 m is usual',
  min: 10,
  max: 300,
  standard: 10,
};
const roughness: FormulaInput = {
  name: 'roughness',
  symbol: 'z_0',
  unit: 'm',
  about: 'roughness length; 0.03 m is open flat ground',
  min: 0.0001,
  max: 3,
  standard: 0.03,
};
const pressure: FormulaInput = {
  name: 'pressure',
  symbol: 'p',
  unit: 'Pa',
  about: 'at the barometer',
  min: 50_000,
  max: 110_000,
};
const hubAir: FormulaInput = {
  name: 'air',
  symbol: 'T_h',
  unit: '°C',
  about: 'air at the height asked for',
  min: -60,
  max: 60,
};
const rise: FormulaInput = {
  name: 'rise',
  symbol: 'dh',
  unit: 'm',
  about: 'height above the barometer',
  min: 0,
  max: 500,
};

/** Physics of wind turbines, for `joulewright calc` and the validation table. */
export const FORMULAS: readonly Formula[] = [
  {
    name: 'wind.shear.logarithmic',
    about: 'Wind at another height over rough ground',
    equation: 'v_h = v ln((h - 0.7 d) / z_0) / ln((h_ref - 0.7 d) / z_0)',
    inputs: [
      speed,
      hub,
      reference,
      roughness,
      { name: 'obstacle', symbol: 'd', unit: 'm', about: 'height of obstacles around', min: 0, max: 9, standard: 0 },
    ],
    outputs: [{ name: 'wind', unit: 'm/s', about: 'wind at the height asked for' }],
    source: `Hau, Wind Turbines, as wind_speed.logarithmic_profile of ${WINDPOWERLIB}`,
    validity: 'neutral surface layer; both heights above the roughness and the displacement',
    run: (i) => {
      const ratio = logShear(i.number('hub'), i.number('reference'), i.number('roughness'), i.number('obstacle'));
      return { wind: i.list('speed').map((v) => v * ratio) };
    },
  },
  {
    name: 'wind.shear.hellman',
    about: 'Wind at another height by the power law',
    equation: 'v_h = v (h / h_ref)^a',
    inputs: [
      speed,
      hub,
      reference,
      { name: 'exponent', symbol: 'a', unit: '', about: 'Hellman exponent', min: 0, max: 0.6, standard: 1 / 7 },
    ],
    outputs: [{ name: 'wind', unit: 'm/s', about: 'wind at the height asked for' }],
    source: `Hellman 1916, as wind_speed.hellman of ${WINDPOWERLIB}`,
    validity: 'an empirical law; the exponent belongs to the site and the hour',
    run: (i) => {
      const ratio = hellmanShear(i.number('hub'), i.number('reference'), i.number('exponent'));
      return { wind: i.list('speed').map((v) => v * ratio) };
    },
  },
  {
    name: 'wind.shear.hellman-exponent',
    about: 'Hellman exponent from the roughness of the ground',
    equation: 'a = 1 / ln(h / z_0)',
    inputs: [hub, roughness],
    outputs: [{ name: 'exponent', unit: '', about: 'Hellman exponent' }],
    source: `Sharp 2015, as wind_speed.hellman of ${WINDPOWERLIB}`,
    validity: 'neutral air over uniform ground',
    run: (i) => ({ exponent: hellmanExponent(i.number('hub'), i.number('roughness')) }),
  },
  {
    name: 'wind.temperature.lapse',
    about: 'Temperature at the hub',
    equation: 'T_h = T - 0.0065 dh',
    inputs: [
      { name: 'air', symbol: 'T', unit: '°C', about: 'air at the thermometer', min: -60, max: 60 },
      { ...rise, about: 'height above the thermometer' },
    ],
    outputs: [{ name: 'hubAir', unit: '°C', about: 'air at the hub' }],
    source: 'International Standard Atmosphere (ISO 2533): 6.5 K per km',
    validity: 'a mean; clear nights invert it',
    run: (i) => ({ hubAir: tempAtHeightC(i.number('air'), i.number('rise')) }),
  },
  {
    name: 'wind.density.barometric',
    about: 'Density of the air at the hub, barometric form',
    equation: 'rho = (p / 100 - dh / 8) 1.225 x 288.15 x 100 / (101330 T_h), T_h in K',
    inputs: [pressure, hubAir, rise],
    outputs: [{ name: 'density', unit: 'kg/m3', about: 'density' }],
    source: `Hau, Wind Turbines, as density.barometric of ${WINDPOWERLIB}`,
    validity: 'dry air; 1/8 hPa per metre holds near sea level',
    run: (i) => ({ density: densityKgM3(i.number('pressure'), i.number('air') + KELVIN, i.number('rise')) }),
  },
  {
    name: 'wind.density.ideal-gas',
    about: 'Density of the air at the hub, ideal gas',
    equation: 'rho = (p - 12.5 dh) / (287.058 T_h), T_h in K',
    inputs: [pressure, hubAir, rise],
    outputs: [{ name: 'density', unit: 'kg/m3', about: 'density' }],
    source: `density.ideal_gas of ${WINDPOWERLIB}`,
    validity: 'dry air; 1/8 hPa per metre holds near sea level',
    run: (i) => ({ density: idealGasDensityKgM3(i.number('pressure'), i.number('air') + KELVIN, i.number('rise')) }),
  },
  {
    name: 'wind.power.curve',
    about: 'Power of a turbine from its power curve and the density of the air',
    equation:
      'P(v), linear between points whose speeds are scaled by (1.225 / rho)^m, m = 1/3 to 7.5 m/s, 2/3 from 12.5 m/s',
    inputs: [
      { ...speed, about: 'wind at the hub' },
      { name: 'speeds', symbol: 'v_i', unit: 'm/s', about: 'points of the curve, rising', min: 0, max: 40, list: true },
      { name: 'powers', symbol: 'P_i', unit: 'kW', about: 'power at each of them', min: 0, max: 30_000, list: true },
      {
        name: 'density',
        symbol: 'rho',
        unit: 'kg/m3',
        about: 'density of the air; 1.225 kg/m3 is that of the curve',
        min: 0.6,
        max: 1.6,
        standard: 1.225,
      },
    ],
    outputs: [{ name: 'power', unit: 'kW', about: 'power; 0 below the first speed and above the last' }],
    source: `Svenningsen 2010 (EMD, power curve air density correction), as power_output.power_curve of ${WINDPOWERLIB}`,
    validity:
      'as many powers as rising speeds; the cut-out, the last speed, is not scaled because protection goes by speed',
    run: (i) => {
      const curve = { speedsMs: i.list('speeds'), powersKw: i.list('powers') };
      const ordered = curve.speedsMs.every((v, k) => k === 0 || v > curve.speedsMs[k - 1]!);
      const fits = ordered && curve.speedsMs.length > 0 && curve.speedsMs.length === curve.powersKw.length;
      return { power: i.list('speed').map((v) => (fits ? turbineKw(curve, v, i.number('density')) : Number.NaN)) };
    },
  },
  {
    name: 'wind.power.cube',
    about: 'Power of a turbine of which only three speeds are known',
    equation: 'P = P_r (v^3 - v_in^3) / (v_r^3 - v_in^3) between cut-in and rated speed, P_r up to the cut-out',
    inputs: [
      { ...speed, about: 'wind at the hub' },
      { name: 'rated', symbol: 'P_r', unit: 'kW', about: 'rated power', min: 0.001, max: 30_000 },
      { name: 'cutIn', symbol: 'v_in', unit: 'm/s', about: 'cut-in', min: 0.5, max: 8, standard: 3 },
      { name: 'ratedSpeed', symbol: 'v_r', unit: 'm/s', about: 'rated speed', min: 8.01, max: 25, standard: 12 },
      { name: 'cutOut', symbol: 'v_out', unit: 'm/s', about: 'cut-out', min: 25.01, max: 40, standard: 25.01 },
    ],
    outputs: [{ name: 'power', unit: 'kW', about: 'power at 1.225 kg/m3' }],
    source: 'usual form, our choice for turbines without a published curve; points every 0.25 m/s',
    validity: 'real turbines rise faster in the middle',
    run: (i) => {
      const curve = genericCurve(i.number('rated'), i.number('cutIn'), i.number('ratedSpeed'), i.number('cutOut'));
      return { power: i.list('speed').map((v) => turbineKw(curve, v)) };
    },
  },
  {
    name: 'wind.icing.window',
    about: 'Share of the power left while ice grows on the blades',
    equation: '1 - loss where T_low <= T <= T_high and RH >= RH_ice, else 1',
    inputs: [
      { ...hubAir, about: 'air at the hub' },
      { name: 'humidity', symbol: 'RH', unit: '', about: 'relative humidity, 0..1', min: 0, max: 1 },
      { name: 'below', symbol: 'T_high', unit: '°C', about: 'ice grows from here', min: -10, max: 5, standard: 0 },
      { name: 'above', symbol: 'T_low', unit: '°C', about: 'down to here', min: -40, max: 0, standard: -15 },
      { name: 'humid', symbol: 'RH_ice', unit: '', about: 'in air as humid as this', min: 0.5, max: 1, standard: 0.95 },
      { name: 'loss', symbol: 'loss', unit: '', about: 'share of the power lost', min: 0, max: 1, standard: 0.2 },
    ],
    outputs: [{ name: 'share', unit: '', about: 'share of the power left' }],
    source: 'our rule; the window after IEA Wind Task 19, the loss after Barber et al., EWEC 2010 (up to 22 %)',
    validity: 'a screening rule for hourly weather, not an accretion model; ice that stays on is not followed',
    run: (i) => ({
      share: icingShare(i.number('air'), i.number('humidity'), {
        belowC: i.number('below'),
        aboveC: i.number('above'),
        humidShare: i.number('humid'),
        lossShare: i.number('loss'),
      }),
    }),
  },
  {
    name: 'wind.farm.losses',
    about: 'Power of a group of turbines after wakes and outages',
    equation: 'P_farm = n P (1 - wake) availability; no wake for one turbine',
    inputs: [
      { name: 'power', symbol: 'P', unit: 'kW', about: 'power of one', min: 0, max: 30_000 },
      { name: 'units', symbol: 'n', unit: '', about: 'turbines', min: 1, max: 1000 },
      { name: 'wake', symbol: 'wake', unit: '', about: 'share lost in wakes', min: 0, max: 0.5, standard: 0.05 },
      { name: 'availability', symbol: 'A', unit: '', about: 'time share in order', min: 0.5, max: 1, standard: 0.97 },
    ],
    outputs: [{ name: 'power', unit: 'kW', about: 'power of all' }],
    source: 'usual loss factors; the default shares are our choice',
    validity: 'means over a year, not of an hour',
    run: (i) => ({
      power: i.number('power') * farmUnits(i.number('units'), i.number('wake'), i.number('availability')),
    }),
  },
];

import type { Formula, FormulaInput } from '../../units/formula.ts';
import { altitudeShare, ENGINES, fuelCurve, fuelKwh, hotShare, isoShare } from './physics.ts';

const KELVIN = 273.15;
/** Litres in a US gallon. */
const GALLON_L = 3.785411784;

const full: FormulaInput = {
  name: 'full',
  symbol: 'eta_1',
  unit: '',
  about: 'electricity over fuel at full load',
  min: 0.05,
  max: 0.6,
};
const half: FormulaInput = {
  ...full,
  name: 'half',
  symbol: 'eta_1/2',
  about: 'the same at half load; between half of full and full',
};

/** Physics of engine generators, for `joulewright calc` and the validation table. */
export const FORMULAS: readonly Formula[] = [
  {
    name: 'generator.fuel.slope-intercept',
    about: 'Fuel of generator sets through their efficiencies at full and half load',
    equation: 'fuel = (s P + i P_committed) t, s = (1/eta_1 - 0.5/eta_1/2) / 0.5, i = 1/eta_1 - s',
    inputs: [
      { name: 'power', symbol: 'P', unit: 'kW', about: 'electricity', min: 0, max: 1e6 },
      { name: 'committed', symbol: 'P_c', unit: 'kW', about: 'plate of the sets that run', min: 0, max: 1e6 },
      { name: 'hours', symbol: 't', unit: 'h', about: 'how long', min: 0, max: 1e5, standard: 1 },
      full,
      half,
      {
        name: 'heat',
        symbol: 'H',
        unit: 'kWh/L',
        about:
          'heating value, of the same kind (lower or higher) as the efficiencies; diesel 10.03 lower, 10.75 higher',
        min: 1,
        max: 20,
        standard: 10.03,
      },
      { name: 'price', symbol: 'p', unit: 'money/L', about: 'of the fuel', min: 0, max: 1e6, standard: 0 },
    ],
    outputs: [
      { name: 'slope', unit: 'kWh/kWh', about: 'fuel per electricity' },
      { name: 'intercept', unit: 'kW/kW', about: 'fuel per kW committed' },
      { name: 'fuel', unit: 'kWh', about: 'fuel burnt' },
      { name: 'volume', unit: 'L', about: 'the same by volume' },
      { name: 'gallons', unit: 'gal', about: 'the same in US gallons' },
      { name: 'cost', unit: 'money', about: 'its price' },
    ],
    source: 'NREL REopt.jl, fuel_slope_and_intercept; the intercept per committed size is ours',
    validity: 'from the least load to the plate; start-up fuel apart',
    run: (i) => {
      const curve = fuelCurve(i.number('full'), i.number('half'));
      const fuel =
        curve.slope > 0 && curve.intercept > -1e-9 && i.number('power') <= i.number('committed')
          ? fuelKwh(curve, i.number('power'), i.number('committed'), i.number('hours'))
          : Number.NaN;
      const volume = fuel / i.number('heat');
      return { ...curve, fuel, volume, gallons: volume / GALLON_L, cost: volume * i.number('price') };
    },
  },
  {
    name: 'generator.derating.linear',
    about: 'Share of the rated power left at an altitude and in hot air',
    equation: '(1 - d_h (h - 1000) / 100) (1 - d_T (T - 40)), each 1 below its limit and never below 0',
    inputs: [
      { name: 'elevation', symbol: 'h', unit: 'm', about: 'above sea level', min: -450, max: 6000 },
      { name: 'air', symbol: 'T', unit: '°C', about: 'air at the intake', min: -60, max: 60 },
      { name: 'perAltitude', symbol: 'd_h', unit: '1/100 m', about: 'per 100 m', min: 0, max: 0.1, standard: 0.006 },
      { name: 'perHeat', symbol: 'd_T', unit: '1/K', about: 'per K', min: 0, max: 0.1, standard: 0.006 },
    ],
    outputs: [{ name: 'share', unit: '', about: 'of the rated power' }],
    source: 'Stamford sizing procedure: 3 % per 500 m above 1,000 m, 3 % per 5 K above 40 °C',
    validity: "a maker's own lines go before",
    run: (i) => ({
      share:
        altitudeShare(i.number('elevation'), i.number('perAltitude')) * hotShare(i.number('air'), i.number('perHeat')),
    }),
  },
  {
    name: 'generator.derating.iso3046',
    about: 'Share of the ISO power left in other air',
    equation: 'alpha = k - 0.7 (1 - k) (1/eta_m - 1), k = (p/100)^m (298/T)^n (298/T_c)^s',
    inputs: [
      { name: 'engine', symbol: '', unit: '', about: 'aspiration', words: Object.keys(ENGINES) },
      { name: 'pressure', symbol: 'p', unit: 'kPa', about: 'barometer', min: 50, max: 110 },
      { name: 'air', symbol: 'T', unit: '°C', about: 'air at the intake', min: -60, max: 60 },
      {
        name: 'coolant',
        symbol: 'T_c',
        unit: '°C',
        about: 'coolant of the charge air',
        min: -60,
        max: 100,
        standard: 25,
      },
      {
        name: 'mechanical',
        symbol: 'eta_m',
        unit: '',
        about: 'mechanical efficiency',
        min: 0.5,
        max: 1,
        standard: 0.8,
      },
    ],
    outputs: [{ name: 'share', unit: '', about: 'of the ISO power; at most 1' }],
    source: 'ISO 3046-1:2002, clause 10; exponents of its codes A, C and D',
    validity: 'compression ignition engines; without the term for humidity',
    run: (i) => {
      const kind = ENGINES[i.word('engine') as keyof typeof ENGINES];
      const [airK, coolantK] = [i.number('air') + KELVIN, i.number('coolant') + KELVIN];
      return { share: isoShare(kind, i.number('pressure'), airK, coolantK, i.number('mechanical')) };
    },
  },
];

import type { Formula } from '../../units/formula.ts';
import { activeLimitKw, peakCut } from './bill.ts';
import { calendar, days, hour, load, refuse, stepH, sum, year } from './formulaInputs.ts';
import { fitOutages } from './outages.ts';

/** Limits, duties, carbon and outages of a connection. */
export const LINE: readonly Formula[] = [
  {
    name: 'grid.limit.apparent',
    about: 'active power that a limit of apparent power leaves',
    equation: 'P = S cos(phi)',
    inputs: [
      { name: 'apparent', symbol: 'S', unit: 'kVA', about: 'limit of apparent power', min: 0, max: 1e7 },
      { name: 'power_factor', symbol: 'cos(phi)', unit: '', about: 'active over apparent power', min: 0, max: 1 },
    ],
    outputs: [{ name: 'power', unit: 'kW', about: 'active power' }],
    source: 'IEC 60050-131, 131-11-46 (power factor)',
    validity: 'the power factor at the connection itself',
    run: (i) => ({ power: activeLimitKw(i.number('apparent'), i.number('power_factor')) }),
  },
  {
    name: 'grid.duty.peak-cut',
    about: 'share by which the mean of the peak hours lies below the mean of the others',
    equation: 's = 1 - mean_{t in H} P_t / mean_{t not in H} P_t',
    inputs: [
      load,
      stepH,
      year,
      hour('from_hour', 'first local hour of the peak'),
      hour('to_hour', 'local hour at which it ends'),
      days,
    ],
    outputs: [{ name: 'share', unit: '', about: 'cut reached; below zero where the peak hours are the higher ones' }],
    source: 'duty of decree PF-189 of Uzbekistan, 2025-10-22 (uza.uz 777057): 20 %; how it is measured is our reading',
    validity: 'a load with steps in and outside the peak hours',
    example: { load: [100, 100, 100, 100, 100, 100, 80, 80, 80, 100], from_hour: 6, to_hour: 9, days: 'all' },
    run: (i) => ({ share: peakCut(i.list('load'), calendar('grid.duty.peak-cut', i).inside) }),
  },
  {
    name: 'grid.carbon.bought',
    about: 'CO2 of energy bought, by the intensity of each step',
    equation: 'M = sum P_t dt g_t / 1000',
    inputs: [
      load,
      stepH,
      {
        name: 'intensity',
        symbol: 'g',
        unit: 'g/kWh',
        about: 'of each step; one value for all',
        min: 0,
        max: 3000,
        list: true,
      },
    ],
    outputs: [{ name: 'co2', unit: 'kg', about: 'CO2' }],
    source: 'GHG Protocol Scope 2 Guidance 2015, location-based method',
    validity: 'average intensity; nothing is credited for export',
    example: { load: [100, 250, 180], intensity: [472] },
    run: (i) => {
      const [kw, g] = [i.list('load'), i.list('intensity')];
      if (g.length !== 1 && g.length !== kw.length)
        refuse('grid.carbon.bought', 'an intensity for every step, or one for all');
      const dt = i.number('step_h');
      return { co2: sum(kw.map((p, t) => (p * dt * g[g.length === 1 ? 0 : t]!) / 1000)) };
    },
  },
  {
    name: 'grid.outages.lognormal-fit',
    about: 'frequency, mean length and spread of outages seen',
    equation: 'n = N / T;  mu = mean ln h;  sigma^2 = mean (ln h - mu)^2;  m = exp(mu + sigma^2 / 2)',
    inputs: [
      { name: 'hours', symbol: 'h', unit: 'h', about: 'length of each outage', min: 1e-4, max: 1e4, list: true },
      { name: 'months', symbol: 'T', unit: '', about: 'months observed', min: 0.01, max: 1200 },
    ],
    outputs: [
      { name: 'per_month', unit: '1/month', about: 'outages per month' },
      { name: 'mean_h', unit: 'h', about: 'mean length of the fitted distribution' },
      { name: 'sigma', unit: '', about: 'standard deviation of the logarithm of the length' },
    ],
    source: 'maximum likelihood of the lognormal distribution (Johnson, Kotz, Balakrishnan 1994, ch. 14)',
    validity: 'at least one outage',
    example: { hours: [1, 2, 5, 12], months: 2 },
    run: (i) => {
      if (i.list('hours').length === 0) refuse('grid.outages.lognormal-fit', 'hours has at least one value');
      const { perMonth, meanHours, sigma } = fitOutages(i.list('hours'), i.number('months'));
      return { per_month: perMonth, mean_h: meanHours, sigma };
    },
  },
];

import { demand } from './demand.ts';

/** How often the grid fails, and for how long. */
export interface OutageHabit {
  readonly perYear: number;
  /** Chance that an outage lasts 1, 2, ... hours (the last entry: that or longer); adds up to 1. */
  readonly durations: Float64Array;
}

/** Usual indices of the adequacy of a supply. */
export interface SupplyRisk {
  /** Loss of load probability: that an outage is not carried to its end. */
  readonly lolp: number;
  /** Interruptions a year. */
  readonly lossesPerYear: number;
  /** Loss of load expectation, hours a year. */
  readonly loleHPerYear: number;
  /** Expected unserved energy, kWh a year. */
  readonly eueKwhPerYear: number;
  /** Share of the hours of a year with supply, and its nines: 3 for 99.9 %. */
  readonly availabilityShare: number;
  readonly nines: number;
}

const YEAR_H = 8760;

/**
 * Chances of whole hours from a distribution: entry d - 1 is the chance of a length in (d - 1, d] hours; the last entry takes
 * what is longer. @param within chance that an outage is over within so many hours, not falling, 0 at 0
 */
export function durationChances(within: (hours: number) => number, hours: number): Float64Array {
  demand(Number.isInteger(hours) && hours >= 1, 'the length of the outage', hours, 'whole hours, at least 1');
  return Float64Array.from({ length: hours }, (_, d) => (d === hours - 1 ? 1 : within(d + 1)) - within(d));
}

/** Lengths with a constant chance to end: 1 - exp(-t / mean). */
export function exponentialWithin(meanH: number): (hours: number) => number {
  demand(meanH > 0, 'the mean length of outages', meanH, 'above 0 h');
  return (hours) => -Math.expm1(-hours / meanH);
}

/**
 * Error function, to 1.2e-7. Source: Press et al. 1992, Numerical Recipes in C, 2nd ed., section 6.2 (erfcc).
 */
export function erf(x: number): number {
  const t = 1 / (1 + Math.abs(x) / 2);
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const complement = t * Math.exp(series.reduceRight((sum, c) => sum * t + c, 0) - x * x);
  return x >= 0 ? 1 - complement : complement - 1;
}

/** Lognormal lengths, as a grid's outages are drawn. @param sigma standard deviation of the logarithm; 0: all alike */
export function lognormalWithin(meanH: number, sigma: number): (hours: number) => number {
  demand(meanH > 0, 'the mean length of outages', meanH, 'above 0 h');
  demand(sigma >= 0, 'the spread of lengths', sigma, 'a number not below 0');
  if (sigma === 0) return (hours) => (hours >= meanH ? 1 : 0);
  const mu = Math.log(meanH) - sigma ** 2 / 2;
  return (hours) => (hours <= 0 ? 0 : 0.5 * (1 + erf((Math.log(hours) - mu) / (sigma * Math.SQRT2))));
}

/** Nines of an availability: -log10 of the rest; Infinity for 1. */
export function ninesOf(availabilityShare: number): number {
  return -Math.log10(1 - availabilityShare);
}

/**
 * What outages of a kind do to a supply: LOLP = sum of P(D = d) (1 - S_d); LOLE = outages a year x sum of P(D >= d) (1 - S_d),
 * since load that was lost stays lost until the grid is back; unserved energy likewise.
 * @param survival chance to carry 1, 2, ... hours; @param lostKw load lost in the 1st, 2nd, ... hour of an outage, mean
 * @throws JW_RELIABILITY for lists of unequal length and chances that do not add up to 1
 */
export function supplyRisk(habit: OutageHabit, survival: Float64Array, lostKw: Float64Array): SupplyRisk {
  const { perYear, durations } = habit;
  demand(perYear >= 0 && Number.isFinite(perYear), 'the outages a year', perYear, 'a number not below 0');
  const sum = durations.reduce((a, b) => a + b, 0);
  demand(Math.abs(sum - 1) < 1e-6, 'the sum of the chances of lengths', sum, '1');
  demand(survival.length >= durations.length, 'the hours of survival', survival.length, `${durations.length} or more`);
  demand(lostKw.length >= durations.length, 'the hours of lost load', lostKw.length, `${durations.length} or more`);
  let [lolp, hours, kwh, longer] = [0, 0, 0, 0];
  for (let d = durations.length - 1; d >= 0; d--) {
    longer += durations[d]!;
    lolp += durations[d]! * (1 - survival[d]!);
    hours += longer * (1 - survival[d]!);
    kwh += longer * lostKw[d]!;
  }
  const loleHPerYear = perYear * hours;
  const availabilityShare = Math.max(0, 1 - loleHPerYear / YEAR_H);
  return {
    lolp,
    lossesPerYear: perYear * lolp,
    loleHPerYear,
    eueKwhPerYear: perYear * kwh,
    availabilityShare,
    nines: ninesOf(availabilityShare),
  };
}

import type { Highs } from '../balance/highs.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Totals } from '../kpi/totals.ts';
import { makePolicy } from '../policy/index.ts';
import type { JointPart } from '../policy/joint/parameters.ts';
import type { PolicyName } from '../policy/policy.ts';
import { quantile, type TimeGrid } from '../series/grid.ts';
import type { GridEvent } from '../site/gridEvent.ts';
import { plantOf } from '../site/plant.ts';
import type { Site } from '../site/site.ts';
import { conditionsOn } from '../weather/conditions.ts';
import type { WeatherYear } from '../weather/year.ts';
import type { Service } from '../workload/service.ts';
import { aroundOf } from './around.ts';
import { kpisOf } from './kpis.ts';
import { type Run, simulate } from './simulate.ts';
import { type WorstWeek, worstWeek } from './worstWeek.ts';
import { type DeviceSums, deviceSums } from './yearsMeters.ts';

/** What is the same in every year: the site, its demand, the calendar and who decides. */
export interface YearSetting {
  readonly site: Site;
  readonly services: readonly Service[];
  readonly grid: TimeGrid;
  readonly policy: PolicyName;
  /** For policies that look ahead. */
  readonly solver?: Highs | undefined;
  /** Parts that a policy that looks ahead leaves to the tuned silos. */
  readonly without?: readonly JointPart[];
  /** For policies that look ahead: share of a service's requests that may miss a target, 0..1, by id. */
  readonly missed?: Readonly<Record<string, number>>;
  /** First steps of the grid that count in no total. */
  readonly warmUp?: number;
  /** Orders of the grid; none when left out. */
  readonly events?: readonly GridEvent[];
}

/** Steps a site through one weather year. */
export function simulateYear(setting: YearSetting, weather: WeatherYear, onProgress?: (share: number) => void): Run {
  const { site, services, grid, policy, solver, without = [], missed, warmUp, events = [] } = setting;
  const promise = missed === undefined ? {} : { missed: new Map(Object.entries(missed)) };
  const isPlain = without.length === 0 && missed === undefined;
  return simulate({
    plant: plantOf(site, services),
    currency: site.money.currency,
    grid,
    conditions: conditionsOn(weather, site.context, grid),
    rates: services.map((s) => s.rate),
    policy: isPlain ? policy : (given) => makePolicy(policy, { ...given, ...promise }, without),
    ...aroundOf(site, services, weather, solver),
    ...(warmUp === undefined ? {} : { warmUp }),
    ...(events.length === 0 ? {} : { events: { list: events, zone: site.context.zone } }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/** What came out of one year; plain data, so that it goes between threads. */
export interface YearOutcome {
  readonly name: string;
  readonly weather: { readonly meanC: number; readonly minC: number; readonly ghiKwhM2: number };
  readonly kpis: readonly Kpi[];
  readonly totals: Totals;
  readonly devices: DeviceSums;
  readonly worstWeek: WorstWeek;
  readonly warnings: readonly string[];
}

/** Sums a run of one year up. */
export function outcomeOf(name: string, setting: YearSetting, weather: WeatherYear, run: Run): YearOutcome {
  const { tempC, ghiWm2 } = weather;
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const plant = plantOf(setting.site, setting.services);
  return {
    name,
    weather: {
      meanC: sum(tempC) / tempC.length,
      minC: tempC.reduce((a, b) => Math.min(a, b)),
      ghiKwhM2: sum(ghiWm2) / 1000,
    },
    kpis: kpisOf(setting.site, run),
    totals: run.tally.totals(),
    devices: deviceSums(run, plant),
    worstWeek: worstWeek(run, plant, setting.site.context.zone),
    warnings: weather.warnings,
  };
}

/** A figure that is followed over the years. */
export interface YearFigure {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  /** Which end is the bad one. */
  readonly worse: 'high' | 'low';
  /** null where the year has none. */
  readonly of: (outcome: YearOutcome) => number | null;
}

/** The figures that are followed over the years; `currency` is the site's. */
export function yearFigures(currency: string): readonly YearFigure[] {
  const kpi = (id: string) => (o: YearOutcome) => o.kpis.find((k) => k.id === id)?.value ?? null;
  return [
    { id: 'tokensPerJoule', label: 'tokens per joule', unit: 'tokens/J', worse: 'low', of: kpi('tokensPerJoule') },
    { id: 'pue', label: 'PUE', unit: '', worse: 'high', of: kpi('pue') },
    { id: 'unservedKwh', label: 'unserved energy', unit: 'kWh', worse: 'high', of: (o) => o.totals.shortKwh },
    {
      id: 'worstWeekUnservedKwh',
      label: 'unserved in the worst week',
      unit: 'kWh',
      worse: 'high',
      of: (o) => o.worstWeek.shortKwh,
    },
    { id: 'unservedRequests', label: 'unserved requests', unit: 'share', worse: 'high', of: kpi('unservedRequests') },
    { id: 'generatorHours', label: 'generator hours', unit: 'h', worse: 'high', of: (o) => o.totals.generatorHours },
    { id: 'fuelL', label: 'fuel', unit: 'L', worse: 'high', of: (o) => o.devices.fuelL },
    { id: 'lowestSoc', label: 'lowest battery charge', unit: 'share', worse: 'low', of: (o) => o.devices.lowestSoc },
    {
      id: 'batteryHeatingKwh',
      label: 'battery heating',
      unit: 'kWh',
      worse: 'high',
      of: (o) => o.devices.batteryHeatingKwh,
    },
    {
      id: 'liquidChillerHours',
      label: 'chiller hours, liquid',
      unit: 'h',
      worse: 'high',
      of: (o) => o.devices.liquidChillerHours,
    },
    {
      id: 'airChillerHours',
      label: 'chiller hours, air',
      unit: 'h',
      worse: 'high',
      of: (o) => o.devices.airChillerHours,
    },
    { id: 'runningCost', label: 'running cost', unit: currency, worse: 'high', of: (o) => o.totals.runningCostMoney },
    { id: 'lcot', label: 'LCOT', unit: `${currency}/Mtoken`, worse: 'high', of: kpi('lcot') },
    { id: 'waterM3', label: 'cooling water', unit: 'm3', worse: 'high', of: (o) => o.totals.waterL / 1000 },
  ];
}

/** How a figure spreads over the years. Quantiles are linear between order statistics. */
export interface Spread {
  readonly figure: YearFigure;
  /** Years that have the figure. */
  readonly count: number;
  readonly min: number;
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
  readonly max: number;
  /** Names of the years of both ends. */
  readonly minYear: string;
  readonly maxYear: string;
}

/** Spread of every figure that at least one year has. */
export function spreads(outcomes: readonly YearOutcome[], currency: string): Spread[] {
  return yearFigures(currency).flatMap((figure) => {
    const known = outcomes.flatMap((o) => {
      const value = figure.of(o);
      return value === null || !Number.isFinite(value) ? [] : [{ value, name: o.name }];
    });
    if (known.length === 0) return [];
    const ordered = known.sort((a, b) => a.value - b.value);
    const values = Float64Array.from(ordered, (k) => k.value);
    const [first, last] = [ordered[0]!, ordered[ordered.length - 1]!];
    return [
      {
        figure,
        count: values.length,
        min: first.value,
        p10: quantile(values, 0.1),
        median: quantile(values, 0.5),
        p90: quantile(values, 0.9),
        max: last.value,
        minYear: first.name,
        maxYear: last.name,
      },
    ];
  });
}

/** The year with the most unserved energy; where none has any, the one with the dearest running. */
export function worstYear(outcomes: readonly YearOutcome[]): YearOutcome {
  return outcomes.reduce((worst, o) => {
    const more = o.totals.shortKwh - worst.totals.shortKwh;
    if (Math.abs(more) > 1e-6) return more > 0 ? o : worst;
    return o.totals.runningCostMoney > worst.totals.runningCostMoney ? o : worst;
  });
}

/** The year whose running cost is the median (the lower one of two): the ordinary year beside the worst. */
export function medianYear(outcomes: readonly YearOutcome[]): YearOutcome {
  const ordered = [...outcomes].sort((a, b) => a.totals.runningCostMoney - b.totals.runningCostMoney);
  return ordered[Math.floor((ordered.length - 1) / 2)]!;
}

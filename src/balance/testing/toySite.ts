import type { BalancePart, Horizon, ModelBuilder, SizeOption } from '../../components/model.ts';
import { HOUR_MS } from '../../series/grid.ts';
import { arraysOf, HeldModel, highs, type Solved } from '../highs.ts';
import type { LinearModel } from '../linearModel.ts';
import type { Penalties, Rule } from '../rules/rule.ts';
import { SiteBalance, type SizeChoice } from '../siteModel.ts';

/**
 * The simplest site that has everything a rule can ask for: a grid, a generator, sun, a store without losses of its own and a
 * load, for tests of the balance. Tests of the real devices use real ones.
 */
export interface ToySite {
  /** Hourly series of the same length: load and sun per kW of peak. */
  readonly loadKw: readonly number[];
  readonly sun: readonly number[];
  /** Money per kWh bought, by hour. */
  readonly price: readonly number[];
  /** Hours of a window. */
  readonly windowH: number;
  /** First hours of years that close in themselves; one when left out. */
  readonly blocks?: readonly number[];
  /** Sizes: number = given, pair = free between. */
  readonly sizes: {
    readonly grid: ToySize;
    readonly gen: ToySize;
    readonly sun: ToySize;
    readonly energy: ToySize;
    readonly power: ToySize;
  };
}
export type ToySize = number | readonly [number, number];

/** Money per unit of size and year, and per kWh of the generator. */
export const TOY_YEARLY = { grid: 50, gen: 40, sun: 60, energy: 30, power: 20, load: 0 } as const;
export const TOY_FUEL = 0.3;
/** Each way. */
export const TOY_EFFICIENCY = 0.95;
export const TOY_PENALTIES: Penalties = { shortPerKwh: 50 };
/** kg of CO2 per kWh. */
export const TOY_CO2 = { grid: 0.5, gen: 0.7 } as const;

const infinite = Number.POSITIVE_INFINITY;

function option(key: string, unit = 'kW'): SizeOption {
  return { key, unit, given: 1, capexMoney: 100, opexMoneyPerYear: 0, lifeYears: 10, source: 'test' };
}

function part(sizes: SizeOption[], add: (model: ModelBuilder) => void, more: Partial<BalancePart> = {}): BalancePart {
  return { sizes, sharp: [], shape: [], add, ...more };
}

function supply(model: ModelBuilder, id: string, kw: number): void {
  model.flow('mv', kw, 1);
  model.count('suppliedKwh', kw, 1);
  if (id === 'sun') model.count('renewableKwh', kw, 1);
  else model.count('co2Kg', kw, id === 'grid' ? TOY_CO2.grid : TOY_CO2.gen);
}

function partsOf(site: ToySite): { id: string; part: BalancePart }[] {
  const [load, sun, price] = [site.loadKw, site.sun, site.price].map((s) => Float64Array.from(s));
  const period = load!.map((_, i) => Math.floor(i / site.windowH));
  const limited = (
    model: ModelBuilder,
    id: string,
    number: string,
    cost: Float64Array | number,
    share: Float64Array | 1,
  ) => {
    const used = model.columns(`${id} power`, 'kW', 0, infinite, cost);
    const rows = model.rows(number, `${id}: limit`, -infinite, 0);
    model.putAll(rows, used, 1);
    const own = model.size(id, 'kw');
    model.putSize(rows, own, share === 1 ? -1 : share.map((v) => -v));
    supply(model, id, used);
    return { used, own };
  };
  return [
    {
      id: 'grid',
      part: part(
        [option('kw')],
        (model) => model.tell('import', limited(model, 'grid', 'N1', model.mean(price!), 1).used, 1),
        { sharp: [price!, period], periods: period },
      ),
    },
    {
      id: 'gen',
      part: part([option('kw')], (model) => model.tellSize('ready', limited(model, 'gen', 'G1', TOY_FUEL, 1).own, 1)),
    },
    {
      id: 'sun',
      part: part(
        [option('kw')],
        (model) => {
          const mean = model.mean(sun!);
          model.tellSize('sun', limited(model, 'sun', 'S1', 0, mean).own, mean);
        },
        { shape: [sun!] },
      ),
    },
    { id: 'store', part: part([option('energy', 'kWh'), option('power')], addStore) },
    {
      id: 'load',
      part: part(
        [option('kw')],
        (model) => {
          const own = model.size('load', 'kw');
          const drawn = model.mean(load!).map((v) => -v);
          model.flowSize('mv', own, drawn);
          model.tellSize('load', own, drawn);
        },
        { shape: [load!] },
      ),
    },
  ];
}

function addStore(model: ModelBuilder): void {
  const [energy, power] = [model.size('store', 'energy'), model.size('store', 'power')];
  const charge = model.columns('store charge', 'kW', 0, infinite, 1e-6);
  const discharge = model.columns('store discharge', 'kW', 0, infinite, 1e-6);
  const held = model.state('store energy', 'kWh', infinite);
  const kept = model.rows('B1', 'store: store', -infinite, 0);
  const window = model.rows('B2', 'store: window', -infinite, 0);
  const converter = model.rows('B3', 'store: converter', -infinite, 0);
  model.putAll(kept, held.first, 1);
  for (let k = 0; k < model.segments; k++) model.put(kept + k, held.before(k), -1);
  const { hours } = model;
  model.putAll(
    kept,
    charge,
    hours.map((h) => -h * TOY_EFFICIENCY),
  );
  model.putAll(
    kept,
    discharge,
    hours.map((h) => h / TOY_EFFICIENCY),
  );
  model.putAll(window, held.first, 1);
  model.putSize(window, energy, -1);
  model.putAll(converter, charge, 1);
  model.putAll(converter, discharge, 1);
  model.putSize(converter, power, -1);
  model.flow('mv', charge, -1);
  model.flow('mv', discharge, 1);
  model.tellSize('ready power', power, 1);
  model.tellBefore('ready energy', held, TOY_EFFICIENCY);
  const inside = hours.map((h, k) => h * (1 - 1 / (model.span(k)[1] - model.span(k)[0])) * TOY_EFFICIENCY ** 2);
  model.tell('ready energy', charge, inside);
}

/** The balance of a toy site and its choices of sizes: grid, generator, sun, energy and power of the store, load. */
export function toyBalance(
  site: ToySite,
  rules: readonly Rule[] = [],
): { balance: SiteBalance; choices: SizeChoice[] } {
  const horizon: Horizon = {
    grid: { startMs: 0, stepMs: HOUR_MS, count: site.loadKw.length },
    blocks: site.blocks ?? [0],
    cyclic: true,
    conditions: () => {
      throw new RangeError('a toy site has no air');
    },
    arrivals: () => undefined,
    attainment: 0.99,
  };
  const { grid, gen, sun, energy, power } = site.sizes;
  const list: [ToySize, number][] = [
    [grid, TOY_YEARLY.grid],
    [gen, TOY_YEARLY.gen],
    [sun, TOY_YEARLY.sun],
    [energy, TOY_YEARLY.energy],
    [power, TOY_YEARLY.power],
    [1, TOY_YEARLY.load],
  ];
  const choices = list.map(([size, costPerYear]): SizeChoice => {
    const [lower, upper] = typeof size === 'number' ? [size, size] : size;
    return { lower, upper, costPerYear };
  });
  return { balance: new SiteBalance(partsOf(site), [], horizon, TOY_PENALTIES, rules), choices };
}

/** Solves a model in this thread. */
export async function solveModel(model: LinearModel): Promise<Solved> {
  const held = new HeldModel(await highs(), arraysOf(model));
  try {
    return held.solve({ method: 'simplex' });
  } finally {
    held.dispose();
  }
}

/** A columns group by name, as values by segment. */
export function valuesOf(model: LinearModel, solved: Solved, name: string): Float64Array {
  const group = model.columnGroups.find((g) => g.name === name);
  if (group === undefined) throw new RangeError(`no columns ${name}`);
  return solved.values.slice(group.first, group.first + group.count);
}

/** a x of every row. */
export function activities(model: LinearModel, values: Float64Array): Float64Array {
  const { starts, rows, values: coefficients } = model.matrix();
  const sums = new Float64Array(model.rowCount);
  for (let c = 0; c < model.columnCount; c++) {
    for (let i = starts[c]!; i < starts[c + 1]!; i++) sums[rows[i]!]! += coefficients[i]! * values[c]!;
  }
  return sums;
}

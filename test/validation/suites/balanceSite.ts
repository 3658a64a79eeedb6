import { arraysOf, HeldModel, highs, type Solved } from '../../../src/balance/highs.ts';
import type { LinearModel } from '../../../src/balance/linearModel.ts';
import type { Rule } from '../../../src/balance/rules/rule.ts';
import { type BalanceUnit, SiteBalance, type SizeChoice } from '../../../src/balance/siteModel.ts';
import { generatorUnit } from '../../../src/balance/testing/units.ts';
import type { Horizon } from '../../../src/components/model.ts';

/** The solver is loaded once, so that suites can run without waiting. */
const solver = await highs();

/** A case of a peer in our own parts. */
export interface PeerSite {
  readonly units: readonly BalanceUnit[];
  readonly horizon: Horizon;
  /** Bounds of sizes by `unit.key`, and money over the horizon per unit of size. */
  readonly sizes: Readonly<Record<string, { readonly lower: number; readonly upper: number; readonly money?: number }>>;
  readonly shortPerKwh?: number;
  readonly rules?: readonly Rule[];
  /** Changes the model before it is solved: limits that the peer's case adds. */
  readonly change?: (model: LinearModel) => void;
  readonly whole?: (model: LinearModel) => readonly number[];
}

/** A solved case, asked by name. */
export class PeerPlan {
  readonly model: LinearModel;
  readonly solved: Solved;

  constructor(site: PeerSite) {
    const balance = new SiteBalance(
      site.units,
      [],
      site.horizon,
      { shortPerKwh: site.shortPerKwh ?? 1e4 },
      site.rules ?? [],
    );
    const choices = balance.sizes.map(({ unitId, key }): SizeChoice => {
      const choice = site.sizes[`${unitId}.${key}`];
      if (choice === undefined) throw new RangeError(`the case says nothing of ${unitId}.${key}`);
      const { lower, upper, money = 0 } = choice;
      return { lower, upper, costPerYear: money / balance.years };
    });
    this.model = balance.model(balance.flat(), choices);
    site.change?.(this.model);
    this.solved = solveNow(this.model, site.whole?.(this.model));
  }

  /** Every step of a column group. @throws RangeError where there is none */
  series(name: string): number[] {
    const group = groupOf(this.model, name);
    return [...this.solved.values.slice(group.first, group.first + group.count)];
  }

  /** Sum over time, unit hours. */
  total(name: string): number {
    return this.series(name).reduce((sum, v, k) => sum + v * this.model.hours[k]!, 0);
  }

  size(name: string): number {
    return this.series(`size ${name}`)[0]!;
  }
}

/** A group of columns by name. */
export function groupOf(model: LinearModel, name: string): { readonly first: number; readonly count: number } {
  const group = model.columnGroups.find((g) => g.name === name);
  if (group === undefined) throw new RangeError(`no column ${name}`);
  return group;
}

/** Solves a model; whole numbers to the last. */
export function solveNow(model: LinearModel, whole: readonly number[] = []): Solved {
  const held = new HeldModel(solver, { ...arraysOf(model), ...(whole.length === 0 ? {} : { whole }) });
  try {
    return held.solve({ mipGap: 0 });
  } finally {
    held.dispose();
  }
}

export const constant = (count: number, kw: number) => new Float64Array(count).fill(kw);
export const most = (values: readonly number[]) => Math.max(...values);
export const fixed = (size: number) => ({ lower: size, upper: size });
export const free = (money: number, upper = 1e5) => ({ lower: 0, upper, money });

/** Generators whose energy costs a price per kWh. */
export function plant(id: string, perKwh: number): BalanceUnit {
  return generatorUnit(id, {
    rated: '1 kW',
    lhv_kwh_per_l: 10,
    efficiency_full: '50 %',
    efficiency_half: '50 %',
    fuel_price: `${5 * perKwh} USD/L`,
  });
}

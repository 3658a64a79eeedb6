import { type Shortfall, shortfalls } from '../balance/explain.ts';
import type { LinearModel } from '../balance/linearModel.ts';
import type { SiteBalance, SizeChoice } from '../balance/siteModel.ts';
import { type Account, isRequests } from '../components/model.ts';
import { fail } from '../errors/error.ts';
import type { Point } from './coupling.ts';
import { type Windows, windowModel } from './windows.ts';

/** A column over time. */
export interface PlannedSeries {
  readonly name: string;
  readonly unit: string;
  /** A stretched limit. */
  readonly slack: boolean;
  /** Value of every base step; a stored quantity's is at its end. */
  readonly values: Float64Array;
  /** Running money of it over the horizon. */
  readonly money: number;
}

/** A limit in the hours where it binds. */
export interface Bind {
  /** Number of its rows in docs/formulation.md, and its name. */
  readonly number: string;
  readonly name: string;
  /** Money that one more unit would save over the horizon, by base step; 0 where it does not bind. */
  readonly worth: Float64Array;
}

/** How a site of given sizes runs at full resolution. */
export interface Dispatch {
  readonly columns: ReadonlyMap<string, PlannedSeries>;
  /** Columns that stand for more than a step: billed peaks, energy in tiers. */
  readonly single: readonly {
    readonly name: string;
    readonly unit: string;
    readonly value: number;
    readonly money: number;
  }[];
  readonly accounts: ReadonlyMap<Account, number>;
  /** Requests/s of services on deployments, by base step. */
  readonly requestsPerS: ReadonlyMap<Account, Float64Array>;
  /** Bought, and drawn from the site's bus by halls and standing devices, kW by base step. */
  readonly importKw: Float64Array;
  readonly loadKw: Float64Array;
  /** Drawn by IT and by cooling plants, kW, and output tokens a second, by base step. */
  readonly itKw: Float64Array;
  readonly coolingKw: Float64Array;
  readonly tokensPerS: Float64Array;
  readonly binds: readonly Bind[];
  /** Limits that had to be stretched, in the order of time. */
  readonly shortfalls: readonly Shortfall[];
  /** Money per kWh of one more kW on the site's bus, by base step. */
  readonly energyPrice: Float64Array;
  /** Running money over the horizon, penalties included. */
  readonly money: number;
  /** Penalties in it. */
  readonly penaltyMoney: number;
}

/**
 * Runs a site with all sizes fixed, window by window, with what ties the windows together as `certify` left it.
 *
 * @throws JW_SOLVER when a window has no optimum
 */
export async function dispatchAt(
  balance: SiteBalance,
  choices: readonly SizeChoice[],
  { ties }: { readonly ties: Point },
  windows: Windows,
): Promise<Dispatch> {
  const made = new Gathered(balance.calendar.steps);
  const all = [...balance.calendar.windows.keys()];
  await Promise.all(
    all.map(async (w) => {
      const [answer] = await windows.ask([w], ties, { all: true });
      if (answer!.status !== 'optimal') fail('JW_SOLVER', { reason: `window ${w} is ${answer!.status}` });
      made.add(windowModel(balance, choices, w), answer!.values, answer!.rowDuals);
    }),
  );
  return made.done();
}

/** Accounts that are kept by base step. */
const HOURLY = [
  'importKwh',
  'loadKwh',
  'energyKwh',
  'coolingKwh',
  'outputTokens',
] as const satisfies readonly Account[];

/** What windows add up to. */
class Gathered {
  readonly #steps: number;
  readonly #columns = new Map<
    string,
    { name: string; unit: string; slack: boolean; values: Float64Array; money: number }
  >();
  readonly #single: { name: string; unit: string; value: number; money: number }[] = [];
  readonly #accounts = new Map<Account, number>();
  readonly #requestsPerS = new Map<Account, Float64Array>();
  readonly #binds = new Map<string, { number: string; name: string; worth: Float64Array }>();
  readonly #shortfalls: Shortfall[] = [];
  readonly #price: Float64Array;
  /** What accounts count in an hour, by base step. */
  readonly #perHour: Readonly<Record<(typeof HOURLY)[number], Float64Array>>;
  #money = 0;
  #penalty = 0;

  constructor(steps: number) {
    this.#steps = steps;
    this.#price = new Float64Array(steps);
    const series = (): Float64Array => new Float64Array(steps);
    this.#perHour = {
      importKwh: series(),
      loadKwh: series(),
      energyKwh: series(),
      coolingKwh: series(),
      outputTokens: series(),
    };
  }

  add(model: LinearModel, values: Float64Array, rowDuals: Float64Array): void {
    const { cost, segments } = model;
    const from = model.span(0)[0];
    model.columnGroups.forEach((group, g) => {
      if (g < model.sizes.length) return;
      let money = 0;
      for (let k = 0; k < group.count; k++) money += values[group.first + k]! * cost[group.first + k]!;
      this.#money += money;
      if (group.slack) this.#penalty += money;
      if (group.count !== segments) {
        this.#single.push({ name: group.name, unit: group.tag, value: values[group.first]!, money });
        return;
      }
      let own = this.#columns.get(group.name);
      if (own === undefined) {
        own = {
          name: group.name,
          unit: group.tag,
          slack: group.slack,
          values: new Float64Array(this.#steps),
          money: 0,
        };
        this.#columns.set(group.name, own);
      }
      own.values.set(values.subarray(group.first, group.first + segments), from);
      own.money += money;
    });
    for (const [account, list] of model.accounts) {
      let sum = this.#accounts.get(account) ?? 0;
      for (const { column, amount } of list) for (let k = 0; k < segments; k++) sum += values[column(k)]! * amount[k]!;
      this.#accounts.set(account, sum);
      if (!isRequests(account)) continue;
      const series = this.#requestsPerS.get(account) ?? new Float64Array(this.#steps);
      this.#requestsPerS.set(account, series);
      for (const { column, amount } of list) {
        for (let k = 0; k < segments; k++)
          series[from + k]! += (values[column(k)]! * amount[k]!) / (3600 * model.hours[k]!);
      }
    }
    for (const account of HOURLY) {
      const series = this.#perHour[account];
      for (const { column, amount } of model.accounts.get(account) ?? []) {
        for (let k = 0; k < segments; k++) series[from + k]! += (values[column(k)]! * amount[k]!) / model.hours[k]!;
      }
    }
    this.#shortfalls.push(...shortfalls(model, values, rowDuals));
    for (const group of model.rowGroups) {
      if (group.count !== segments) continue;
      const duals = rowDuals.subarray(group.first, group.first + segments);
      if (group.name === 'bus mv') {
        for (let k = 0; k < segments; k++) this.#price[from + k] = duals[k]! / model.hours[k]!;
        continue;
      }
      if (group.tag === 'E1') continue;
      const key = `${group.tag} ${group.name}`;
      let own = this.#binds.get(key);
      if (own === undefined) {
        own = { number: group.tag, name: group.name, worth: new Float64Array(this.#steps) };
        this.#binds.set(key, own);
      }
      for (let k = 0; k < segments; k++) own.worth[from + k] = Math.abs(duals[k]!);
    }
  }

  done(): Dispatch {
    return {
      columns: this.#columns,
      single: this.#single,
      accounts: this.#accounts,
      requestsPerS: this.#requestsPerS,
      importKw: this.#perHour.importKwh,
      loadKw: this.#perHour.loadKwh,
      itKw: this.#perHour.energyKwh,
      coolingKw: this.#perHour.coolingKwh,
      tokensPerS: this.#perHour.outputTokens.map((v) => v / 3600),
      binds: [...this.#binds.values()],
      shortfalls: this.#shortfalls.sort((a, b) => a.from - b.from),
      energyPrice: this.#price,
      money: this.#money,
      penaltyMoney: this.#penalty,
    };
  }
}

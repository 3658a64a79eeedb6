import type { OwnedCost } from '../finance/owned.ts';
import type { TimeGrid } from '../series/grid.ts';
import type { Conditions } from '../weather/conditions.ts';
import type { ClockAndCap } from './columnNames.ts';
import type { RequestsOn } from './requestsOn.ts';

export { atClock, type ClockAndCap, clockIn, peakOf } from './columnNames.ts';
export { isRequests, requestsOn } from './requestsOn.ts';

/**
 * The contract between devices and the linear model: what a device hands in, and what it may ask of the model while it writes
 * its columns and numbered rows (docs/formulation.md). The balance implements `ModelBuilder` and knows no device kind.
 *
 * Time is a list of base steps (hours, quarters) that are merged to segments. A device computes its series once per base step
 * and writes its rows for any segments afterwards.
 */

/** The time that a model looks at, in equal base steps; several years may stand one after the other, each a block. */
export interface Horizon {
  readonly grid: TimeGrid;
  /** First base step of each block, ascending, 0 first. Stores end a block as full as they began it when `cyclic`. */
  readonly blocks: readonly number[];
  readonly cyclic: boolean;
  /** Air of base step i. */
  readonly conditions: (i: number) => Conditions;
  /** Arrivals of a service by base step, requests/s; undefined for one that is not asked for. */
  readonly arrivals: (service: string) => Float64Array | undefined;
  /** Least share of interactive requests within their targets, 0..1, that a load level must reach. */
  readonly attainment: number;
  /** What a deployment does, where that is decided already; undefined, or left out, where the model chooses. */
  readonly operated?: (deployment: string) => Operated | undefined;
  /** Replicas of a deployment that are awake when the horizon begins, asked when its rows are written; undefined where boots do not count. */
  readonly awake?: (deployment: string) => AwakeReplicas | undefined;
  /** Whether replicas of a deployment may stay awake without work; not when left out. */
  readonly keepsAwake?: (deployment: string) => boolean;
  /** Whether the grid is taken to be away in a base step, beside the outages that were announced; nowhere when left out. */
  readonly isGridLost?: (i: number) => boolean;
  /** Clocks over the largest that load levels may be taken at, beside those of the deployment; only those when left out. */
  readonly clocks?: readonly number[];
  /** Money that a kWh of the accelerators counts beside its price, so that fewer joules are taken where electricity is free; 0 when left out. */
  readonly perItKwh?: number;
  /** Wear is paid per use; otherwise what a size may be used in the life that its price is written off over is limited. */
  readonly wearPaid?: boolean;
  /** For a lower bound: only what is certain. Cells may be used as much as wanted for nothing, and their container draws its standby alone. */
  readonly bounding?: boolean;
  /** What running money of today counts for, levelled over the project: factors of bought energy, of fuel and of water, money per kg of CO2. */
  readonly level?: {
    readonly energy: number;
    readonly fuel: number;
    readonly water: number;
    readonly carbonPerKg: number;
  };
}

/** Replicas that serve, those that sleep, none when left out, and those that boot with the hours that they still need. */
export interface AwakeReplicas {
  readonly serving: number;
  readonly asleep?: number;
  readonly booting: readonly { readonly replicas: number; readonly leftH: number }[];
}

/** A deployment in every base step as its physics has it: whole replicas, what they draw, and what becomes of each service. */
export interface Operated {
  readonly replicas: Float64Array;
  readonly powerKw: Float64Array;
  /** Clock and cap by base step; the deployment's own where left out. */
  readonly knobs?: readonly ClockAndCap[];
  readonly services: readonly {
    readonly service: string;
    /** Requests served, per second, and the electricity spent on them, kW. */
    readonly perS: Float64Array;
    readonly itKw: Float64Array;
  }[];
}

/** A size that the model may choose, per unit of it; prices in the site's currency of today. */
export interface SizeOption extends OwnedCost {
  /** Key as in the site file: `peak`, `energy`, `replicas`. */
  readonly key: string;
  /** Base unit: kW, kWh, replicas. */
  readonly unit: string;
  /** Size of the device as the site file gives it; the device's series are stated at this size. */
  readonly given: number;
  /** Where the price comes from. */
  readonly source: string;
}

/** A size in a model: always a column, fixed by equal bounds where it is not free, so that its worth can be read. */
export interface Size {
  readonly column: number;
}

/** A number for every segment, or one for all. */
export type PerSegment = number | Float64Array;

/** What is summed over time besides money: kg of CO2, litres of water, kWh of fuel, tokens; some of them by service. */
export type Account =
  | 'co2Kg'
  | 'fuelCo2Kg'
  | 'waterL'
  | 'fuelKwh'
  | 'renewableKwh'
  | 'suppliedKwh'
  | 'importKwh'
  | 'loadKwh'
  | 'outputTokens'
  | 'unservedRequests'
  | 'energyKwh'
  | 'coolingKwh'
  | `itKwh of ${string}`
  | `input of ${string}`
  | `output of ${string}`
  | RequestsOn;

/** How the names of buses begin on which flows are counted. */
const COUNTED = 'account ';

/** The bus on which a flow is counted in an account, amount per hour, wherever it comes from. */
export function accountBus(account: Account): string {
  return `${COUNTED}${account}`;
}

/** The account of such a bus; undefined for any other. */
export function accountOf(bus: string): Account | undefined {
  return bus.startsWith(COUNTED) ? (bus.slice(COUNTED.length) as Account) : undefined;
}

/**
 * What devices tell about themselves for rules of the site; nothing comes of it where no rule listens.
 * `load`: drawn from the site's bus by halls and standing devices, kW, negative as flows are. `import`: bought, kW.
 * When the grid is lost without notice: `ready`: kW for as long as wanted; `ready power`: kW while stored energy lasts;
 * `ready energy`: stored energy as it reaches the bus, kWh; `sun`, `wind`: what these could give in that hour, kW.
 * `busy <device>`: units of its size in use. `awake <device>`: those that are on, where a horizon keeps some so.
 */
export type Topic = 'load' | 'import' | 'ready' | 'ready power' | 'ready energy' | 'sun' | 'wind' | OfUnits;
type OfUnits = `${'busy' | 'awake'} ${string}`;

/** How the names of buses begin on which devices tell something. */
export const TOLD = 'told ';

/** The bus on which something is told, for a landing. */
export function told(topic: Topic): string {
  return `${TOLD}${topic}`;
}

/** What a device writes its columns and rows with. Indices of columns and rows of a group follow each other by segment. */
export interface ModelBuilder {
  /** Segments, and the hours and the block of each. */
  readonly segments: number;
  readonly hours: Float64Array;
  /** Years that the horizon stands for in yearly money: its hours over 8,760. */
  readonly years: number;
  /** Mean, least, greatest, last and sum of a base series in each segment. */
  mean(base: Float64Array): Float64Array;
  least(base: Float64Array): Float64Array;
  most(base: Float64Array): Float64Array;
  last(base: Float64Array): Float64Array;
  /** Base steps [from, to) of a segment. */
  span(segment: number): readonly [number, number];
  /** The size of a device; unknown sizes are an error of the program. */
  size(unit: string, key: string): Size;
  /** One column that belongs to the time around a segment; cost in money over the whole horizon. @returns its index */
  column(name: string, unit: string, lower: number, upper: number, cost: number, segment: number): number;
  /** A column per segment; cost in money per unit and hour. @returns the first index */
  columns(name: string, unit: string, lower: PerSegment, upper: PerSegment, costPerHour: PerSegment): number;
  /** A stored quantity: a column per segment, its value at the end, 0 to `upper`; holding a unit costs money per hour. */
  state(name: string, unit: string, upper: PerSegment, costPerHour?: number): State;
  /** A limit on a sum over the whole horizon. */
  budget(number: string, name: string, options?: BudgetOptions): Budget;
  /** One row `lower <= a x <= upper`; `number` as in docs/formulation.md. @returns its index */
  row(number: string, name: string, lower: number, upper: number): number;
  /** A row per segment. @returns the first index */
  rows(number: string, name: string, lower: PerSegment, upper: PerSegment): number;
  /** Adds to a coefficient. */
  put(row: number, column: number, value: number): void;
  /** Adds the same column in every segment: coefficient by segment. */
  putAll(firstRow: number, firstColumn: number, value: PerSegment): void;
  /** Adds one size to a row per segment: coefficient by segment. */
  putSize(firstRow: number, size: Size, value: PerSegment): void;
  /** Rows of a bus: what flows out of its devices into it sums to zero. @returns the first index */
  bus(name: string): number;
  /** Puts the flow of a column per segment onto a bus; positive out of the device into the bus. */
  flow(bus: string, firstColumn: number, value: PerSegment): void;
  /** The flow of a size onto a bus. */
  flowSize(bus: string, size: Size, value: PerSegment): void;
  /**
   * A bus whose flows pass through a device without a choice (a converter at its loss, a plant at its power per heat): it has no
   * rows; what is put onto it lands on the other buses and rows, times their factors.
   */
  through(name: string, landings: readonly Landing[]): void;
  /** Tells what a column per segment, a size, or a stored quantity before each segment stands for. */
  tell(topic: Topic, firstColumn: number, value: PerSegment): void;
  tellSize(topic: Topic, size: Size, value: PerSegment): void;
  tellBefore(topic: Topic, state: State, value: PerSegment): void;
  /** A constant that flows into the rows of a bus. */
  shift(firstRow: number, inflow: PerSegment): void;
  /** Counts columns of a group in an account: amount per unit and hour. */
  count(account: Account, firstColumn: number, perHour: PerSegment): void;
  /** A named slack of a hard limit, >= `least` (0), per segment, that adds to rows with `sign`; its penalty is money per unit and hour. */
  slack(name: string, unit: string, firstRow: number, sign: 1 | -1, penaltyPerHour: number, least?: PerSegment): number;
}

/** Columns of a stored quantity. */
export interface State {
  /** The first of its columns. */
  readonly first: number;
  /** The column that holds its value before a segment: the block's last for its first where stores are cyclic. */
  readonly before: (segment: number) => number;
}

/** Rows of a limit on a sum over the horizon: what the segments put in is at most what the total's row allows. */
export interface Budget {
  /** The row that a column of a segment adds to. */
  readonly row: (segment: number) => number;
  /** The row `used - allowed <= 0`; undefined in a model of a part of the horizon, where others allot its share. */
  readonly total: number | undefined;
}

export interface BudgetOptions {
  /** Constant that may be used; 0 when left out, where columns of the total's row say what is. */
  readonly allowed?: number;
  /** Segments that can use it; all when left out. */
  readonly only?: readonly number[];
  /** What is used beyond, and money per unit of it. */
  readonly missed?: { readonly name: string; readonly unit: string; readonly penalty: number };
}

/** Where a flow onto a passing bus lands. */
export interface Landing {
  /** A bus, the first of rows, or the row of each segment. */
  readonly at: string | number | ((segment: number) => number);
  readonly factor: PerSegment;
}

/** Where a device stands. */
export interface Standing {
  readonly id: string;
  /** Hall of cooling, chain and deployments: names their buses. */
  readonly hall?: string;
}

/** What a device is worth when the grid is gone, for tests of reliability; series by base step. */
export type Standby =
  /** Sun and wind: power per unit of the size `key`, kW. */
  | { readonly kind: 'free'; readonly origin: 'sun' | 'wind'; readonly key: string; readonly perUnit: Float64Array }
  | {
      readonly kind: 'generators';
      readonly key: string;
      /** Sets as the site file has them, the rated power of one, kW, and what the air leaves of it. */
      readonly sets: number;
      readonly setKw: number;
      readonly left: Float64Array;
      readonly fuelLPerKwh: number;
      /** Fuel of a running set besides, L/h. */
      readonly fuelLPerSetH: number;
      /** Fuel at hand when the grid goes, and when the tank is full, L. */
      readonly fuelL: number;
      readonly tankL: number;
      readonly delivery?: { readonly belowL: number; readonly afterH: number };
      readonly availability: number;
      readonly failureToStart: number;
      readonly mttfH: number;
      readonly repairH: number;
    }
  | {
      readonly kind: 'store';
      readonly energyKey: string;
      readonly powerKey: string;
      /** Usable energy over the size. */
      readonly windowShare: number;
      readonly chargeShare: number;
      readonly dischargeShare: number;
    }
  /** Outages that nobody announces: how many a year, their mean and the spread of their logarithm. */
  | { readonly kind: 'grid'; readonly perYear: number; readonly meanH: number; readonly sigma: number };

/** What a device hands to the balance for a horizon. */
export interface BalancePart {
  /** Sizes that can be chosen. */
  readonly sizes: readonly SizeOption[];
  /** Base series that a segment must not merge across: prices, windows, announced outages. */
  readonly sharp: readonly Float64Array[];
  /** Base series by which steps are alike: available power per unit, demand. Any scale. */
  readonly shape: readonly Float64Array[];
  /** Base series that is constant within a billing period: windows are cut where it changes. */
  readonly periods?: Float64Array;
  /** True where something of this part hangs together over the whole horizon and is neither a stored quantity nor a budget. */
  readonly whole?: boolean;
  /** What it is worth when the grid is gone. */
  readonly standby?: Standby;
  /** Requests by service that a kWh into it serves, one for each way in which it may run. */
  readonly perKwh?: readonly ReadonlyMap<string, number>[];
  /** Writes its columns and rows. */
  add(model: ModelBuilder): void;
}

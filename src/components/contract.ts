import type { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { OwnedCost } from '../finance/owned.ts';
import type { Conditions } from '../weather/conditions.ts';
import type { ServiceProfile } from '../workload/profile.ts';
import type { BillSoFar } from './bill.ts';
import type {
  CheapestPoint,
  CoolingSetPoint,
  FrontierLoad,
  FrontierPoint,
  HeatLoad,
  PointPrices,
} from './coolingPoint.ts';
import type {
  Accuracy,
  ItSetPoint,
  LevelOptions,
  LoadLevel,
  MarginalEnergy,
  Offer,
  PoolDraw,
  PoolOptions,
  ServiceOutcome,
  SleepTerms,
  Turned,
} from './it.ts';
import type { MeterDef } from './meters.ts';
import type { BalancePart, Horizon, Standing } from './model.ts';

export type {
  CheapestPoint,
  CoolingSetPoint,
  CoolingSettings,
  FrontierLoad,
  FrontierPoint,
  HeatLoad,
  PointPrices,
} from './coolingPoint.ts';
export { COMMON_METERS, type MeterDef } from './meters.ts';

/**
 * The contract between devices and the engines that use them (twin, balance, live control). A device kind is a folder that
 * exports one `Component`; the engines know only this file.
 *
 * Signs: a flow is positive OUT of the component INTO the bus. Electricity and heat in kW (means over the step), water and
 * fuel in L/h, tokens in requests/s of a service's length mix.
 */

/** What a bus carries. `ambient` is heat given to the outside air. */
export type Carrier = 'electricity' | 'heat' | 'requests' | 'fuel' | 'water' | 'ambient';

/**
 * Where a device stands in the step order: `it` first, then `cooling` and `chain` to a fixed point (their losses feed each
 * other), then `source`, `store`, and `slack` last.
 */
export type Role = 'it' | 'chain' | 'cooling' | 'source' | 'store' | 'slack';

/**
 * A named connection. Site-wide buses: `mv` (electricity that every source, store and chain shares), `fuel`, `water`,
 * `ambient`. Buses of one hall: `critical` (UPS output), `essential` (mechanical load), `liquid` and `air` (heat).
 * Request buses: `requests:<service>`.
 */
export interface Port {
  readonly name: string;
  readonly carrier: Carrier;
  readonly bus: string;
}

/** Stand beside it for their length. */
export type * from './it.ts';
/** Stand with the weather and the workload, which know no devices. */
export type { BillSoFar, Conditions, ServiceProfile };

/** Flows by port name; positive out of the component. */
export type Flows = Readonly<Record<string, number>>;

/** State after a step, what flowed and what the meters read. */
export interface Stepped<State> {
  readonly state: State;
  readonly flows: Flows;
  readonly meters: Readonly<Record<string, number>>;
}

/** State is plain JSON with a version, so that it can be stored and read by a later release. */
export interface Versioned {
  readonly v: number;
}

/** What everything in the site file is resolved against. */
export interface SiteContext {
  /** Degrees north and east, metres above sea level. */
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly elevationM: number;
  /** IANA zone. */
  readonly zone: string;
  /** ISO 4217 code that every price of the site is in. */
  readonly currency: string;
  /** ISO 3166 two-letter country, for grid carbon. */
  readonly country: string;
  /** Price of water in the site's currency, per L; nothing when left out. */
  readonly waterMoneyPerL?: number;
  /** Seed of everything random at this site. */
  readonly seed: number;
  /** Where relative names of files in the section start: the folder of the site file; the current one when left out. */
  readonly folder?: string;
  readonly catalog: Catalog;
}

/** A wrong value found while resolving a section: `path` inside the section, as in the file. */
export interface Complaint {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
}

/** What it costs to own: used by finance, never by the physics. All in the site's currency. */
export interface Ownership extends OwnedCost {
  /** Where the figures come from. */
  readonly source: string;
}

interface Kind<File extends z.ZodType, Spec, State extends Versioned> {
  /** Key of its section in the site file, e.g. `battery`. */
  readonly kind: string;
  /** One sentence for `--help` and the docs. */
  readonly about: string;
  /** What a site file may say, keys as written there; defaults carry their source (see units/schema.ts). */
  readonly file: File;
  /** Resolves a parsed section against the site. Reports what is wrong through `complain` and still returns a spec. */
  readonly spec: (file: z.output<File>, context: SiteContext, complain: (c: Complaint) => void) => Spec;
  readonly ports: (spec: Spec) => readonly Port[];
  readonly meters: Readonly<Record<string, MeterDef>>;
  /** State of a new device. */
  readonly initial: (spec: Spec) => State;
  /** Brings state of an older release to this one; undefined when it cannot be read. */
  readonly revive: (saved: unknown) => State | undefined;
  readonly ownership: (spec: Spec) => Ownership;
  /** Its columns and numbered rows in the linear model of a horizon, sizes as columns. */
  readonly balance: (spec: Spec, place: Standing, horizon: Horizon) => BalancePart;
}

/** What a dispatchable device can do in a step, as power into the `mv` bus in kW: {0} if `zero`, and [minKw, maxKw]. Charging is negative. */
export interface Feasible {
  readonly zero: boolean;
  readonly minKw: number;
  readonly maxKw: number;
  /** What it draws for itself whatever is decided (heating of a battery container); its flow is the port `aux`. */
  readonly auxKw: number;
  /** Of engines: the largest load they take at once, kW, so that a policy can keep it from them. */
  readonly stepKw?: number;
  /** Of stores: energy held now and when full, kWh, so that a policy can keep a reserve. */
  readonly store?: { readonly energyKwh: number; readonly capacityKwh: number };
  /** Of connections: the bill of the period that runs, so that a policy can keep to its peaks. */
  readonly bill?: BillSoFar;
}

/** What a dispatchable device is told. */
export interface PowerSetPoint {
  /** Into the bus; clipped by the device to what is feasible. */
  readonly powerKw: number;
  /** For devices that start and stop: true = run. */
  readonly commit?: boolean;
  /** Share of its own draw (`auxKw`) that is fed, 0..1; 1 unless said. Less only while the whole site is dark. */
  readonly auxShare?: number;
}

/** Where electricity comes from. */
export type EnergyOrigin = 'sun' | 'wind' | 'fuel' | 'store' | 'grid';

/** A source, a store, or the grid as slack. `dispatch` tells the twin's default order among equals: weather-driven first. */
export interface Dispatchable<File extends z.ZodType, Spec, State extends Versioned> extends Kind<File, Spec, State> {
  readonly role: 'source' | 'store' | 'slack';
  /** True for sources whose energy is free and lost when not used (sun, wind). */
  readonly mustTake: boolean;
  /** What its energy comes from: how totals and pictures count it. */
  readonly from: EnergyOrigin;
  readonly feasible: (spec: Spec, state: State, conditions: Conditions) => Feasible;
  readonly step: (spec: Spec, state: State, setPoint: PowerSetPoint, conditions: Conditions) => Stepped<State>;
}

/** Takes heat from a hall's buses and gives it to the outside. */
export interface Cooling<File extends z.ZodType, Spec, State extends Versioned> extends Kind<File, Spec, State> {
  readonly role: 'cooling';
  /** The most heat of each bus it can take in this step without leaving its limits, kW. */
  readonly capacity: (
    spec: Spec,
    state: State,
    conditions: Conditions,
  ) => { readonly liquidKw: number; readonly airKw: number };
  readonly step: (spec: Spec, state: State, setPoint: CoolingSetPoint, conditions: Conditions) => Stepped<State>;
  /** The cheapest set points that keep supply and hall within their limits; undefined when none do. About 0.1 ms. */
  readonly cheapest: (
    spec: Spec,
    state: State,
    load: HeatLoad,
    conditions: Conditions,
    prices: PointPrices,
  ) => CheapestPoint | undefined;
  /** PUE against WUE over a series of conditions, one point for each price of water; some tenths of a second per 100 hours. */
  readonly frontier: (spec: Spec, series: readonly Conditions[], load: FrontierLoad) => readonly FrontierPoint[];
}

/** Load on a hall's chain, kW at its outputs. */
export interface ChainSetPoint {
  readonly criticalKw: number;
  readonly essentialKw: number;
}

/** Carries electricity from `mv` to a hall's `critical` and `essential` buses; its losses are heat. */
export interface Chain<File extends z.ZodType, Spec, State extends Versioned> extends Kind<File, Spec, State> {
  readonly role: 'chain';
  /** Rated output of the critical bus, kW. */
  readonly ratedKw: (spec: Spec) => number;
  readonly step: (spec: Spec, state: State, setPoint: ChainSetPoint, conditions: Conditions) => Stepped<State>;
}

export interface ItStepped<State> extends Stepped<State> {
  /** One outcome for each offer, in the order of the offers. */
  readonly services: readonly ServiceOutcome[];
}

/** Turns electricity into tokens and heat. */
export interface It<File extends z.ZodType, Spec, State extends Versioned> extends Kind<File, Spec, State> {
  readonly role: 'it';
  /** Tells the device what it serves: called once when the site is composed, and again when lengths are replaced. */
  readonly serve: (spec: Spec, profiles: readonly ServiceProfile[]) => Spec;
  /** Replicas installed. */
  readonly installed: (spec: Spec) => number;
  /** From waking a replica until it serves, s. */
  readonly bootS: (spec: Spec) => number;
  /** What sleeping replicas save and need; undefined where it saves nothing. */
  readonly sleep: (spec: Spec) => SleepTerms | undefined;
  /** How sure its speed and power are, for what it serves. */
  readonly accuracy: (spec: Spec) => Accuracy;
  /**
   * The smallest number of replicas that serves these offers, spread evenly, with at least `attainment` of the requests
   * within their targets; undefined when all installed ones do not suffice.
   *
   * @param turned what the accelerators are set to
   * @param guess where the search begins; the nearer, the shorter
   */
  readonly replicasFor: (
    spec: Spec,
    offers: readonly Offer[],
    attainment: number,
    turned?: Turned,
    guess?: number,
  ) => number | undefined;
  /** Power caps of one accelerator that a policy may set, W, falling: the deployment's own first. */
  readonly capsW: (spec: Spec) => readonly number[];
  /** What a pool draws for offers, and how far its router fills replicas one after the other. */
  readonly pool: (spec: Spec, offers: readonly Offer[], options: PoolOptions) => PoolDraw;
  /** Least and most electricity it can draw with this many replicas serving, kW: idle and full. */
  readonly powerRange: (spec: Spec, replicas: number) => { readonly idleKw: number; readonly fullKw: number };
  /**
   * Load levels of one replica: idle first, then rising to the largest load at which the targets hold. Over several clocks and
   * caps, a level is left out where another serves as much for no more power. The offers count in proportion only; where they
   * cannot be served within their targets there is idle alone.
   */
  readonly levels: (spec: Spec, offers: readonly Offer[], options?: LevelOptions) => readonly LoadLevel[];
  /**
   * Joules at the IT boundary of one more token of a service beside what is served, without what idles anyway; undefined where
   * no replica serves.
   *
   * @param served requests per second of each service that are served
   */
  readonly marginal: (
    spec: Spec,
    service: string,
    served: readonly Offer[],
    setPoint: Pick<ItSetPoint, 'replicas' | 'clock' | 'capW' | 'fill'>,
  ) => MarginalEnergy | undefined;
  readonly step: (spec: Spec, state: State, setPoint: ItSetPoint, conditions: Conditions) => ItStepped<State>;
}

/** Any device kind. */
export type Component<File extends z.ZodType, Spec, State extends Versioned> =
  | Dispatchable<File, Spec, State>
  | Cooling<File, Spec, State>
  | Chain<File, Spec, State>
  | It<File, Spec, State>;

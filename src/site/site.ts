import type { SiteContext } from '../components/contract.ts';
import type { Unit } from '../components/unit.ts';
import type { Retention } from '../store/rows.ts';
import type { WeatherMap } from '../weather/map.ts';
import type { Service } from '../workload/service.ts';
import type { Bounds, Mode } from './bounds.ts';
import type { Engine } from './engineSection.ts';
import type { SiteFinance } from './financeSection.ts';
import type { FreePool, FreeSize } from './freeSize.ts';
import type { GridEvent } from './gridEvent.ts';
import type { Limits } from './limitsSection.ts';
import type { SiteFile } from './schema.ts';

/** Whose reading of a rule its parameters are. */
export type Reading = 'ours' | 'authority';

/** A duty to draw less at peak hours. */
export interface PeakReduction {
  readonly share: number;
  readonly basis: 'grid_import' | 'facility_load';
  readonly reference: 'mean_off_peak' | 'contracted';
  /** Local hours, [from, to). */
  readonly peakHours: readonly (readonly [number, number])[];
  /** Over what the means are taken, in local time. */
  readonly period: 'day' | 'month' | 'year';
  readonly reading: Reading;
}

/** A duty to install storage. */
export interface StorageShare {
  readonly share: number;
  readonly basis: 'contracted' | 'rated_load' | 'it_load';
  readonly durationH: number;
  readonly reading: Reading;
}

export interface Rules {
  readonly about?: string;
  readonly peakReduction?: PeakReduction;
  readonly storage?: StorageShare;
  /** Orders of the grid's operator, as the file tells them. */
  readonly events?: readonly GridEvent[];
}

export interface Deployment {
  readonly id: string;
  readonly hall: string;
  readonly pool: string;
  readonly model: string;
  readonly engine: Engine;
  /** Whether replicas that sleep give up their weights and read them again; they keep them in the host's memory when left out. */
  readonly discardsWeights?: boolean;
}

/** `file` is an absolute path. */
export type WeatherSource =
  | { readonly kind: 'climate'; readonly climate: string; readonly seed: number }
  | { readonly kind: 'file'; readonly file: string; readonly map?: WeatherMap };

export interface Money {
  readonly currency: string;
  readonly priceYear: number;
}

/** A site, checked and resolved: everything that the engines, the planner and the running program need to know. */
export interface Site {
  readonly id: string;
  readonly name: string;
  /** The site file, absolute. */
  readonly file: string;
  readonly context: SiteContext;
  readonly units: readonly Unit[];
  readonly halls: readonly { readonly id: string; readonly feeder?: string }[];
  readonly feeders: readonly { readonly id: string; readonly limitKw: number }[];
  readonly meters: readonly { readonly id: string; readonly at: string; readonly about?: string }[];
  readonly services: readonly Service[];
  readonly deployments: readonly Deployment[];
  readonly weather: WeatherSource;
  readonly money: Money;
  readonly finance: SiteFinance;
  readonly rules: Rules;
  /** What a plan must keep to. */
  readonly limits?: Limits;
  /** `data` is an absolute path. */
  readonly gateway: {
    readonly host: string;
    readonly port: number;
    /** Certificate and key in PEM files, absolute; without them HTTP is spoken in the clear. */
    readonly tls?: { readonly cert: string; readonly key: string };
    readonly data: string;
    /** True when requests without a key are taken. */
    readonly open: boolean;
    readonly hosts: readonly string[];
    /** Proxies whose `X-Forwarded-For` is believed. */
    readonly trustedProxies: readonly string[];
    /** Private hosts from which engines may fetch what callers name. */
    readonly mediaHosts: readonly string[];
    /** Labels of the site: its id, its country in small letters, and those of the file. */
    readonly residency: readonly string[];
    /** Names beside those of models, deployments and services. */
    readonly models: readonly { readonly id: string; readonly deployment: string; readonly adapter?: string }[];
    readonly log: 'warnings' | 'requests';
    /** How long what is stored is kept. */
    readonly retention: Retention;
  };
  /** What the controller may do; what is left out is wide. */
  readonly bounds: { readonly mode: Mode; readonly policy: 'joint' | 'siloed' } & Partial<Bounds>;
  /** What the planner chooses; [] in a site that can be built, stepped and run. Units and `parsed` then hold the most of each. */
  readonly free: readonly FreeSize[];
  readonly freePools: readonly FreePool[];
  /** The file as parsed, defaults filled in: base units, keys as written. */
  readonly parsed: SiteFile;
}

import type { Highs } from '../balance/highs.ts';
import type { Conditions, Feasible } from '../components/contract.ts';
import type { ImportLimit } from '../site/gridEvent.ts';
import type { Site } from '../site/site.ts';
import type { Decision } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import type { WeatherYear } from '../weather/year.ts';
import type { Service } from '../workload/service.ts';
import type { Shares } from './split.ts';

/** What of a view the set points of a hall's cooling rest on: the air, and the heat of the step before. */
export interface HeatView {
  readonly conditions: Conditions;
  readonly last: { readonly halls: readonly { readonly liquidKw: number; readonly airKw: number }[] } | undefined;
}

/** What a policy may look at when it decides a step. */
export interface View {
  readonly conditions: Conditions;
  /** What every dispatchable unit can do now, in the plant's order. */
  readonly feasible: readonly Feasible[];
  /** The step before; undefined at the first. */
  readonly last: StepRecord | undefined;
  /** Limits on import that were announced and are not over, by their start: also those of events that have not begun. */
  readonly limits?: readonly ImportLimit[];
}

/** Decides, step by step. Keeps its own memory; `save` makes it survive a restart. */
export interface Policy {
  readonly name: DeciderName;
  decide(view: View): Decision;
  save(): unknown;
}

/** What the demand of a service amounts to, for policies that size by it; requests/s. */
export interface DemandSummary {
  readonly service: string;
  readonly meanPerS: number;
  /** What a fixed size must bear (see demand.ts). */
  readonly highPerS: number;
}

/** What a fixed size amounts to. */
export interface Sized {
  /** Replicas to serve, by hall and deployment. */
  readonly replicas: readonly (readonly number[])[];
  /** Batch requests/s that they were sized for, by service; Infinity = as much as there is room for. */
  readonly batchPerS: readonly number[];
  /** Parts of every service for its deployments; by the replicas where left out. */
  readonly shares?: Shares;
}

/** What a policy that looks ahead knows beside the plant. */
export interface Surroundings {
  readonly site: Site;
  readonly services: readonly Service[];
  /** The climate until there are measurements: another year of it than the one that comes. */
  readonly climate: WeatherYear;
  /** The weather that comes. Only `foresight` may look. */
  readonly truth: WeatherYear;
  readonly solver: Highs;
}

/** What a policy is made for. */
export interface Setting {
  readonly plant: Plant;
  /** For policies that look ahead; the others do without. */
  readonly around?: Surroundings;
  readonly demand: readonly DemandSummary[];
  /** For policies that look ahead: share of a service's requests that may miss a target, 0..1, by its id; what they promise where it is left out. */
  readonly missed?: ReadonlyMap<string, number>;
  /** What a slower loop has decided already; undefined = the policy decides. */
  readonly sized?: Sized;
  /** Memory of an earlier run. */
  readonly saved?: unknown;
}

/** Names that `--policy` takes. */
export const POLICY_NAMES = ['siloed', 'tuned-silos', 'joint', 'foresight'] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];
/** Who decided: a policy by its name, or the set points of a plan. */
export type DeciderName = PolicyName | 'plan';

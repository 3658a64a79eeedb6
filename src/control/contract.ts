import type { Conditions, Feasible, LengthWeights } from '../components/contract.ts';
import type { SegmentAhead } from '../policy/lookahead/index.ts';
import type { PolicyName, Sized } from '../policy/policy.ts';
import type { Decision } from '../twin/decision.ts';
import type { StepRecord } from '../twin/record.ts';

/**
 * The seam of a running site: down goes a `Directive`, up goes a `Load`. Everything that serves requests obeys directives;
 * nothing else of the controller is visible to it, and no user input crosses upwards except the counts of a `Load`.
 */

/** Classes of traffic, best protected first (OpenAI `service_tier`: priority, default, flex; and the batch API). */
export const TRAFFIC_CLASSES = ['priority', 'default', 'flex', 'batch'] as const;
export type TrafficClass = (typeof TRAFFIC_CLASSES)[number];

/** What a class may use. */
export interface ClassBudget {
  readonly class: TrafficClass;
  /** Requests that may start per second; null = no limit. */
  readonly ratePerS: number | null;
  /** Electricity at the IT boundary that the class may draw; null = no limit. */
  readonly watts: number | null;
}

/** What a deployment drew and did in the interval that a directive ends, means at the IT boundary. */
export interface Metered {
  readonly watts: number;
  /** Part of it that is drawn by being on. */
  readonly idleWatts: number;
  /** Input tokens computed and output tokens given out, whoever asked for them; left out where only power is read. */
  readonly computedTokensPerS?: number;
  readonly outputTokensPerS?: number;
}

/** What a deployment is to be, and what it is expected to do at the load it has now. */
export interface EngineOrder {
  /** Id of the deployment in the site file. */
  readonly id: string;
  readonly state: 'serving' | 'asleep' | 'off';
  /** Replicas serving, and those that sleep beside them; none where left out. */
  readonly replicas: number;
  readonly asleep?: number;
  /** Clock that the accelerators are locked to, share of their largest; null = the device's own choice. */
  readonly clock: number | null;
  /** Requests that a replica takes before the router takes the next one; spread evenly where left out. */
  readonly fullRequests?: number;
  /** From the plant's model or meters at the present load. */
  readonly expected: {
    /** Mean wait before prefill starts, prefill per input token, time per output token: seconds. */
    readonly queueS: number;
    readonly prefillSPerToken: number;
    readonly tpotS: number;
    /** Joules per computed input token and per output token at the IT boundary, above what being on draws. */
    readonly prefillJPerToken: number;
    readonly decodeJPerToken: number;
    /** The same for one more request at this load, where it is known. */
    readonly marginalPrefillJPerToken?: number;
    readonly marginalDecodeJPerToken?: number;
    /** How lengths weigh in the joules per token, where it is known. */
    readonly lengths?: LengthWeights;
  };
  /** 90 % interval of the joules per token, as factors of them; left out where nothing is known of their error. */
  readonly energyBand?: { readonly low: number; readonly high: number };
  readonly metered?: Metered;
}

/** Which part of the requests of a service that several deployments serve is to go to each. */
export interface ServiceShares {
  readonly service: string;
  /** Ids of deployments as in the site file; shares together 1. */
  readonly engines: readonly { readonly id: string; readonly share: number }[];
}

/** The controller's word, renewed every second or so. A stale one is held until `validUntilMs`, then the safe floor holds. */
export interface Directive {
  /** Grows by one; a lower one than seen is ignored. */
  readonly seq: number;
  /** Wall clock, ms. */
  readonly issuedMs: number;
  readonly validUntilMs: number;
  readonly classes: readonly ClassBudget[];
  readonly engines: readonly EngineOrder[];
  /**
   * Shares of services that several deployments serve, as targets: latency promised and engines that cannot take a request go before them. Left out where
   * no service has a choice, and where nobody has decided: then the router goes by joules.
   */
  readonly shares?: readonly ServiceShares[];
  /** False while no plan is in force, as in the first seconds of a site: all replicas are on, and joules per token are theirs. */
  readonly planned?: boolean;
  /** Facility electricity over IT electricity at this moment (instantaneous PUE); multiplies joules of a request. */
  readonly facilityFactor: number;
  /** g CO2 per kWh of the facility's electricity at this moment. */
  readonly carbonGPerKwh: number;
  /** Share of own sun and wind in the electricity that feeds the site at this moment, 0 to 1; left out where it is not known. */
  readonly greenShare?: number;
  /** Litres of water evaporated per kWh of the facility's electricity at this moment. */
  readonly waterLPerKwh: number;
  /** Price of one kWh at the facility at this moment, currency of the site. */
  readonly pricePerKwh: number;
  readonly currency: string;
}

/** Real traffic of one deployment and class over the last interval. */
export interface ClassLoad {
  readonly engine: string;
  readonly class: TrafficClass;
  readonly requestsPerS: number;
  readonly inputTokensPerS: number;
  readonly outputTokensPerS: number;
  readonly running: number;
  readonly waiting: number;
}

/** What the gateway tells the controller, about once a second. */
export interface Load {
  readonly seq: number;
  /** Wall clock at the end of the interval, ms. */
  readonly atMs: number;
  readonly intervalS: number;
  readonly classes: readonly ClassLoad[];
  /** Deployments none of whose engines can be reached: left alone after failures. */
  readonly unreachable?: readonly string[];
}

/** The floor that holds when no valid directive is at hand: protected classes only, one request at a time per engine. */
export const SAFE_CLASSES: readonly ClassBudget[] = TRAFFIC_CLASSES.map((c) => ({
  class: c,
  ratePerS: c === 'priority' || c === 'default' ? null : 0,
  watts: null,
}));

/** What a batch is taken to need, before it runs: amounts only. */
export interface BatchAsk {
  /** Wall clock, ms: when it could begin, and when it must be done. */
  readonly atMs: number;
  readonly deadlineMs: number;
  /** Electricity at the facility boundary that it is expected to use, and draw while it runs; null = nothing is known. */
  readonly joules: number | null;
  readonly watts: number | null;
}

/** When a batch is expected to run, and on what. */
export interface BatchQuote {
  /** Wall clock, ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Share of its electricity that is surplus of sun and wind, 0 to 1; null = not known. */
  readonly greenShare: number | null;
  /** Mean over its electricity, currency of the site; surplus counts as free. Null = not known. */
  readonly pricePerKwh: number | null;
  readonly cost: number | null;
  readonly currency: string;
  /** What it rests on; `none` says that nothing was known, and that its times are the batch's own. */
  readonly basis: 'forecast' | 'none';
  readonly reason: string;
}

/** Answers what a batch would get, without promising it. The gateway asks; whoever plans the site answers. */
export type QuoteBatch = (ask: BatchAsk) => Promise<BatchQuote>;

/**
 * The plant port: what the controller sees of the site, whether the embedded twin or real devices stand behind it. Orders
 * expire: after `validUntilMs` a plant falls back to its own plain default.
 */
export interface PlantPort {
  readonly kind: 'simulated' | 'devices';
  /** What the air and every dispatchable unit allow for the interval that begins now and lasts `dtH` hours. */
  look(startMs: number, dtH: number): Outlook;
  /** Runs the interval that was looked at under these orders and says what was measured. */
  advance(decision: Decision, extraPerS: ArrayLike<number>): StepRecord;
  /** Everything that must survive a restart, as plain JSON. */
  save(): unknown;
}

/** What is possible in the coming interval. */
export interface Outlook {
  readonly conditions: Conditions;
  readonly feasible: readonly Feasible[];
  /** Ids of units that no longer answer; none when left out. */
  readonly silent?: readonly string[];
}

/** What was foreseen of a series when a plan was made: means over segments. Eight in ten should lie between low and high. */
export interface ForecastBand {
  /** `requests of chat`, `irradiance`, `temperature`, `wind`. */
  readonly series: string;
  /** Edges of the segments, site time, ms. */
  readonly edgesMs: readonly number[];
  readonly low: readonly number[];
  readonly middle: readonly number[];
  readonly high: readonly number[];
}

/** The slow loop's word: what to do until it speaks again. */
export interface ControlPlan {
  readonly seq: number;
  /** Site time, ms. */
  readonly issuedMs: number;
  readonly validUntilMs: number;
  readonly policy: PolicyName;
  readonly reason: string;
  /** Fixed sizes, of a policy that does not look ahead. */
  readonly sized?: Sized;
  /** The two days that come, of one that does. */
  readonly ahead?: PlanAhead;
}

/** A look ahead as a plan. */
export interface PlanAhead {
  /** Nearest first. */
  readonly segments: readonly SegmentAhead[];
  readonly bands: readonly ForecastBand[];
  /** Highest import by connection, where a demand charge holds it, kW. */
  readonly ceilingsKw: ReadonlyMap<string, number>;
}

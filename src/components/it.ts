/** Requests offered to a deployment in a step, of one service. */
export interface Offer {
  /** Id of the service. */
  readonly service: string;
  /** Interactive requests per second: served in this step or shed. */
  readonly requestsPerS: number;
  /** Batch requests per second that may be served beside them, up to what there is room for. */
  readonly batchPerS: number;
}

/** What a deployment is told. */
export interface ItSetPoint {
  /** Replicas to keep serving, 0..installed; nodes of the others are off. */
  readonly replicas: number;
  /**
   * Replicas beside them that are to sleep: weights out of the accelerators, nodes on. In a step of a minute and more the deployment
   * wakes as many of them as its requests need. None where left out, and where the site file does not say how they sleep.
   */
  readonly asleep?: number | undefined;
  readonly offers: readonly Offer[];
  /** Electricity it may draw at its bus, kW; Infinity where nothing is short. */
  readonly limitKw: number;
  /** Locked clock over the largest, 0.2..1, and power cap of one accelerator, W; the deployment's own where left out. */
  readonly clock?: number | undefined;
  readonly capW?: number | undefined;
  /**
   * Share of the full rate up to which the router fills a replica before it takes the next one, 0..1; those that are not taken idle,
   * ready for what comes unforeseen. Spread evenly over all that serve where left out.
   */
  readonly fill?: number | undefined;
}

/** What sleeping is to whoever decides about it, where it saves power: kW of one replica with its part of the node. */
export interface SleepTerms {
  /** From waking a replica until it serves, s. */
  readonly wakeS: number;
  /** Awake without work, asleep, and while it wakes. */
  readonly idleKw: number;
  readonly asleepKw: number;
  readonly wakeKw: number;
  /** Replicas of one node: they are off together. */
  readonly together: number;
}

/** What became of one service's offer on a deployment. */
export interface ServiceOutcome {
  readonly service: string;
  readonly servedPerS: number;
  readonly shedPerS: number;
  readonly batchServedPerS: number;
  readonly inputTokensPerS: number;
  /** Input tokens that were computed: those that no prefix cache had. */
  readonly computedTokensPerS: number;
  readonly outputTokensPerS: number;
  /** Mean time to first token and mean time per output token, s. */
  readonly ttftS: number;
  readonly tpotS: number;
  /** Parts of the time to first token: mean wait before prefill starts, and prefill per input token, s. */
  readonly queueS: number;
  readonly prefillSPerToken: number;
  /**
   * Electricity per computed input token and per output token at the IT boundary, J; computed x prefill + output x decode =
   * powerKw. Where nothing was served, what a
   * first request alone would draw above idle; 0 where no replica serves.
   */
  readonly prefillJPerToken: number;
  readonly decodeJPerToken: number;
  /** Share of the served interactive requests within both latency targets, 0..1. */
  readonly attainment: number;
  /** Electricity at the IT boundary spent on this service, kW; idle power of serving nodes is shared by use. */
  readonly powerKw: number;
}

/** Joules per computed input token and per output token. */
export interface TokenEnergy {
  readonly prefillJPerToken: number;
  readonly decodeJPerToken: number;
}

/**
 * How lengths weigh in the joules of a token: a token of a prompt of n takes the mean x (1 + promptGrowth x (n - promptTokens)),
 * an output token that comes after c others the mean x (1 + contextGrowth x (c - contextTokens)).
 */
export interface LengthWeights {
  readonly promptTokens: number;
  readonly promptGrowth: number;
  readonly contextTokens: number;
  readonly contextGrowth: number;
}

/** Joules of one more token beside what is served, and how lengths weigh in those of all. */
export interface MarginalEnergy extends TokenEnergy {
  readonly lengths: LengthWeights;
}

/** What a table of load levels is asked for. */
export interface LevelOptions {
  /** Replicas of the pool behind one router, >= 1: many wait less than one. All installed ones when left out. */
  readonly replicas?: number;
  /** Share of each interactive service's requests that must be within both targets, 0..1; 0.95 when left out. */
  readonly attainment?: number;
  /** Loads over the largest admissible one, rising, 0 to 1 without 0; six of them when left out. */
  readonly shares?: readonly number[];
  /** Clocks over the largest and power caps of one accelerator, W, that may be set; the deployment's own when left out. */
  readonly clocks?: readonly number[];
  readonly capsW?: readonly number[];
  /**
   * The router fills replicas as far as this share of each interactive service's requests stays within both targets, 0..1, and the levels
   * are those of a pool filled so; spread evenly when left out.
   */
  readonly filling?: number;
  /** Every level, by clock and cap, also those that another one beats; for tables. */
  readonly keepAll?: boolean;
}

/** What accelerators are set to: clock over the largest, and power cap of one, W; the deployment's own where left out. */
export interface Turned {
  readonly clock?: number | undefined;
  readonly capW?: number | undefined;
}

/** What a pool is asked for. */
export interface PoolOptions extends Turned {
  readonly replicas: number;
  /** Share of each interactive service's requests that must be within both targets on replicas that are filled one after the other, 0..1. */
  readonly filling: number;
}

/** What a pool draws at the IT boundary, kW, and the share of the full rate up to which its router fills a replica; undefined where it spreads. */
export interface PoolDraw {
  readonly powerKw: number;
  readonly fill: number | undefined;
}

/** What the time of a replica's steps goes to: shares of its busy time that add up to 1. */
export interface Binds {
  readonly memory: number;
  readonly compute: number;
  readonly link: number;
  readonly engine: number;
}

/** One service on one replica at a load level. */
export interface ServiceAtLevel {
  readonly service: string;
  /** Interactive and batch requests served, per second. */
  readonly requestsPerS: number;
  readonly batchPerS: number;
  /** Input tokens: all, and those that were computed because no prefix cache had them. */
  readonly inputTokensPerS: number;
  readonly computedTokensPerS: number;
  readonly outputTokensPerS: number;
  readonly ttftS: number;
  readonly tpotS: number;
  readonly attainment: number;
  /**
   * Electricity per computed input token and per output token with the idle power of the replica shared by use, J; computed x
   * prefill + output x decode is the service's power.
   */
  readonly prefillJPerToken: number;
  readonly decodeJPerToken: number;
}

/**
 * A steady load of one replica among a pool of its like: a column of a linear model. Power is concave over load, so a replica
 * between two levels is best taken as replicas at both.
 */
export interface LoadLevel {
  /** Load over the largest admissible one at its clock and cap, 0..1; 0 is on and idle. */
  readonly share: number;
  /** How often the offers that were asked about one replica serves. */
  readonly scale: number;
  /** Clock over the largest, 0..1, and power cap of one accelerator, W (its board power where none is set). */
  readonly clock: number;
  readonly capW: number;
  /** Share of the full rate up to which the router fills a replica before it takes the next one; spread evenly where left out. */
  readonly fill?: number | undefined;
  /** Mean sequences that decode while steps run. */
  readonly batch: number;
  /** Load over the most that the mix could have, 0..1, whatever the targets. */
  readonly utilisation: number;
  readonly binds: Binds;
  /** Electricity at the IT boundary with the replica's part of its node, kW: on and idle, and all. */
  readonly idleKw: number;
  readonly powerKw: number;
  readonly inputTokensPerS: number;
  readonly computedTokensPerS: number;
  readonly outputTokensPerS: number;
  /** One for each offer, in their order. */
  readonly services: readonly ServiceAtLevel[];
}

/** Nine of ten measurements lie within: ends over what is simulated, below and above 1. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** What a deployment's speed and power rest on, and how sure they are. */
export interface Accuracy {
  /** In words. */
  readonly about: string;
  /** Of throughput, and of the boards' power while they run; absent where nobody can say. */
  readonly speedBand?: Band;
  readonly drawBand?: Band;
}

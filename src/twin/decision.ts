import type { CoolingSettings, ItSetPoint } from '../components/contract.ts';

/**
 * A band within which a dispatchable unit follows what the site is short of or has too much of, kW into the bus. The twin
 * never leaves what is feasible, and leaves a store's band only when load would be lost otherwise.
 */
export interface Order {
  /** For units that start and stop: run in this step. */
  readonly commit: boolean;
  readonly minKw: number;
  readonly maxKw: number;
}

/** Free to follow in both directions. */
export const FOLLOW: Order = { commit: true, minKw: Number.NEGATIVE_INFINITY, maxKw: Number.POSITIVE_INFINITY };
/** Off. */
export const OFF: Order = { commit: false, minKw: 0, maxKw: 0 };

/** What a policy may set on the accelerators of a deployment. */
export type AcceleratorKnobs = Pick<ItSetPoint, 'clock' | 'capW' | 'fill'>;

/** What a policy decides for one step. Arrays are in the plant's order of units. */
export interface Decision {
  /** Replicas to keep serving, by hall and deployment: `replicas[hall][deployment]`. */
  readonly replicas: readonly (readonly number[])[];
  /** Replicas to sleep beside them, in the same order; none where left out. The others are off. */
  readonly asleep?: readonly (readonly number[])[];
  /**
   * Clock over the largest and power cap of an accelerator, W, by hall and deployment; the deployment's own where left out.
   */
  readonly knobs?: readonly (readonly AcceleratorKnobs[])[];
  /** Supply temperature of each hall's liquid loop, °C; undefined = the spec's own. */
  readonly supplyC: readonly (number | undefined)[];
  /** Set points of each hall's cooling beside the supply; undefined, or left out, for what the plant chooses. */
  readonly cooling?: readonly (Omit<CoolingSettings, 'supplyC'> | undefined)[];
  /** Batch requests per second that may start, by service; Infinity = as much as there is room for. Ignored for interactive ones. */
  readonly batchPerS: readonly number[];
  /**
   * Parts of a service's requests that go to each of its deployments, by service and in the order of its deployments, >= 0; only their
   * proportions count. Where nothing is said, or left out for all, by the replicas that are to serve.
   */
  readonly shares?: readonly (readonly number[])[];
  /** One order for each dispatchable unit. */
  readonly orders: readonly Order[];
  /** Indices of dispatchable units: who covers what is short, first to last. */
  readonly deficitOrder: readonly number[];
  /** Indices: who takes what is over, first to last; what is left is curtailed. */
  readonly surplusOrder: readonly number[];
  /** Why, in a sentence, when the decision differs from the one before. */
  readonly reason?: string;
}

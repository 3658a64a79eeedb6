import type { Pace } from './pace.ts';

/** Lengths and pace of a service as a deployment sees it. */
export interface ServiceProfile {
  readonly id: string;
  readonly kind: 'interactive' | 'batch';
  /** Token lengths as equally likely samples (10 to 256 of each); input and output are independent. */
  readonly inputTokens: readonly number[];
  readonly outputTokens: readonly number[];
  /** Squared coefficient of variation of the time between arrivals; 1 = Poisson. */
  readonly arrivalCv2: number;
  /** How the rate itself comes and goes, where it was recorded; `arrivalCv2` then counts within its windows. */
  readonly pace?: Pace;
  /** Targets of an interactive service, s; Infinity for batch. */
  readonly ttftS: number;
  readonly tpotS: number;
}

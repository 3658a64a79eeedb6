import type { ServiceProfile } from './profile.ts';
import type { RateSource } from './rate.ts';
import type { Trace } from './trace.ts';

/** A stream of requests that a site promises to serve, and the deployment that serves it. */
export interface Service {
  readonly profile: ServiceProfile;
  readonly rate: RateSource;
  /** Id of the deployment. */
  readonly deployment: string;
  /** Batch: time from arrival until it is due, s. */
  readonly deadlineS?: number;
}

/** Mean tokens of one request. */
export function meanTokens(profile: ServiceProfile): { readonly input: number; readonly output: number } {
  const mean = (samples: readonly number[]): number => samples.reduce((a, b) => a + b, 0) / samples.length;
  return { input: mean(profile.inputTokens), output: mean(profile.outputTokens) };
}

/** The same service with other demand. */
export function withRate(service: Service, rate: RateSource): Service {
  return { ...service, rate };
}

/** The same service with the lengths and burstiness of a recording. */
export function withTrace(service: Service, trace: Trace): Service {
  const { inputTokens, outputTokens, arrivalCv2 } = trace;
  return { ...service, profile: { ...service.profile, inputTokens, outputTokens, arrivalCv2 } };
}

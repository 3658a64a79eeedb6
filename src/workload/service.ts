import type { ServiceProfile } from './profile.ts';
import type { RateSource } from './rate.ts';
import type { Trace } from './trace.ts';

/** A stream of requests that a site promises to serve, and the deployments that serve it. */
export interface Service {
  readonly profile: ServiceProfile;
  readonly rate: RateSource;
  /** Ids of the deployments that serve it, at least one; all have the same model. */
  readonly deployments: readonly string[];
  /** Batch: time from arrival until it is due, s. */
  readonly deadlineS?: number;
  /** Recording of requests that lengths and burstiness were taken from. */
  readonly recording?: string;
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

/** Burstiness of a recording as a service takes it: its pace, within which requests come independently; or that of single gaps. */
export function burstinessOf({ arrivalCv2, pace }: Trace): Pick<ServiceProfile, 'arrivalCv2' | 'pace'> {
  return pace === undefined ? { arrivalCv2 } : { arrivalCv2: 1, pace };
}

/** Lengths of a recording as a service takes them, with the prefixes that it tells. */
export function recordedLengths({
  inputTokens,
  outputTokens,
  prefixTokens,
  prefixHitShare,
}: Trace): Pick<ServiceProfile, 'inputTokens' | 'outputTokens' | 'prefixTokens' | 'prefixHitShare'> {
  const hits = prefixTokens === undefined || prefixHitShare === undefined ? {} : { prefixTokens, prefixHitShare };
  return { inputTokens, outputTokens, ...hits };
}

/**
 * The same service with the lengths and burstiness of a recording. Where this tells nothing of prefixes, the share that the
 * service was said to hit stays; prefixes of another recording do not.
 */
export function withTrace(service: Service, trace: Trace): Service {
  const { pace: _pace, prefixTokens, prefixHitShare, ...profile } = service.profile;
  const stated = prefixTokens === undefined && prefixHitShare !== undefined ? { prefixHitShare } : {};
  return {
    ...service,
    profile: { ...profile, ...stated, ...recordedLengths(trace), ...burstinessOf(trace) },
    recording: trace.file,
  };
}

import { type Details, type Fault, fault } from '../errors/error.ts';
import { type ErrorCode, TABLE } from '../errors/table.ts';

/** Why a call is not served, as a value: on the hot path nothing is thrown. */
export interface Failure {
  readonly fault: Fault;
  /** HTTP status of the answer. */
  readonly http: number;
  /** Seconds after which another try makes sense, 1..60; null = no advice. Clients ignore more than 60. */
  readonly retryAfterS: number | null;
  /** Whether a client should try again by itself. */
  readonly retry: boolean;
  /** What an engine itself said of a request that it rejected, passed on to the caller. */
  readonly upstream?: UpstreamError;
}

/** An engine's error in the four parts of an OpenAI error object; what it left out is null. */
export interface UpstreamError {
  readonly message: string;
  readonly type: string | null;
  readonly param: string | null;
  readonly code: string | null;
}

/** Further facts of a failure that its row in the error table does not hold. */
export interface FailureOptions {
  readonly where?: string;
  readonly http?: number;
  readonly retryAfterS?: number;
  readonly retry?: boolean;
  readonly upstream?: UpstreamError;
}

/** Makes a failure from the error table; the retry time is rounded up to whole seconds and held within 1..60. */
export function failure(code: ErrorCode, details: Details = {}, options: FailureOptions = {}): Failure {
  const http = options.http ?? TABLE[code].http;
  const wait = options.retryAfterS;
  return {
    fault: fault(code, details, options.where ?? ''),
    http,
    retryAfterS: wait === undefined ? null : Math.min(60, Math.max(1, Math.ceil(wait))),
    retry: options.retry ?? (http === 503 || http === 502 || http === 504),
    ...(options.upstream === undefined ? {} : { upstream: options.upstream }),
  };
}

import { type Failure, failure } from '../engines/failure.ts';
import { type Fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import type { ErrorCode } from '../errors/table.ts';

/** Codes by which OpenAI clients know a failure; all others carry their own. */
const OPENAI_CODES: Partial<Record<ErrorCode, string>> = {
  JW_MODEL_UNKNOWN: 'model_not_found',
  JW_KEY_WRONG: 'invalid_api_key',
  JW_KEY_SHUT: 'invalid_api_key',
  JW_LIMIT: 'rate_limit_exceeded',
  JW_BUDGET: 'insufficient_quota',
  JW_CONTEXT_LENGTH: 'context_length_exceeded',
};

/** The error object of the OpenAI API: always these four keys. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** Whose API a caller speaks, and so in which shape it reads errors. */
export type ErrorStyle = 'openai' | 'anthropic';

/** In which shape errors of a path are written. */
export function styleOf(url: string): ErrorStyle {
  return url.startsWith('/v1/messages') ? 'anthropic' : 'openai';
}

/** Where an answer is written: a response of the HTTP server, or what stands in for one. */
export interface Outlet {
  readonly headersSent: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** False when the reader lags; `drain` tells that it can take more. */
  write(part: string | Buffer): boolean;
  end(part?: string): unknown;
  /** Cuts the connection, so that the caller sees that the answer is not whole. */
  destroy(): unknown;
  on(event: 'close', listener: () => void): unknown;
  once(event: 'drain', listener: () => void): unknown;
}

function typeOf(http: number, code: ErrorCode): string {
  if (code === 'JW_BUDGET') return 'insufficient_quota';
  if (http === 403) return 'permission_error';
  if (http === 401) return 'authentication_error';
  if (http === 429) return 'rate_limit_error';
  return http >= 500 ? 'server_error' : 'invalid_request_error';
}

function messageOf(fault: Fault): string {
  return fault.hint === '' ? fault.message : `${fault.message}; ${fault.hint}`;
}

/** A failure as the caller reads it. What an engine said of a rejected request is passed on in its own words. */
export function errorBody({ fault, http, upstream }: Failure): ErrorBody {
  return {
    error: {
      message: upstream?.message ?? messageOf(fault),
      type: upstream?.type ?? typeOf(http, fault.code),
      param: upstream?.param ?? (fault.where === '' ? null : fault.where),
      code: upstream?.code ?? OPENAI_CODES[fault.code] ?? fault.code,
    },
  };
}

/** Types by which Anthropic's clients know a failure, by status. */
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** A failure in the shape of the Anthropic API; `param` and `code` come along, as everywhere else. */
export function anthropicError(why: Failure, requestId: string): object {
  const { message, param, code } = errorBody(why).error;
  const fallback = why.http < 500 ? 'invalid_request_error' : 'api_error';
  const type = ANTHROPIC_TYPES[why.http] ?? fallback;
  return { type: 'error', error: { type, message, param, code }, request_id: requestId };
}

/** A failure as whoever asked reads it. */
export function errorFor(style: ErrorStyle, why: Failure, requestId: string): object {
  return style === 'openai' ? errorBody(why) : anthropicError(why, requestId);
}

/** The headers that tell a client whether and when to try again; clients ignore a wait of more than 60 s. */
export function retryHeaders({ http, retryAfterS, retry }: Failure): Record<string, string> {
  if (http < 429) return {};
  const headers: Record<string, string> = { 'x-should-retry': String(retry) };
  const waitS = retryAfterS ?? (http === 429 || http === 503 ? 5 : null);
  if (waitS !== null) {
    headers['retry-after'] = String(waitS);
    headers['retry-after-ms'] = String(waitS * 1000);
  }
  return headers;
}

/** Writes a whole answer. */
export function writeJson(outlet: Outlet, status: number, headers: Record<string, string>, body: string): void {
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['content-length'] = String(Buffer.byteLength(body));
  outlet.writeHead(status, headers);
  outlet.end(body);
}

/** Writes a failure as a whole answer. `headers` are those that every answer to this request has. */
export function writeFailure(
  outlet: Outlet,
  requestId: string,
  why: Failure,
  style: ErrorStyle = 'openai',
  headers: Readonly<Record<string, string>> = {},
): void {
  const all: Record<string, string> = { ...headers, 'x-request-id': requestId, ...retryHeaders(why) };
  if (style === 'anthropic') all['request-id'] = requestId;
  writeJson(outlet, why.http, all, JSON.stringify(errorFor(style, why, requestId)));
}

/** Whatever was thrown while a request was read, as a failure: our own errors, the web framework's, and defects. */
export function failureOf(error: unknown, bodyLimit: number): Failure {
  if (error instanceof JoulewrightError) {
    const [fault] = error.faults;
    return { fault: fault!, http: error.http, retryAfterS: null, retry: false };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return failure('JW_REQUEST_TOO_LARGE', { limit: bodyLimit });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return failure('JW_REQUEST_TYPE', { type: 'not one that is known here' });
    default:
      if (code.startsWith('FST_ERR') && statusOf(error) < 500) {
        return failure('JW_REQUEST_BROKEN', { reason: reasonOf(error) }, { http: statusOf(error) });
      }
      return failure('JW_INTERNAL', { reason: reasonOf(error) });
  }
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' ? status : 500;
}

import type { ServerResponse } from 'node:http';
import { type Failure, failure } from '../engines/failure.ts';
import { type Fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import type { ErrorCode } from '../errors/table.ts';

/** Codes by which OpenAI clients know a failure; all others carry their own. */
const OPENAI_CODES: Partial<Record<ErrorCode, string>> = {
  JW_MODEL_UNKNOWN: 'model_not_found',
  JW_KEY_WRONG: 'invalid_api_key',
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

function typeOf(http: number): string {
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
      type: upstream?.type ?? typeOf(http),
      param: upstream?.param ?? (fault.where === '' ? null : fault.where),
      code: upstream?.code ?? OPENAI_CODES[fault.code] ?? fault.code,
    },
  };
}

/** The headers that tell a client whether and when to try again; clients ignore a wait of more than 60 s. */
export function retryHeaders({ http, retryAfterS, retry }: Failure): Record<string, string> {
  if (http < 429) return {};
  const headers: Record<string, string> = { 'x-should-retry': String(retry) };
  if (retryAfterS !== null) headers['retry-after'] = String(retryAfterS);
  else if (http === 429 || http === 503) headers['retry-after'] = '5';
  return headers;
}

/** Writes a whole JSON answer. */
export function writeJson(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['content-length'] = String(Buffer.byteLength(body));
  response.writeHead(status, headers);
  response.end(body);
}

/** Writes a failure as a whole answer; `requestId` comes along as on every answer. */
export function writeFailure(response: ServerResponse, requestId: string, why: Failure): void {
  writeJson(response, why.http, { 'x-request-id': requestId, ...retryHeaders(why) }, JSON.stringify(errorBody(why)));
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

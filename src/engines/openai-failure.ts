import { reasonOf } from '../errors/error.ts';
import { type Failure, failure } from './failure.ts';
import { readError } from './read-error.ts';

/** The code of a network error (`ECONNREFUSED`, `UND_ERR_SOCKET`), its own or that of the first error it gathers. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/**
 * Why a connection to an engine failed, as a failure. `begun` says whether the engine had begun to answer: before that the
 * engine is down and another try is safe; after it the answer is lost.
 */
export function connectionFailure(engine: string, error: unknown, begun: boolean, connectMs: number): Failure {
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const seconds = connectMs / 1000;
    return failure('JW_ENGINE_CONNECT_TIMEOUT', { engine, seconds }, { retryAfterS: 5, retry: true });
  }
  const reason = code === '' || code.startsWith('UND_ERR') ? reasonOf(error) : code;
  if (code.startsWith('HPE_')) return failure('JW_ENGINE_GARBAGE', { engine, reason: `not HTTP: ${reason}` });
  if (begun) return failure('JW_ENGINE_DIED', { engine, reason });
  return failure('JW_ENGINE_DOWN', { engine, reason }, { retryAfterS: 5, retry: true });
}

/** What an engine's answer with a status other than 200 means to the caller. `retryAfter` is the engine's own header. */
export function statusFailure(engine: string, status: number, body: string, retryAfter: string | undefined): Failure {
  const said = readError(body, `status ${status}`);
  const reason = said.message;
  const asked = Number(retryAfter);
  const retryAfterS = retryAfter !== undefined && Number.isFinite(asked) && asked >= 0 ? asked : 5;
  switch (status) {
    case 400:
    case 413:
    case 422:
      return failure('JW_ENGINE_REJECTED', { engine, reason }, { http: status, upstream: said, retry: false });
    case 401:
    case 403:
      return failure('JW_ENGINE_KEY', { engine }, { retry: false });
    case 429:
      return failure('JW_ENGINE_BUSY', { engine, reason }, { retryAfterS, retry: true });
    case 503:
      return failure('JW_ENGINE_DOWN', { engine, reason }, { retryAfterS, retry: true });
    default:
      if (status < 400) return failure('JW_ENGINE_GARBAGE', { engine, reason: `it answered with status ${status}` });
      return failure('JW_ENGINE_FAILED', { engine, status, reason }, { retry: status >= 500 });
  }
}

/** As `statusFailure`, for a path that not every engine serves: there, 404 and its like say that this one does not. */
export function pathFailure(engine: string, status: number, body: string, retryAfter: string | undefined): Failure {
  if (status !== 404 && status !== 405 && status !== 501) return statusFailure(engine, status, body, retryAfter);
  const { message } = readError(body, `status ${status}`);
  return failure('JW_ENGINE_LACKS', { engine, reason: message }, { retry: false });
}

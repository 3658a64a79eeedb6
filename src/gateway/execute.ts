import type { JsonObject } from '../engines/contract.ts';
import { type Failure, failure } from '../engines/failure.ts';
import { isObject } from '../engines/json.ts';
import { errorBody } from './answer.ts';
import { wrong } from './api/fields.ts';
import { endpointOf } from './api/index.ts';
import { CALLER_GONE } from './booking.ts';
import { Collector } from './collector.ts';
import type { Executed, Line, LineAsked, UsageRecord } from './contract.ts';
import type { Asked, Service } from './service.ts';

function objectOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function refused(why: Failure): Executed {
  return { status: why.http, body: { ...errorBody(why) }, record: null };
}

/**
 * Does a request without a connection: a line of a batch, say. It passes the same checks, admission, metering and books as
 * a caller's, and what comes back is what a caller would have got. Aborting `signal` stops the engine at once and gives
 * status 499. Never rejects.
 */
export async function execute(
  service: Service,
  { method, url, body }: Line,
  who: LineAsked,
  signal?: AbortSignal,
): Promise<Executed> {
  if (method !== 'POST' || !url.startsWith('/v1/')) {
    return refused(failure('JW_ROUTE_UNKNOWN', { method: method.slice(0, 20), path: url.slice(0, 200) }));
  }
  if (body['stream'] === true) return refused(wrong('stream', 'is not for work that nobody waits for'));
  let record: UsageRecord | null = null;
  const onRecord = (made: UsageRecord): void => {
    record = made;
  };
  const asked: Asked = { ...who, trace: null, onRecord, bodyChars: JSON.stringify(body).length };
  const collector = new Collector();
  const giveUp = (): void => collector.giveUp(CALLER_GONE);
  signal?.addEventListener('abort', giveUp);
  const path = url.slice(3);
  const endpoint = endpointOf(path);
  if (endpoint === undefined) service.relay(path, body, 'application/json', asked, collector);
  else service.handle(endpoint, body, asked, collector);
  if (signal?.aborted === true) giveUp();
  const { status, text } = await collector.whole;
  signal?.removeEventListener('abort', giveUp);
  return { status, body: objectOf(text), record };
}

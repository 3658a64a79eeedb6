import type { JsonObject } from '../../engines/contract.ts';
import { type Failure, failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { countDeep } from '../../engines/tokens.ts';
import { type ApiRequest, isFailure } from './endpoint.ts';
import { tierOf, wrong, wrongModel } from './fields.ts';
import { findField, withModel } from './multipart.ts';

/** A request of a path that is not known in detail, and its body with another model name in it. */
export interface RelayedRequest {
  readonly request: ApiRequest;
  bodyFor(model: string): string | Buffer;
}

function requestOf(body: JsonObject, model: string, inputTokens: number): ApiRequest | Failure {
  const tier = tierOf(body);
  if (isFailure(tier)) return tier;
  const stream = body['stream'] === true;
  return { body, model, stream, includeUsage: false, ...tier, maxTokens: 0, inputTokens };
}

/** Reads what the gateway needs of a body that it does not know in detail: the model and the class. */
export function parseRelay(path: string, body: unknown, contentType: string): RelayedRequest | Failure {
  if (Buffer.isBuffer(body)) {
    if (!/^multipart\/form-data\b/i.test(contentType)) {
      return failure('JW_REQUEST_TYPE', { type: contentType.slice(0, 100) || 'missing' });
    }
    const field = findField(body, contentType, 'model');
    if (field === undefined || field.value === '') return wrong('model', 'is missing');
    const tier = findField(body, contentType, 'service_tier');
    const request = requestOf(tier === undefined ? {} : { service_tier: tier.value }, field.value, 0);
    return isFailure(request) ? request : { request, bodyFor: (model) => withModel(body, field, model) };
  }
  if (!isObject(body)) return failure('JW_REQUEST_JSON', { reason: `${path} needs an object` });
  const found = wrongModel(body);
  if (found !== null) return found;
  const request = requestOf(body, body['model'] as string, countDeep(body));
  if (isFailure(request)) return request;
  const { service_tier: _tier, ...rest } = body;
  return { request, bodyFor: (model) => JSON.stringify({ ...rest, model }) };
}

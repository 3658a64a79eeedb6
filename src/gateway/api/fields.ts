import type { TrafficClass } from '../../control/contract.ts';
import type { JsonObject } from '../../engines/contract.ts';
import { type Failure, failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { type ApiRequest, isFailure } from './endpoint.ts';

/** A number field: lowest and highest value, and whether only whole numbers will do. */
export type NumberField = readonly [name: string, min: number, max: number, whole: boolean];

/** The class that a tier asks for, and the tier that it is served as: `scale` has no meaning here, `fast` is urgent. */
const TIERS: Readonly<Record<string, readonly [TrafficClass, string]>> = {
  auto: ['default', 'default'],
  default: ['default', 'default'],
  scale: ['default', 'default'],
  flex: ['flex', 'flex'],
  priority: ['priority', 'priority'],
  fast: ['priority', 'priority'],
};

/** A field that is wrong, as a failure. */
export function wrong(param: string, reason: string): Failure {
  return failure('JW_REQUEST_FIELD', { param, reason }, { where: param });
}

/** The first number field that is none or out of its range. */
export function wrongNumber(body: JsonObject, fields: readonly NumberField[]): Failure | null {
  for (const [name, min, max, whole] of fields) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') return wrong(name, 'is not a number');
    if (whole && !Number.isInteger(value)) return wrong(name, 'is not a whole number');
    if (value < min) return wrong(name, `is ${value}; the least is ${min}`);
    if (value > max) return wrong(name, `is ${value}; the most is ${max}`);
  }
  return null;
}

/** What is wrong with `model`, which every request needs. */
export function wrongModel({ model }: JsonObject): Failure | null {
  if (model === undefined) return wrong('model', 'is missing');
  return typeof model !== 'string' || model === '' ? wrong('model', 'is not the name of a model') : null;
}

/** What is wrong with `stop`. */
export function wrongStop({ stop }: JsonObject): Failure | null {
  if (stop === undefined || stop === null || typeof stop === 'string') return null;
  if (!Array.isArray(stop)) return wrong('stop', 'is neither text nor a list of texts');
  if (stop.length > 4) return wrong('stop', `has ${stop.length} texts; the most is 4`);
  return stop.every((s) => typeof s === 'string') ? null : wrong('stop', 'holds what is not text');
}

/** What is wrong with `stream`. */
export function wrongStream(body: JsonObject): Failure | null {
  return typeof (body['stream'] ?? false) === 'boolean' ? null : wrong('stream', 'is neither true nor false');
}

/** What is wrong with `stream_options` of chat completions and completions. */
export function wrongStreamOptions(body: JsonObject): Failure | null {
  const options = body['stream_options'] ?? null;
  if (options === null) return null;
  if (body['stream'] !== true) return wrong('stream_options', 'is only for stream: true');
  if (!isObject(options)) return wrong('stream_options', 'is not an object');
  const include = options['include_usage'] ?? false;
  return typeof include === 'boolean' ? null : wrong('stream_options.include_usage', 'is neither true nor false');
}

/** Whether the caller wants usage at the end of its stream. */
export function wantsUsage({ stream_options }: JsonObject): boolean {
  return isObject(stream_options) && stream_options['include_usage'] === true;
}

/** The class of a request and the tier to name in its answer, from `service_tier`. */
export function tierOf(body: JsonObject): { readonly class: TrafficClass; readonly tier: string | null } | Failure {
  const asked = body['service_tier'] ?? null;
  if (asked === null) return { class: 'default', tier: null };
  if (typeof asked !== 'string' || !Object.hasOwn(TIERS, asked)) {
    return wrong('service_tier', 'is not one of auto, default, flex, priority');
  }
  const [name, tier] = TIERS[asked]!;
  return { class: name, tier };
}

/** What a path knows of its request besides what all have. */
export interface Lengths {
  /** Most output tokens, over all choices; null = no limit asked for. */
  readonly maxTokens: number | null;
  readonly inputTokens: number;
  readonly includeUsage?: boolean;
  /** Word of the body for its tier, where the path has words of its own. */
  readonly tier?: string;
}

/** The request of a body that was found sound, or what is wrong with its tier. */
export function soundRequest(
  body: JsonObject,
  { maxTokens, inputTokens, includeUsage = false, tier }: Lengths,
): ApiRequest | Failure {
  const found = tierOf(tier === undefined ? body : { service_tier: tier });
  if (isFailure(found)) return found;
  const model = String(body['model']);
  return { body, model, stream: body['stream'] === true, includeUsage, ...found, maxTokens, inputTokens };
}

/** A number of the body, or null. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

import { fail, reasonOf } from '../errors/error.ts';

/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object below another, empty when it is not there. */
export function below(value: unknown, ...keys: readonly string[]): JsonObject {
  let at: unknown = value;
  for (const key of keys) at = isObject(at) ? at[key] : undefined;
  return isObject(at) ? at : {};
}

/** A finite number, NaN for anything else: null, words, what is not there. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}

/** True when a text may be a JSON object. */
export function isJson(text: string): boolean {
  return /^\s*\{/.test(text);
}

/** Reads a text as a JSON object. @throws JW_WEATHER_JSON */
export function parseJson(text: string, file: string): JsonObject {
  try {
    const data: unknown = JSON.parse(text);
    return isObject(data) ? data : {};
  } catch (error) {
    return fail('JW_WEATHER_JSON', { file, reason: reasonOf(error) });
  }
}

/** Place that a file names; undefined when a part of it is missing or cannot be. */
export function stationOf(lat: unknown, lon: unknown, elevation: unknown, fallbackM: number) {
  const [latDeg, lonDeg] = [numberOf(lat), numberOf(lon)];
  if (!(Math.abs(latDeg) <= 90 && Math.abs(lonDeg) <= 180)) return undefined;
  const elevationM = numberOf(elevation);
  return { latDeg, lonDeg, elevationM: Number.isNaN(elevationM) ? fallbackM : elevationM };
}

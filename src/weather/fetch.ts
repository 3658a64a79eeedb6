import { fail, reasonOf } from '../errors/error.ts';
import { below, isJson, type JsonObject, parseJson } from './json.ts';
import { isNasaPower } from './nasa-power.ts';
import { isOpenMeteo } from './open-meteo.ts';
import { isPvgisJson } from './pvgis.ts';

/** Services that give weather for a point without a key. */
export const SERVICES = ['pvgis', 'open-meteo', 'nasa-power'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** What is asked of a service. */
export interface FetchRequest {
  readonly service: ServiceName;
  readonly latDeg: number;
  readonly lonDeg: number;
  /** First and last day, 2023-01-01; PVGIS takes whole years, and without any gives a typical year. */
  readonly from?: string;
  readonly to?: string;
}

/** Where each service stands, who is behind it, and how its answers are told apart. */
const HOSTS: Readonly<Record<ServiceName, { origin: string; isAnswer: (data: JsonObject) => boolean }>> = {
  pvgis: { origin: 'https://re.jrc.ec.europa.eu', isAnswer: isPvgisJson },
  'open-meteo': { origin: 'https://archive-api.open-meteo.com', isAnswer: isOpenMeteo },
  'nasa-power': { origin: 'https://power.larc.nasa.gov', isAnswer: isNasaPower },
};
const OPEN_METEO_HOURLY =
  'temperature_2m,relative_humidity_2m,dew_point_2m,surface_pressure,wind_speed_10m,shortwave_radiation,direct_normal_irradiance,diffuse_radiation';
const NASA_PARAMETERS = 'T2M,T2MDEW,RH2M,PS,WS10M,ALLSKY_SFC_SW_DWN,ALLSKY_SFC_SW_DNI,ALLSKY_SFC_SW_DIFF';

/**
 * The address of a request: PVGIS 5.3 (tmy, or seriescalc on a level plane), Open-Meteo historical, NASA POWER hourly; all in UTC.
 *
 * @param origin another host in place of the service's own
 * @throws RangeError without days where the service needs them
 */
export function fetchUrl(request: FetchRequest, origin = HOSTS[request.service].origin): URL {
  const { service, latDeg, lonDeg, from, to } = request;
  const url = (path: string, query: Readonly<Record<string, string>>) => {
    const made = new URL(path, origin);
    for (const [name, value] of Object.entries(query)) made.searchParams.set(name, value);
    return made;
  };
  const [lat, lon] = [String(latDeg), String(lonDeg)];
  if (service === 'pvgis') {
    if (from === undefined || to === undefined) return url('/api/v5_3/tmy', { lat, lon, outputformat: 'json' });
    const years = { startyear: from.slice(0, 4), endyear: to.slice(0, 4) };
    return url('/api/v5_3/seriescalc', { lat, lon, ...years, components: '1', angle: '0', outputformat: 'json' });
  }
  if (from === undefined || to === undefined) throw new RangeError(`${service} needs the first and the last day`);
  if (service === 'open-meteo') {
    const when = { start_date: from, end_date: to, timezone: 'GMT' };
    return url('/v1/archive', {
      latitude: lat,
      longitude: lon,
      ...when,
      hourly: OPEN_METEO_HOURLY,
      wind_speed_unit: 'ms',
    });
  }
  return url('/api/temporal/hourly/point', {
    parameters: NASA_PARAMETERS,
    community: 'RE',
    latitude: lat,
    longitude: lon,
    start: from.replaceAll('-', ''),
    end: to.replaceAll('-', ''),
    format: 'JSON',
    'time-standard': 'UTC',
  });
}

/** What fetches: status and text of an address, or a throw when there is no answer. */
export type Fetcher = (url: URL, timeoutMs: number) => Promise<{ readonly status: number; readonly text: string }>;

/** Over HTTP, through a proxy where the environment names one. */
export const httpFetcher: Fetcher = async (url, timeoutMs) => {
  // Loaded here: all but this one verb do without the network.
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent();
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { signal, dispatcher, headers: { accept: 'application/json' } });
    return { status: answer.status, text: await answer.text() };
  } finally {
    await dispatcher.destroy();
  }
};

/** Why there was no answer, in a user's words. */
function lostReason(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `nothing came within ${timeoutMs / 1000} s`;
  return error instanceof Error && error.cause !== undefined ? reasonOf(error.cause) : reasonOf(error);
}

/** What a service says of a refusal: each has its own word for it. */
function saidReason(text: string, file: string): string {
  if (!isJson(text)) return text.slice(0, 120).replace(/\s+/g, ' ').trim();
  const data = parseJson(text, file);
  const said = [data['reason'], data['message'], data['messages'], below(data, 'header')['message']].find(
    (word) => word !== undefined,
  );
  if (Array.isArray(said)) return said.join('; ');
  return said === undefined ? text.slice(0, 120).replace(/\s+/g, ' ').trim() : String(said);
}

/** A refusal that came with status 200: Open-Meteo says `error` in any case. */
function saysError(text: string): boolean {
  return /^\s*\{/.test(text) && text.length < 10_000 && /"error"\s*:\s*true/.test(text);
}

/** What to do about a refusal. */
function hintOf(status: number, said: string): string {
  if (status === 429 || /limit exceeded/i.test(said)) return 'it has had enough for now; try again later';
  if (status >= 500) return 'it is overloaded or out of order; try again later';
  return 'check the place and the dates';
}

/**
 * Asks a service and returns its answer as text, to be kept as a file.
 *
 * @throws JW_FETCH when there is no network, no answer in time, a refusal, or something else than weather; JW_WEATHER_JSON
 */
export async function fetchWeather(
  request: FetchRequest,
  options: { readonly fetcher?: Fetcher; readonly origin?: string; readonly timeoutMs?: number } = {},
): Promise<string> {
  const { service } = request;
  const { origin, isAnswer } = HOSTS[service];
  const { fetcher = httpFetcher, timeoutMs = 120_000 } = options;
  const url = fetchUrl(request, options.origin ?? origin);
  const lost = (error: unknown): never => {
    const hint = `check that ${url.host} can be reached from here, or fetch the file where there is a network and bring it: ${url.href}`;
    return fail('JW_FETCH', { source: service, reason: lostReason(error, timeoutMs), hint }, '', error);
  };
  const answer = await fetcher(url, timeoutMs).catch(lost);
  if (answer.status >= 400 || saysError(answer.text)) {
    const said = saidReason(answer.text, service);
    fail('JW_FETCH', {
      source: service,
      reason: `status ${answer.status}: ${said}`,
      hint: hintOf(answer.status, said),
    });
  }
  if (!isJson(answer.text) || !isAnswer(parseJson(answer.text, service))) {
    const reason = `it sent something else than weather: ${saidReason(answer.text, service)}`;
    fail('JW_FETCH', { source: service, reason, hint: 'a proxy or a login page may stand between' });
  }
  return answer.text;
}

import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { type Fetcher, type FetchRequest, fetchUrl, fetchWeather, SERVICES } from './fetch.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const point = { latDeg: 39.81, lonDeg: 64.38 };
const days = { from: '2023-01-01', to: '2023-12-31' };
const open: FetchRequest = { service: 'open-meteo', ...point, ...days };

async function faultOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof JoulewrightError) return error.faults[0]!;
  throw new Error(`no fault: ${String(error)}`);
}

describe('addresses', () => {
  it('ask each service in its own words, in UTC and in units that are read', () => {
    const tmy = fetchUrl({ service: 'pvgis', ...point });
    expect(tmy.href).toBe('https://re.jrc.ec.europa.eu/api/v5_3/tmy?lat=39.81&lon=64.38&outputformat=json');
    const series = fetchUrl({ service: 'pvgis', ...point, ...days });
    expect(series.pathname).toBe('/api/v5_3/seriescalc');
    expect(Object.fromEntries(series.searchParams)).toMatchObject({ startyear: '2023', endyear: '2023', angle: '0' });
    const archive = Object.fromEntries(fetchUrl(open).searchParams);
    expect(archive).toMatchObject({ start_date: '2023-01-01', timezone: 'GMT', wind_speed_unit: 'ms' });
    expect(archive['hourly']!.split(',')).toContain('diffuse_radiation');
    const power = Object.fromEntries(fetchUrl({ service: 'nasa-power', ...point, ...days }).searchParams);
    expect(power).toMatchObject({ start: '20230101', end: '20231231', community: 'RE', 'time-standard': 'UTC' });
    expect(() => fetchUrl({ service: 'nasa-power', ...point })).toThrow(RangeError);
  });
});

describe('answers', () => {
  const answering =
    (status: number, text: string): Fetcher =>
    async () => ({ status, text });

  it.each([
    ['pvgis', 'pvgis-tmy.json'],
    ['pvgis', 'pvgis-series.json'],
    ['open-meteo', 'open-meteo.json'],
    ['nasa-power', 'nasa-power.json'],
  ] as const)('%s: keeps the recorded answer %s as it is', async (service, name) => {
    const text = await fetchWeather({ service, ...point, ...days }, { fetcher: answering(200, fixture(name)) });
    expect(text).toBe(fixture(name));
  });

  it('refusals are told in the service’s own words', async () => {
    const told = async (service: FetchRequest['service'], status: number, text: string) =>
      faultOf(fetchWeather({ service, ...point, ...days }, { fetcher: answering(status, text) }));
    expect(await told('open-meteo', 400, '{"error": true, "reason": "end_date is in the future"}')).toMatchObject({
      code: 'JW_FETCH',
      message: 'open-meteo did not answer: status 400: end_date is in the future',
    });
    expect((await told('pvgis', 400, '{"message": "Location over the sea", "status": 400}')).message).toContain(
      'over the sea',
    );
    expect((await told('nasa-power', 422, '{"messages": ["a", "b"]}')).message).toContain('a; b');
    expect((await told('pvgis', 429, 'slow down')).hint).toContain('later');
    // As PVGIS, Open-Meteo and NASA POWER word them; where each is from stands in fixtures/README.md.
    const quota = '{"error":true,"reason":"Hourly API request limit exceeded. Please try again in the next hour."}';
    for (const status of [429, 200]) {
      const fault = await told('open-meteo', status, quota);
      expect([fault.message, fault.hint].join(' ')).toMatch(/Hourly API request limit exceeded.*try again later/);
    }
    expect((await told('pvgis', 400, '{"message":"outputformat: Incorrect value.","status":400}')).hint).toContain(
      'dates',
    );
    expect((await told('pvgis', 503, 'busy')).hint).toContain('overloaded');
    expect((await told('nasa-power', 422, '{"other":"words"}')).message).toContain('{"other":"words"}');
    expect((await told('pvgis', 200, '<html>login</html>')).message).toContain('something else than weather');
    expect((await told('pvgis', 200, fixture('open-meteo.json'))).code).toBe('JW_FETCH');
    expect((await told('pvgis', 200, '{"outputs":')).code).toBe('JW_WEATHER_JSON');
  });
});

describe('over the network', () => {
  let server: Server;
  let origin = '';
  let answer = (response: ServerResponse, path: string): void => {
    response.end(path);
  };
  beforeAll(async () => {
    server = createServer((request, response) => answer(response, request.url ?? ''));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('asks and keeps the answer', async () => {
    let asked = '';
    answer = (response, path) => {
      asked = path;
      response.setHeader('content-type', 'application/json');
      response.end(fixture('open-meteo.json'));
    };
    expect(await fetchWeather(open, { origin })).toBe(fixture('open-meteo.json'));
    expect(asked).toMatch(/^\/v1\/archive\?latitude=39\.81&/);
  });

  it('gives up on an answer that does not come, or breaks off', async () => {
    answer = () => undefined;
    const slow = await faultOf(fetchWeather(open, { origin, timeoutMs: 150 }));
    expect(slow.message).toContain('nothing came within 0.15 s');
    answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"hou');
      response.destroy();
    };
    expect((await faultOf(fetchWeather(open, { origin }))).code).toBe('JW_FETCH');
  });

  it('says what to do where there is no network', async () => {
    for (const service of SERVICES) {
      const fault = await faultOf(fetchWeather({ service, ...point, ...days }, { origin: 'http://127.0.0.1:9' }));
      expect(fault).toMatchObject({ code: 'JW_FETCH' });
      expect(fault.hint).toMatch(/can be reached from here, or fetch the file where there is a network/);
    }
  });
});

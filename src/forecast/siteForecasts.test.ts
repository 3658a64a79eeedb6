import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { weatherOf } from '../simulate/air.ts';
import { loadSite } from '../site/load.ts';
import { conditionsAt } from '../weather/conditions.ts';
import { meanTokens } from '../workload/service.ts';
import { evenEdges, median } from './contract.ts';
import { SiteForecasts } from './siteForecasts.ts';

const site = loadSite(new URL('../../sites/bukhara.yaml', import.meta.url).pathname);
const weather = weatherOf(site);
const made = { place: site.context, weather, services: site.services };
const START = Date.UTC(2026, 5, 1);

describe('the forecasts of a site', () => {
  const forecasts = new SiteForecasts(made);
  const edges = evenEdges(START, HOUR_MS, 48);
  const empty = { grid: { startMs: START, stepMs: HOUR_MS, count: 0 }, values: new Float64Array(0) };

  it('are there for weather, price and every service', () => {
    expect(forecasts.names.slice(0, 4)).toEqual(['irradiance', 'wind', 'temperature', 'price']);
    for (const { profile } of site.services) {
      for (const what of ['requests', 'input', 'output'] as const) {
        expect(forecasts.names).toContain(`${what} of ${profile.id}`);
      }
    }
    expect(() => forecasts.of('requests of nobody')).toThrow(RangeError);
  });

  it('say what the site file assumes before anything is measured', () => {
    const chat = site.services[0]!;
    const requests = median(forecasts.of('requests of chat').forecast(empty, START, edges));
    expect(requests[5]).toBeCloseTo(chat.rate.ratePerS(edges[5]!, edges[6]!), 6);
    const input = median(forecasts.of('input of chat').forecast(empty, START, edges));
    expect(input[0]).toBeCloseTo(meanTokens(chat.profile).input, 6);
    const light = forecasts.of('irradiance').forecast(empty, START, edges).quantiles;
    // 01:00 and 13:00 in Bukhara.
    expect(light.map((own) => own[20])).toEqual([0, 0, 0]);
    expect(light[0]![8]).toBeGreaterThan(300);
    expect(light[2]![8]).toBeLessThan(1100);
  });

  it('learn, and go on from plain JSON', () => {
    const count = 10 * 24;
    const values = Float64Array.from(
      { length: count },
      (_, i) => conditionsAt(weather, site.context, START + i * HOUR_MS, 1).tempC,
    );
    const history = { grid: { startMs: START, stepMs: HOUR_MS, count }, values };
    const now = START + 10 * DAY_MS;
    const ahead = evenEdges(now, HOUR_MS, 24);
    const before = forecasts.of('temperature').forecast(history, now, ahead);
    expect(before.flags).toEqual([]);
    const again = new SiteForecasts({ ...made, saved: JSON.parse(JSON.stringify(forecasts.save())) });
    const after = again.of('temperature').forecast(history, now, ahead);
    after.quantiles.forEach((own, q) => {
      own.forEach((v, k) => {
        expect(v).toBeCloseTo(before.quantiles[q]![k]!, 9);
      });
    });
    expect(new SiteForecasts({ ...made, saved: 'x' }).names).toEqual(forecasts.names);
  });
});

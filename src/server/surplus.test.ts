import { expect, it } from 'vitest';
import { HOUR_MS } from '../series/grid.ts';
import { weatherOf } from '../simulate/air.ts';
import { loadSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { conditionsAt } from '../weather/conditions.ts';
import { surplusAhead } from './surplus.ts';

it('forecasts the surplus of a site with sun and wind, above its load', () => {
  const site = loadSite('sites/bukhara.yaml');
  const weather = weatherOf(site);
  const conditions = (startMs: number, dtH: number) => conditionsAt(weather, site.context, startMs, dtH);
  const siteMs = Date.UTC(2027, 5, 20, 19);
  const now = { siteMs, wallMs: 1000, speed: 2, loadKw: 10, pricePerKwh: 0.07 };
  const hours = surplusAhead(plantOf(site), conditions, now, 1000 + 12 * HOUR_MS);
  expect(hours.length).toBe(24);
  expect(hours[0]).toMatchObject({ startMs: 1000, endMs: 1000 + HOUR_MS / 2, pricePerKwh: 0.07 });
  for (let h = 1; h < hours.length; h++) expect(hours[h]!.startMs).toBe(hours[h - 1]!.endMs);
  // 19:00 UTC is midnight in Bukhara
  expect(hours[13]!.surplusKw).toBeGreaterThan(hours[1]!.surplusKw + 300);
  const loaded = surplusAhead(plantOf(site), conditions, { ...now, loadKw: 1e6 }, 1000 + 12 * HOUR_MS);
  expect(loaded.every(({ surplusKw }) => surplusKw === 0)).toBe(true);
  expect(surplusAhead(plantOf(site), conditions, { ...now, speed: 86_400 }, 1000 + 72 * HOUR_MS).length).toBe(168);
});

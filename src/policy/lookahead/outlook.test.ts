import { describe, expect, it } from 'vitest';
import { perfectForecaster } from '../../forecast/index.ts';
import { type SeriesName, SiteForecasts } from '../../forecast/siteForecasts.ts';
import { HOUR_MS } from '../../series/grid.ts';
import { weatherOf } from '../../simulate/air.ts';
import { loadSite } from '../../site/load.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { foreseen } from './outlook.ts';

const site = loadSite(new URL('../../../sites/nukus-ai-zone.yaml', import.meta.url).pathname);
const weather = weatherOf(site);
const NOW = Date.UTC(2025, 6, 9, 5, 37);
const made = { place: site.context, weather, services: site.services };
const nothing = () => undefined;

/** Knows these, and that everything else is 0. */
const perfect =
  (known: Partial<Record<SeriesName, (startMs: number, endMs: number) => number>>) => (series: SeriesName) =>
    perfectForecaster(known[series] ?? (() => 0));

describe('the outlook', () => {
  it('takes temperature, wind and light from their forecasts, and closes the rest of the air with them', () => {
    const outlook = foreseen(
      {
        ...made,
        history: nothing,
        forecaster: perfect({
          temperature: () => 31,
          wind: () => 4,
          irradiance: (ms) => (ms < NOW + 4 * HOUR_MS ? 600 : 0),
        }),
      },
      NOW,
    );
    expect(outlook.grid).toEqual({ startMs: Date.UTC(2025, 6, 9, 5, 35), stepMs: 300_000, count: 576 });
    const base = conditionsOn(weather, site.context, outlook.grid);
    for (const i of [0, 12, 30, 300, 575]) {
      const air = outlook.conditions(i);
      expect(air).toMatchObject({ tempC: 31, windMs: 4, startMs: outlook.grid.startMs + i * 300_000 });
      expect(air.ghiWm2).toBe(i < 48 ? 600 : 0);
      const cosZ = Math.max(0, Math.cos((air.sunZenithDeg * Math.PI) / 180));
      expect(air.dniWm2 * cosZ + air.dhiWm2).toBeCloseTo(air.ghiWm2, 6);
      expect(air.wetBulbC).toBeLessThanOrEqual(31);
      expect(air.rhShare).toBeLessThanOrEqual(1);
      // Warmer air with the same moisture is drier.
      const own = base(i);
      expect(Math.sign(own.rhShare - air.rhShare)).toBe(Math.sign(31 - own.tempC));
      expect(air.local).toEqual(own.local);
    }
    expect(outlook.conditions(3).dniWm2).toBeGreaterThan(100);
  });

  it('is the weather of the year itself where that is known', () => {
    const at = (startMs: number, stepMs: number) =>
      conditionsOn(weather, site.context, { startMs, stepMs, count: 1 })(0);
    const of = (what: 'tempC' | 'windMs' | 'ghiWm2') => (startMs: number, endMs: number) =>
      at(startMs, endMs - startMs)[what];
    const known = perfect({ temperature: of('tempC'), wind: of('windMs'), irradiance: of('ghiWm2') });
    const outlook = foreseen({ ...made, history: nothing, forecaster: known }, Date.UTC(2025, 6, 9, 6));
    const base = conditionsOn(weather, site.context, outlook.grid);
    for (let i = 0; i < 576; i += 37) {
      const [air, own] = [outlook.conditions(i), { ...base(i) }];
      expect(Math.abs(air.tempC - own.tempC)).toBeLessThan(0.6);
      expect(Math.abs(air.wetBulbC - own.wetBulbC)).toBeLessThan(0.6);
      expect(Math.abs(air.ghiWm2 - own.ghiWm2)).toBeLessThan(60);
    }
  });

  it('counts on more requests than expected in the first hour only, and not for batch', () => {
    const forecasts = new SiteForecasts(made);
    const outlook = foreseen({ ...made, history: nothing, forecaster: (series) => forecasts.of(series) }, NOW);
    for (const { profile, rate } of site.services) {
      const foreseenPerS = outlook.arrivals.get(profile.id)!;
      const over = (i: number): number => {
        const ms = outlook.grid.startMs + i * 300_000;
        const quarter = Math.floor(ms / 900_000) * 900_000;
        return foreseenPerS[i]! / rate.ratePerS(Math.max(quarter, outlook.grid.startMs), quarter + 900_000);
      };
      for (const i of [0, 11]) expect(over(i)).toBeCloseTo(profile.kind === 'interactive' ? 1.51 : 1, 2);
      for (const i of [12, 100, 570]) expect(over(i)).toBeCloseTo(1, 2);
    }
  });
});

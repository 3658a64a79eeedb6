import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../catalog/load.ts';
import { sampleConditions } from '../sample.ts';
import { good, resolveGrid, run, SEASONS, TARIFFS, zone } from './fixtures/sections.ts';
import { type GridSpec, grid, importPrice } from './index.ts';

describe('tariffs', () => {
  const price = (spec: GridSpec, month: number, day: number, hour: number, year = 2025) =>
    grid.step(
      spec,
      grid.initial(spec),
      { powerKw: 0 },
      sampleConditions({ startMs: zone.instant(year, month, day, hour) }),
    ).meters['pricePerKwh'];

  it('know seasons, weekdays, weekends and holidays', () => {
    const spec = good({ tariff: SEASONS });
    expect(price(spec, 3, 20, 7)).toBe(0.2); // Thursday
    expect(price(spec, 3, 21, 7)).toBe(0.1); // holiday of every year
    expect(price(spec, 1, 14, 7)).toBe(0.1); // holiday of 2025 only
    expect(price(spec, 1, 14, 7, 2026)).toBe(0.2);
    expect(price(spec, 3, 22, 7)).toBe(0.1); // Saturday
    expect([price(spec, 1, 31, 23), price(spec, 2, 1, 5), price(spec, 3, 1, 5)]).toEqual([0.05, 0.05, 0.1]);
  });

  it('change on their day, local time', () => {
    const spec = good(TARIFFS[3]!);
    expect([price(spec, 12, 19, 12, 2024), price(spec, 12, 20, 0, 2024), price(spec, 2, 10, 0)]).toEqual([
      0.08, 0.05, 0.11,
    ]);
    expect(price(spec, 6, 1, 12, 2020)).toBe(0.08);
  });

  it('bill a surcharge above the contract as in Uzbekistan', () => {
    const tariff = { energy: '0.1 USD/kWh', over_contract: { above: '120 %', factor: 1.2 } };
    const spec = good({ tariff, contract: '100 kWh' });
    const { cost } = run(spec, new Array(30).fill(10), zone.instant(2025, 5, 1));
    expect(cost).toBeCloseTo(12 + 180 * 0.12, 9);
    expect(resolveGrid({ tariff }).list.map((c) => c.path.join('.'))).toEqual(['contract']);
  });

  it('look back on peaks of the months before', () => {
    const tariff = {
      energy: '0 USD/kWh',
      demand_charges: [{ name: 'd', price: '10.5 USD/kW/month', lookback: { share: '35 %' } }],
    };
    const loads = Array.from({ length: 8760 }, (_, i) => (i === 99 ? 100 : 1));
    const { cost, state } = run(good({ tariff }), loads, zone.instant(2025, 1, 1));
    expect(cost).toBeCloseTo(10.5 * (100 + 11 * 35), 8);
    expect(state.past[0]).toHaveLength(12);
  });

  it('charge demand by tier and window as the reference cases do', () => {
    const window = good({
      tariff: {
        energy: '0.28 USD/kWh',
        periods: [{ name: 'day', hours: [[7, 19]], days: ['weekday'], price: '0.36 USD/kWh' }],
        demand: '18.05 USD/kW/month',
        demand_charges: [{ name: 'tou', price: '10 USD/kW/month', hours: [[14, 19]], days: ['weekday'] }],
      },
    });
    for (const [year, total] of [
      [2023, 2.8 + 180.5],
      [2024, 3.6 + 280.5],
    ] as const) {
      const loads = Array.from({ length: 8760 }, (_, i) => (i === 31 * 24 + 29 * 24 + 3 * 24 + 15 ? 10 : 0));
      expect(run(window, loads, zone.instant(year, 1, 1)).cost).toBeCloseTo(total, 6);
    }
  });

  it('complain about what does not go together', () => {
    const paths = (over: Record<string, unknown>) => resolveGrid(over).list.map((c) => c.path.join('.'));
    const flat = { energy: '0.1 USD/kWh' };
    const tiers = [{ above: '1 MWh', price: '0.2 USD/kWh' }];
    expect(paths({ tariff: { ...flat, tiers: [...tiers, ...tiers] } })).toEqual(['tariff.tiers.1.above']);
    expect(paths({ tariff: { ...flat, tiers }, export: { rule: 'net_metering' } })).toEqual(['export.rule']);
    expect(paths({ tariff: flat, export: { rule: 'net_billing', series: 'p' } })).toEqual(['export.series']);
    expect(paths({ tariff: { ...flat, demand_charges: [{ name: 'x' }] } })).toEqual(['tariff.demand_charges.0']);
    expect(
      paths({ tariff: { ...flat, valid_from: '2025-01-01', later: [{ ...flat, valid_from: '2024-01-01' }] } }),
    ).toEqual(['tariff.later.0.valid_from']);
    const windows = [{ from: '2025-02-30T00:00', to: '2025-03-01T00:00' }];
    expect(paths({ tariff: flat, coincident_peaks: [{ name: 'x', price: '1 USD/kW', windows }] })).toEqual([
      'coincident_peaks.0.windows.0.from',
    ]);
  });
});

describe('tariffs of the catalogue', () => {
  const site = { catalog: loadCatalog(), currency: 'UZS' };
  const price = (spec: GridSpec, year: number, month: number, hour = 12) =>
    importPrice(spec, zone.local(zone.instant(year, month, 2, hour)));

  it('follow the versions of the Uzbek tariff, or stay with the one named', () => {
    const versions = good({ tariff: 'uz-legal' }, site);
    expect([price(versions, 2023, 11), price(versions, 2025, 4), price(versions, 2025, 5)]).toEqual([900, 900, 1000]);
    expect(versions.prices.source).toMatch(/2023-10-01.*2024-09-01.*2025-05-01/);
    expect(price(good({ tariff: 'uz-legal-2025' }, site), 2020, 1)).toBe(1000);
    const tou = good({ tariff: 'uz-legal-2025-tou' }, site);
    expect([7, 12, 18].map((h) => price(tou, 2025, 7, h))).toEqual([1500, 1000, 1500]);
    expect(price(tou, 2025, 7, 23)).toBeCloseTo(666.667, 3);
  });

  it('take the surcharge only where a contract is said', () => {
    const start = zone.instant(2024, 8, 31);
    const loads = new Array<number>(48).fill(100);
    // Two days of 2,400 kWh; only the second lies in a month with the surcharge, above 1.2 x 1,000 kWh.
    expect(run(good({ tariff: 'uz-legal' }, site), loads, start).cost).toBeCloseTo(900 * 4800, 3);
    expect(run(good({ tariff: 'uz-legal', contract: '1 MWh' }, site), loads, start).cost).toBeCloseTo(
      900 * (2400 + 1200 + 1200 * 1.2),
      3,
    );
  });

  it('carry the duties of the AI zone and say whether VAT is in', () => {
    const zoneTariff = good({ tariff: 'uz-ai-zone' }, { ...site, currency: 'USD' }).prices;
    expect(zoneTariff.duties?.peakReductionShare).toBe(0.2);
    expect(zoneTariff.vatIncluded).toBe(false);
  });
});

describe('limits and duties', () => {
  it('take the smaller of kW and kVA times the power factor', () => {
    const tariff = { energy: '0.1 USD/kWh' };
    const spec = good({ tariff, apparent_limit: '1.5 MVA', power_factor: 0.9, export_limit: '100 kW' });
    expect(spec.importLimitKw).toBeCloseTo(1350, 9);
    expect(spec.exportLimitKw).toBe(100);
    expect(good({ tariff, apparent_limit: '5 MVA' }).importLimitKw).toBe(2000);
  });

  it('report the cut in peak hours and never enforce it', () => {
    const spec = good({ tariff: { energy: '0.1 USD/kWh' }, peak_hours: { hours: [[17, 22]] } });
    const loads = Array.from({ length: 48 }, (_, i) => (i % 24 >= 17 && i % 24 < 22 ? 800 : 1000));
    const { state, steps } = run(spec, loads, zone.instant(2025, 6, 2));
    expect(steps.map((s) => s.importKw)).toEqual(loads);
    const out = grid.step(spec, state, { powerKw: 1000 }, sampleConditions({ startMs: zone.instant(2025, 6, 4) }));
    expect(out.meters['peakCutShare']).toBeCloseTo(0.2, 12);
  });
});

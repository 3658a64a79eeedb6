import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tariff } from '../../catalog/catalog.ts';
import { zoneOf } from '../../series/zone.ts';
import type { SiteContext } from '../contract.ts';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { exchange } from './fx.ts';
import { allOutages, announcedOutages, type GridSpec, grid, gridIsUp, importPrice } from './index.ts';
import { priceTable } from './terms.ts';

const HOUR = 3_600_000;

const uzs: Tariff = {
  id: 'uz',
  name: 'Uzbek',
  country: 'UZ',
  currency: 'UZS',
  validFrom: '2025-05-01',
  vatIncluded: true,
  energyPerKwh: 1000,
  periods: [
    {
      name: 'peak',
      hours: [
        [6, 9],
        [17, 22],
      ],
      factor: 1.5,
    },
    { name: 'night', hours: [[22, 6]], factor: 1 / 1.5 },
  ],
  demandPerKwMonth: 24020,
  source: 'test',
};

function context(over: Partial<SiteContext> = {}): SiteContext {
  const base = sampleContext(over);
  return {
    ...base,
    catalog: {
      ...base.catalog,
      tariffs: new Map([['uz', uzs]]),
      carbon: new Map([['UZ', { country: 'UZ', gPerKwh: 472, lowGPerKwh: 470, highGPerKwh: 560, source: 'test' }]]),
    },
  };
}

function resolve(over: Record<string, unknown> = {}, site = context()): { spec: GridSpec; paths: string[] } {
  const file = grid.file.parse({ import_limit: '2 MW', tariff: { energy: '0.08 USD/kWh' }, ...over });
  const { list, complain } = complaints();
  const spec = grid.spec(file, site, complain);
  return { spec, paths: list.map((c) => c.path.join('.')) };
}

function good(over: Record<string, unknown> = {}, site = context()): GridSpec {
  const { spec, paths } = resolve(over, site);
  expect(paths).toEqual([]);
  return spec;
}

const at = (startMs: number, dtH = 1) => sampleConditions({ startMs, dtH });

describe('grid tariff', () => {
  it('lays periods over the day, over midnight too', () => {
    const table = priceTable(1, [
      {
        hours: [
          [6, 9],
          [17, 22],
        ],
        perKwh: 1.5,
      },
      { hours: [[22, 6]], perKwh: 0.5 },
    ]);
    expect([...table.slice(0, 24)].map((p) => String(p)).join(' ')).toBe(
      '0.5 0.5 0.5 0.5 0.5 0.5 1.5 1.5 1.5 1 1 1 1 1 1 1 1 1.5 1.5 1.5 1.5 1.5 0.5 0.5',
    );
    expect(new Set(priceTable(1, [{ hours: [[0, 24]], perKwh: 2 }]))).toEqual(new Set([2]));
    expect([...priceTable(1, [{ hours: [[6.25, 7.75]], perKwh: 2 }]).slice(0, 24)].filter((p) => p === 2)).toHaveLength(
      2,
    );
  });

  it('takes a rate either way round and refuses other currencies', () => {
    expect(exchange('12010 UZS/USD', 'UZS', 'USD')).toBeCloseTo(1 / 12010, 15);
    expect(exchange('12010 UZS/USD', 'USD', 'UZS')).toBe(12010);
    expect(exchange('523 KZT/USD', 'UZS', 'USD')).toBeUndefined();
    expect(exchange('0 UZS/USD', 'UZS', 'USD')).toBeUndefined();
  });

  it('reads a catalogue tariff with its exchange rate', () => {
    const spec = good({ tariff: 'uz', fx: { rate: '12010 UZS/USD', date: '2025-12-23' } });
    const zone = zoneOf('Asia/Samarkand');
    const price = (hour: number) => importPrice(spec, zone.local(zone.instant(2025, 7, 1, hour)));
    expect(price(12)).toBeCloseTo(1000 / 12010, 12);
    expect(price(18.9)).toBeCloseTo(1500 / 12010, 12);
    expect(price(23.99)).toBeCloseTo(1000 / 1.5 / 12010, 12);
    expect(spec.prices.versions[0]!.ratchets[0]!.perKw[0]).toBeCloseTo(2, 12);
    expect(spec.prices.source).toContain('12010 UZS/USD of 2025-12-23');
    expect(good({ tariff: 'uz' }, context({ currency: 'UZS' })).prices.versions[0]!.perKwh[12]).toBe(1000);
  });

  it('complains about an unknown tariff, a missing rate, a wrong rate and an unknown country', () => {
    expect(resolve({ tariff: 'nowhere' }).paths).toEqual(['tariff']);
    expect(resolve({ tariff: 'uz' }).paths).toEqual(['tariff']);
    expect(resolve({ tariff: 'uz', fx: { rate: '523 KZT/USD', date: '2025-11-01' } }).paths).toEqual(['fx']);
    expect(resolve({}, context({ country: 'XX' })).paths).toEqual(['carbon']);
    expect(resolve({ carbon: '500 g/kWh' }, context({ country: 'XX' })).paths).toEqual([]);
  });

  it('refuses nonsense', () => {
    const base = { import_limit: '2 MW', tariff: 'uz' };
    for (const bad of [
      { import_limit: '2' },
      { tariff: '' },
      { tariff: { energy: '0.08' } },
      { tariff: { energy: '1 USD/kWh', periods: [{ name: 'x', hours: [[5, 25]], price: '1 USD/kWh' }] } },
      { fx: { rate: '12010', date: '2025-01-01' } },
      { fx: { rate: '1 UZS/USD', date: '2025-13-01' } },
      { outages: { announced: [{ from: 'tomorrow', to: '2025-01-01T10:00' }] } },
      { outages: { unannounced: { per_month: -1, mean_duration: '3 h' } } },
      { limit: '2 MW' },
    ]) {
      expect(grid.file.safeParse({ ...base, ...bad }).success).toBe(false);
    }
  });
});

describe('grid outages', () => {
  const chance = { outages: { unannounced: { per_month: 6, mean_duration: '5 h' } } };

  it('announced ones are in local time, sorted, and complain when wrong', () => {
    const spec = good({
      outages: {
        announced: [
          { from: '2025-02-01T00:00', to: '2025-02-01T06:30' },
          { from: '2025-01-15T08:00', to: '2025-01-15T12:00' },
        ],
      },
    });
    const eight = Date.UTC(2025, 0, 15, 3);
    expect(spec.announced[0]).toEqual({ fromMs: eight, toMs: eight + 4 * HOUR });
    expect([eight - 1, eight, eight + 4 * HOUR - 1, eight + 4 * HOUR].map((ms) => gridIsUp(spec, ms))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(announcedOutages(spec, eight + HOUR, eight + 2 * HOUR)).toHaveLength(1);
    expect(announcedOutages(spec, eight + 4 * HOUR, eight + 9 * HOUR)).toEqual([]);
    const wrong = resolve({
      outages: {
        announced: [
          { from: '2025-02-30T00:00', to: '2025-03-01T06:00' },
          { from: '2025-02-02T00:00', to: '2025-02-01T06:00' },
        ],
      },
    });
    expect(wrong.paths).toEqual(['outages.announced.0.from', 'outages.announced.1.to']);
  });

  it('random ones keep their mean number and length over 100 years', () => {
    const spec = good(chance);
    const list = allOutages(spec, Date.UTC(1950, 0, 1), Date.UTC(2050, 0, 1));
    expect(list.length / 1200).toBeGreaterThan(5.75);
    expect(list.length / 1200).toBeLessThan(6.25);
    const hours = list.reduce((sum, o) => sum + (o.toMs - o.fromMs) / HOUR, 0) / list.length;
    expect(hours).toBeGreaterThan(4.75);
    expect(hours).toBeLessThan(5.25);
  });

  it('the answer for an instant does not depend on what was asked before', () => {
    const forward = good(chance);
    const jumping = good(chance);
    const instants = Array.from({ length: 3000 }, (_, i) => Date.UTC(2025, 0, 1) + i * 2.9 * HOUR);
    const answers = instants.map((ms) => gridIsUp(forward, ms));
    for (let i = instants.length - 1; i >= 0; i -= 7) expect(gridIsUp(jumping, instants[i]!)).toBe(answers[i]);
    const listed = allOutages(jumping, instants[0]!, instants.at(-1)!);
    instants.forEach((ms, i) => {
      expect(answers[i]).toBe(!listed.some((o) => ms >= o.fromMs && ms < o.toMs));
    });
    expect(answers).toContain(false);
  });

  it('seed, site and feeder change them; nothing else does', () => {
    const year = (spec: GridSpec) => allOutages(spec, Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1));
    expect(year(good(chance))).toEqual(year(good({ ...chance, import_limit: '5 MW' })));
    expect(year(good(chance))).not.toEqual(year(good(chance, context({ seed: 8 }))));
    expect(year(good(chance))).not.toEqual(year(good({ ...chance, feeder: 'east' })));
    const own = { outages: { unannounced: { ...chance.outages.unannounced, seed: 3 } } };
    expect(year(good(own))).toEqual(year(good(own, context({ seed: 8 }))));
    expect(year(good({ outages: { unannounced: { per_month: 0, mean_duration: '5 h' } } }))).toEqual([]);
  });
});

describe('grid step', () => {
  it('bills energy, demand by calendar month, and carbon', () => {
    const spec = good({
      export_limit: '500 kW',
      export_price: '0.03 USD/kWh',
      tariff: { energy: '0.10 USD/kWh', demand: '10 USD/kW/month' },
    });
    let state = grid.initial(spec);
    let cost = 0;
    // One kilowatt all the year (REopt "no techs"): 8,760 kWh and twelve peaks of 1 kW.
    const start = zoneOf('Asia/Samarkand').instant(2025, 1, 1);
    for (let h = 0; h < 8760; h++) {
      const out = grid.step(spec, state, { powerKw: 1 }, at(start + h * HOUR));
      cost += out.meters['costMoney']!;
      state = out.state;
    }
    expect(cost).toBeCloseTo(876 + 120, 6);
    const out = grid.step(spec, state, { powerKw: -800 }, at(start + 8760 * HOUR, 0.5));
    expect(out.flows['power']).toBe(-500);
    expect(out.meters['costMoney']).toBeCloseTo(-7.5, 9);
    expect(out.meters['co2Kg']).toBe(0);
    const bought = grid.step(spec, state, { powerKw: 200 }, at(start + 8760 * HOUR, 0.5));
    expect(bought.meters['co2Kg']).toBeCloseTo(47.2, 9);
    expect(bought.meters['costMoney']).toBeCloseTo(10 + 2000, 9);
  });

  it('gives nothing in an outage, by the midpoint of the step', () => {
    const spec = good({ outages: { announced: [{ from: '2025-01-15T08:20', to: '2025-01-15T12:00' }] } });
    const eight = Date.UTC(2025, 0, 15, 3);
    const state = grid.initial(spec);
    expect(grid.feasible(spec, state, at(eight))).toMatchObject({ zero: true, minKw: 0, maxKw: 0, auxKw: 0 });
    expect(grid.feasible(spec, state, at(eight, 0.5)).maxKw).toBe(2000);
    const out = grid.step(spec, state, { powerKw: 100 }, at(eight));
    expect(out.flows['power']).toBe(0);
    expect(out.meters).toMatchObject({ up: 0, importKw: 0, costMoney: 0 });
  });

  it('a month’s demand charge is price times its highest mean, in any order of loads', () => {
    const spec = good({ tariff: { energy: '0 USD/kWh', demand: '7 USD/kW/month' } });
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 3000, noNaN: true }), { minLength: 1, maxLength: 100 }),
        (loads) => {
          let state = grid.initial(spec);
          let cost = 0;
          loads.forEach((powerKw, i) => {
            const c = at(Date.UTC(2025, 2, 2) + i * HOUR);
            const can = grid.feasible(spec, state, c);
            const out = grid.step(spec, state, { powerKw }, c);
            expect(out.flows['power']).toBe(Math.min(can.maxKw, Math.max(can.minKw, powerKw)) + 0);
            expect(out.meters['importKw']! - out.meters['exportKw']!).toBe(out.flows['power']);
            expect(grid.revive(JSON.parse(JSON.stringify(out.state)))).toEqual(out.state);
            cost += out.meters['costMoney']!;
            state = out.state;
          });
          const peak = Math.max(0, ...loads.map((l) => Math.min(2000, l)));
          expect(Math.abs(cost - 7 * peak)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('garbage is not state', () => {
    for (const bad of [
      undefined,
      null,
      3,
      [],
      {},
      { v: 2, month: 1, peakKw: 0 },
      { v: 1, month: 0.5, peakKw: 0 },
      { v: 1, month: 5, peakKw: -1 },
      { v: 1, month: 5, peakKw: null },
    ]) {
      expect(grid.revive(bad)).toBeUndefined();
    }
  });

  it('names only ports and meters that it declares', () => {
    const spec = good();
    const out = grid.step(spec, grid.initial(spec), { powerKw: 10 }, sampleConditions());
    expect(Object.keys(out.flows)).toEqual(grid.ports(spec).map((p) => p.name));
    expect(Object.keys(out.meters)).toEqual(Object.keys(grid.meters));
  });
});

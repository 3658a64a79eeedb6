import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../catalog/load.ts';
import { zoneOf } from '../../series/zone.ts';
import type { SiteContext } from '../contract.ts';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { type Exchange, type GridSpec, grid, importPrice, wholeBill } from './index.ts';

const HOUR = 3_600_000;
const zone = zoneOf('Asia/Samarkand');

function resolveGrid(over: Record<string, unknown>, site: Partial<SiteContext> = {}) {
  const file = grid.file.parse({ import_limit: '2 MW', export_limit: '2 MW', carbon: '472 g/kWh', ...over });
  const { list, complain } = complaints();
  return { spec: grid.spec(file, sampleContext(site), complain), list };
}

function good(over: Record<string, unknown>, site: Partial<SiteContext> = {}): GridSpec {
  const { spec, list } = resolveGrid(over, site);
  expect(list).toEqual([]);
  return spec;
}

/** Steps a connection through loads (negative = export), and what the meters said. */
function run(spec: GridSpec, loads: readonly number[], startMs: number, dtH = 1) {
  let state = grid.initial(spec);
  let cost = 0;
  const steps: Exchange[] = [];
  for (const [i, powerKw] of loads.entries()) {
    const conditions = sampleConditions({ startMs: startMs + i * dtH * HOUR, dtH });
    const out = grid.step(spec, state, { powerKw }, conditions);
    cost += out.meters['costMoney']!;
    steps.push({
      startMs: conditions.startMs,
      dtH,
      local: conditions.local,
      importKw: out.meters['importKw']!,
      exportKw: out.meters['exportKw']!,
    });
    state = out.state;
  }
  return { cost, steps, state };
}

const SEASONS = {
  energy: '0.10 USD/kWh',
  periods: [
    { name: 'peak', hours: [[6, 9]], price: '0.20 USD/kWh', days: ['weekday'] },
    { name: 'winter night', hours: [[22, 6]], months: [11, 12, 1, 2], price: '0.05 USD/kWh' },
  ],
  holidays: ['03-21', '2025-01-14'],
};

const RATCHETS = {
  demand: '3 USD/kW/month',
  demand_charges: [
    { name: 'afternoon', price: '10 USD/kW/month', hours: [[14, 19]], days: ['weekday'] },
    {
      name: 'tiered',
      price: '2 USD/kW/month',
      tiers: [{ above: '400 kW', price: '5 USD/kW/month' }],
      lookback: { share: '75 %', months: [1, 12] },
    },
  ],
};

const TARIFFS: readonly Record<string, unknown>[] = [
  { tariff: { ...SEASONS, ...RATCHETS, fixed: '120 USD' }, export: { rule: 'net_billing', price: '0.03 USD/kWh' } },
  { tariff: { ...SEASONS, ...RATCHETS }, export: { rule: 'net_metering', expires: 2 } },
  {
    tariff: {
      ...SEASONS,
      tiers: [
        { above: '9 MWh', price: '0.12 USD/kWh' },
        { above: '20 MWh', price: '0.06 USD/kWh' },
      ],
      over_contract: { above: '120 %', factor: 1.2 },
    },
    contract: '15 MWh',
    export: { rule: 'none' },
    billing_day: 11,
  },
  {
    tariff: {
      valid_from: '2024-01-01',
      energy: '0.08 USD/kWh',
      ...RATCHETS,
      later: [
        { valid_from: '2024-12-20', ...SEASONS, demand: '6 USD/kW/month', fixed: '50 USD' },
        { valid_from: '2025-02-10', energy: '0.11 USD/kWh', ...RATCHETS },
      ],
    },
    coincident_peaks: [
      {
        name: 'system',
        price: '20 USD/kW',
        windows: [
          { from: '2025-01-08T18:00', to: '2025-01-08T20:00' },
          { from: '2025-02-03T18:00', to: '2025-02-03T19:00' },
        ],
      },
    ],
    peak_hours: { hours: [[17, 22]] },
  },
];

describe('bill of the twin', () => {
  it.each([0, 1, 2, 3])('sums to the bill computed at once (tariff %i)', (which) => {
    const spec = good(TARIFFS[which]!);
    const start = zone.instant(2024, 12, 5);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -800, max: 2500, noNaN: true }), { minLength: 20, maxLength: 120 }),
        fc.integer({ min: 0, max: 1000 }),
        (pattern, shift) => {
          const loads = Array.from({ length: 2400 }, (_, i) => pattern[(i * 7 + shift) % pattern.length]!);
          const { cost, steps, state } = run(spec, loads, start);
          const bill = wholeBill(spec, steps);
          const size = 1 + bill.energyMoney + bill.demandMoney + bill.exportMoney;
          expect(Math.abs(cost - bill.totalMoney) / size).toBeLessThan(1e-10);
          expect(grid.revive(JSON.parse(JSON.stringify(state)))).toEqual(state);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('goes on from saved state as if it had not stopped', () => {
    const spec = good(TARIFFS[3]!);
    const start = zone.instant(2024, 12, 5);
    const loads = Array.from({ length: 1800 }, (_, i) => 300 + 250 * Math.sin(i));
    const whole = run(spec, loads, start);
    let state = grid.initial(spec);
    let cost = 0;
    loads.forEach((powerKw, i) => {
      const out = grid.step(spec, state, { powerKw }, sampleConditions({ startMs: start + i * HOUR }));
      cost += out.meters['costMoney']!;
      state = i % 400 === 0 ? grid.revive(JSON.parse(JSON.stringify(out.state)))! : out.state;
    });
    expect(cost).toBe(whole.cost);
  });

  it('reads state of the first release: the peak of its month goes on', () => {
    const spec = good({ tariff: { energy: '0 USD/kWh', demand: '7 USD/kW/month' } });
    const month = 2025 * 12 + 2;
    const old = grid.revive({ v: 1, month, peakKw: 90 })!;
    expect(old).toMatchObject({ v: 2, month, peaks: [90] });
    const at = sampleConditions({ startMs: zone.instant(2025, 3, 9, 12) });
    expect(grid.step(spec, old, { powerKw: 100 }, at).meters['costMoney']).toBeCloseTo(70, 9);
    expect(grid.step(spec, old, { powerKw: 80 }, at).meters['costMoney']).toBe(0);
  });
});

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

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grid-'));
  const csv = (name: string, lines: readonly string[]) => writeFileSync(join(folder, name), lines.join('\n'));
  const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;
  const year = (start: number, hours: number, row: (i: number) => string) =>
    Array.from({ length: hours }, (_, i) => `${stamp(start + i * HOUR)},${row(i)}`);
  const tariff = { energy: '0.01 USD/kWh' };
  const series = { file: 'market.csv', time: 'when', price: 'p', carbon: 'c' };
  csv('market.csv', ['when,p,c', ...year(Date.UTC(2024, 0, 1), 8784, (i) => `${i % 24},${100 + (i % 24)}`)]);

  it('give price and carbon by instant, on any calendar', () => {
    const spec = good({ tariff, series, carbon: '1 g/kWh' }, { folder });
    for (const [when, utcHour] of [
      [Date.UTC(2024, 4, 3, 14), 14],
      [Date.UTC(2031, 1, 28, 23), 23],
      [Date.UTC(2028, 1, 29, 5), 5],
      [Date.UTC(2023, 11, 31, 19), 19],
    ] as const) {
      const { meters } = grid.step(spec, grid.initial(spec), { powerKw: 10 }, sampleConditions({ startMs: when }));
      expect(meters['pricePerKwh']).toBeCloseTo(0.01 + utcHour / 1000, 12);
      expect(meters['carbonGPerKwh']).toBe(100 + utcHour);
      expect(meters['co2Kg']).toBeCloseTo((10 * (100 + utcHour)) / 1000, 12);
    }
    const sold = good({ tariff, series, export: { rule: 'net_billing', series: 'p' } }, { folder });
    const at = sampleConditions({ startMs: Date.UTC(2024, 4, 3, 14) });
    expect(grid.step(sold, grid.initial(sold), { powerKw: -10 }, at).meters['costMoney']).toBeCloseTo(-0.14, 12);
  });

  it('say what is wrong with them, at their key', () => {
    const found = (over: Record<string, unknown>) =>
      resolveGrid({ tariff, ...over }, { folder }).list.map((c) => `${c.path.join('.')}: ${c.message}`);
    const start = Date.UTC(2024, 0, 1);
    csv('short.csv', ['utc,p', ...year(start, 48, () => '1')]);
    csv('gap.csv', ['utc,p', ...year(start, 8760, () => '1').toSpliced(100, 1)]);
    csv('empty.csv', ['utc,p', ...year(start, 8760, (i) => (i === 7 ? '' : '1'))]);
    csv('word.csv', ['utc,p', ...year(start, 8760, (i) => (i === 7 ? 'x' : '1'))]);
    csv('time.csv', ['utc,p', '2024-02-30T00:00Z,1', '2024-02-30T01:00Z,1']);
    const p = (file: string) => found({ series: { file, price: 'p' } })[0];
    expect(p('short.csv')).toMatch(/^series.file: it covers 2.0 days/);
    expect(p('gap.csv')).toMatch(/^series.file: .*gap.csv:102: the steps are not equal/);
    expect(p('empty.csv')).toMatch(/:9: p is empty/);
    expect(p('word.csv')).toMatch(/:9: p is "x"/);
    expect(p('time.csv')).toMatch(/:2: utc is "2024-02-30T00:00Z"/);
    expect(p('none.csv')).toMatch(/^series.file: there is no file/);
    expect(found({ series: { file: 'market.csv', time: 'when', price: 'q' } })[0]).toMatch(/q/);
    expect(found({ series: { file: 'market.csv' } })[0]).toMatch(/^series: no column/);
    expect(found({ series: { ...series, price_unit: 'EUR/MWh' } })[0]).toMatch(/^series: the price series is in EUR/);
    expect(
      found({ series: { ...series, price_unit: 'EUR/MWh' }, fx: { rate: '1.08 USD/EUR', date: '2024-07-01' } }),
    ).toEqual([]);
  });

  it('replay outages, which no planner sees', () => {
    csv('outages.csv', ['from,to', '2025-01-15T08:00,2025-01-15T12:00', '2025-01-20T02:00Z,2025-01-20T03:00Z']);
    const spec = good({ tariff, outages: { replay: { file: 'outages.csv' } } }, { folder });
    const up = (ms: number) =>
      grid.step(spec, grid.initial(spec), { powerKw: 1 }, sampleConditions({ startMs: ms })).meters['up'];
    expect([up(zone.instant(2025, 1, 15, 7)), up(zone.instant(2025, 1, 15, 8))]).toEqual([1, 0]);
    expect([up(Date.UTC(2025, 0, 20, 2)), up(Date.UTC(2025, 0, 20, 3))]).toEqual([0, 1]);
    expect(spec.announced).toEqual([]);
    csv('bad.csv', ['from,to', '2025-01-15T08:00,2025-01-15T08:00']);
    const { list } = resolveGrid({ tariff, outages: { replay: { file: 'bad.csv' } } }, { folder });
    expect(list[0]!.message).toMatch(/bad.csv:2: the outage ends before it begins/);
  });

  const market = resolve(import.meta.dirname, '../../../../shared/data/tariffs/market');
  it.skipIf(!existsSync(market))('read the market year of Germany as its table says (skips without the data)', () => {
    const spec = good(
      {
        tariff: { energy: '0 USD/kWh' },
        series: { file: 'DE-LU_2024.csv.gz', price: 'price_usd_mwh', carbon: 'carbon_gco2_kwh_direct' },
      },
      { folder: market },
    );
    const { cost } = run(spec, new Array(8784).fill(1000), Date.UTC(2024, 0, 1));
    expect(cost / 8784).toBeCloseTo(84.6, 1);
  });
});

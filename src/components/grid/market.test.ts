import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleConditions } from '../sample.ts';
import { good, resolveGrid, run, zone } from './fixtures/sections.ts';
import { grid } from './index.ts';

const HOUR = 3_600_000;

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

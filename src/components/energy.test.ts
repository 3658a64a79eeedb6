import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { battery } from './battery/index.ts';
import type { SiteContext } from './contract.ts';
import { generator } from './generator/index.ts';
import { grid } from './grid/index.ts';
import { complaints, sampleContext } from './sample.ts';
import { solar } from './solar/index.ts';
import { wind } from './wind/index.ts';

const catalog = loadCatalog();
const site = (over: Partial<SiteContext> = {}) => sampleContext({ catalog, ...over });

describe('energy devices with the product’s own catalogue', () => {
  it.each(['UZ', 'KZ'])('need no prices of their own in %s', (country) => {
    const { list, complain } = complaints();
    const context = site({ country });
    const owned = [
      solar.ownership(solar.spec(solar.file.parse({ peak: '1 MWp' }), context, complain)),
      wind.ownership(wind.spec(wind.file.parse({ turbine: 'vestas-v126' }), context, complain)),
      battery.ownership(battery.spec(battery.file.parse({ energy: '4 MWh', power: '1 MW' }), context, complain)),
      generator.ownership(generator.spec(generator.file.parse({ rated: '1 MW', tank: '10 m3' }), context, complain)),
    ];
    expect(list).toEqual([]);
    const perKw = [
      owned[0]!.capexMoney / 1000,
      owned[1]!.capexMoney / 3450,
      owned[2]!.capexMoney / 4000,
      owned[3]!.capexMoney / 1000,
    ];
    expect(perKw.map((p) => Math.round(p))).toEqual([691, 1041, 165, 800]);
    for (const o of owned) {
      expect(o.opexMoneyPerYear / o.capexMoney).toBeGreaterThan(0.01);
      expect(o.opexMoneyPerYear / o.capexMoney).toBeLessThan(0.05);
      expect(o.source.length).toBeGreaterThan(20);
    }
  });

  it('read every tariff of the catalogue, with a rate where the currency differs', () => {
    for (const tariff of catalog.tariffs.values()) {
      const { list, complain } = complaints();
      const fx = tariff.currency === 'KZT' ? '523 KZT/USD' : '12010 UZS/USD';
      const file = grid.file.parse({ import_limit: '1 MW', tariff: tariff.id, fx: { rate: fx, date: '2025-12-23' } });
      const spec = grid.spec(file, site({ country: tariff.country }), complain);
      expect(list).toEqual([]);
      for (const price of spec.prices.versions[0]!.perKwh) {
        expect(price).toBeGreaterThan(0.005);
        expect(price).toBeLessThan(0.2);
      }
    }
  });

  it('every default of every key names its source', () => {
    let seen = 0;
    const files = { solar, wind, battery, generator, grid };
    for (const [kind, { file }] of Object.entries(files)) {
      for (const [key, schema] of Object.entries(file.shape)) {
        if (schema.safeParse(undefined).success && schema.type === 'prefault') {
          seen++;
          const meta = schema.meta() as { source?: string } | undefined;
          expect(meta?.source, `${kind}.${key}`).toMatch(/.{8}/);
        }
      }
    }
    expect(seen).toBeGreaterThan(40);
  });
});

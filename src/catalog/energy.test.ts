import { describe, expect, it } from 'vitest';
import { loadCatalog } from './load.ts';

const { tariffs, carbon, prices } = loadCatalog();

describe('tariffs', () => {
  it('holds the prices that plans in the region start from', () => {
    expect(tariffs.get('uz-legal-2025')).toMatchObject({
      energyPerKwh: 1000,
      currency: 'UZS',
      validFrom: '2025-05-01',
    });
    expect(tariffs.get('uz-ai-zone')).toMatchObject({ energyPerKwh: 0.05, currency: 'USD', vatIncluded: false });
    expect(tariffs.get('kz-kostanay-legal-2025')).toMatchObject({ energyPerKwh: 29.14, currency: 'KZT' });
  });

  it('factors give back the prices on the page', () => {
    const price = (id: string, name: string) => {
      const row = tariffs.get(id)!;
      return row.energyPerKwh * row.periods.find((p) => p.name === name)!.factor;
    };
    expect(price('kz-almaty-tou2-2013', 'night')).toBeCloseTo(4.29, 4);
    expect(price('kz-almaty-tou3-2013', 'night')).toBeCloseTo(4.29, 4);
    expect(price('kz-almaty-tou3-2013', 'peak')).toBeCloseTo(31.77, 4);
    expect(price('uz-legal-2025-tou', 'peak')).toBe(1500);
    expect(price('uz-legal-2025-tou', 'night')).toBeCloseTo(666.667, 3);
  });

  it('has the Uzbek tariff in versions, with the surcharge since September 2024', () => {
    const rows = [...tariffs.values()].filter((row) => row.versionOf === 'uz-legal');
    const by = rows.map((row) => [row.validFrom, row.energyPerKwh, row.overContract?.factor]).sort();
    expect(by).toEqual([
      ['2023-10-01', 900, undefined],
      ['2024-09-01', 900, 1.2],
      ['2025-05-01', 1000, 1.2],
    ]);
    for (const row of tariffs.values()) {
      expect(tariffs.has(row.versionOf ?? ''), row.id).toBe(false);
      const same = [...tariffs.values()].filter((r) => r.versionOf !== undefined && r.versionOf === row.versionOf);
      expect(new Set(same.map((r) => r.currency)).size).toBeLessThan(2);
      expect(new Set(same.map((r) => r.validFrom)).size).toBe(same.length);
    }
  });

  it('keeps the duties of the AI zone as data', () => {
    expect(tariffs.get('uz-ai-zone')!.duties).toMatchObject({ peakReductionShare: 0.2, storageShare: [0.3, 0.35] });
  });

  it('is in the currency of its country, or in USD, and has a real day', () => {
    for (const row of tariffs.values()) {
      expect(['USD', { UZ: 'UZS', KZ: 'KZT' }[row.country]]).toContain(row.currency);
      expect(new Date(row.validFrom).toISOString().slice(0, 10)).toBe(row.validFrom);
    }
  });
});

describe('carbon', () => {
  it('takes Uzbekistan from its mix and not from the published 1,168', () => {
    expect(carbon.get('UZ')).toMatchObject({ gPerKwh: 472, lowGPerKwh: 470, highGPerKwh: 560 });
    expect(carbon.get('KZ')!.gPerKwh).toBeGreaterThan(650);
    expect(carbon.size).toBeGreaterThan(30);
    for (const row of carbon.values()) {
      expect(row.country).toMatch(/^[A-Z]{2}$/);
      expect(row.highGPerKwh).toBeLessThan(900);
    }
    expect(carbon.has('NO')).toBe(true);
  });
});

describe('prices', () => {
  it('split of the battery price gives back the turnkey price at 4 hours', () => {
    const value = (id: string) => prices.get(id)!.value;
    expect(value('battery-energy') + value('battery-power') / 4).toBeCloseTo(value('battery-turnkey-world'), 0);
  });

  it('units are a currency per something, or a share', () => {
    for (const row of prices.values()) expect(row.unit).toMatch(/^([A-Z]{3}\/[A-Za-z0-9]+(\/y)?|%)$/);
  });
});

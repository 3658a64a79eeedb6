import type { Catalog, Price } from '../catalog/catalog.ts';
import { zoneOf } from '../series/zone.ts';
import type { Complaint, Conditions, SiteContext } from './contract.ts';

/** Conditions of a calm summer noon in Bukhara, for tests of devices; any part can be replaced. */
export function sampleConditions(over: Partial<Conditions> = {}): Conditions {
  const startMs = over.startMs ?? Date.UTC(2025, 5, 21, 7, 0);
  const dtH = over.dtH ?? 1;
  return {
    startMs,
    dtH,
    local: zoneOf('Asia/Samarkand').local(startMs + dtH * 1_800_000),
    tempC: 30,
    rhShare: 0.2,
    wetBulbC: 16,
    pressurePa: 98_600,
    windMs: 4,
    ghiWm2: 930,
    dhiWm2: 110,
    dniWm2: 860,
    sunZenithDeg: 17.5,
    sunAzimuthDeg: 165,
    extraterrestrialWm2: 1322,
    ...over,
  };
}

/** A site in Bukhara that counts in USD, with these prices in its catalogue. */
export function sampleContext(over: Partial<SiteContext> = {}, prices: readonly Price[] = []): SiteContext {
  const catalog: Catalog = {
    accelerators: new Map(),
    acceleratorRows: new Map(),
    models: new Map(),
    modelRows: new Map(),
    climates: new Map(),
    tariffs: new Map(),
    carbon: new Map(),
    prices: new Map(prices.map((p) => [p.id, p])),
    turbines: new Map(),
  };
  return {
    latDeg: 39.77,
    lonDeg: 64.42,
    elevationM: 225,
    zone: 'Asia/Samarkand',
    currency: 'USD',
    country: 'UZ',
    seed: 7,
    catalog,
    ...over,
  };
}

/** Collects complaints while a section is resolved. */
export function complaints(): { readonly list: Complaint[]; readonly complain: (c: Complaint) => void } {
  const list: Complaint[] = [];
  return { list, complain: (c) => list.push(c) };
}

import { describe, expect, it } from 'vitest';
import { horizonOf } from '../plan/horizon.ts';
import { sampleSite } from '../plan/testing/sample.ts';
import { weatherOf } from '../simulate/air.ts';
import { askedOf } from './asked.ts';

describe('what it costs to miss', () => {
  const site = sampleSite();
  const horizon = horizonOf(site, site.services, [weatherOf(site)], { days: 2 });

  it('a kWh is dearer than any requests that it could have served', () => {
    const plain = askedOf(site.services, horizon, 1e6);
    const [{ id, lostMoney }] = plain.services as [(typeof plain.services)[number]];
    const few = plain.penalties.shortPerKwh / lostMoney / 2;
    const shortPerKwh = (requests: number): number =>
      askedOf(site.services, horizon, 1e6, [new Map([[id, requests / 10]]), new Map([[id, requests]])]).penalties
        .shortPerKwh;
    expect(shortPerKwh(few)).toBe(plain.penalties.shortPerKwh);
    expect(shortPerKwh(8 * few)).toBeGreaterThan(8 * few * lostMoney);
  });

  it('says the same in any currency', () => {
    const [dollars, soms] = [1e6, 12e9].map((yearly) => askedOf(site.services, horizon, yearly));
    expect(soms!.penalties.shortPerKwh / dollars!.penalties.shortPerKwh).toBeCloseTo(12_000, 6);
    soms!.services.forEach(({ lostMoney }, k) => {
      expect(lostMoney / dollars!.services[k]!.lostMoney).toBeCloseTo(12_000, 6);
    });
  });
});

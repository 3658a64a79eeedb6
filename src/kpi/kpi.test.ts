import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainFinance } from '../finance/basis.ts';
import { crf } from '../finance/crf.ts';
import { computeKpis, type KpiOptions } from './compute.ts';
import type { MoneyBasis } from './cost.ts';
import { sourceKwh } from './energy.ts';
import type { Totals } from './totals.ts';

const ZERO: Totals = {
  hours: 0,
  facilityKwh: 0,
  itKwh: 0,
  itAirKwh: 20,
  coolingKwh: 0,
  chainLossKwh: 0,
  importKwh: 0,
  exportKwh: 0,
  solarUsedKwh: 0,
  windUsedKwh: 0,
  generatorKwh: 0,
  generatorHours: 0,
  fuelKwh: 0,
  curtailedKwh: 0,
  batteryLossKwh: 0,
  shortKwh: 0,
  waterL: 0,
  gridCo2Kg: 0,
  co2Kg: 0,
  runningCostMoney: 0,
  fuelCostMoney: 0,
  waterCostMoney: 0,
  inputTokens: 0,
  outputTokens: 0,
  requestsOffered: 0,
  requestsServed: 0,
  requestsShed: 0,
  attainedRequests: 0,
  batchArrived: 0,
  batchServed: 0,
  batchLate: 0,
  backlogEnd: 0,
  storedStartKwh: 0,
  storedEndKwh: 0,
};

/** A day: 1000 kWh IT, 1100 kWh facility; 20 kWh lost in the battery, which ends 50 kWh fuller. */
const DAY: Totals = {
  ...ZERO,
  hours: 24,
  facilityKwh: 1100,
  itKwh: 1000,
  coolingKwh: 60,
  chainLossKwh: 40,
  importKwh: 500,
  exportKwh: 30,
  solarUsedKwh: 450,
  windUsedKwh: 150,
  generatorKwh: 100,
  generatorHours: 2,
  fuelKwh: 310,
  curtailedKwh: 200,
  batteryLossKwh: 20,
  shortKwh: 11,
  waterL: 240,
  co2Kg: 320,
  runningCostMoney: 55,
  fuelCostMoney: 15,
  inputTokens: 4e9,
  outputTokens: 1.98e9,
  requestsOffered: 10_000,
  requestsServed: 9_800,
  requestsShed: 200,
  attainedRequests: 9_700,
  batchArrived: 400,
  batchServed: 380,
  batchLate: 4,
  backlogEnd: 16,
  storedStartKwh: 100,
  storedEndKwh: 150,
};

const MONEY: MoneyBasis = {
  assets: [{ id: 'site', part: 'energy', capexMoney: 1_000_000, opexMoneyPerYear: 20_000, lifeYears: 20 }],
  finance: plainFinance(0.08, 20),
  peopleMoneyPerYear: 0,
  networkMoneyPerYear: 0,
  currency: 'USD',
};

function kpisOf(totals: Totals, money?: MoneyBasis, options?: KpiOptions) {
  const list = computeKpis(totals, money, options);
  return (id: string) => {
    const found = list.filter((k) => k.id === id);
    expect(found, id).toHaveLength(1);
    return found[0]!;
  };
}

describe('energy of tokens', () => {
  const of = kpisOf(DAY);
  it('is 0.5 tokens/J at the facility for 1.98e9 tokens on 1100 kWh, 0.55 at the racks', () => {
    expect(of('tokensPerJoule').value).toBeCloseTo(0.5, 12);
    expect(of('tokensPerJouleIt').value).toBeCloseTo(0.55, 12);
    expect(of('joulesPerToken').value).toBeCloseTo(2, 12);
    expect(of('joulesPerToken').unit).toBe('J/token');
  });

  it('counts fuel at the source, and gives back what is left in the battery', () => {
    expect(sourceKwh(DAY)).toBe(500 + 450 + 150 + 310 - 30 - 50);
    expect(of('tokensPerJouleSource').value).toBeCloseTo(1.98e9 / (1330 * 3.6e6), 12);
    expect(of('tokensPerJouleSource').note).toContain('-50.0 kWh');
    expect(kpisOf({ ...DAY, storedEndKwh: 0 })('tokensPerJouleSource').note).toContain('+100.0 kWh');
  });

  it('headline comes first and each figure says its boundary', () => {
    const list = computeKpis(DAY, MONEY);
    expect(list[0]!.id).toBe('tokensPerJoule');
    for (const k of list) expect(k.boundary.length, k.id).toBeGreaterThan(5);
    expect(new Set(list.map((k) => k.id)).size).toBe(list.length);
  });

  it('a source boundary that sold more than it took has no tokens per joule', () => {
    const k = kpisOf({ ...DAY, exportKwh: 5000 });
    expect(k('tokensPerJouleSource')).toMatchObject({ value: null, note: 'no energy at the source boundary' });
    expect(k('joulesPerTokenSource').value).toBeNull();
  });
});

describe('facility', () => {
  const fans = { kwh: 50, lowKwh: 20, highKwh: 100 };
  it('PUE 1.1, WUE 0.24 L/kWh, TUE with the fans taken out', () => {
    const of = kpisOf(DAY, undefined, { serverFans: fans });
    expect(of('pue').value).toBeCloseTo(1.1, 12);
    expect(of('pue').note).toContain('interim: 24 h');
    expect(of('wue').value).toBeCloseTo(0.24, 12);
    expect(of('tue').value).toBeCloseTo(1100 / 950, 12);
    expect(of('tue').interval).toEqual([1100 / 980, 1100 / 900]);
    expect(of('tue').basis).toBe('estimated');
    expect(of('coolingShare').value! + of('chainLossShare').value!).toBeCloseTo(of('pue').value! - 1, 12);
  });

  it('a whole year is not interim, and TUE needs an estimate of the fans', () => {
    const of = kpisOf({ ...DAY, hours: 8760 });
    expect(of('pue').note).not.toContain('interim');
    expect(of('tue')).toMatchObject({ value: null, note: 'no estimate of the servers’ fans was given' });
    expect(kpisOf(DAY, undefined, { serverFans: { kwh: 1000, lowKwh: 900, highKwh: 1000 } })('tue').value).toBeNull();
  });
});

describe('service', () => {
  const of = kpisOf(DAY);
  it('a shed request misses its target', () => {
    expect(of('sloAttainment').value).toBeCloseTo(0.97, 12);
    expect(of('sloAttainmentServed').value).toBeCloseTo(9700 / 9800, 12);
    expect(of('unservedRequests').value).toBeCloseTo(0.02, 12);
    expect(of('batchLate').value).toBeCloseTo(0.01, 12);
    expect(of('backlogEnd').value).toBe(16);
  });
  it('unserved energy is a share of what was wanted', () => {
    expect(of('unservedEnergy').value).toBeCloseTo(11 / 1111, 12);
    expect(of('unservedEnergy').note).toBe('11.0 kWh');
  });
});

describe('supply', () => {
  const of = kpisOf(DAY, undefined, { co2: { lowKg: 300, highKg: 400 } });
  it('half of what entered the bus came from sun and wind', () => {
    expect(of('renewableShare').value).toBeCloseTo(600 / 1200, 12);
    expect(of('curtailedShare').value).toBeCloseTo(0.25, 12);
    expect(of('generatorHours').value).toBe(2);
    expect(of('storedChange').value).toBe(50);
  });
  it('320 kg over 1.98e9 tokens is 0.1616 g per 1000, between the limits of the grid', () => {
    expect(of('co2PerKtoken').value).toBeCloseTo(320_000 / 1.98e6, 12);
    expect(of('co2PerKtoken').interval).toEqual([300_000 / 1.98e6, 400_000 / 1.98e6]);
    expect(kpisOf(DAY)('co2PerKtoken').note).toContain('not given');
  });
});

describe('cost', () => {
  it('LCOT is the yearly cost over the yearly tokens when the life is the project', () => {
    const of = kpisOf(DAY, MONEY);
    const yearly = 1_000_000 * crf(0.08, 20) + 20_000 + 55 * 365;
    expect(of('lcot').value).toBeCloseTo((yearly / (1.98e9 * 365)) * 1e6, 10);
    expect(of('lcot').unit).toBe('USD');
    expect(of('lcot').boundary).toContain('allocated to output tokens');
    expect(of('lcot').note).toContain('24 h repeated');
    expect(of('lcot').boundary).not.toContain('WITHOUT');
    const unpriced = kpisOf(DAY, { ...MONEY, unpriced: ['the servers of a'] })('lcot').boundary;
    expect(unpriced).toContain('WITHOUT the purchase of the servers of a,');
    expect(of('runningCostPerMtoken').value).toBeCloseTo(55 / 1980, 12);
  });
  it('is not known without the cost of owning, nor without tokens', () => {
    expect(kpisOf(DAY)('lcot')).toMatchObject({ value: null, note: 'the cost of owning the site was not given' });
    expect(kpisOf({ ...DAY, outputTokens: 0 }, MONEY)('lcot')).toMatchObject({ value: null, note: 'no output tokens' });
  });
  it('counts staff, growing bills and priced CO2', () => {
    const { finance } = MONEY;
    const priced = { ...finance, carbonMoneyPerT: 50, escalationShare: { ...finance.escalationShare, energy: 0.03 } };
    const base = kpisOf(DAY, MONEY)('lcot').value!;
    const staff = kpisOf(DAY, { ...MONEY, peopleMoneyPerYear: 300e3, networkMoneyPerYear: 65e3 })('lcot').value!;
    expect(staff - base).toBeCloseTo((1000 * 1e6) / DAY.outputTokens, 9);
    const green = kpisOf(DAY, { ...MONEY, finance: { ...finance, carbonMoneyPerT: 50 } })('lcot').value!;
    expect(green - base).toBeCloseTo((((50 * DAY.co2Kg) / 1000) * 1e6) / DAY.outputTokens, 9);
    expect(kpisOf(DAY, { ...MONEY, finance: priced })('lcot').value!).toBeGreaterThan(green);
  });

  it('refuses a project of no years', () => {
    expect(() => computeKpis(DAY, { ...MONEY, finance: { ...MONEY.finance, years: 0 } })).toThrow(/JW_FINANCE/);
  });
});

describe('always', () => {
  const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
  const totals = fc.record<Totals>(
    Object.fromEntries(Object.keys(ZERO).map((key) => [key, fc.oneof(fc.constant(0), amount)])) as {
      [K in keyof Totals]: fc.Arbitrary<number>;
    },
  );

  it('nothing is NaN or infinite; what is null says why', () => {
    fc.assert(
      fc.property(totals, fc.boolean(), (t, own) => {
        const fans = { kwh: t.itKwh / 10, lowKwh: t.itKwh / 20, highKwh: t.itKwh / 5 };
        for (const k of computeKpis(t, own ? MONEY : undefined, { serverFans: fans })) {
          if (k.value === null) expect(k.note, k.id).toBeTruthy();
          else expect(Number.isFinite(k.value), k.id).toBe(true);
          for (const limit of k.interval ?? []) expect(Number.isFinite(limit), k.id).toBe(true);
        }
      }),
    );
    for (const k of computeKpis(ZERO, MONEY)) if (k.value === null) expect(k.note, k.id).toBeTruthy();
  });

  it('joules per token is one over tokens per joule, at each boundary', () => {
    fc.assert(
      fc.property(totals, (t) => {
        const of = kpisOf(t);
        for (const at of ['', 'It', 'Source']) {
          const per = of(`tokensPerJoule${at}`).value;
          const joules = of(`joulesPerToken${at}`).value;
          if (per !== null && joules !== null && per > 0 && joules > 0) {
            expect(Math.abs(per * joules - 1)).toBeLessThan(1e-12);
          }
        }
      }),
    );
  });

  it('facility is the IT boundary divided by PUE', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (it, pue) => {
          const of = kpisOf({ ...DAY, itKwh: it, facilityKwh: it * pue });
          const expected = of('tokensPerJouleIt').value! / of('pue').value!;
          expect(Math.abs(of('tokensPerJoule').value! / expected - 1)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  it('says how the totals came to be', () => {
    expect(kpisOf(DAY)('pue').basis).toBe('modelled');
    expect(kpisOf(DAY, undefined, { basis: 'measured' })('pue').basis).toBe('measured');
    expect(kpisOf(DAY, undefined, { basis: 'measured' })('tue').basis).toBe('estimated');
  });
});

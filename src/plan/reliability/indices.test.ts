import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backupSurvival } from './backup.ts';
import { capacityTable, lossOfLoad } from './capacityTable.ts';
import { durationChances, exponentialWithin, ninesOf, supplyRisk } from './indices.ts';
import { costOfNines, frontierOf, type TriedDesign } from './nines.ts';

describe('risk of outages', () => {
  const durations = Float64Array.from([0.5, 0.3, 0.2]);

  it('is that of a supply carrying a fixed number of hours', () => {
    // Carries one hour and never two: of 10 outages 5 are lost, with 1 hour (3 of them) or 2 hours (2).
    const risk = supplyRisk({ perYear: 10, durations }, Float64Array.from([1, 0, 0]), Float64Array.from([0, 80, 60]));
    expect(risk.lolp).toBeCloseTo(0.5, 12);
    expect(risk.lossesPerYear).toBeCloseTo(5, 12);
    expect(risk.loleHPerYear).toBeCloseTo(3 * 1 + 2 * 2, 12);
    expect(risk.eueKwhPerYear).toBeCloseTo(5 * 80 + 2 * 60, 12);
    expect(risk.availabilityShare).toBeCloseTo(1 - 7 / 8760, 12);
    expect(risk.nines).toBeCloseTo(Math.log10(8760 / 7), 9);
  });

  it('without any backup is the time without grid', () => {
    const chances = durationChances(exponentialWithin(5), 400);
    expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const none = supplyRisk({ perYear: 12, durations: chances }, new Float64Array(400), new Float64Array(400).fill(2));
    // Lengths are counted in hours begun: mean of the ceiling of an exponential, 1 / (1 - exp(-1/5)).
    expect(none.loleHPerYear).toBeCloseTo(12 / (1 - Math.exp(-1 / 5)), 6);
    expect(none.eueKwhPerYear).toBeCloseTo(2 * none.loleHPerYear, 6);
    expect(ninesOf(0.999)).toBeCloseTo(3, 9);
  });

  it('refuses chances that do not add up and lists that are too short', () => {
    const one = new Float64Array(3).fill(1);
    expect(() => supplyRisk({ perYear: 1, durations: one }, one, one)).toThrow(/sum of the chances of lengths: 3/);
    expect(() => supplyRisk({ perYear: 1, durations }, new Float64Array(2), one)).toThrow(/hours of survival: 2/);
    expect(() => supplyRisk({ perYear: -1, durations }, one, one)).toThrow(/outages a year: -1/);
    expect(() => durationChances(exponentialWithin(0), 3)).toThrow(/mean length of outages: 0/);
  });
});

describe('backup of a site', () => {
  const n = 48;
  const loadKw = new Float64Array(n).fill(100);
  const kind = { count: 2, kw: 100, availability: 0.95, failureToStart: 0.01, mttfH: 200 };
  const battery = {
    usableKwh: 400,
    kw: 100,
    chargeShare: 1,
    dischargeShare: 1,
    bins: 41,
    availability: 0.9,
    chargeKwh: new Float64Array(n).fill(400),
  };

  it('weighs what is up and down at the start', () => {
    const sun = { kw: new Float64Array(n).fill(150), availability: 0.8 };
    const of = (standsAlone: boolean) =>
      backupSurvival({ loadKw, generators: [], battery, sources: [{ ...sun, standsAlone }] }, 10);
    // Carried for ever by the sun where battery and sun are up; for 4 h by the battery alone.
    expect(of(false).mean[3]).toBeCloseTo(0.9, 12);
    expect(of(false).mean[4]).toBeCloseTo(0.9 * 0.8, 12);
    expect(of(true).mean[4]).toBeCloseTo(0.8, 12);
  });

  it('ends with the fuel', () => {
    const fuel = { fuelLPerKwh: 0.25, fuelLPerUnitH: 0, fuelL: 200 };
    const endless = backupSurvival({ loadKw, generators: [kind], sources: [] }, 24);
    const tank = backupSurvival({ loadKw, generators: [{ ...kind, fuel }], sources: [] }, 24);
    for (let d = 0; d < 24; d++) {
      expect(tank.unlimitedFuel[d]).toBe(endless.mean[d]);
      expect(tank.mean[d]).toBe(d < 8 ? endless.mean[d] : 0);
      expect(tank.fuelOnly[d]).toBe(d < 8 ? 1 : 0);
      expect(tank.lostKw[d]).toBeCloseTo(100 * (1 - tank.mean[d]!), 9);
    }
    expect(tank.least[23]).toBe(0);
  });

  it('refuses a source of another length or an availability above 1', () => {
    const sun = { kw: new Float64Array(3), availability: 1 };
    expect(() => backupSurvival({ loadKw, generators: [kind], sources: [sun] }, 4)).toThrow(/hours of a source: 3/);
    const sure = { ...sun, kw: loadKw, availability: 1.1 };
    expect(() => backupSurvival({ loadKw, generators: [kind], sources: [sure] }, 4)).toThrow(
      /availability of a source/,
    );
  });
});

describe('a capacity outage probability table', () => {
  it('has the law of independent units, divides odd sizes and loses nothing', () => {
    const table = capacityTable(
      [
        { count: 2, kw: 3, outShare: 0.02 },
        { count: 1, kw: 5, outShare: 0.02 },
      ],
      1,
    );
    // Two units of 3 and one of 5: the example that textbooks begin with.
    const expected = { 0: 0.941192, 3: 0.038416, 5: 0.019208, 6: 0.000392, 8: 0.000784, 11: 0.000008 };
    for (const [kw, chance] of Object.entries(expected)) expect(table.outChance[Number(kw)]).toBeCloseTo(chance, 9);
    const odd = capacityTable([{ count: 4, kw: 2.5, outShare: 0.1 }], 1);
    const sum = (of: (i: number) => number) => odd.outChance.reduce((s, c, i) => s + c * of(i), 0);
    expect(sum(() => 1)).toBeCloseTo(1, 12);
    expect(sum((i) => i)).toBeCloseTo(4 * 2.5 * 0.1, 9);
  });

  it('expects as much unserved energy as all its states add up to', () => {
    const units = fc.record({
      count: fc.integer({ min: 0, max: 4 }),
      kw: fc.integer({ min: 0, max: 9 }),
      outShare: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(units, { maxLength: 3 }),
        fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { maxLength: 20 }),
        (kinds, loads) => {
          const table = capacityTable(kinds, 1);
          const { loleH, eueKwh } = lossOfLoad(table, loads);
          let [hours, energy] = [0, 0];
          for (const load of loads) {
            table.outChance.forEach((chance, out) => {
              const short = load - (table.installedKw - out);
              if (short > 1e-9) hours += chance;
              energy += chance * Math.max(0, short);
            });
          }
          expect(loleH).toBeCloseTo(hours, 7);
          expect(eueKwh).toBeCloseTo(energy, 7);
        },
      ),
    );
    expect(() => capacityTable([{ count: 1, kw: 1e9, outShare: 0 }], 1)).toThrow(/at most 10 million/);
    expect(() => capacityTable([{ count: 1, kw: 1, outShare: 2 }], 1)).toThrow(/forced outage rate: 2/);
  });
});

describe('what each nine costs', () => {
  const designs: readonly TriedDesign[] = [
    { id: 'bare', costMoneyPerYear: 100, loleHPerYear: 200 },
    { id: 'one set', costMoneyPerYear: 130, loleHPerYear: 20 },
    { id: 'dear', costMoneyPerYear: 500, loleHPerYear: 19 },
    { id: 'two sets', costMoneyPerYear: 160, loleHPerYear: 2 },
  ];

  it('is told between the cheapest designs that have them', () => {
    expect(frontierOf(designs).map((d) => d.id)).toEqual(['bare', 'one set', 'two sets']);
    const costs = costOfNines(designs, 4);
    expect(costs.map((c) => c.design?.id)).toEqual(['bare', 'bare', 'one set', 'two sets', undefined]);
    expect(costs.map((c) => c.moreMoneyPerYear)).toEqual([undefined, 0, 30, 30, undefined]);
    expect(costs[2]!.moneyPerAvoidedHour).toBeCloseTo(30 / 180, 12);
    expect(costs[1]!.moneyPerAvoidedHour).toBeUndefined();
    expect(costOfNines([], 2).every((c) => c.design === undefined)).toBe(true);
    expect(() => costOfNines(designs, 0)).toThrow(/number of nines: 0/);
  });
});

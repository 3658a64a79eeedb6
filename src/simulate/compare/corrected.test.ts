import { describe, expect, it } from 'vitest';
import { sourceKwh } from '../../kpi/energy.ts';
import { whole } from './contender.ts';
import { correctedTotals, endPrice } from './corrected.ts';
import { someOutcome, someTotals } from './testing/some.ts';

const price = { moneyPerKwh: 0.1, co2KgPerKwh: 0.5 };
const services = (waiting: number) =>
  someOutcome(whole('siloed'), {}, {}, { backlogEnd: waiting, served: 2000 - waiting }).services;

describe('corrected totals', () => {
  it('leave a run alone that ends as it began', () => {
    const totals = someTotals();
    expect(correctedTotals(totals, services(0), price)).toEqual(totals);
  });

  it('count what waits as done, at the energy that the service took, bought and with its cooling', () => {
    // 1,500 requests took 20 kWh and gave 400,000 tokens: the 500 that wait take a third of both.
    const totals = correctedTotals(someTotals({ backlogEnd: 500 }), services(500), price);
    expect(totals.itKwh).toBeCloseTo(100 + 20 / 3, 9);
    expect(totals.facilityKwh).toBeCloseTo(110 * (1 + 0.2 / 3), 9);
    expect(totals.outputTokens).toBeCloseTo(1e6 + 4e5 / 3, 3);
    expect(totals.waterL).toBeCloseTo(50 * (1 + 0.2 / 3), 9);
    expect(totals.runningCostMoney).toBeCloseTo(6.5 + (0.2 / 3) * (110 * 0.1 + 0.5), 9);
    expect(totals.backlogEnd).toBe(0);
  });

  it('count what waited at the start as another time’s work', () => {
    const of = someOutcome(whole('siloed'), {}, {}, { backlogStart: 500, served: 2500 }).services;
    // 2,500 requests took 20 kWh and gave 400,000 tokens: a fifth of both belongs to before.
    const totals = correctedTotals(someTotals({ batchServed: 2500 }), of, price);
    expect(totals.itKwh).toBeCloseTo(100 - 4, 9);
    expect(totals.outputTokens).toBeCloseTo(1e6 - 8e4, 3);
    expect(totals.batchServed).toBe(2000);
  });

  it('count what stores hold more as bought for nothing, and what they hold less as still to be bought', () => {
    const fuller = correctedTotals(someTotals({ storedEndKwh: 14 }), services(0), price);
    expect(fuller.runningCostMoney).toBeCloseTo(6.5 - 0.4, 9);
    expect(fuller.co2Kg).toBeCloseTo(30 - 2, 9);
    const emptier = correctedTotals(someTotals({ storedEndKwh: 0 }), services(0), price);
    expect(emptier.runningCostMoney).toBeCloseTo(6.5 + 1, 9);
  });

  it('keep the source boundary, which counts the change of stores by itself', () => {
    const totals = someTotals({ storedEndKwh: 3 });
    expect(sourceKwh(correctedTotals(totals, services(0), price))).toBeCloseTo(sourceKwh(totals), 9);
  });
});

describe('the price at the end', () => {
  it('is the mean of what was bought, and of generators where nothing was', () => {
    expect(endPrice(someTotals())).toEqual({ moneyPerKwh: 0.1, co2KgPerKwh: 0.5 });
    const island = { importKwh: 0, gridCo2Kg: 0, co2Kg: 16, generatorKwh: 20, fuelCostMoney: 6 };
    expect(endPrice(someTotals(island))).toEqual({ moneyPerKwh: 0.3, co2KgPerKwh: 0.8 });
  });
});

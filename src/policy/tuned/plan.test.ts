import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HourAhead, type PlanLimits, StorePlan } from './plan.ts';

const limits: PlanLimits = {
  capacityKwh: 400,
  chargeKw: 100,
  dischargeKw: 100,
  chargeShare: 0.95,
  dischargeShare: 0.95,
  wearPerKwh: 0.01,
  importKw: 300,
  exportKw: 0,
  generatorKw: 200,
  generatorPrice: 0.3,
};
const hour = (netKw: number, importPrice: number): HourAhead => ({ netKw, importPrice, exportPrice: 0 });
const now = (plan: StorePlan, hours: readonly HourAhead[], energyKwh: number, own = limits) =>
  plan.best(hours[0]!.netKw, energyKwh, -own.chargeKw, own.dischargeKw, 1, 1);

describe('the plan of a battery', () => {
  it('buys in cheap hours for dear ones, and not where losses and wear eat the difference', () => {
    const dear = (price: number) => Array.from({ length: 24 }, (_, k) => hour(100, k < 3 ? 0.05 : price));
    expect(now(new StorePlan(dear(0.2), limits), dear(0.2), 100)).toBeLessThan(-50);
    expect(now(new StorePlan(dear(0.06), limits), dear(0.06), 100)).toBe(0);
    const late = dear(0.2).slice(3);
    expect(now(new StorePlan(late, limits), late, 390)).toBeGreaterThan(50);
  });

  it('takes what is over, and gives it when the sun is gone', () => {
    const hours = Array.from({ length: 24 }, (_, k) => hour(k < 8 ? -150 : 80, 0.08));
    const plan = new StorePlan(hours, limits);
    expect(plan.best(80, 350, -100, 100, 1, 1)).toBeGreaterThan(0);
    expect(plan.worth(8, 200)).toBeLessThan(plan.worth(8, 100));
  });

  it('fills up before hours that the grid alone cannot carry', () => {
    const hours = Array.from({ length: 24 }, (_, k) => hour(k >= 1 && k < 4 ? 380 : 250, 0.08));
    expect(now(new StorePlan(hours, limits), hours, 90)).toBeLessThan(0);
    const flat = hours.map(() => hour(250, 0.08));
    expect(now(new StorePlan(flat, limits), flat, 90)).toBe(0);
  });

  it('never costs more than a battery that stands still, and more energy is never worth less', () => {
    const hours = fc.array(
      fc.record({ netKw: fc.integer({ min: -200, max: 450 }), price: fc.integer({ min: 1, max: 30 }) }),
      { minLength: 2, maxLength: 36 },
    );
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 400 }), (list, energyKwh) => {
        const ahead = list.map(({ netKw, price }) => hour(netKw, price / 100));
        const plan = new StorePlan(ahead, limits);
        const still = new StorePlan(ahead, { ...limits, chargeKw: 0, dischargeKw: 0 });
        expect(plan.worth(0, energyKwh)).toBeLessThanOrEqual(still.worth(0, energyKwh) + 1e-9);
        expect(plan.worth(0, energyKwh)).toBeLessThanOrEqual(plan.worth(0, Math.max(0, energyKwh - 50)) + 1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

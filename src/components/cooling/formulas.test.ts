import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../units/formula.ts';
import { CARRIER_19XR, eirPoint, leiCop, leiPlantKw } from './chiller.ts';
import { FORMULAS } from './formulas.ts';
import { cduPoint, serverFanShare } from './liquid.ts';
import { towerColdFactor, towerEvaporationLPerH, yorkApproachK } from './tower.ts';

const named = new Map(FORMULAS.map((f) => [f.name, f]));

describe('formulas of cooling', () => {
  it.each(FORMULAS.map((f) => [f.name, f] as const))('%s computes anywhere in its domain', (_, formula) => {
    const inputs = fc.record(
      Object.fromEntries(
        formula.inputs.map((i) => [
          i.name,
          i.words === undefined ? fc.double({ min: i.min!, max: i.max!, noNaN: true }) : fc.constantFrom(...i.words),
        ]),
      ),
    );
    fc.assert(
      fc.property(inputs, (given) => {
        for (const value of Object.values(evaluate(formula, given))) expect(Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('refuse what is outside', () => {
    expect(() => evaluate(named.get('cooling.chiller.lei')!, { condenser: 42, load: 0.5 })).toThrow(/domain/);
    expect(() => evaluate(named.get('cooling.chiller.eir')!, { heat: 1000, chilled: 20, condenser: 25 })).toThrow(
      /domain/,
    );
  });
});

describe('chillers', () => {
  it('a plant runs the best number of machines, and its power grows with heat and condenser water', () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        shares,
        shares,
        fc.double({ min: 5, max: 40, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        (a, b, t, n) => {
          const [less, more] = [Math.min(a, b) * n * 100, Math.max(a, b) * n * 100];
          expect(leiPlantKw(more, 100, n, t)).toBeGreaterThanOrEqual(leiPlantKw(less, 100, n, t) - 1e-9);
          expect(leiPlantKw(more, 100, n, t + 3)).toBeGreaterThanOrEqual(leiPlantKw(more, 100, n, t) - 1e-9);
        },
      ),
    );
    let best = Number.POSITIVE_INFINITY;
    for (let n = 3; n <= 6; n++) best = Math.min(best, 250 / leiCop(25, Math.max(0.2, 250 / (n * 100))));
    expect(leiPlantKw(250, 100, 6, 25)).toBeCloseTo(best, 9);
  });

  it('the example machine says when it is held at the edge of its data', () => {
    expect(eirPoint(CARRIER_19XR, 2000, 8, 28).clamped).toBe(false);
    expect(eirPoint(CARRIER_19XR, 2000, 21, 28)).toMatchObject({
      clamped: true,
      powerKw: eirPoint(CARRIER_19XR, 2000, 12.22, 28).powerKw,
    });
    expect(eirPoint(CARRIER_19XR, 4000, 8, 28).clamped).toBe(true);
  });
});

describe('towers', () => {
  it('the cold factor is within 8 % of YorkCalc from 0 to 28 °C at the rated range and flows', () => {
    const rated = yorkApproachK(25.6, 5.56, 1);
    for (let t = 0; t <= 28; t++) {
      expect(Math.abs(towerColdFactor(t) / (yorkApproachK(t, 5.56, 1) / rated) - 1)).toBeLessThan(0.08);
    }
  });

  it('evaporation is near the ideal 1.47 L/kWh in warm dry air, below it in the cold, and in proportion far beyond design', () => {
    expect(towerEvaporationLPerH(1, 0.0305, 30, 20, 101_325)).toBeGreaterThan(1.35);
    expect(towerEvaporationLPerH(1, 0.0305, 30, 20, 101_325)).toBeLessThan(1.9);
    expect(towerEvaporationLPerH(1, 0.0305, 0, -1, 101_325)).toBeLessThan(1.1);
    const [one, two] = [500, 1000].map((kw) => towerEvaporationLPerH(kw, 0.1, 30, 20, 101_325));
    expect(two! / one!).toBeCloseTo(2, 6);
  });
});

describe('CDU', () => {
  it('closes its heat on both sides, and gives the design approach at equal flows', () => {
    const p = cduPoint(1000, 36, 100, 100, 250);
    expect(p.technologyReturnC - p.technologySupplyC).toBeCloseTo(10, 9);
    expect(p.facilityReturnC - 36).toBeCloseTo(10, 9);
    expect(p.technologySupplyC - 36).toBeCloseTo(4, 9);
  });

  it('server fans follow the cube of what is left to the exhaust', () => {
    expect(serverFanShare(0.08, 25, 55)).toBeCloseTo(0.08, 12);
    expect(serverFanShare(0.08, 35, 55)).toBeCloseTo(0.08 * 1.5 ** 3, 12);
  });
});

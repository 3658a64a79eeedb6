import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CoolingSettings } from '../../components/contract.ts';
import { air, PLANT, specOf } from '../../components/cooling/fixtures/plant.ts';
import { cooling } from '../../components/cooling/index.ts';
import { bindCooling } from '../../components/unit.ts';
import type { PlantHall } from '../../twin/plant.ts';
import type { HeatView } from '../policy.ts';
import { SupplyReset } from '../tuned/supply.ts';
import { litreKwh, OperatingPoints } from './operatingPoints.ts';

const unit = bindCooling(cooling, 'cooling', 'hall', specOf(PLANT).spec);
const halls = [{ cooling: unit } as PlantHall];

function view(liquidKw: number, tempC: number, wetBulbC: number): HeatView {
  return { conditions: air(tempC, wetBulbC), last: { halls: [{ liquidKw, airKw: 0 }] } };
}

/** What the plant comes to at set points once it has settled. */
function settled(settings: CoolingSettings, liquidKw: number, tempC: number, wetBulbC: number) {
  const plant = unit.start();
  let [kw, waterLPerH, endC] = [0, 0, 0];
  for (let k = 0; k < 12; k++) {
    const { flows, meters } = plant.preview({ liquidKw, airKw: 0, ...settings }, air(tempC, wetBulbC));
    plant.keep();
    kw = meters['leakageKw']! - flows['power']!;
    waterLPerH = -flows['water']!;
    endC = meters['supplyC']!;
  }
  return { kw, waterLPerH, endC };
}

describe('operating points of the joint policy', () => {
  it('use no more water than the reset (air and load rounded) where water has no price, never leave the highest supply, and draw less over a summer day', () => {
    let [pointKw, resetKw] = [0, 0];
    const points = new OperatingPoints(halls);
    const reset = new SupplyReset(halls);
    for (let tempC = 24.3; tempC < 42; tempC += 1.5) {
      const wetC = 0.3 * tempC + 8;
      const [supplyC] = reset.decide(view(400, tempC, wetC));
      const [point] = points.decide(view(400, tempC, wetC), undefined, [supplyC]);
      const silo = settled({ supplyC }, 400, tempC, wetC);
      const own = settled(point ?? { supplyC }, 400, tempC, wetC);
      expect(own.waterLPerH).toBeLessThanOrEqual(1.03 * silo.waterLPerH + 1e-6);
      expect(own.endC).toBeLessThanOrEqual(45 + 1e-6);
      pointKw += own.kw;
      resetKw += silo.kw;
    }
    expect(pointKw).toBeLessThan(resetKw - 5);
  });

  it('spare water where energy is free and use it where energy is dear', () => {
    const points = new OperatingPoints(halls);
    const at = (perKwh: number) => {
      const [point] = points.decide(view(500, 33.5, 18.2), litreKwh(0.003, perKwh), [undefined]);
      return settled(point!, 500, 33.5, 18.2);
    };
    const [free, dear] = [at(0), at(0.6)];
    expect(dear.waterLPerH).toBeGreaterThan(50);
    expect(free.waterLPerH).toBeLessThan(0.25 * dear.waterLPerH);
    expect(dear.kw).toBeLessThan(free.kw - 1);
  });

  it('are safe at half as much heat again, whatever water is worth (property)', () => {
    const points = new OperatingPoints(halls);
    const any = fc.record({
      tempC: fc.double({ min: -20, max: 46, noNaN: true }),
      depressionK: fc.double({ min: 0, max: 20, noNaN: true }),
      liquidKw: fc.double({ min: 20, max: 520, noNaN: true }),
      perKwh: fc.constantFrom(-0.1, 0, 0.01, 0.1, 3),
      perLitre: fc.constantFrom(0, 0.001, 0.01),
    });
    fc.assert(
      fc.property(any, ({ tempC, depressionK, liquidKw, perKwh, perLitre }) => {
        const wetC = tempC - depressionK;
        const [point] = points.decide(view(liquidKw, tempC, wetC), litreKwh(perLitre, perKwh), [undefined]);
        if (point === undefined) return;
        expect(settled(point, 1.5 * liquidKw, tempC, wetC).endC).toBeLessThanOrEqual(45 + 1e-3);
      }),
      { seed: 8, numRuns: 150 },
    );
  });
});

describe('what a litre counts', () => {
  it('is more the cheaper energy is, within bounds, and nothing is said of water without a price', () => {
    expect(litreKwh(0, 0.1)).toBeUndefined();
    expect(litreKwh(0.002, 0.1)).toBeCloseTo(0.02, 12);
    expect(litreKwh(0.002, 0)).toBe(0.2);
    expect(litreKwh(0.002, -1)).toBe(0.2);
    expect(litreKwh(0.002, 1000)).toBe(1e-4);
  });
});

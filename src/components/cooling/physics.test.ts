import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AIR_KG_PER_S_PER_KW,
  airflowOfResistance,
  cduResistanceK,
  chillerCapacityShare,
  chillerCop,
  counterflowEffectiveness,
  dryCoolerResistanceK,
  economiserShare,
  fanShare,
  padAirC,
  padWaterLPerH,
  partLoadShare,
} from './physics.ts';

describe('counterflow', () => {
  it('meets the textbook: NTU 1 equal flows 0.5, NTU 2 at ratio 0.5 0.775, NTU 3 against a large flow 0.950', () => {
    expect(counterflowEffectiveness(1, 1)).toBeCloseTo(0.5, 12);
    expect(counterflowEffectiveness(2, 0.5)).toBeCloseTo((1 - Math.exp(-1)) / (1 - 0.5 * Math.exp(-1)), 12);
    expect(counterflowEffectiveness(3, 0)).toBeCloseTo(1 - Math.exp(-3), 12);
    expect(counterflowEffectiveness(1.7, 1 - 1e-7)).toBeCloseTo(counterflowEffectiveness(1.7, 1), 6);
  });

  it('gives the CDU’s approach: (1 - e) of the largest difference is heat over UA at equal flows', () => {
    // UA for 4 K at design; at flow f both flows and UA change, the approach follows f^-0.8
    const heatKw = 1000;
    const flowKwPerK = 100;
    for (const f of [0.3, 0.6, 1]) {
      const ua = (heatKw / 4) * f ** 0.8;
      const capacityRate = flowKwPerK * f;
      const e = counterflowEffectiveness(ua / capacityRate, 1);
      const largestK = heatKw / (e * capacityRate);
      expect((1 - e) * largestK).toBeCloseTo(cduResistanceK(4, f), 9);
    }
  });
});

describe('dry cooler and pads', () => {
  it('airflow and resistance are inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1, noNaN: true }), (speed) => {
        expect(airflowOfResistance(8, dryCoolerResistanceK(8, speed))).toBeCloseTo(speed, 9);
      }),
    );
    expect(dryCoolerResistanceK(8, 1)).toBe(8);
  });

  it('a full pad at 42 / 19.4 °C cools to 22.8 °C and takes 2.8 L per kWh of heat', () => {
    const airC = padAirC(42, 19.4, 0.85, 1);
    expect(airC).toBeCloseTo(22.79, 2);
    expect(padWaterLPerH(AIR_KG_PER_S_PER_KW, 42 - airC)).toBeCloseTo(2.8, 1);
  });

  it('a pad does nothing dry, and never warms', () => {
    expect(padAirC(42, 19.4, 0.85, 0)).toBe(42);
    expect(padAirC(5, 5.1, 0.85, 1)).toBe(5);
  });

  it('fans follow the cube above their floor', () => {
    expect(fanShare(1, 0.05)).toBe(1);
    expect(fanShare(0, 0.05)).toBe(0.05);
    expect(fanShare(0.5, 0)).toBe(0.125);
  });
});

describe('free cooling and chiller', () => {
  const water = { supplyC: 20, returnC: 27 };
  it('is full to the supply, none from the return, linear between', () => {
    expect(economiserShare(water, 20)).toBe(1);
    expect(economiserShare(water, -30)).toBe(1);
    expect(economiserShare(water, 27)).toBe(0);
    expect(economiserShare(water, 40)).toBe(0);
    expect(economiserShare(water, 23.5)).toBeCloseTo(0.5, 12);
  });

  it('COP is the Carnot fraction and falls with the heat outdoors', () => {
    expect(chillerCop(0.45, 16, 49)).toBeCloseTo((0.45 * 289.15) / 33, 12);
    expect(chillerCop(0.45, 16, 56)).toBeLessThan(chillerCop(0.45, 16, 49));
    expect(chillerCop(0.45, 16, 0)).toBe(chillerCop(0.45, 16, 26));
  });

  it('part load: 1 at full load, from nothing, without a jump where cycling ends', () => {
    expect(partLoadShare(1)).toBeCloseTo(1.00003, 9);
    expect(partLoadShare(0)).toBe(0);
    expect(partLoadShare(0.1)).toBeCloseTo(partLoadShare(0.1 - 1e-12), 9);
    for (let plr = 0.01; plr < 1.2; plr += 0.01) expect(partLoadShare(plr)).toBeGreaterThan(partLoadShare(plr - 0.01));
  });

  it('gives less when it is hot', () => {
    expect(chillerCapacityShare(20)).toBe(1);
    expect(chillerCapacityShare(45)).toBeCloseTo(0.794, 3);
  });
});

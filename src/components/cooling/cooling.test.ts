import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conditions } from '../contract.ts';
import { air, anyStep, PLANT, plant, run, settle, specOf } from './fixtures/plant.ts';
import { cooling } from './index.ts';
import { steadySupplyC } from './loop.ts';

describe('supply temperatures', () => {
  const table: {
    source: string;
    tolerance: number;
    rows: { dryC: number; wetBulbC: number; drySupplyC: number; adiabaticSupplyC: number }[];
  } = JSON.parse(readFileSync(new URL('./fixtures/supply.json', import.meta.url), 'utf8'));

  it.each(table.rows)('$dryC / $wetBulbC °C: $drySupplyC dry, $adiabaticSupplyC wet', (row) => {
    expect(Math.abs(steadySupplyC(plant, row.dryC, 1, 1, 1) - row.drySupplyC)).toBeLessThanOrEqual(table.tolerance);
    const wetC = row.dryC - 0.85 * (row.dryC - row.wetBulbC);
    expect(Math.abs(steadySupplyC(plant, wetC, 1, 1, 1) - row.adiabaticSupplyC)).toBeLessThanOrEqual(table.tolerance);
  });

  it('a plant without pump heat settles on the table: dry at 42 °C 54 °C; with pads it holds 40 °C at 68 % wet', () => {
    const dry = specOf({ ...PLANT, pump: '0 %', adiabatic: 'off' }).spec;
    expect(settle(dry, 800, 0, air(42, 19.4)).meters['supplyC']).toBeCloseTo(54, 3);
    const wet = specOf({ ...PLANT, pump: '0 %' }).spec;
    const { meters } = settle(wet, 800, 0, air(42, 19.4));
    expect(meters['supplyC']).toBeCloseTo(40, 9);
    // of the 19.21 K that pads can give, 14 are wanted
    expect(meters['wetShare']).toBeCloseTo(14 / 19.21, 3);
    const drained = specOf({ ...PLANT, pump: '0 %', supply: '17 °C' }).spec;
    expect(settle(drained, 800, 0, air(42, 19.4)).meters['supplyC']).toBeCloseTo(34.79, 2);
  });

  it('follows a wanted supply from above, and never beyond the highest', () => {
    const c = air(20, 12);
    const want = (supplyC: number) =>
      cooling.step(plant, { v: 1, loopC: 40 }, { liquidKw: 800, airKw: 0, supplyC }, c).meters['supplyC'];
    expect(want(43)).toBeCloseTo(43, 9);
    expect(want(70)).toBeCloseTo(45, 9);
  });

  it('pumps help where fans and pads are at their most, and still hold the supply to 1e-9', () => {
    const dry = specOf({ ...PLANT, adiabatic: 'off', supply: '45 °C' }).spec;
    let helped = 0;
    for (let tempC = 25; tempC < 45; tempC += 0.1) {
      for (const liquidKw of [100, 200, 300, 400, 600]) {
        const { meters } = run(dry, liquidKw, 0, air(tempC));
        const least = 800 * 0.0138 * Math.max(0.3, liquidKw / 800) ** 3;
        const most = 800 * 0.0138;
        const pumpKw = meters['pumpKw']!;
        if (pumpKw > least + 1e-6 && pumpKw < most - 1e-6) {
          helped++;
          expect(Math.abs(meters['supplyC']! - 45)).toBeLessThan(1e-9);
        }
      }
    }
    expect(helped).toBeGreaterThan(50);
  });

  it('a warmer supply costs less fan power and less water', () => {
    const cost = (supplyC: number) =>
      cooling.step(plant, { v: 1, loopC: supplyC }, { liquidKw: 800, airKw: 0, supplyC }, air(32, 17));
    expect(cost(45).meters['waterL']).toBe(0);
    expect(cost(40).meters['waterL']).toBeGreaterThan(100);
    expect(cost(45).meters['fanKw']).toBeLessThan(cost(40).meters['fanKw']!);
  });
});

describe('first law', () => {
  it('closes to 1e-9 of what flows in any weather, step and load', () => {
    fc.assert(
      fc.property(anyStep, (s) => {
        const { flows, meters, state } = run(
          plant,
          s.liquidKw,
          s.airKw,
          air(s.tempC, s.tempC - s.depressionK, s.dtH),
          s.loopC,
        );
        const storedKw = (plant.heatKwhPerK * (state.loopC - s.loopC)) / s.dtH;
        const inKw = s.liquidKw + s.airKw - flows['power']!;
        const scale = 1 + inKw + Math.abs(storedKw);
        expect(Math.abs(flows['ambient']! + storedKw - inKw) / scale).toBeLessThan(1e-9);
        expect(-flows['power']!).toBeCloseTo(meters['fanKw']! + meters['pumpKw']! + meters['compressorKw']!, 9);
        expect(meters['storedKwh']).toBeCloseTo(plant.heatKwhPerK * (state.loopC - 40), 9);
        expect(flows['liquid']).toBe(-s.liquidKw);
        expect(flows['air']).toBe(-s.airKw);
        expect(flows['ambient']).toBeGreaterThanOrEqual(0);
        expect(flows['water']).toBeLessThanOrEqual(0);
        expect(meters['waterL']).toBeCloseTo(-flows['water']! * s.dtH, 9);
        for (const value of Object.values(meters)) expect(Number.isFinite(value)).toBe(true);
        for (const name of ['wetShare', 'freeShare'] as const) {
          expect(meters[name]).toBeGreaterThanOrEqual(0);
          expect(meters[name]).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('all electricity of fans, pumps and compressors ends outdoors when the loop rests', () => {
    const { flows } = settle(plant, 700, 180, air(38, 19));
    expect(flows['ambient']).toBeCloseTo(880 - flows['power']!, 6);
  });
});

describe('stability', () => {
  it('does not overshoot: the end lies between the start and where it would rest, for 1 s to 1 h', () => {
    fc.assert(
      fc.property(anyStep, (s) => {
        const c = air(s.tempC, s.tempC - s.depressionK, s.dtH);
        const end = run(plant, s.liquidKw, s.airKw, c, s.loopC).state.loopC;
        const rest = settle(plant, s.liquidKw, s.airKw, { ...c, dtH: 1 }, s.loopC).state.loopC;
        const low = Math.min(s.loopC, rest, plant.supplyC);
        const high = Math.max(s.loopC, rest, plant.supplyC);
        expect(end).toBeGreaterThanOrEqual(low - 1e-6);
        expect(end).toBeLessThanOrEqual(high + 1e-6);
      }),
      { numRuns: 500 },
    );
  });

  it('an hour in one step and in 360 steps come to the same end', () => {
    for (const tempC of [-10, 25, 42]) {
      const c = air(tempC, tempC - 15);
      const one = run(plant, 700, 150, c, 50).state.loopC;
      let loopC = 50;
      for (let k = 0; k < 360; k++) loopC = run(plant, 700, 150, { ...c, dtH: 1 / 360 }, loopC).state.loopC;
      expect(Math.abs(one - loopC)).toBeLessThan(1.5);
    }
  });

  it('rides through a hot quarter of an hour on the water in the loop', () => {
    const dry = specOf({ ...PLANT, adiabatic: 'off', loop_volume: '40 m3' }).spec;
    const first = run(dry, 800, 0, air(38, 18, 0.25));
    expect(first.meters['supplyC']).toBeLessThan(45);
    expect(first.meters['storedKwh']).toBeGreaterThan(50);
    expect(settle(dry, 800, 0, air(38, 18)).meters['supplyC']).toBeGreaterThan(49);
  });

  it('warms up by itself, without fans, when it is below its set point', () => {
    const { meters, state } = run(plant, 100, 0, air(-20, -20, 0.01), 20);
    expect(state.loopC).toBeCloseTo(20 + ((100 + meters['pumpKw']!) * 0.01) / plant.heatKwhPerK, 9);
  });
});

const MOST_WET_BULB_C = 35;

describe('monotone', () => {
  const hour = fc.record({
    tempC: fc.double({ min: -30, max: 49, noNaN: true }),
    depressionK: fc.double({ min: 0, max: 20, noNaN: true }),
    liquidKw: fc.double({ min: 0, max: 800, noNaN: true }),
    airKw: fc.double({ min: 0, max: 200, noNaN: true }),
    moreKw: fc.double({ min: 0, max: 100, noNaN: true }),
    moreK: fc.double({ min: 0, max: 10, noNaN: true }),
  });
  const powerOf = (liquidKw: number, airKw: number, c: Conditions) => -run(plant, liquidKw, airKw, c).flows['power']!;

  it('power grows with heat of either kind', () => {
    fc.assert(
      fc.property(hour, (s) => {
        const c = air(s.tempC, s.tempC - s.depressionK);
        const base = powerOf(s.liquidKw, s.airKw, c) - 1e-9;
        expect(powerOf(s.liquidKw + s.moreKw, s.airKw, c)).toBeGreaterThanOrEqual(base);
        expect(powerOf(s.liquidKw, s.airKw + s.moreKw, c)).toBeGreaterThanOrEqual(base);
      }),
      { numRuns: 2000 },
    );
  });

  it('power grows with the outdoor temperature, and so do power and water with the wet bulb', () => {
    fc.assert(
      fc.property(hour, (s) => {
        // Hardly any air on Earth has a wet bulb above 35 °C (Raymond et al. 2020); where it nears the loop's, fans stand still.
        const wetBulbC = Math.min(MOST_WET_BULB_C, s.tempC - s.depressionK);
        const c = air(s.tempC, wetBulbC);
        const warmer = air(s.tempC + s.moreK, wetBulbC);
        // A plant past its capacity carries less in more heat, and takes less.
        if (run(plant, s.liquidKw, s.airKw, warmer).meters['overloadKw'] === 0) {
          expect(powerOf(s.liquidKw, s.airKw, warmer)).toBeGreaterThanOrEqual(powerOf(s.liquidKw, s.airKw, c) - 1e-9);
        }
        expect(run(plant, s.liquidKw, s.airKw, warmer).meters['waterL']).toBeGreaterThanOrEqual(
          run(plant, s.liquidKw, s.airKw, c).meters['waterL']! - 1e-9,
        );
        const damper = air(s.tempC, Math.min(MOST_WET_BULB_C, s.tempC, wetBulbC + s.moreK));
        expect(run(plant, s.liquidKw, s.airKw, damper).meters['supplyC']).toBeGreaterThanOrEqual(
          run(plant, s.liquidKw, s.airKw, c).meters['supplyC']! - 1e-9,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

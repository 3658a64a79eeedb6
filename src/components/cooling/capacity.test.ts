import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { air, anyStep, PLANT, plant, run, type Section, specOf } from './fixtures/plant.ts';
import { cooling } from './index.ts';

describe('capacity', () => {
  it('what it promises holds: the loop stays at or below its highest supply and the air is not overloaded', () => {
    const bare = specOf({ ...PLANT, adiabatic: 'off', chiller: '120 kW' }).spec;
    fc.assert(
      fc.property(anyStep, fc.boolean(), (s, pads) => {
        const spec = pads ? plant : bare;
        const c = air(s.tempC, s.tempC - s.depressionK, s.dtH);
        const loopC = Math.min(s.loopC, 45);
        const most = cooling.capacity(spec, { v: 1, loopC }, c);
        expect(most.liquidKw).toBeGreaterThanOrEqual(0);
        expect(most.liquidKw).toBeLessThanOrEqual(800);
        const { meters } = run(spec, most.liquidKw, most.airKw, c, loopC);
        if (most.liquidKw > 0) expect(meters['supplyC']).toBeLessThanOrEqual(45 + 1e-6);
        if (most.airKw > 0) expect(meters['overloadKw']).toBeLessThan(1e-6);
        if (most.airKw > 0 && most.airKw < 200) {
          expect(run(spec, 0, most.airKw + 1, c).meters['overloadKw']).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is the design in mild air, less in hot dry air without pads, nothing when the air is too hot', () => {
    const dry = specOf({ ...PLANT, adiabatic: 'off', loop_volume: '1 L' }).spec;
    const most = (tempC: number, spec = dry) => cooling.capacity(spec, { v: 1, loopC: 45 }, air(tempC, 19)).liquidKw;
    expect(most(20)).toBe(800);
    // 5 of 12 K remain, less the heat of the pumps
    expect(most(40)).toBeCloseTo((800 * 5) / 12 - 800 * 0.0138, 6);
    expect(most(45)).toBe(0);
    expect(most(50)).toBe(0);
    expect(most(42, plant)).toBe(800);
  });

  it('stored cold counts: a cool loop may take more for a minute than for an hour', () => {
    const dry = specOf({ ...PLANT, adiabatic: 'off' }).spec;
    const most = (dtH: number) => cooling.capacity(dry, { v: 1, loopC: 40 }, air(44, 20, dtH)).liquidKw;
    expect(most(1 / 60)).toBe(800);
    expect(most(1)).toBeLessThan(200);
  });

  it('is limited by the chiller, except when the air outdoors is cold', () => {
    const weak = specOf({ ...PLANT, chiller: '100 kW' }).spec;
    const most = (tempC: number) => cooling.capacity(weak, { v: 1, loopC: 40 }, air(tempC)).airKw;
    expect(most(30)).toBeGreaterThan(90);
    expect(most(30)).toBeLessThan(100);
    expect(most(0)).toBe(200);
    expect(most(45)).toBeLessThan(most(30));
  });
});

describe('the air side', () => {
  const at = (tempC: number, section: Partial<Section> = {}) =>
    run(specOf({ ...PLANT, ...section }).spec, 0, 200, air(tempC)).meters;
  it('needs no compressor in the cold, some between, and all in the heat', () => {
    expect(at(0)).toMatchObject({ freeShare: 1, compressorKw: 0 });
    expect(at(13)['freeShare']).toBeGreaterThan(0.2);
    expect(at(13)['freeShare']).toBeLessThan(0.8);
    expect(at(30)).toMatchObject({ freeShare: 0, overloadKw: 0 });
    expect(at(0, { economiser: 'off' })['compressorKw']).toBeGreaterThan(5);
  });

  it('compressor power is heat over COP: about 3 at 42 °C', () => {
    const cop = 208 / at(42)['compressorKw']!;
    expect(cop).toBeGreaterThan(2.8);
    expect(cop).toBeLessThan(3.8);
  });

  it('says what it cannot take', () => {
    expect(at(40, { chiller: '50 kW' })['overloadKw']).toBeGreaterThan(150);
    expect(at(40, { air_heat: '0 kW' })['overloadKw']).toBe(200);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Conditions } from '../contract.ts';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { bindCooling } from '../unit.ts';
import { cooling } from './index.ts';
import { steadySupplyC } from './loop.ts';

type Section = z.input<typeof cooling.file>;
const PLANT: Section = { liquid_heat: '800 kW', air_heat: '200 kW' };

function specOf(section: Section = PLANT, context = sampleContext()) {
  const { list, complain } = complaints();
  return { spec: cooling.spec(cooling.file.parse(section), context, complain), list };
}
const plant = specOf().spec;

function air(tempC: number, wetBulbC = tempC - 0.6 * Math.max(0, tempC), dtH = 1): Conditions {
  return sampleConditions({ tempC, wetBulbC, dtH });
}

/** A step from a loop of `loopC` (its set point unless said). */
function run(spec: typeof plant, liquidKw: number, airKw: number, conditions: Conditions, loopC = spec.supplyC) {
  return cooling.step(spec, { v: 1, loopC }, { liquidKw, airKw }, conditions);
}

/** Steps until the loop rests. */
function settle(spec: typeof plant, liquidKw: number, airKw: number, conditions: Conditions, loopC = spec.supplyC) {
  let stepped = run(spec, liquidKw, airKw, conditions, loopC);
  for (let k = 0; k < 1500; k++) stepped = run(spec, liquidKw, airKw, conditions, stepped.state.loopC);
  return stepped;
}

/** Any weather with a wet bulb at or below the dry bulb, a step of 1 s to 1 h, any loop temperature and loads. */
const anyStep = fc.record({
  tempC: fc.double({ min: -30, max: 50, noNaN: true }),
  depressionK: fc.double({ min: 0, max: 25, noNaN: true }),
  dtH: fc.double({ min: 1 / 3600, max: 1, noNaN: true }),
  loopC: fc.double({ min: 5, max: 60, noNaN: true }),
  liquidKw: fc.double({ min: 0, max: 1200, noNaN: true }),
  airKw: fc.double({ min: 0, max: 300, noNaN: true }),
});

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
        const c = air(s.tempC, s.tempC - s.depressionK);
        const warmer = air(s.tempC + s.moreK, s.tempC - s.depressionK);
        expect(powerOf(s.liquidKw, s.airKw, warmer)).toBeGreaterThanOrEqual(powerOf(s.liquidKw, s.airKw, c) - 1e-9);
        expect(run(plant, s.liquidKw, s.airKw, warmer).meters['waterL']).toBeGreaterThanOrEqual(
          run(plant, s.liquidKw, s.airKw, c).meters['waterL']! - 1e-9,
        );
        const damper = air(s.tempC, Math.min(s.tempC, s.tempC - s.depressionK + s.moreK));
        expect(run(plant, s.liquidKw, s.airKw, damper).meters['supplyC']).toBeGreaterThanOrEqual(
          run(plant, s.liquidKw, s.airKw, c).meters['supplyC']! - 1e-9,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

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

describe('sections', () => {
  it('an all-air and an all-liquid plant run', () => {
    const allAir = specOf({ liquid_heat: '0 kW', air_heat: '300 kW' }).spec;
    expect(cooling.capacity(allAir, cooling.initial(allAir), air(35)).liquidKw).toBe(0);
    expect(run(allAir, 0, 250, air(35)).meters).toMatchObject({ pumpKw: 0, supplyC: 40, waterL: 0 });
    const allLiquid = specOf({ liquid_heat: '300 kW', air_heat: '0 kW' }).spec;
    expect(cooling.capacity(allLiquid, cooling.initial(allLiquid), air(35)).airKw).toBe(0);
    expect(run(allLiquid, 250, 0, air(35)).meters).toMatchObject({ compressorKw: 0, overloadKw: 0 });
  });

  it('prices the plant by its heat', () => {
    const { spec, list } = specOf({ ...PLANT, capex_liquid: '400 USD/kW', capex_air: '1000 USD/kW', opex: '3 %' });
    expect(list).toEqual([]);
    expect(cooling.ownership(spec)).toMatchObject({ capexMoney: 520_000, opexMoneyPerYear: 15_600, lifeYears: 15 });
    expect(specOf(PLANT, sampleContext({ currency: 'KZT' })).list.map((c) => c.path[0])).toEqual([
      'capex_liquid',
      'capex_air',
    ]);
  });

  it('complains of supplies in the wrong order, no heat at all, and water too cold for the chiller model', () => {
    expect(specOf({ ...PLANT, supply: '50 °C' }).list).toMatchObject([{ path: ['supply'] }]);
    expect(specOf({ liquid_heat: '0 kW', air_heat: '0 kW' }).list).toMatchObject([{ path: ['liquid_heat'] }]);
    expect(specOf({ ...PLANT, air_supply: '15 °C', coil_approach: '8 K' }).list).toMatchObject([
      { path: ['coil_approach'] },
    ]);
  });

  it.each([
    {},
    { liquid_heat: '1 MW' },
    { ...PLANT, liquid_heat: '-1 kW' },
    { ...PLANT, supply: 45 },
    { ...PLANT, supply: '80 °C' },
    { ...PLANT, adiabatic: 'sometimes' },
    { ...PLANT, pad_effectiveness: '120 %' },
    { ...PLANT, water_cycles: 1 },
    { ...PLANT, water_rise: '0 K' },
    { ...PLANT, loop_volume: '0 L' },
    { ...PLANT, tower: true },
  ])('refuses %j', (section) => {
    expect(cooling.file.safeParse(section).success).toBe(false);
  });

  it('runs as a unit: previews change nothing, kept steps do, saved state comes back', () => {
    const unit = bindCooling(cooling, 'cooling', 'hall', plant);
    const running = unit.start({ v: 1, loopC: 44 });
    const set = { liquidKw: 100, airKw: 20 };
    expect(running.preview(set, air(10))).toEqual(running.preview(set, air(10)));
    running.keep();
    expect(running.save()).not.toEqual({ v: 1, loopC: 44 });
    expect(unit.start(running.save()).save()).toEqual(running.save());
    for (const bad of [
      null,
      3,
      {},
      { v: 2, loopC: 40 },
      { v: 1 },
      { v: 1, loopC: 'hot' },
      { v: 1, loopC: Number.NaN },
    ]) {
      expect(cooling.revive(bad)).toBeUndefined();
    }
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { air, anyStep, PLANT, run, type Section, settle, specOf } from './fixtures/plant.ts';
import { cooling } from './index.ts';
import type { CoolingSpec } from './spec.ts';

const CHILLED: Section = { ...PLANT, plant: 'chiller', supply: '21 °C', max_supply: '24 °C' };
const PLANTS: readonly (readonly [string, Section])[] = [
  ['dry', { ...PLANT, plant: 'dry' }],
  ['tower', { ...PLANT, plant: 'tower', supply: '30 °C' }],
  ['towers and chillers', CHILLED],
  ['example machine', { ...CHILLED, chiller_model: 'eir' }],
  ['weak chillers', { ...CHILLED, liquid_chiller: '300 kW' }],
  ['dry coolers and chillers', { ...CHILLED, heat_rejection: 'dry' }],
  ['chillers alone', { ...CHILLED, liquid_economiser: 'off' }],
  ['outdoor air', { ...PLANT, air: 'economiser' }],
  ['tank', { ...PLANT, store: '100 m3' }],
];
const resolved = PLANTS.map(([name, section]) => ({ name, spec: specOf(section).spec }));
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

function from(
  spec: CoolingSpec,
  loopC: number,
  tankC: number,
  { liquidKw, airKw, tankKw }: { liquidKw: number; airKw: number; tankKw?: number | undefined },
  c = air(20),
) {
  const state = spec.tank === undefined ? { v: 1 as const, loopC } : { v: 1 as const, loopC, tankC };
  return cooling.step(spec, state, { liquidKw, airKw, tankKw }, c);
}

/** What a tank is told, or nothing. */
const anyTankKw = fc.option(between(-400, 400), { nil: undefined });

describe.each(resolved)('$name', ({ spec }) => {
  it('closes the first law to 1e-9 in any weather, step and load', () => {
    fc.assert(
      fc.property(anyStep, between(20, 27), anyTankKw, (s, tankC, told) => {
        const c = air(s.tempC, s.tempC - s.depressionK, s.dtH);
        const { flows, meters, state } = from(spec, s.loopC, tankC, { ...s, tankKw: told }, c);
        const tankKw = spec.tank === undefined ? 0 : (spec.tank.kwhPerK * (state.tankC! - tankC)) / s.dtH;
        const storedKw = (spec.heatKwhPerK * (state.loopC - s.loopC)) / s.dtH + tankKw;
        const inKw = s.liquidKw + s.airKw - flows['power']!;
        const scale = 1 + inKw + Math.abs(storedKw) + Math.abs(tankKw);
        expect(Math.abs(flows['ambient']! + storedKw - inKw) / scale).toBeLessThan(1e-9);
        expect(-flows['power']!).toBeCloseTo(meters['fanKw']! + meters['pumpKw']! + meters['compressorKw']!, 9);
        expect(flows['water']).toBeLessThanOrEqual(0);
        for (const value of Object.values(meters)) expect(Number.isFinite(value)).toBe(true);
        expect(meters['freeShare']).toBeGreaterThanOrEqual(0);
        expect(meters['freeShare']).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no less power for more heat, and none less for a hotter outdoors at the same humidity', () => {
    const hour = fc.record({
      tempC: between(-25, 45),
      depressionK: between(0, 20),
      liquidKw: between(0, 800),
      airKw: between(0, 200),
      moreKw: between(0, 100),
      moreK: between(0, 8),
    });
    fc.assert(
      fc.property(hour, (s) => {
        const hourOf = (liquidKw: number, airKw: number, tempC: number, wetC: number) =>
          from(spec, spec.supplyC, 24, { liquidKw, airKw }, air(tempC, wetC));
        const powerOf = (liquidKw: number, airKw: number, tempC: number, wetC: number) =>
          -hourOf(liquidKw, airKw, tempC, wetC).flows['power']!;
        const wetC = s.tempC - s.depressionK;
        const base = powerOf(s.liquidKw, s.airKw, s.tempC, wetC) - 1e-6;
        expect(powerOf(s.liquidKw + s.moreKw, s.airKw, s.tempC, wetC)).toBeGreaterThanOrEqual(base);
        if (spec.tank !== undefined) return;
        expect(powerOf(s.liquidKw, s.airKw + s.moreKw, s.tempC, wetC)).toBeGreaterThanOrEqual(base);
        // hotter and damper at once, so that air which was too damp does not become fit
        const hotter = hourOf(s.liquidKw, s.airKw, s.tempC + s.moreK, wetC + s.moreK);
        // a plant at the end of its capacity carries less in the heat, and takes less for it
        if (hotter.meters['overloadKw']! > 0 || hotter.state.loopC > spec.supplyC + 1e-6) return;
        expect(-hotter.flows['power']!).toBeGreaterThanOrEqual(base);
      }),
      { numRuns: 1000 },
    );
  });

  it('ends between its start and where it would rest', () => {
    fc.assert(
      fc.property(anyStep, (s) => {
        const c = air(s.tempC, s.tempC - s.depressionK, s.dtH);
        const end = run(spec, s.liquidKw, s.airKw, c, s.loopC).state.loopC;
        const rest = settle(spec, s.liquidKw, s.airKw, { ...c, dtH: 1 }, s.loopC).state.loopC;
        expect(end).toBeGreaterThanOrEqual(Math.min(s.loopC, rest, spec.supplyC) - 1e-6);
        expect(end).toBeLessThanOrEqual(Math.max(s.loopC, rest, spec.supplyC) + 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what its capacity promises', () => {
    fc.assert(
      fc.property(anyStep, (s) => {
        const c = air(s.tempC, s.tempC - s.depressionK, s.dtH);
        const loopC = Math.min(s.loopC, spec.maxSupplyC);
        const most = cooling.capacity(spec, { v: 1, loopC }, c);
        const { meters } = run(spec, most.liquidKw, most.airKw, c, loopC);
        if (most.liquidKw > 0) expect(meters['supplyC']).toBeLessThanOrEqual(spec.maxSupplyC + 1e-6);
        if (most.airKw > 0) expect(meters['overloadKw']).toBeLessThan(1e-5);
      }),
      { numRuns: 300 },
    );
  });
});

describe('towers', () => {
  const tower = specOf({ ...PLANT, plant: 'tower', supply: '30 °C' }).spec;
  it('evaporate near the ideal 1.47 L/kWh, with blowdown 1.7 to 2.6, and less in the cold', () => {
    const perKwh = (tempC: number, wetC: number) => run(tower, 800, 0, air(tempC, wetC)).meters['waterL']! / 800;
    expect(perKwh(30, 20)).toBeGreaterThan(1.73);
    expect(perKwh(30, 20)).toBeLessThan(2.6);
    expect(perKwh(0, -2)).toBeLessThan(perKwh(30, 20));
  });

  it('hold their supply in the damp heat where pads could not, and tell facility and technology water apart', () => {
    const { meters } = run(specOf({ ...PLANT, plant: 'tower', supply: '33 °C' }).spec, 800, 0, air(35, 19));
    expect(meters['supplyC']).toBeCloseTo(33, 9);
    expect(meters['facilityC']).toBeCloseTo(33 - 4 * (1 + 0.0318), 6);
    expect(meters['flowLPerMin']).toBeGreaterThan(800 * 1.4);
  });
});

describe('chillers of the loop', () => {
  const chilled = specOf(CHILLED).spec;
  const at = (wetC: number, spec = chilled) => run(spec, 800, 0, air(wetC + 8, wetC)).meters;
  it('rest in the cold, help in part between, and are counted apart from those of the air', () => {
    expect(at(2)).toMatchObject({ liquidChillerH: 0, airChillerH: 0, compressorKw: 0 });
    expect(at(14)['liquidChillerH']).toBe(1);
    expect(at(14)['compressorKw']).toBeLessThan(at(24)['compressorKw']!);
    const dry = specOf({ ...PLANT, plant: 'dry' }).spec;
    expect(run(dry, 100, 200, air(35)).meters).toMatchObject({ liquidChillerH: 0, airChillerH: 1 });
  });

  it('power rises without a jump as the wet bulb rises', () => {
    let before = at(0)['compressorKw']!;
    for (let wetC = 0.02; wetC < 30; wetC += 0.02) {
      const now = at(wetC)['compressorKw']!;
      expect(now).toBeGreaterThanOrEqual(before - 1e-9);
      expect(now - before).toBeLessThan(1);
      before = now;
    }
    expect(before).toBeGreaterThan(80);
  });

  it('tell when a model is held at its edge', () => {
    expect(at(10)['clampedH']).toBe(0);
    expect(at(34)['clampedH']).toBe(1);
    expect(at(20, specOf({ ...CHILLED, chiller_model: 'eir' }).spec)['clampedH']).toBe(1);
  });
});

describe('outdoor air', () => {
  const spec = specOf({ ...PLANT, air: 'economiser' }).spec;
  const at = (tempC: number, wetC: number) => run(spec, 0, 200, air(tempC, wetC)).meters;
  it('needs nothing in mild air, water in dry heat, chillers in damp heat', () => {
    expect(at(15, 11)).toMatchObject({ compressorKw: 0, waterL: 0, freeShare: 1 });
    expect(at(35, 16.5)).toMatchObject({ compressorKw: 0, freeShare: 1 });
    expect(at(35, 16.5)['waterL']).toBeGreaterThan(150);
    expect(at(33, 28.2)).toMatchObject({ freeShare: 0, waterL: 0 });
    expect(at(33, 28.2)['compressorKw']).toBeGreaterThan(30);
  });

  it('holds its dew point limit: pads stop where the air would be too damp', () => {
    const warm = at(38, 22);
    expect(warm['freeShare']).toBeGreaterThan(0);
    expect(warm['freeShare']).toBeLessThan(1);
    const dew = specOf({ ...PLANT, air: 'economiser', dew_point_limit: '21 °C' }).spec;
    expect(run(dew, 0, 200, air(38, 22)).meters['freeShare']).toBe(1);
  });

  it('humidifies very dry cold air', () => {
    expect(at(-20, -20.5)['waterL']).toBeGreaterThan(0);
    expect(at(10, 5)['waterL']).toBe(0);
  });
});

describe('tank', () => {
  it('is charged by a cold night and spares the chiller by day', () => {
    const section: Section = { liquid_heat: '0 kW', air_heat: '200 kW' };
    const kwh = (store?: string) => {
      const { spec } = specOf(store === undefined ? section : { ...section, store });
      let state = cooling.initial(spec);
      let used = 0;
      for (let h = 0; h < 240; h++) {
        const c = air(12 + 14 * Math.sin(((h - 9) / 12) * Math.PI));
        const stepped = cooling.step(spec, state, { liquidKw: 0, airKw: 120 }, c);
        state = stepped.state;
        used += stepped.meters['compressorKw']!;
      }
      return used;
    };
    expect(kwh('60 m3')).toBeLessThan(0.8 * kwh());
    expect(kwh('200 m3')).toBeLessThan(kwh('60 m3'));
  });

  it('does as it is told: compressors charge it in warm air, it is held, and it gives no more than asked and than there is heat', () => {
    const { spec } = specOf({ liquid_heat: '0 kW', air_heat: '200 kW', store: '60 m3' });
    const kwhPerK = spec.tank!.kwhPerK;
    const at = (tankKw: number | undefined, tankC: number) => {
      const { meters, state } = from(spec, 40, tankC, { liquidKw: 0, airKw: 100, tankKw }, air(33));
      return {
        compressorKw: meters['compressorKw']!,
        coldKw: kwhPerK * (tankC - state.tankC!),
        left: meters['overloadKw'],
      };
    };
    const alone = at(0, 24);
    const wallKw = alone.coldKw;
    expect(Math.abs(wallKw)).toBeLessThan(1);
    const charged = at(60, 26);
    expect(charged.coldKw - wallKw).toBeGreaterThan(59);
    expect(charged.compressorKw).toBeGreaterThan(alone.compressorKw + 5);
    const given = at(-20, 21);
    expect(given.coldKw - wallKw).toBeGreaterThan(-21);
    expect(given.coldKw - wallKw).toBeLessThan(-19);
    expect(given.compressorKw).toBeLessThan(alone.compressorKw - 2);
    expect(at(-1e6, 20).compressorKw).toBeGreaterThanOrEqual(0);
    expect(at(1e6, 27).left).toBe(0);
  });
});

describe('keys of plants', () => {
  it('a class of facility water sets both supplies, W+ leaves them', () => {
    expect(specOf({ ...PLANT, water_class: 'W32' }).spec).toMatchObject({ supplyC: 36, maxSupplyC: 36 });
    expect(specOf({ ...PLANT, water_class: 'W+' }).spec).toMatchObject({ supplyC: 40, maxSupplyC: 45 });
  });

  it('complains of a water-cooled model behind dry coolers, and of a tank without coils', () => {
    expect(specOf({ ...CHILLED, heat_rejection: 'dry', chiller_model: 'lei' }).list).toMatchObject([
      { path: ['chiller_model'] },
    ]);
    expect(specOf({ ...PLANT, air: 'economiser', store: '10 m3' }).list).toMatchObject([{ path: ['store'] }]);
  });

  it('dry is the plant with pads off', () => {
    const dry = specOf({ ...PLANT, plant: 'dry' }).spec;
    const off = specOf({ ...PLANT, adiabatic: 'off' }).spec;
    expect(dry).toEqual(off);
  });

  it('a saved tank comes back, a broken one does not', () => {
    expect(cooling.revive({ v: 1, loopC: 40, tankC: 22 })).toEqual({ v: 1, loopC: 40, tankC: 22 });
    expect(cooling.revive({ v: 1, loopC: 40, tankC: 'cold' })).toBeUndefined();
  });

  it.each([{ plant: 'sea' }, { water_class: 'W50' }, { air: 'window' }, { chiller_machines: 0 }, { drift: '5 %' }])(
    'refuses %j',
    (wrong) => {
      expect(cooling.file.safeParse({ ...PLANT, ...wrong }).success).toBe(false);
    },
  );

  it('thin air takes more fan power', () => {
    const spec = specOf().spec;
    const power = (pressurePa: number) => run(spec, 800, 0, { ...air(30, 18), pressurePa }).meters['fanKw']!;
    expect(power(80_000) / power(101_325)).toBeGreaterThan(1.4);
  });
});

import { describe, expect, it } from 'vitest';
import { sampleContext } from '../sample.ts';
import { bindCooling } from '../unit.ts';
import { air, PLANT, plant, run, specOf } from './fixtures/plant.ts';
import { cooling } from './index.ts';

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

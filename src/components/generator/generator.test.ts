import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { generator } from './index.ts';
import { altitudeShare, fuelCurve, hotShare } from './physics.ts';
import type { GeneratorSpec } from './spec.ts';

const fuelCase = JSON.parse(readFileSync(new URL('./fixtures/fuel.json', import.meta.url), 'utf8')) as Record<
  'efficiencyShare' | 'kwhPerGallon' | 'electricityKwh' | 'gallons' | 'usdPerGallon' | 'usd',
  number
>;

function spec(over: Record<string, unknown> = {}, elevationM = 225): GeneratorSpec {
  const file = generator.file.parse({
    rated: '500 kW',
    tank: '20 m3',
    fuel_price: '1 USD/L',
    capex: '800 USD/kW',
    opex: '15 USD/kW/y',
    ...over,
  });
  const { list, complain } = complaints();
  const made = generator.spec(file, sampleContext({ elevationM }), complain);
  expect(list).toEqual([]);
  return made;
}

describe('generator physics', () => {
  it('fuel curve goes through both efficiencies', () => {
    const { slope, intercept } = fuelCurve(0.35, 0.32);
    expect(slope + intercept).toBeCloseTo(1 / 0.35, 12);
    expect((0.5 * slope + intercept) / 0.5).toBeCloseTo(1 / 0.32, 12);
  });

  it('burns what REopt burns at a constant efficiency', () => {
    const { slope, intercept } = fuelCurve(fuelCase.efficiencyShare, fuelCase.efficiencyShare);
    expect(intercept).toBeCloseTo(0, 12);
    const gallons = (slope * fuelCase.electricityKwh) / fuelCase.kwhPerGallon;
    expect(Math.abs(gallons - fuelCase.gallons)).toBeLessThan(0.005);
    expect(Math.abs(gallons * fuelCase.usdPerGallon - fuelCase.usd)).toBeLessThan(0.005);
  });

  it('derates by altitude and heat', () => {
    expect(altitudeShare(225, 0.006)).toBe(1);
    expect(altitudeShare(1500, 0.006)).toBeCloseTo(0.97, 12);
    expect(altitudeShare(30000, 0.006)).toBe(0);
    expect(hotShare(40, 0.006)).toBe(1);
    expect(hotShare(45, 0.006)).toBeCloseTo(0.97, 12);
    expect(hotShare(400, 0.006)).toBe(0);
  });
});

describe('generator spec', () => {
  it('refuses nonsense and explains an impossible fuel curve', () => {
    for (const bad of [
      { min_load: '80 %' },
      { units: 0 },
      { units: 1.5 },
      { tank: '20' },
      { start_time: '-1 s' },
      { delivery: 'soon' },
      { speed: 1 },
    ]) {
      expect(generator.file.safeParse({ rated: '1 kW', tank: '1 L', ...bad }).success).toBe(false);
    }
    const file = generator.file.parse({ rated: '1 kW', tank: '1 L', efficiency_half: '40 %' });
    const { list, complain } = complaints();
    generator.spec(file, sampleContext(), complain);
    expect(list.map((c) => c.path[0])).toEqual(['efficiency_half', 'fuel_price', 'capex', 'opex']);
  });

  it('prices and ownership count every set', () => {
    const s = spec({ units: 3 });
    expect(s.ownership.capexMoney).toBe(800 * 1500);
    expect(s.ownership.opexMoneyPerYear).toBe(15 * 1500);
    expect(s.ownership.lifeYears).toBeCloseTo(25, 9);
  });
});

describe('generator step', () => {
  it('a cold set gives what is left of the hour after its start', () => {
    const s = spec({ start_time: '6 min' });
    const c = sampleConditions();
    const cold = generator.initial(s);
    expect(generator.feasible(s, cold, c).maxKw).toBeCloseTo(450, 9);
    expect(generator.feasible(s, cold, c).minKw).toBeCloseTo(135, 9);
    const out = generator.step(s, cold, { powerKw: 450 }, c);
    expect(out.flows['power']).toBeCloseTo(450, 9);
    expect(out.meters['fuelKwh']).toBeCloseTo(450 / 0.35, 6);
    expect(out.state).toMatchObject({ running: 1, startLeftS: [], starts: 1 });
    expect(out.state.runHours).toBeCloseTo(0.9, 12);
    expect(out.meters['co2Kg']).toBeCloseTo((450 / 0.35 / 10.03) * 2.68, 6);
    expect(out.meters['costMoney']).toBeCloseTo(450 / 0.35 / 10.03, 6);
  });

  it('starts over many short steps, without power, and then carries load', () => {
    const s = spec({ units: 3 });
    const c = sampleConditions({ dtH: 1 / 3600 });
    let state = generator.initial(s);
    for (let i = 0; i < 10; i++) {
      expect(generator.feasible(s, state, c).maxKw).toBe(0);
      const out = generator.step(s, state, { powerKw: 700 }, c);
      expect(out.flows['power']).toBe(0);
      expect(out.meters['fuelL']).toBe(0);
      state = out.state;
    }
    expect(state).toMatchObject({ running: 2, startLeftS: [], starts: 2 });
    const out = generator.step(s, state, { powerKw: 700 }, c);
    expect(out.flows['power']).toBe(700);
    // A third set is called only when two do not carry the load.
    const more = generator.step(s, out.state, { powerKw: 1200 }, c);
    expect(more.flows['power']).toBe(1000);
    expect(more.state).toMatchObject({ running: 2, startLeftS: [9], starts: 3 });
    expect(generator.step(s, more.state, { powerKw: 400 }, c).state).toMatchObject({ running: 1, startLeftS: [] });
  });

  it('commit without power warms one set up and then idles it; commit: false stops', () => {
    const s = spec();
    const c = sampleConditions({ dtH: 5 / 3600 });
    let state = generator.initial(s);
    for (let i = 0; i < 2; i++) state = generator.step(s, state, { powerKw: 0, commit: true }, c).state;
    expect(state.running).toBe(1);
    const idle = generator.step(s, state, { powerKw: 0, commit: true }, c);
    expect(idle.flows['power']).toBe(0);
    expect(idle.meters['fuelKwh']).toBeCloseTo((s.fuel.intercept * 500 * 5) / 3600, 9);
    expect(generator.step(s, state, { powerKw: 400, commit: false }, c).state.running).toBe(0);
    expect(generator.step(s, state, { powerKw: 0 }, c).state.running).toBe(0);
    expect(generator.step(s, state, { powerKw: 20 }, c).flows['power']).toBe(150);
  });

  it('runs until the tank does not last the step, then offers nothing until fuel comes', () => {
    const s = spec({ tank: '300 L', delivery: { below: '50 %', after: '3 h' } });
    let state = generator.initial(s);
    let delivered = 0;
    const powers: number[] = [];
    for (let h = 0; h < 8; h++) {
      const c = sampleConditions({ startMs: Date.UTC(2025, 0, 1, h) });
      const can = generator.feasible(s, state, c);
      const out = generator.step(s, state, { powerKw: 500 }, c);
      expect(out.flows['power']).toBe(can.maxKw);
      powers.push(Math.round(can.maxKw));
      delivered += out.meters['fuelL']!;
      state = out.state;
    }
    // 142 L an hour at full load: 158 L are left after one hour, 16 L after two, which is below the least load of an
    // hour; ordered then, the fuel comes three hours later.
    expect(powers[0]).toBeGreaterThan(490);
    expect(powers[1]).toBe(500);
    expect(powers.slice(2, 5)).toEqual([0, 0, 0]);
    expect(powers[5]).toBeGreaterThan(490);
    expect(delivered).toBeGreaterThan(500);
    const never = spec({ tank: '300 L', delivery: 'none' });
    let dry = generator.initial(never);
    for (let h = 0; h < 200; h++)
      dry = generator.step(never, dry, { powerKw: 500 }, sampleConditions({ startMs: h * 3.6e6 })).state;
    expect(dry.fuelL).toBeLessThan(60);
    expect(dry.dueMs).toBeNull();
  });

  it('balances fuel, power and heat, and follows the set point where feasible', () => {
    const step = fc.record({
      powerKw: fc.double({ min: -100, max: 2500, noNaN: true }),
      commit: fc.constantFrom(true, false, undefined),
      dtH: fc.constantFrom(1, 0.25, 1 / 60, 1 / 3600),
      tempC: fc.double({ min: -30, max: 55, noNaN: true }),
    });
    const s = spec({ units: 4, tank: '800 L', delivery: { below: '40 %', after: '30 min' } });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), (list) => {
        let state = generator.initial(s);
        let startMs = 0;
        for (const { powerKw, commit, dtH, tempC } of list) {
          const c = sampleConditions({ startMs, dtH, tempC });
          const can = generator.feasible(s, state, c);
          const out = generator.step(s, state, commit === undefined ? { powerKw } : { powerKw, commit }, c);
          const flowed = out.flows['power']!;
          if (commit === false || powerKw <= 0) expect(flowed).toBe(0);
          else expect(Math.abs(flowed - Math.min(can.maxKw, Math.max(can.minKw, powerKw)))).toBeLessThan(1e-9);
          expect(Math.abs(flowed + out.flows['ambient']! - out.meters['fuelKwh']! / dtH)).toBeLessThan(1e-8);
          expect(out.flows['ambient']).toBeGreaterThanOrEqual(flowed > 0 ? flowed : -1e-9);
          const filled = state.dueMs !== null && startMs >= state.dueMs ? s.tankL : state.fuelL;
          expect(filled - out.meters['fuelL']!).toBe(out.state.fuelL);
          expect(out.state.running + out.state.startLeftS.length).toBeLessThanOrEqual(s.units);
          expect(out.state.starts).toBeGreaterThanOrEqual(state.starts);
          expect(generator.revive(JSON.parse(JSON.stringify(out.state)))).toEqual(out.state);
          state = out.state;
          startMs += dtH * 3.6e6;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('garbage is not state', () => {
    const good = generator.initial(spec());
    for (const bad of [
      undefined,
      null,
      'x',
      [],
      {},
      { ...good, v: 0 },
      { ...good, running: -1 },
      { ...good, running: 0.5 },
      { ...good, startLeftS: [-1] },
      { ...good, fuelL: null },
      { ...good, extra: 1 },
    ]) {
      expect(generator.revive(bad)).toBeUndefined();
    }
  });

  it('names only ports and meters that it declares', () => {
    const s = spec();
    const out = generator.step(s, generator.initial(s), { powerKw: 10 }, sampleConditions());
    expect(Object.keys(out.flows)).toEqual(generator.ports(s).map((p) => p.name));
    expect(Object.keys(out.meters)).toEqual(Object.keys(generator.meters));
  });
});

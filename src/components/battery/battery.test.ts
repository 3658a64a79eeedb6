import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { battery } from './index.ts';
import type { BatterySpec } from './spec.ts';

function spec(over: Record<string, unknown> = {}): BatterySpec {
  const file = battery.file.parse({
    energy: '1 MWh',
    power: '250 kW',
    capex_energy: '120 USD/kWh',
    capex_power: '150 USD/kW',
    ...over,
  });
  const { list, complain } = complaints();
  const made = battery.spec(file, sampleContext(), complain);
  expect(list).toEqual([]);
  return made;
}

describe('battery spec', () => {
  it('resolves defaults and prices', () => {
    const s = spec();
    expect(s.minKwh).toBeCloseTo(200, 9);
    expect(s.maxKwh).toBeCloseTo(1000, 9);
    expect(s.chargeShare * s.dischargeShare).toBeCloseTo(0.89856, 4);
    expect(s.wearPerKwh).toBeCloseTo(120 / (2 * 6000 * 0.8), 12);
    expect(s.ownership.capexMoney).toBeCloseTo(120 * 1000 + 150 * 250, 6);
    expect(s.ownership.opexMoneyPerYear).toBeCloseTo(0.025 * s.ownership.capexMoney, 6);
    expect(s.ownership.lifeYears).toBeCloseTo(15, 9);
  });

  it('takes prices from the catalogue and complains when they are absent or in another currency', () => {
    const file = battery.file.parse({ energy: '1 MWh', power: '250 kW' });
    const rows = [
      { id: 'battery-energy', about: '', value: 128, unit: 'USD/kWh', year: 2024, source: 's' },
      { id: 'battery-power', about: '', value: 147, unit: 'USD/kW', year: 2024, source: 's' },
    ];
    const good = complaints();
    expect(battery.spec(file, sampleContext({}, rows), good.complain).ownership.capexMoney).toBe(128000 + 147 * 250);
    expect(good.list).toEqual([]);
    const absent = complaints();
    battery.spec(file, sampleContext(), absent.complain);
    expect(absent.list.map((c) => c.path[0])).toEqual(['capex_energy', 'capex_power']);
    const other = complaints();
    battery.spec(file, sampleContext({ currency: 'UZS' }, rows), other.complain);
    expect(other.list[0]!.hint).toContain('UZS/kWh');
  });

  it('complains about a window upside down and refuses nonsense', () => {
    const file = battery.file.parse({
      energy: '1 MWh',
      power: '1 kW',
      soc_min: '90 %',
      soc_max: '10 %',
      heat_below: '30 °C',
      cool_above: '20 °C',
      capex_energy: '1 USD/kWh',
      capex_power: '1 USD/kW',
    });
    const { list, complain } = complaints();
    battery.spec(file, sampleContext(), complain);
    expect(list.map((c) => c.path[0])).toEqual(['soc_min', 'soc_initial', 'heat_below']);
    for (const bad of [
      { energy: '1 MW' },
      { energy: '-1 MWh' },
      { power: 250 },
      { soc_min: '120 %' },
      { colour: 'red' },
    ]) {
      expect(battery.file.safeParse({ energy: '1 MWh', power: '250 kW', ...bad }).success).toBe(false);
    }
  });
});

describe('battery step', () => {
  const s = spec();
  const steps = fc.array(
    fc.record({
      powerKw: fc.double({ min: -400, max: 400, noNaN: true }),
      dtH: fc.constantFrom(1, 0.25, 1 / 12, 1 / 3600),
      tempC: fc.double({ min: -30, max: 48, noNaN: true }),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it('balances to rounding, stays in its window and follows the set point where feasible', () => {
    fc.assert(
      fc.property(steps, (list) => {
        let state = battery.initial(s);
        for (const { powerKw, dtH, tempC } of list) {
          const conditions = sampleConditions({ dtH, tempC });
          const can = battery.feasible(s, state, conditions);
          const out = battery.step(s, state, { powerKw }, conditions);
          const flowed = out.flows['power']!;
          expect(flowed).toBe(Math.min(can.maxKw, Math.max(can.minKw, powerKw)) + 0);
          const charge = Math.max(0, -flowed);
          const discharge = Math.max(0, flowed);
          const change = out.state.energyKwh - state.energyKwh;
          const expected = dtH * (s.chargeShare * charge - discharge / s.dischargeShare);
          expect(Math.abs(change - expected)).toBeLessThanOrEqual(1e-12 * s.energyKwh);
          expect(out.state.energyKwh).toBeGreaterThanOrEqual(s.minKwh * out.state.ageing.healthShare - 1e-9);
          expect(out.state.energyKwh).toBeLessThanOrEqual(s.maxKwh);
          // All electricity that neither stays in the cells nor warms them becomes heat outside.
          const sum = flowed + out.flows['aux']! + out.flows['ambient']!;
          const warmed = state.cellC === null ? 0 : s.box.massKwhPerK * (out.state.cellC! - state.cellC);
          if (state.cellC !== null) {
            expect(Math.abs(sum * dtH + expected + warmed)).toBeLessThanOrEqual(1e-9 * s.energyKwh);
          }
          expect(out.flows['aux']).toBe(0 - can.auxKw);
          expect(out.meters['lossKw']).toBeGreaterThanOrEqual(-1e-12);
          state = out.state;
        }
      }),
    );
  });

  it('a round trip returns 89.86 % and costs wear by what went through the cells', () => {
    const c = sampleConditions({ tempC: 20 });
    const charged = battery.step(s, battery.initial(s), { powerKw: -100 }, c);
    const back = battery.step(s, charged.state, { powerKw: 1000 }, { ...c, dtH: 4 });
    const into = charged.state.energyKwh - 500;
    expect(into * s.dischargeShare).toBeCloseTo(89.855, 2);
    expect(charged.meters['wearMoney']).toBeCloseTo(into * s.wearPerKwh, 12);
    expect(back.meters['socShare']).toBeCloseTo(0.2, 12);
  });

  it('brings a battery found outside its window back without a jump', () => {
    const low = { ...battery.initial(s), energyKwh: 100 };
    const c = sampleConditions({ dtH: 0.25 });
    expect(battery.feasible(s, low, c).maxKw).toBe(0);
    expect(battery.step(s, low, { powerKw: 50 }, c).state.energyKwh).toBe(100);
    expect(battery.step(s, low, { powerKw: -100 }, c).state.energyKwh).toBeCloseTo(100 + 25 * s.chargeShare, 9);
  });

  it('state survives JSON, and garbage is not state', () => {
    const { state } = battery.step(s, battery.initial(s), { powerKw: 33.3 }, sampleConditions());
    expect(battery.revive(JSON.parse(JSON.stringify(state)))).toEqual(state);
    expect(battery.revive({ v: 1, energyKwh: 123 })).toEqual({ ...battery.initial(s), energyKwh: 123 });
    for (const bad of [
      undefined,
      null,
      7,
      'x',
      [],
      {},
      { v: 2, energyKwh: 1 },
      { ...state, v: 3 },
      { ...state, ageing: { ...state.ageing, peaks: [2] } },
      { ...state, cellC: 'warm' },
      { v: 1, energyKwh: '1' },
      { v: 1, energyKwh: -1 },
      { v: 1, energyKwh: null },
    ]) {
      expect(battery.revive(bad)).toBeUndefined();
    }
  });

  it('names only ports and meters that it declares', () => {
    const out = battery.step(s, battery.initial(s), { powerKw: 10 }, sampleConditions());
    expect(Object.keys(out.flows)).toEqual(battery.ports(s).map((p) => p.name));
    expect(Object.keys(out.meters)).toEqual(Object.keys(battery.meters));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { battery } from './index.ts';
import { type Container, cellAfterC, climateKw, cRateAt } from './physics.ts';
import type { BatterySpec } from './spec.ts';
import type { BatteryState } from './twin.ts';

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

const box: Container = {
  envelopeKwPerK: 0.025,
  massKwhPerK: 2.1,
  heaterKw: 10,
  coolerKw: 15,
  heatBelowC: 15,
  coolAboveC: 30,
};

/** Runs a battery at one power through hours of one temperature. */
function run(s: BatterySpec, from: BatteryState, tempC: number, hours: number, powerKw: number, dtH = 1) {
  let state = from;
  let aux = 0;
  let moved = 0;
  let last = battery.step(s, state, { powerKw: 0 }, sampleConditions({ tempC, dtH: 1e-6 }));
  for (let h = 0; h < hours; h += dtH) {
    last = battery.step(s, state, { powerKw }, sampleConditions({ tempC, dtH }));
    aux -= last.flows['aux']! * dtH;
    moved += last.flows['power']! * dtH;
    state = last.state;
  }
  return { state, aux, moved, last };
}

describe('battery container', () => {
  it('holds its band with what the wall loses, and rests between', () => {
    expect(climateKw(box, 15, -5, 1)).toBeCloseTo(0.5, 12);
    expect(climateKw(box, 30, 42, 1)).toBeCloseTo(-0.3, 12);
    expect(climateKw(box, 20, 20, 1)).toBe(0);
    expect(climateKw(box, 20, -5, 1)).toBe(0);
  });

  it('warms up and cools down as fast as heater and cooler can', () => {
    expect(climateKw(box, -20, -25, 1)).toBe(10);
    expect(climateKw(box, 60, 45, 1)).toBe(-15);
    expect(cellAfterC(box, -20, -25, 10, 1)).toBeGreaterThan(-16);
  });

  it('is solved exactly: many short steps end where one long one does', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 60, noNaN: true }),
        fc.double({ min: -30, max: 48, noNaN: true }),
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.constantFrom(0, 0.025, 1),
        (cellC, tempC, heatKw, envelopeKwPerK) => {
          const other = { ...box, envelopeKwPerK };
          let many = cellC;
          for (let i = 0; i < 60; i++) many = cellAfterC(other, many, tempC, heatKw, 0.1);
          expect(Math.abs(many - cellAfterC(other, cellC, tempC, heatKw, 6))).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it('keeps its cells warm through a week at -25 °C for what the wall loses', () => {
    const s = spec({ standby: '0 %' });
    const week = run(s, battery.initial(s), -25, 168, 0);
    expect(week.state.cellC).toBeCloseTo(15, 9);
    expect(week.aux / 168).toBeCloseTo(0.025 * 40, 9);
    expect(battery.feasible(s, week.state, sampleConditions({ tempC: -25 })).minKw).toBe(-250);
  });

  it('without a heater cells follow the outside slowly, and cannot charge below 0 °C', () => {
    const bare = spec({ heating: 'none', standby: '0 %' });
    const autumn = run(bare, battery.initial(bare), 10, 1, 0).state;
    expect(autumn.cellC).toBe(10);
    // C / UA is 84 h: a frosty night does not reach the cells, a frosty week does.
    const night = run(bare, autumn, -15, 10, 0);
    expect(night.state.cellC).toBeGreaterThan(6);
    const week = run(bare, autumn, -25, 168, 0);
    expect(week.state.cellC).toBeCloseTo(-25 + 35 * Math.exp(-168 / 84), 6);
    expect(week.aux).toBe(0);
    const frost = sampleConditions({ tempC: -25 });
    expect(battery.feasible(bare, week.state, frost).minKw).toBe(0);
    expect(battery.step(bare, week.state, { powerKw: -100 }, frost).flows['power']).toBe(0);
    // Below -20 °C the table leaves a tenth of the energy per hour.
    expect(battery.feasible(bare, week.state, frost).maxKw).toBeCloseTo(100, 9);
  });

  it('a new battery without heater in frost cannot charge, and still discharges', () => {
    const frost = sampleConditions({ tempC: -3 });
    const bare = spec({ heating: 'none' });
    expect(battery.feasible(bare, battery.initial(bare), frost).minKw).toBe(0);
    expect(battery.feasible(bare, battery.initial(bare), frost).maxKw).toBeGreaterThan(200);
    const warm = spec();
    expect(battery.feasible(warm, battery.initial(warm), frost).minKw).toBeLessThan(-200);
    expect(battery.feasible(warm, battery.initial(warm), frost).auxKw).toBeCloseTo(0.5 + 0.025 * 18, 9);
  });

  it('cells warm by their own loss and cut their heating', () => {
    const s = spec({ energy: '1 MWh', power: '500 kW', standby: '0 %' });
    const still = run(s, battery.initial(s), -25, 1, 0);
    const busy = run(s, battery.initial(s), -25, 1, 300);
    expect(busy.state.cellC!).toBeGreaterThan(still.state.cellC! + 1);
    const c = sampleConditions({ tempC: -25 });
    expect(battery.feasible(s, busy.state, c).auxKw).toBeLessThan(battery.feasible(s, still.state, c).auxKw);
  });

  it('derates by the table in steps, and charges nothing below its first row', () => {
    const rates = { fromC: [0, 5, 10, 60], perHour: [0.1, 0.2, 1, 0] };
    expect([-0.1, 0, 4.9, 5, 10, 59, 60].map((t) => cRateAt(rates, t))).toEqual([0, 0.1, 0.1, 0.2, 1, 1, 0]);
    const s = spec({ heating: 'none' });
    const cold = { ...battery.initial(s), cellC: 7 };
    expect(battery.feasible(s, cold, sampleConditions({ tempC: 7 })).minKw).toBeCloseTo(-200, 9);
  });
});

describe('battery ageing in the twin', () => {
  const s = spec({ calendar: 'none' });
  const hour = sampleConditions({ tempC: 20 });

  function cycle(state: BatteryState, times: number): BatteryState {
    let now = state;
    for (let i = 0; i < times; i++) {
      for (let h = 0; h < 5; h++) now = battery.step(s, now, { powerKw: -250 }, hour).state;
      for (let h = 0; h < 5; h++) now = battery.step(s, now, { powerKw: 250 }, hour).state;
    }
    return now;
  }

  it('counts a full cycle over the window as one of the cycles of the data sheet', () => {
    const hundred = cycle(battery.initial(s), 101);
    expect(hundred.ageing.cycles).toBe(100);
    // The first one started half full: 0.5 deep in a window of 0.8.
    expect(hundred.ageing.cycleLoss).toBeCloseTo(((99 + 0.5 / 0.8) * 0.2) / 6000, 9);
    expect(hundred.ageing.peaks.length).toBeLessThan(5);
  });

  it('shrinks what it can hold, in proportion', () => {
    const old = { ...battery.initial(s), energyKwh: 400 };
    const worn = { ...old, ageing: { ...old.ageing, healthShare: 0.85, cycleLoss: 0.15 } };
    const store = battery.feasible(s, worn, hour).store!;
    expect(store.capacityKwh).toBeCloseTo(0.85 * 800, 9);
    expect(store.energyKwh).toBeCloseTo(400 - 0.85 * 200, 9);
    let state: BatteryState = worn;
    for (let h = 0; h < 10; h++) state = battery.step(s, state, { powerKw: -250 }, hour).state;
    expect(state.energyKwh).toBeCloseTo(850, 6);
    expect(battery.step(s, state, { powerKw: 0 }, hour).meters['socShare']).toBeCloseTo(1, 9);
  });

  it('replaces worn out cells once, with their price on a meter, and goes on as new', () => {
    const edge = battery.initial(s);
    const worn = { ...edge, ageing: { ...edge.ageing, cycleLoss: 0.19999, healthShare: 0.80001 } };
    let state: BatteryState = worn;
    let money = 0;
    for (let i = 0; i < 40; i++) {
      const out = battery.step(s, state, { powerKw: i % 8 < 4 ? -250 : 250 }, hour);
      money += out.meters['replacementMoney']!;
      state = out.state;
    }
    expect(state.replacements).toBe(1);
    expect(money).toBe(120 * 1000);
    expect(state.ageing.healthShare).toBeGreaterThan(0.999);
    const kept = spec({ calendar: 'none', replacement: 'never' });
    const again = battery.step(kept, { ...worn, ageing: { ...worn.ageing, healthShare: 0.7 } }, { powerKw: 0 }, hour);
    expect(again.state.replacements).toBe(0);
  });

  it('ages at rest as the square root of time, the same for any step', () => {
    const rest = spec({ heat_below: '19 °C', cool_above: '20 °C', loss_in_cells: '0 %' });
    const c = (dtH: number) => sampleConditions({ tempC: 20, dtH });
    const years = (dtH: number, n: number) => {
      let state = battery.initial(rest);
      for (let i = 0; i < n; i++) state = battery.step(rest, state, { powerKw: 0 }, c(dtH)).state;
      return state.ageing.healthShare;
    };
    const k = 2.66e-3 * Math.exp(-7280 * (1 / 293.15 - 1 / 296)) * Math.exp(930 * (0.5 / 293.15 - 1 / 296));
    // The reserve of a new cell, 2 %, goes first.
    expect(years(24, 365)).toBe(1);
    // The charge stays, the capacity falls: its share of what is left rises a little, and with it the rate.
    const tenYears = years(24, 3650);
    expect(tenYears).toBeCloseTo(1.02 - k * Math.sqrt(3650), 3);
    expect(tenYears).toBeLessThan(1.02 - k * Math.sqrt(3650));
    expect(years(1, 24 * 3650)).toBeCloseTo(tenYears, 6);
  }, 20_000);

  it('takes tables of a data sheet, and complains where they make no sense', () => {
    const table = spec({
      calendar: [
        { age: '0 d', left: '100 %' },
        { age: '3650 d', left: '80 %' },
      ],
      cycle_table: [
        { depth: '80 %', cycles: 1000, left: '80 %' },
        { depth: '20 %', cycles: 5000, left: '80 %' },
      ],
    });
    expect(table.cycleTable.map((t) => [t.depthShare, t.cycles[0], t.left[1]])).toEqual([
      [0.2, 0, 0.8],
      [0.8, 0, 0.8],
    ]);
    expect(run(table, battery.initial(table), 20, 3650, 0, 24).state.ageing.healthShare).toBeGreaterThan(0.99);
    const paths = (over: Record<string, unknown>) => {
      const { list, complain } = complaints();
      const file = battery.file.parse({
        energy: '1 MWh',
        power: '1 kW',
        capex_energy: '1 USD/kWh',
        capex_power: '1 USD/kW',
        ...over,
      });
      battery.spec(file, sampleContext(), complain);
      return list.map((c) => c.path[0]);
    };
    const rows = (a: string, b: string) => [
      { age: '0 d', left: a },
      { age: '9 d', left: b },
    ];
    expect(paths({ calendar: rows('80 %', '90 %') })).toEqual(['calendar']);
    expect(paths({ cycle_table: [{ depth: '80 %', cycles: 0, left: '100 %' }] })).toEqual(['cycle_table']);
    const hotFirst = [
      { from: '10 °C', c_rate: 1 },
      { from: '0 °C', c_rate: 1 },
    ];
    expect(paths({ charge_by_temperature: hotFirst })).toEqual(['charge_by_temperature']);
    expect(battery.file.safeParse({ energy: '1 MWh', power: '1 kW', calendar: 'lead' }).success).toBe(false);
    expect(battery.file.safeParse({ energy: '1 MWh', power: '1 kW', end_of_life: '10 %' }).success).toBe(false);
  });
});

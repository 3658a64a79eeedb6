import { describe, expect, it } from 'vitest';
import type { DispatchUnit } from '../../components/unit.ts';
import { DAY_MS, HOUR_MS } from '../../series/grid.ts';
import { blankRecord } from '../../twin/record.ts';
import { box, mildAir, testPlant } from '../../twin/testPlant.ts';
import { rolesOf } from '../energy.ts';
import { BatteryDesk } from './battery.ts';

const STORE_KWH = 400;

/** A grid whose tariff charges energy by the hour and, where asked, each kW of the highest import. */
function grid(perKwh: (hour: number) => number, perKw: number): DispatchUnit {
  const unit = box('grid', 'slack', { minKw: 0, maxKw: 1000 });
  return {
    ...unit,
    start: (saved) => ({
      ...unit.start(saved),
      step: ({ powerKw }, { dtH, local }) => {
        const price = perKwh(local.hour);
        const bought = Math.max(0, powerKw);
        return {
          state: undefined,
          flows: { power: bought },
          meters: { pricePerKwh: price, costMoney: bought * dtH * price + bought * perKw },
        };
      },
    }),
  };
}

/** Runs the desk for some days of hours against a load by the hour, and returns what was bought and held in each. */
function days(count: number, slack: DispatchUnit, loadKw: (hour: number) => number) {
  const plant = testPlant([box('bess', 'store', { minKw: -100, maxKw: 100 }, { storeKwh: [200, STORE_KWH] }), slack]);
  let desk = new BatteryDesk(plant, rolesOf(plant), {});
  const record = blankRecord(plant);
  let energyKwh = 200;
  const bought: number[] = [];
  const held: number[] = [];
  for (let h = 0; h < 24 * count; h++) {
    const startMs = Date.UTC(2026, 3, 1) + h * HOUR_MS;
    const at = (ms: number) => {
      const day = Math.floor(ms / DAY_MS) * DAY_MS;
      const hour = (ms - day) / HOUR_MS;
      return {
        ...mildAir(1, ms),
        local: { year: 2026, month: h < 72 ? 4 : 5, day: 1, weekday: 2, hour, dayOfYear: 91 },
      };
    };
    const conditions = { ...at(startMs), local: at(startMs + HOUR_MS / 2).local };
    const store = {
      zero: true,
      minKw: Math.max(-100, energyKwh - STORE_KWH),
      maxKw: Math.min(100, energyKwh),
      auxKw: 0,
      store: { energyKwh, capacityKwh: STORE_KWH },
    };
    const view = {
      conditions,
      feasible: [store, { zero: true, minKw: 0, maxKw: 1000, auxKw: 0 }],
      last: h === 0 ? undefined : record,
    };
    if (h === 40) desk = new BatteryDesk(plant, rolesOf(plant), JSON.parse(JSON.stringify(desk.save())));
    desk.watch(view);
    const wish = desk.wish(view)!;
    const load = loadKw(h % 24);
    // The load of the hour is known only as it comes: what is wanted beyond the ceiling the battery gives.
    const beyondKw = Math.max(0, load - wish.powerKw - (wish.ceilingKw ?? Number.POSITIVE_INFINITY));
    const powerKw = Math.min(store.maxKw, wish.powerKw + beyondKw);
    energyKwh -= powerKw;
    bought.push(Math.max(0, load - powerKw));
    held.push(energyKwh);
    record.conditions = conditions;
    record.loadKw = load;
    record.dispatch[1]!.powerKw = bought[h]!;
  }
  return { bought, held };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('the desk of a battery', () => {
  it('moves purchases from dear hours to cheap ones', () => {
    const isDear = (hour: number) => hour >= 17 && hour < 21;
    const { bought, held } = days(
      4,
      grid((hour) => (isDear(hour) ? 0.3 : 0.05), 0),
      () => 80,
    );
    const last = bought.slice(-24);
    expect(sum(last.filter((_, h) => isDear(h)))).toBeLessThan(0.3 * 4 * 80);
    expect(Math.min(...held)).toBeGreaterThanOrEqual(-1e-9);
    expect(Math.max(...held)).toBeLessThanOrEqual(STORE_KWH + 1e-9);
  });

  it('shaves the peaks that a demand charge is billed by, once it knows them, in a new billing period', () => {
    const load = (hour: number) => (hour >= 18 && hour < 21 ? 180 : 80);
    const peak = (perKw: number) =>
      Math.max(
        ...days(
          6,
          grid(() => 0.1, perKw),
          load,
        ).bought.slice(72),
      );
    expect(peak(0)).toBeGreaterThan(175);
    expect(peak(10)).toBeLessThan(150);
  });
});

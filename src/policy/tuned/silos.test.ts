import { describe, expect, it } from 'vitest';
import { loadSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { blankRecord, type StepRecord } from '../../twin/record.ts';
import { linearIt, mildAir } from '../../twin/testPlant.ts';
import type { View } from '../policy.ts';
import { generatorPrice, gridPrices, storeSheet } from './dataSheet.ts';
import { TUNED } from './parameters.ts';
import { Scaler } from './replicas.ts';
import { Sizes } from './sizes.ts';
import { SupplyReset } from './supply.ts';

const site = loadSite(new URL('../../../sites/bukhara.yaml', import.meta.url).pathname);
const plant = plantOf(site);
const STEP_MS = 900_000;

describe('data sheets', () => {
  it('are what the devices say of themselves', () => {
    const unit = (id: string) => plant.dispatch.find((u) => u.id === id)!;
    const sheet = storeSheet(unit('bess'), mildAir());
    // 94.792 % each way, as the battery's defaults have it.
    expect(sheet.chargeShare).toBeCloseTo(0.94792, 6);
    expect(sheet.dischargeShare).toBeCloseTo(0.94792, 6);
    expect(sheet.wearPerKwh).toBeGreaterThan(0);
    // 1,000 UZS/kWh at 12,010 UZS/USD, no demand charge, nothing for export.
    const prices = gridPrices(unit('grid'), mildAir());
    expect(prices.importPerKwh).toBeCloseTo(1000 / 12010, 6);
    expect(prices).toMatchObject({ exportPerKwh: 0, demandPerKw: 0 });
    expect(generatorPrice(unit('gensets'), mildAir())).toBeGreaterThan(2 * prices.importPerKwh);
  });
});

describe('the scaler', () => {
  const chat = { id: 'chat', kind: 'interactive', deployments: ['d'], deadlineS: 0 } as const;
  const bulk = { id: 'bulk', kind: 'batch', deployments: ['d'], deadlineS: 10 * 3600 } as const;
  const small = {
    ...plant,
    halls: [{ ...plant.halls[0]!, it: [linearIt('d', 100, ['chat', 'bulk'])] }],
    services: [chat, bulk],
  };

  /** Feeds rates of chat and bulk, one pair per step, and returns what it decides after each. */
  function feed(rates: readonly (readonly [number, number])[], backlog = 0) {
    const scaler = new Scaler(small);
    const record: StepRecord = blankRecord(small);
    return rates.map(([a, b], k) => {
      record.conditions = mildAir(0.25, k * STEP_MS);
      record.services[0]!.arrivedPerS = a;
      record.services[1]!.arrivedPerS = b;
      record.services[1]!.backlog = backlog;
      const view: View = { conditions: mildAir(0.25, (k + 1) * STEP_MS), feasible: [], last: record };
      const { sizes, batchPerS } = scaler.decide(view);
      return { replicas: sizes[0]![0]!.replicas, batchPerS: batchPerS[1]! };
    });
  }
  const rises = (day: number) => Array.from({ length: 96 }, (_, k) => [k < 48 ? 100 : 300 + day, 0] as const);

  it('keeps a margin over what is measured', () => {
    const { replicas } = feed(Array.from({ length: 10 }, () => [200, 0] as const)).at(-1)!;
    expect(replicas).toBeGreaterThanOrEqual(Math.ceil((200 * TUNED.margin) / 10));
    expect(replicas).toBeLessThanOrEqual(Math.ceil((200 * TUNED.margin * 1.02) / 10));
  });

  it('is up before a rise that came yesterday too, and down again when load stays away', () => {
    const decided = feed([...rises(0), ...rises(1)]);
    // After step 96 + 46 it decides for 96 + 47, and boots for 96 + 48, where load rises.
    expect(decided[96 + 46]!.replicas).toBeGreaterThan(decided[96 + 40]!.replicas * 1.8);
    const falling = feed([...rises(0), ...Array.from({ length: 8 }, () => [50, 0] as const)]);
    expect(falling.at(-1)!.replicas).toBeLessThan(12);
  });

  it('paces batch by the mean of the day, and faster when the backlog would be late', () => {
    expect(
      feed(Array.from({ length: 96 }, (_, k) => [10, k % 2 === 0 ? 8 : 0] as const)).at(-1)!.batchPerS,
    ).toBeCloseTo(4, 9);
    const behind = feed(
      Array.from({ length: 5 }, () => [10, 1] as const),
      180_000,
    ).at(-1)!;
    expect(behind.batchPerS).toBeCloseTo(180_000 / (TUNED.deadlineShare * 36_000), 9);
  });
});

describe('sizes', () => {
  const unit = plant.halls[0]!.it[0]!;
  const offers = (chat: number, batch: number) => [
    { service: 'chat', requestsPerS: chat, batchPerS: 0 },
    { service: 'archive', requestsPerS: 0, batchPerS: batch },
  ];
  const rounded = (perS: number) => (perS === 0 ? 0 : 1.02 ** Math.ceil(Math.log(perS) / Math.log(1.02) - 1e-9));

  it('at the full clock are the fewest replicas that keep the targets', () => {
    const sizes = new Sizes(unit, 1);
    for (const [chat, batch] of [
      [40, 0],
      [300, 100],
      [900, 260],
    ] as const) {
      const { replicas, clock } = sizes.of(offers(chat, batch));
      expect(clock).toBe(1);
      expect(replicas).toBe(unit.replicasFor(offers(rounded(chat), rounded(batch)), TUNED.attainment));
    }
  });

  it('lock a slower clock where that saves power, with more replicas, and leave it where they do not suffice', () => {
    const sizes = new Sizes(unit, undefined);
    const { replicas, clock } = sizes.of(offers(600, 200));
    expect(clock).toBe(sizes.clock);
    expect(clock).toBeLessThan(1);
    expect(replicas).toBeGreaterThan(new Sizes(unit, 1).of(offers(600, 200)).replicas);
    expect(sizes.of(offers(4000, 500))).toEqual({ replicas: unit.installed, clock: undefined });
    expect(sizes.of(offers(0, 0)).replicas).toBe(0);
  });
});

describe('the reset of the supply', () => {
  it('draws no more than the set point of the file, in cold and in hot air', () => {
    const reset = new SupplyReset(plant.halls);
    for (const tempC of [-5, 10, 25, 38]) {
      const air = { ...mildAir(0.25), tempC, wetBulbC: Math.min(tempC, 20) - 2 };
      const record = blankRecord(plant);
      record.halls[0]!.liquidKw = 400;
      record.halls[0]!.airKw = 120;
      const [supplyC, none] = reset.decide({ conditions: air, last: record });
      expect(none).toBeUndefined();
      const drawn = (set: number | undefined) => {
        const copy = plant.halls[0]!.cooling.start();
        let kw = 0;
        for (let k = 0; k < 8; k++) {
          const stepped = copy.preview({ liquidKw: 400, airKw: 120, supplyC: set }, air);
          copy.keep();
          kw = stepped.meters['leakageKw']! - stepped.flows['power']!;
        }
        return kw;
      };
      // Set points are worked out for air to the nearest 2 K.
      expect(drawn(supplyC)).toBeLessThan(1.02 * drawn(undefined));
    }
  });
});

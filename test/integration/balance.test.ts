import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { JoulewrightError } from '../../src/errors/error.ts';
import { POLICIES } from '../../src/policy/index.ts';
import { HOUR_MS } from '../../src/series/grid.ts';
import { checkText } from '../../src/site/load.ts';
import { plantOf } from '../../src/site/plant.ts';
import type { Site } from '../../src/site/site.ts';
import type { StepRecord } from '../../src/twin/record.ts';
import { Twin } from '../../src/twin/twin.ts';
import { conditionsAt } from '../../src/weather/conditions.ts';
import { generateWeather } from '../../src/weather/generate.ts';

/** What varies between random sites. */
interface Sizes {
  readonly solarKw: number;
  readonly windKw: number;
  readonly batteryKwh: number;
  readonly batteryKw: number;
  readonly generatorKw: number;
  readonly generators: number;
  readonly gridKw: number;
  readonly exportKw: number;
  readonly outagesPerMonth: number;
  readonly supplyC: number;
  readonly liquid: boolean;
  readonly replicas: number;
  readonly chatPerS: number;
  readonly archivePerS: number;
  readonly coolingKw: number;
}

const kw = (max: number) => fc.double({ min: 1, max, noNaN: true });
const sizes: fc.Arbitrary<Sizes> = fc.record({
  solarKw: kw(600),
  windKw: kw(400),
  batteryKwh: kw(1000),
  batteryKw: kw(300),
  generatorKw: kw(200),
  generators: fc.integer({ min: 1, max: 3 }),
  gridKw: kw(200),
  exportKw: fc.double({ min: 0, max: 100, noNaN: true }),
  outagesPerMonth: fc.integer({ min: 1, max: 60 }),
  supplyC: fc.double({ min: 25, max: 45, noNaN: true }),
  liquid: fc.boolean(),
  replicas: fc.integer({ min: 1, max: 24 }),
  chatPerS: fc.double({ min: 0.1, max: 300, noNaN: true }),
  archivePerS: fc.double({ min: 0.1, max: 60, noNaN: true }),
  coolingKw: fc.double({ min: 20, max: 300, noNaN: true }),
});

function siteText(s: Sizes): string {
  const n = (value: number) => value.toFixed(3);
  return `version: 1
id: random
name: Random site
location: { latitude: 39.8 deg, longitude: 64.4 deg, elevation: 225 m, zone: Asia/Samarkand, country: UZ }
weather: { climate: bukhara, seed: 3 }
money: { currency: USD, price_year: 2025 }
feeders: [{ id: main, limit: 1 MW }]
halls:
  - id: hall
    feeder: main
    cooling: { liquid_heat: ${n(s.liquid ? s.coolingKw : 0)} kW, air_heat: ${n(s.coolingKw)} kW, supply: ${n(s.supplyC)} °C }
    power_chain: { rated: ${n(s.coolingKw * 2)} kW }
solar: [{ id: pv, peak: ${n(s.solarKw)} kWp }]
wind: [{ id: mill, turbine: generic, rated: ${n(s.windKw)} kW }]
battery: [{ id: store, energy: ${n(s.batteryKwh)} kWh, power: ${n(s.batteryKw)} kW }]
generator: [{ id: gen, rated: ${n(s.generatorKw)} kW, units: ${s.generators}, tank: 2 m3 }]
grid:
  - id: grid
    feeder: main
    import_limit: ${n(s.gridKw)} kW
    export_limit: ${n(s.exportKw)} kW
    export_price: 0.02 USD/kWh
    tariff: { energy: 0.08 USD/kWh }
    outages: { unannounced: { per_month: ${s.outagesPerMonth}, mean_duration: 4 h } }
pools: [{ id: pool, hall: hall, accelerator: nvidia-h100-sxm-80gb, count: ${s.replicas * 2} }]
deployments: [{ id: llm, pool: pool, model: llama-3.1-8b-instruct, precision: fp16, tensor_parallel: 1, replicas: ${s.replicas} }]
services:
  - { id: chat, kind: interactive, deployment: llm, demand: { shape: consumer, mean: ${n(s.chatPerS)} req/s }, lengths: { mix: azure-conversation }, ttft: 2 s, tpot: 100 ms }
  - { id: archive, kind: batch, deployment: llm, demand: { shape: flat, mean: ${n(s.archivePerS)} req/s }, lengths: { input: 800, output: 200 }, deadline: 6 h }
`;
}

function siteOf(s: Sizes): Site {
  const { site, faults } = checkText(siteText(s), process.cwd());
  if (site === undefined) throw new JoulewrightError(faults);
  return site;
}

const weather = generateWeather(loadCatalog().climates.get('bukhara')!, 3);

/** Largest difference of two sums over the larger of them. */
function off(a: number, b: number): number {
  const scale = Math.max(Math.abs(a), Math.abs(b));
  return scale < 1e-6 ? 0 : Math.abs(a - b) / scale;
}

function expectLaws(r: StepRecord): void {
  // E1 to E3, H2: every bus, as the twin itself saw it.
  expect(r.imbalance).toBeLessThan(1e-9);
  // E1 again, from the outside: what flowed in is what the halls and the devices' own draw took.
  const into = r.dispatch.reduce((sum, d) => sum + Math.max(0, d.powerKw), 0);
  const out = r.dispatch.reduce((sum, d) => sum + Math.max(0, -d.powerKw) + d.auxKw, r.facilityKw + r.dumpKw);
  expect(off(into, out)).toBeLessThan(1e-9);
  for (const hall of r.halls) {
    // H1: electricity into IT becomes heat exactly; with the chain's indoor losses it is what the cooling removes.
    expect(hall.liquidKw + hall.airKw).toBeGreaterThanOrEqual(hall.itKw * (1 - 1e-9));
    expect(hall.liquidKw + hall.airKw).toBeLessThanOrEqual((hall.itKw + hall.chainLossKw) * (1 + 1e-9) + 1e-9);
    // H3, with the stored heat read off the loop's own meter rather than from the difference.
    const work = (hall.cooling['fanKw'] ?? 0) + (hall.cooling['pumpKw'] ?? 0) + (hall.cooling['compressorKw'] ?? 0);
    if (!r.blackout) expect(off(hall.coolingKw, work)).toBeLessThan(1e-9);
    expect(off(hall.rejectedKw + hall.storedKw, hall.liquidKw + hall.airKw + work)).toBeLessThan(1e-9);
    expect(hall.facilityKw).toBeGreaterThanOrEqual(hall.itKw);
  }
  for (const s of r.services) {
    expect(s.servedPerS).toBeGreaterThanOrEqual(0);
    expect(s.shedPerS).toBeGreaterThanOrEqual(-1e-9);
  }
  // R1
  expect(off(r.services[0]!.servedPerS + r.services[0]!.shedPerS, r.services[0]!.arrivedPerS)).toBeLessThan(1e-9);
}

describe('a site of real devices, whatever its sizes', () => {
  it('balances every bus in every step, obeys the first law and loses no request', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 364 }), fc.constantFrom(0.25, 1, 1 / 3600), (size, day, dtH) => {
        const site = siteOf(size);
        const plant = plantOf(site);
        const twin = new Twin(plant);
        const demand = site.services.map((s) => ({ service: s.profile.id, meanPerS: 1, highPerS: 1 }));
        const sized = { replicas: [[size.replicas]], batchPerS: [0, Number.POSITIVE_INFINITY] };
        const policy = POLICIES.siloed({ plant, demand, sized });
        let last: StepRecord | undefined;
        let backlog = 0;
        let stored = Number.NaN;
        const start = Date.UTC(2026, 0, 1) + day * 24 * HOUR_MS;
        for (let i = 0; i < 60; i++) {
          const startMs = start + i * dtH * HOUR_MS;
          const conditions = conditionsAt(weather, site.context, startMs, dtH);
          const arrivals = site.services.map((s) => s.rate.ratePerS(startMs, startMs + dtH * HOUR_MS));
          const decision = policy.decide({ conditions, feasible: twin.look(conditions), last });
          last = twin.step(conditions, arrivals, decision);
          expectLaws(last);
          // H3 over time: what the loop stored is what its energy grew by.
          const hall = last.halls[0]!;
          const now = hall.cooling['storedKwh'];
          if (now !== undefined && Number.isFinite(stored) && !last.blackout) {
            expect(Math.abs(now - stored - hall.storedKw * dtH)).toBeLessThan(1e-9 * (1 + Math.abs(now)) + 1e-9);
          }
          stored = last.blackout ? Number.NaN : (now ?? Number.NaN);
          // R2
          const archive = last.services[1]!;
          const expected = backlog + (archive.arrivedPerS - archive.servedPerS) * dtH * 3600;
          expect(off(archive.backlog, expected)).toBeLessThan(1e-6);
          backlog = archive.backlog;
        }
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});

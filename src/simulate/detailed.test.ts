import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkText } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { conditionsOn } from '../weather/conditions.ts';
import { weatherOf } from './air.ts';
import { compareSite } from './detailCompare.ts';
import { DetailedRun, type DetailedScenario, expectedRequests } from './detailed.ts';
import { simulate } from './simulate.ts';

const SITES = new URL('../../sites/', import.meta.url);
const CAMPUS = readFileSync(new URL('tashkent-campus.yaml', SITES), 'utf8');

function scenarioOf(
  text: string,
  stepS: number,
  count: number,
  more: Partial<DetailedScenario> = {},
): DetailedScenario {
  const { site, faults } = checkText(text, fileURLToPath(SITES));
  if (site === undefined) throw new Error(faults.map((f) => f.message).join('; '));
  const grid = { startMs: Date.UTC(2026, 0, 14, 6), stepMs: 1000 * stepS, count };
  return {
    site,
    services: site.services,
    plant: plantOf(site),
    currency: 'USD',
    grid,
    conditions: conditionsOn(weatherOf(site), site.context, grid),
    rates: site.services.map((s) => s.rate),
    policy: 'siloed',
    route: 'least-requests',
    seed: 1,
    ...more,
  };
}

/** Runs to the end; counts those that left, by service. */
function followed(scenario: DetailedScenario) {
  const run = new DetailedRun(scenario);
  const left = new Map<string, number>();
  let joules = 0;
  while (!run.isDone) {
    run.advance();
    for (const { services, ended } of run.left()) {
      for (let i = 0; i < ended.count; i++) {
        const id = services[ended.service[i]!]!;
        left.set(id, (left.get(id) ?? 0) + 1);
        joules += ended.prefillJ[i]! + ended.decodeJ[i]!;
      }
    }
  }
  return { ...run.result(), totals: run.totals, left, joules };
}

/** The campus on its grid alone, which gives no more than so much. */
const weak = (kw: number) =>
  CAMPUS.replace(/^(solar|battery|generator):\n( {2}.*\n)+/gm, '')
    .replace('import_limit: 100 kW', `import_limit: ${kw} kW`)
    .replace('per_month: 0.5', 'per_month: 0');

describe('a site request by request', () => {
  const scenario = scenarioOf(CAMPUS, 300, 12);
  const { run, fluid, powerKw, beatS, totals, left, joules } = followed(scenario);

  it('loses no request and no joule', () => {
    for (const t of totals) {
      const { arrived, answered, refused, shed, lost } = t.sums;
      expect(answered + refused + shed + lost).toBe(left.get(t.id));
      expect(arrived).toBe(left.get(t.id)! + t.underway);
    }
    const itKwh = run.tally.totals().itKwh;
    expect((powerKw.reduce((sum, kw) => sum + kw, 0) * beatS) / 3600 / itKwh).toBeCloseTo(1, 12);
    expect(Math.max(...run.ledger.get('site.imbalance'))).toBeLessThan(1e-9);
    const hall = run.ledger.get('room.itKw');
    const services = totals.map((t) => run.ledger.get(`service.${t.id}.powerKw`));
    hall.forEach((kw, i) => {
      expect(services.reduce((sum, own) => sum + own[i]!, 0) / kw).toBeCloseTo(1, 9);
    });
    // What ended has its joules above idle; what runs at the end has the rest.
    const idleKwh = ['assistant-32b', 'tutor-14b', 'code-8b', 'grading-4b'].reduce(
      (sum, id) => sum + run.ledger.get(`${id}.idleKw`).reduce((a, b) => a + b, 0) / 12,
      0,
    );
    const aboveJ = 3.6e6 * (itKwh - idleKwh);
    expect(joules / aboveJ).toBeGreaterThan(0.97);
    expect(joules / aboveJ).toBeLessThanOrEqual(1.000001);
  });

  it('is told beside what the fluid twin says, which is what simulate says', () => {
    const alone = simulate(scenario);
    expect(fluid.ledger.values).toEqual(alone.ledger.values);
    const rows = compareSite(fluid, run, totals);
    for (const id of ['itKwh', 'facilityKwh']) expect(rows.find((row) => row.id === id)!.isWithin).toBe(true);
  });

  it('is the same for the same seed, and another for another', () => {
    const again = followed(scenarioOf(CAMPUS, 300, 2));
    expect(Array.from(again.powerKw.subarray(0, 2))).toEqual(
      Array.from(followed(scenarioOf(CAMPUS, 300, 2)).powerKw.subarray(0, 2)),
    );
    expect(followed(scenarioOf(CAMPUS, 300, 2, { seed: 2 })).powerKw).not.toEqual(again.powerKw);
  });

  it('knows before how many requests will come', () => {
    const arrived = totals.reduce((sum, t) => sum + t.sums.arrived, 0);
    expect(Math.abs(expectedRequests(scenario) / arrived - 1)).toBeLessThan(0.03);
  });
});

describe('a site that is short of power', () => {
  it('turns requests away until what it draws is there', () => {
    const { run, totals } = followed(scenarioOf(weak(16), 300, 6));
    const sums = run.tally.totals();
    expect(sums.shortKwh).toBeGreaterThan(0);
    expect(Math.max(...run.ledger.get('site.facilityKw'))).toBeLessThanOrEqual(16 + 1e-9);
    expect(Math.max(...run.ledger.get('site.imbalance'))).toBeLessThan(1e-9);
    expect(totals.reduce((sum, t) => sum + t.sums.shed, 0)).toBeGreaterThan(0);
    expect(totals.reduce((sum, t) => sum + t.sums.answered, 0)).toBeGreaterThan(100);
  });

  it('goes dark and comes back by booting', () => {
    const dark = scenarioOf(weak(100), 300, 9);
    const short: DetailedScenario = {
      ...dark,
      plant: {
        ...dark.plant,
        dispatch: dark.plant.dispatch.map((unit) => ({
          ...unit,
          start: (saved?: unknown) => {
            const running = unit.start(saved);
            let step = 0;
            const none = { zero: true, minKw: 0, maxKw: 0, auxKw: 0 };
            // No power in the fourth step.
            return { ...running, feasible: (c) => (++step === 4 ? none : running.feasible(c)) };
          },
        })),
      },
    };
    const { run, totals } = followed(short);
    expect(run.ledger.get('site.blackout')[3]).toBe(1);
    expect(run.ledger.get('site.itKw')[3]).toBe(0);
    expect(totals.reduce((sum, t) => sum + t.sums.lost, 0)).toBeGreaterThan(0);
    // Five minutes from switching on until they serve: the first step after draws and serves nobody.
    const replicas = run.ledger.get('code-8b.replicas');
    expect(replicas[2]).toBeGreaterThan(0);
    expect([replicas[3], replicas[4]]).toEqual([0, 0]);
    expect(replicas[5]).toBe(replicas[2]);
    expect(run.ledger.get('site.itKw')[4]).toBeGreaterThan(0);
    const batch = totals.find((t) => t.kind === 'batch')!;
    expect(batch.sums.lost).toBe(0);
    expect(batch.sums.arrived).toBe(batch.sums.answered + batch.underway);
  });
});

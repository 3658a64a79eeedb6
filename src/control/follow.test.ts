import { describe, expect, it } from 'vitest';
import { Observer } from '../policy/joint/observer.ts';
import type { SegmentAhead } from '../policy/lookahead/index.ts';
import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { WIDE_BOUNDS } from '../site/bounds.ts';
import { loadSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { twoChips } from '../site/testing/twoChips.ts';
import { mildAir } from '../twin/testPlant.ts';
import { Twin } from '../twin/twin.ts';
import type { ForecastBand, PlanAhead } from './contract.ts';
import { withinEnvelope } from './envelope.ts';
import { Follower } from './follow.ts';

const site = loadSite(new URL('../../sites/bukhara.yaml', import.meta.url).pathname);
const plant = plantOf(site);
const chat = plant.services.findIndex(({ id }) => id === 'chat');
const archive = plant.services.findIndex(({ id }) => id === 'archive');
const bess = plant.dispatch.findIndex(({ id }) => id === 'bess');
const gensets = plant.dispatch.findIndex(({ id }) => id === 'gensets');
const STEP_MS = 5 * MINUTE_MS;

const segment = (over: Partial<SegmentAhead> = {}): SegmentAhead => ({
  startMs: 0,
  endMs: 48 * HOUR_MS,
  deployments: [],
  services: [{ service: 'archive', servedPerS: 0, givenUpPerS: 0, waiting: 0 }],
  batteries: [{ unit: 'bess', powerKw: 120, energyKwh: 1000 }],
  generators: [{ unit: 'gensets', powerKw: 0 }],
  grids: [{ unit: 'grid', powerKw: 80 }],
  sources: [],
  coolings: [],
  shortKw: 0,
  pricePerKwh: 0.1,
  reasons: [],
  ...over,
});
const band = (high: number): ForecastBand => ({
  series: 'requests of chat',
  edgesMs: [0, 48 * HOUR_MS],
  low: [0],
  middle: [high / 2],
  high: [high],
});
const ahead = (segments: readonly SegmentAhead[], bands: readonly ForecastBand[] = []): PlanAhead => ({
  segments,
  bands,
  ceilingsKw: new Map([['grid', 200]]),
});

/** Steps the twin under a plan and returns what was decided at the end. */
function follow(plan: PlanAhead, chatPerS: number, batchPerS: number, waiting: readonly (readonly number[])[] = []) {
  const steps = 6;
  const backlogs = { archive: { lots: waiting, onTime: 0 } };
  const observer = new Observer(plant, site, { backlogs });
  const follower = new Follower(plant, observer);
  const policy = follower.policy(plan, undefined);
  const twin = new Twin(plant);
  const arrivals = plant.services.map((_, s) => (s === chat ? chatPerS : s === archive ? batchPerS : 1));
  let last: ReturnType<Twin['step']> | undefined;
  for (let k = 0; ; k++) {
    const conditions = { ...mildAir(STEP_MS / HOUR_MS, k * STEP_MS), ghiWm2: 0, dniWm2: 0, dhiWm2: 0 };
    const view = { conditions, feasible: twin.look(conditions), last };
    observer.watch(view);
    follower.watch(view);
    const decision = policy.decide(view);
    if (k === steps) return decision;
    last = twin.step(conditions, arrivals, decision);
  }
}

describe('following a plan', () => {
  it('gives what the plan has of the battery, and buys up to the peak that it allows', () => {
    const { orders } = follow(ahead([segment()]), 200, 0);
    expect(orders[bess]!.maxKw).toBe(120);
    expect(orders[plant.dispatch.findIndex(({ id }) => id === 'grid')]!.maxKw).toBe(200);
    expect(orders[gensets]!.commit).toBe(false);
    const runs = follow(ahead([segment({ generators: [{ unit: 'gensets', powerKw: 500 }] })]), 200, 0);
    expect(runs.orders[gensets]).toMatchObject({ commit: true, minKw: 500 });
  });

  it('keeps replicas awake for what is foreseen, and for what is measured where that is more', () => {
    const replicas = (foreseen: number, measured: number): number =>
      follow(ahead([segment()], [band(foreseen)]), measured, 0).replicas[0]![0]!;
    const calm = replicas(200, 200);
    expect(calm).toBeGreaterThan(0);
    expect(replicas(800, 200)).toBeGreaterThan(2 * calm);
    expect(replicas(200, 800)).toBeGreaterThan(2 * calm);
  });

  it('runs batch as planned, and what is due whatever the plan says', () => {
    const planned = segment({ services: [{ service: 'archive', servedPerS: 40, givenUpPerS: 0, waiting: 0 }] });
    expect(follow(ahead([planned]), 50, 100).batchPerS[archive]).toBeCloseTo(40, 6);
    // The last step begins half an hour in: 9000 requests are due an hour later
    const dueMs = 30 * MINUTE_MS + HOUR_MS;
    const due = follow(ahead([segment()]), 50, 0, [[dueMs, 9000]]).batchPerS[archive]!;
    expect(due).toBeCloseTo(9000 / (3600 - STEP_MS / 1000), 6);
    expect(follow(ahead([segment()]), 50, 100).batchPerS[archive]).toBe(0);
  });

  it('runs the cooling at the point that costs least, within what the operator allows', () => {
    const decision = follow(ahead([segment()]), 400, 0);
    const [point] = decision.cooling!;
    expect(point!.flow).toBeGreaterThan(0);
    expect(point!.flow).toBeLessThanOrEqual(1);
    const { conditions, feasible } = {
      conditions: mildAir(STEP_MS / HOUR_MS, 0),
      feasible: new Twin(plant).look(mildAir(STEP_MS / HOUR_MS, 0)),
    };
    const within = (of: typeof decision, maxSupplyC = 60) =>
      withinEnvelope(of, plant, { ...WIDE_BOUNDS, maxSupplyC }, { conditions, feasible });
    expect(within(decision).decision.cooling![0]).toEqual(point);
    // A point belongs to its supply.
    const moved = within(decision, decision.supplyC[0]! - 2);
    expect(moved.decision.supplyC[0]).toBe(decision.supplyC[0]! - 2);
    expect(moved.decision.cooling![0]).toBeUndefined();
    const absurd = within({ ...decision, cooling: [{ flow: Number.NaN }] });
    expect(absurd.decision.cooling![0]).toBeUndefined();
    expect(absurd.changed.join()).toContain('cooling unusable');
  });

  it('goes on where the plan ends', () => {
    const { orders, batchPerS, replicas } = follow(ahead([segment({ endMs: 10 * MINUTE_MS })]), 100, 0);
    expect(replicas[0]![0]).toBeGreaterThan(0);
    expect(orders[bess]!.maxKw).toBe(Number.POSITIVE_INFINITY);
    expect(batchPerS.every(Number.isFinite)).toBe(true);
  });
});

describe('a service on two chips', () => {
  it('goes to both as planned, and what comes beside the plan to the better one while it has room', () => {
    const two = plantOf(twoChips());
    const decide = (chatPerS: number, planned: readonly [number, number]) => {
      const follower = new Follower(two, new Observer(two, twoChips()));
      const conditions = mildAir(STEP_MS / HOUR_MS, 0);
      const twin = new Twin(two);
      const feasible = twin.look(conditions);
      const split = two.services[0]!.deployments.map((deployment, d) => ({
        service: 'chat',
        deployment,
        perS: planned[d]!,
      }));
      const services = [{ service: 'archive', servedPerS: 0, givenUpPerS: 0, waiting: 0 }];
      const plan = ahead([segment({ services, split })], [{ ...band(chatPerS), series: 'requests of chat' }]);
      return follower.policy(plan, undefined).decide({ conditions, feasible, last: undefined });
    };
    expect(decide(60, [40, 20]).shares![0]).toEqual([40, 20]);
    expect(decide(70, [40, 20]).shares![0]).toEqual([50, 20]);
    const calm = decide(30, [40, 20]);
    expect(calm.shares![0]).toEqual([30, 0]);
    expect(calm.replicas[1]).toEqual([0]);
    expect(calm.replicas[0]![0]).toBeGreaterThan(2);
  });
});

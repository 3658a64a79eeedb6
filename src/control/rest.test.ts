import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Observer } from '../policy/joint/observer.ts';
import { HOUR_MS } from '../series/grid.ts';
import { WIDE_BOUNDS } from '../site/bounds.ts';
import { checkText } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { mildAir } from '../twin/testPlant.ts';
import { Twin } from '../twin/twin.ts';
import type { PlanAhead } from './contract.ts';
import { directiveOf } from './directive.ts';
import { withinEnvelope } from './envelope.ts';
import { Follower } from './follow.ts';

const SITES = fileURLToPath(new URL('../../sites', import.meta.url));
const STEP_H = 1 / 3600;
const ENERGY = { carbonGPerKwh: 0, greenShare: 0, waterLPerKwh: 0, pricePerKwh: 0, currency: 'USD' };

/** Bukhara with replicas that sleep, or as its file is. */
function siteWith(sleep?: string) {
  const text = readFileSync(`${SITES}/bukhara.yaml`, 'utf8');
  const { site } = checkText(
    sleep === undefined ? text : text.replace(/^ {4}replicas: \d+$/gm, `$&\n    sleep: ${sleep}`),
    SITES,
  );
  if (site === undefined) throw new Error('the site is broken');
  return { site, plant: plantOf(site) };
}

/** Two minutes of seconds in which 100 requests/s of chat are measured and 600 are foreseen. */
function followed(sleep?: string) {
  const { site, plant } = siteWith(sleep);
  const plan: PlanAhead = {
    segments: [],
    bands: [{ series: 'requests of chat', edgesMs: [0, 48 * HOUR_MS], low: [0], middle: [300], high: [600] }],
    ceilingsKw: new Map(),
  };
  const follower = new Follower(plant, new Observer(plant, site));
  const policy = follower.policy(plan, undefined);
  const twin = new Twin(plant);
  const arrivals = plant.services.map(({ id }) => (id === 'chat' ? 100 : 1));
  let last: ReturnType<Twin['step']> | undefined;
  for (let k = 0; ; k++) {
    const conditions = mildAir(STEP_H, k * 1000);
    const view = { conditions, feasible: twin.look(conditions), last };
    follower.watch(view);
    const decision = policy.decide(view);
    if (k === 120) return { plant, decision, outlook: view, record: last! };
    last = twin.step(conditions, arrivals, decision);
  }
}

describe('a running site that sleeps', () => {
  it('serves what is measured, lets sleep what is foreseen beyond it, and says so in its directive', () => {
    const plain = followed();
    const { decision, plant, record } = followed('{ power: 20 W }');
    const [serving, asleep] = [decision.replicas[0]![0]!, decision.asleep![0]![0]!];
    expect(plain.decision.asleep).toBeUndefined();
    expect(serving).toBeGreaterThan(0);
    expect(serving).toBeLessThan(plain.decision.replicas[0]![0]! / 2);
    // No fewer are there than are awake elsewhere: only whole nodes more.
    expect(serving + asleep).toBeGreaterThanOrEqual(plain.decision.replicas[0]![0]!);
    expect(serving + asleep).toBeLessThan(plain.decision.replicas[0]![0]! + 2);
    expect(record.halls[0]!.itKw).toBeLessThan(plain.record.halls[0]!.itKw);
    const stamp = { seq: 1, nowMs: 0, holdMs: 1000, planned: true };
    const order = directiveOf(record, plant, ENERGY, stamp).engines[0]!;
    expect(order).toMatchObject({ state: 'serving', replicas: serving, asleep });
    expect(directiveOf(plain.record, plain.plant, ENERGY, stamp).engines[0]).not.toHaveProperty('asleep');
    const meters = { ...record.halls[0]!.it[0]!, replicas: 0 };
    const halls = record.halls.map((hall, h) => (h === 0 ? { ...hall, it: [meters, ...hall.it.slice(1)] } : hall));
    expect(directiveOf({ ...record, halls }, plant, ENERGY, stamp).engines[0]).toMatchObject({
      state: 'asleep',
      asleep,
    });
  });

  it('keeps to the bounds: nobody sleeps who must stay awake, and no more than there are', () => {
    const { decision, plant, outlook } = followed('{ power: 20 W }');
    const installed = plant.halls[0]!.it[0]!.installed;
    const bounded = (asleep: number, leastAwakeShare = 0) =>
      withinEnvelope(
        { ...decision, asleep: plant.halls.map(({ it }) => it.map(() => asleep)) },
        plant,
        { ...WIDE_BOUNDS, leastAwakeShare },
        outlook,
      );
    expect(bounded(3).changed).toEqual([]);
    const all = bounded(1e6, 0.75);
    const [serving, asleep] = [all.decision.replicas[0]![0]!, all.decision.asleep![0]![0]!];
    expect([serving, asleep]).toEqual([0.75 * installed, 0.25 * installed]);
    expect(bounded(Number.NaN).decision.asleep![0]![0]).toBe(0);
  });
});

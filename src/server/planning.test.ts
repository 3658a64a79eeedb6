import { beforeAll, describe, expect, it } from 'vitest';
import { highs } from '../balance/highs.ts';
import type { Lever } from '../control/levers.ts';
import { ManualClock } from '../series/clock.ts';
import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { weatherOf } from '../simulate/air.ts';
import type { LeverSetting } from '../site/lever.ts';
import { loadSite } from '../site/load.ts';
import { LiveSite } from './liveSite.ts';
import { Planning } from './planning.ts';
import { planTimes } from './planTimes.ts';
import { reviveSite } from './state.ts';

const site = loadSite(new URL('../../sites/bukhara.yaml', import.meta.url).pathname);
const weather = weatherOf(site);
/** 20:00 at the site: the sun is gone until morning. */
const START = Date.UTC(2026, 2, 2, 15);
const GATEWAY = { up: true, requests: 0, tokens: 0, joules: 0 };

function running(saved?: ReturnType<typeof reviveSite>, records?: unknown, startMs = START) {
  const clock = new ManualClock(startMs);
  const live = new LiveSite({
    site,
    weather,
    siteClock: clock,
    wallClock: clock,
    steadyClock: clock,
    speed: 1,
    saved,
    records,
    policy: 'joint',
    onEvent: () => undefined,
    onCurve: () => undefined,
  });
  const run = (minutes: number): void => {
    for (let m = 0; m < minutes; m++) {
      clock.advanceMs(MINUTE_MS);
      live.tick(GATEWAY);
    }
  };
  const ask = (seq: number) => ({ ...live.standing!, seq, untilMs: live.loop.siteMs + HOUR_MS, why: 'a test' });
  return { live, run, ask, clock };
}

describe('a plan of the running site', () => {
  let planning: Planning;
  beforeAll(async () => {
    planning = new Planning(site, await highs());
  });
  const lever = (setting: LeverSetting, hours = 12): Lever => ({
    id: 1,
    setting,
    fromMs: START,
    untilMs: START + hours * HOUR_MS,
    by: 'test',
  });

  it('is followed, serves what comes within its targets, and draws less than with everything awake', () => {
    const plain = running();
    const { live, run, ask } = running();
    for (const one of [plain, { live, run }]) one.run(5);
    const plan = planning.plan(ask(1));
    expect(plan.ahead!.segments.length).toBeGreaterThan(60);
    expect(plan.ahead!.segments.at(-1)!.endMs - START).toBeGreaterThan(47 * HOUR_MS);
    live.loop.adopt(plan);
    plain.run(30);
    run(30);
    const [was, is] = [plain.live.tick(GATEWAY)!.snapshot, live.tick(GATEWAY)!.snapshot];
    expect(is.control.decides).toBe('plan');
    expect(was.control.decides).toBe('rules');
    const interactive = is.services.filter(({ kind }) => kind === 'interactive');
    for (const { attainment } of interactive) expect(attainment).toBeGreaterThan(0.98);
    const rate = (of: typeof is) => of.services.find(({ id }) => id === 'chat')!.requestsPerS;
    expect(rate(is)).toBeCloseTo(rate(was), 6);
    expect(is.flows.itKw).toBeLessThan(0.8 * was.flows.itKw);
    const view = live.planView!;
    const { loadKw, solarKw, windKw, generatorKw, gridKw, batteryKw } = view.columns;
    loadKw.forEach((kw, k) => {
      expect(solarKw[k]! + windKw[k]! + generatorKw[k]! + gridKw[k]! + batteryKw[k]!).toBeCloseTo(kw, 3);
    });
    expect(view.reasons[0]!.length).toBeGreaterThan(0);
  });

  it('begins from what was measured, also after a restart', () => {
    const first = running();
    first.run(60);
    const before = planning.plan(first.ask(1));
    const saved = reviveSite(JSON.parse(JSON.stringify(first.live.save())));
    const records = JSON.parse(JSON.stringify(first.live.observer.records()));
    const second = running(saved, records, first.clock.nowMs());
    second.run(1);
    first.run(1);
    const [a, b] = [first, second].map(({ ask }) => planning.plan(ask(2)).ahead!.segments[0]!);
    expect(before.ahead!.segments.length).toBeGreaterThan(60);
    expect(b!.batteries[0]!.energyKwh).toBeCloseTo(a!.batteries[0]!.energyKwh, 0);
    expect(b!.services.map(({ waiting }) => Math.round(waiting))).toEqual(
      a!.services.map(({ waiting }) => Math.round(waiting)),
    );
  });

  it('says what a lever would change: what binds costs money, what does not changes nothing', () => {
    const { run, ask } = running();
    run(5);
    const compare = (setting: LeverSetting) => planning.compare(ask(1), lever(setting));
    const held = compare({ kind: 'hold-battery', unit: null });
    expect(held.with.importKwh).toBeGreaterThan(held.without.importKwh + 100);
    expect(held.with.money).toBeGreaterThan(held.without.money);
    expect(held.with.co2Kg).toBeGreaterThan(held.without.co2Kg);
    const started = compare({ kind: 'start-generator', unit: null, powerKw: 200 });
    expect(started.with.generatorKwh).toBeCloseTo(12 * 200, -2);
    const drained = compare({ kind: 'drain', deployment: 'code-32b' });
    expect(drained.with.outputTokens).toBeLessThan(drained.without.outputTokens);
    expect(drained.with.givenUp).toBeGreaterThan(0);
    const told = compare({ kind: 'mode', mode: 'advise' });
    expect(told.with.money).toBeCloseTo(told.without.money, 6);
  }, 60_000);

  it('shows what an event for a time to come would change, before it is pulled', () => {
    const { run, ask } = running();
    run(5);
    // With the battery held, what is bought is what is drawn
    const held = lever({ kind: 'hold-battery', unit: null }, 48);
    const event = (fromH: number): Lever => ({
      ...lever({ kind: 'event', mostImportKw: 0 }),
      id: 2,
      fromMs: START + fromH * HOUR_MS,
      untilMs: START + (fromH + 2) * HOUR_MS,
    });
    const asked = { ...ask(1), levers: [held] };
    const soon = planning.compare(asked, event(3));
    expect(soon.with.importKwh).toBeLessThan(soon.without.importKwh - 100);
    expect(soon.with.generatorKwh + soon.with.givenUp).toBeGreaterThan(
      soon.without.generatorKwh + soon.without.givenUp,
    );
    const beyond = planning.compare(asked, event(60));
    expect(beyond.with.importKwh).toBeCloseTo(beyond.without.importKwh, 3);
  }, 60_000);

  it('shows of a lever what then really happens: replicas kept awake draw what was said', () => {
    const { live, run, ask } = running();
    run(5);
    const setting: LeverSetting = { kind: 'bounds', leastAwakeShare: 0.5 };
    const hours = 6;
    const shown = planning.compare(ask(1), lever(setting, hours));
    expect(shown.with.siteKwh).toBeGreaterThan(shown.without.siteKwh + 100);
    expect(shown.with.givenUp).toBeCloseTo(shown.without.givenUp, 3);
    const drawn = (pulled: boolean): number => {
      const { live: of, run: on, ask: asks } = running();
      on(5);
      if (pulled)
        of.operator.pull(of.operator.ask({ lever: 'bounds', awake_min: 0.5, for_s: hours * 3600 }, START, 'x'));
      let kwh = 0;
      for (let k = 0; k < hours * 2; k++) {
        of.loop.adopt(planning.plan(asks(k + 1)));
        for (let m = 0; m < 30; m++) {
          on(1);
          kwh += of.tick(GATEWAY)!.snapshot.flows.itKw / 60;
        }
        const { deployments } = of.loop.plan!.ahead!.segments[3]!;
        for (const { it: units } of pulled ? of.plant.halls : [])
          for (const { id, installed } of units)
            expect(deployments.find(({ deployment }) => deployment === id)!.replicas).toBeGreaterThanOrEqual(
              installed / 2,
            );
      }
      return kwh;
    };
    const really = drawn(true) - drawn(false);
    // The site draws more than its computers: by their cooling and losses
    const said = shown.with.siteKwh - shown.without.siteKwh;
    expect(said).toBeGreaterThan(0.9 * really);
    expect(said).toBeLessThan(1.35 * really);
    expect(live.loop.faults).toEqual([]);
  }, 60_000);

  it('shows of a lever what then really happens: charge that is kept is bought for', () => {
    const hours = 6;
    /** Lowest charge over the hours, as a share, what was bought, and how far the plans say that the battery goes down. */
    const night = (storedMin: number) => {
      const { live: of, run: on, ask: asks } = running();
      on(5);
      if (storedMin > 0)
        of.operator.pull(of.operator.ask({ lever: 'bounds', stored_min: storedMin, for_s: hours * 3600 }, START, 'x'));
      let [low, boughtKwh, planned] = [1, 0, 1];
      for (let k = 0; k < hours * 2; k++) {
        of.loop.adopt(planning.plan(asks(k + 1)));
        const { capacityKwh } = asks(0).standing.view.feasible.flatMap(({ store }) => store ?? [])[0]!;
        const next = of.loop.plan!.ahead!.segments.filter(({ endMs }) => endMs <= of.loop.siteMs + HOUR_MS / 2);
        for (const { batteries } of next) planned = Math.min(planned, batteries[0]!.energyKwh / capacityKwh);
        for (let m = 0; m < 30; m++) {
          on(1);
          const { feasible } = asks(0).standing.view;
          const { energyKwh } = feasible.flatMap(({ store }) => store ?? [])[0]!;
          low = Math.min(low, energyKwh / capacityKwh);
          boughtKwh += Math.max(0, of.tick(GATEWAY)!.snapshot.flows.gridKw) / 60;
        }
      }
      return { low, boughtKwh, planned };
    };
    const [free, kept] = [night(0), night(0.25)];
    expect(free.low).toBeLessThan(0.2);
    expect(kept.low).toBeGreaterThan(0.25 - 0.005);
    // The plan says so, not only the rules that hold it
    expect(kept.planned).toBeGreaterThan(0.25 - 0.005);
    expect(kept.boughtKwh).toBeGreaterThan(free.boughtKwh + 100);
    const { run, ask } = running();
    run(5);
    const shown = planning.compare(ask(1), lever({ kind: 'bounds', leastStoredShare: 0.25 }, hours));
    expect(shown.with.importKwh).toBeGreaterThan(shown.without.importKwh);
  }, 60_000);

  it('goes on without a lever that leaves no plan, says which, and says so before it is pulled', () => {
    const { live, run, ask } = running();
    run(5);
    const impossible: LeverSetting = { kind: 'start-generator', unit: null, powerKw: 1e6 };
    const kept: LeverSetting = { kind: 'hold-battery', unit: null };
    const [held, tooMuch] = [lever(kept), { ...lever(impossible), id: 2 }];
    expect(() => planning.compare(ask(1), tooMuch)).toThrow(/no plan can be made with generators running at 1 GW/);
    const plan = planning.plan({ ...ask(1), levers: [held, tooMuch] });
    expect(plan.reason).toMatch(/^lever 2 \(generators running at 1 GW or more\) is in the way of a plan/);
    expect(plan.ahead!.segments[0]!.batteries[0]!.powerKw).toBe(0);
    live.loop.adopt(plan);
    run(1);
    expect(live.loop.follows).toBe(true);
    expect(live.events.some(({ text }) => text.startsWith('lever 2 ('))).toBe(true);
  }, 60_000);

  it('goes on without a lever that the plant lets go before load is lost', () => {
    const { live, run, ask } = running();
    run(5);
    const gridLostMs = live.loop.siteMs;
    const standing = { ...live.standing!.standing, gridLostMs };
    const island = { ...ask(1), standing };
    const given = (levers: readonly Lever[]) => {
      const plan = planning.plan({ ...island, levers });
      const lost = plan.ahead!.segments.reduce(
        (sum, { shortKw, services }) => sum + shortKw + services.reduce((all, of) => all + of.givenUpPerS, 0),
        0,
      );
      return { lost, reason: plan.reason };
    };
    const free = given([]);
    const barred = given([
      { ...lever({ kind: 'bounds', generators: false }), id: 7 },
      { ...lever({ kind: 'hold-battery', unit: null }), id: 8 },
    ]);
    const asked = { ...lever({ kind: 'bounds', generators: false }), id: 7 };
    const pair = { ...lever({ kind: 'hold-battery', unit: null }), id: 8 };
    expect(planning.compare({ ...island, levers: [asked] }, pair).inTheWay.length).toBeGreaterThan(0);
    expect(planning.compare(ask(1), { ...pair, untilMs: START + HOUR_MS }).inTheWay).toEqual([]);
    expect(barred.lost).toBeLessThanOrEqual(free.lost + 1e-3);
    expect(barred.reason).toMatch(/^lever [78] \(/);
  }, 60_000);

  it('prices batches by its segments', () => {
    const { live, run, ask } = running();
    run(5);
    live.loop.adopt(planning.plan(ask(1)));
    const times = planTimes(live.loop.plan!, { siteMs: START, wallMs: START, speed: 1 });
    expect(times[0]!.endMs).toBeGreaterThan(START);
    const quote = live.quote({
      atMs: START + 5 * MINUTE_MS,
      deadlineMs: START + 48 * HOUR_MS,
      joules: 3.6e7,
      watts: 1e4,
    });
    expect(quote.basis).toBe('forecast');
    // It waits for the sun
    expect(quote.startMs - START).toBeGreaterThan(8 * HOUR_MS);
    expect(quote.pricePerKwh).toBeLessThan(times[0]!.pricePerKwh);
  });
});

import { describe, expect, it } from 'vitest';
import { TwinPlant } from '../../drivers/twinPlant.ts';
import { box, mildAir, testPlant } from '../../twin/testPlant.ts';
import type { Outlook, PlantPort } from '../contract.ts';
import { ControlLoop } from '../loop.ts';

const SECOND = 1000;

/** A site with 5 requests/s that swing, whose port says what a test has it say. */
function site(disturb: { outlook?: (o: Outlook) => Outlook; lie?: Map<string, number>; lost?: number } = {}) {
  const plant = testPlant([
    box('grid', 'slack', { minKw: 0, maxKw: 500 }),
    box('store', 'store', { minKw: -50, maxKw: 50 }, { storeKwh: [50, 100] }),
  ]);
  const twin = new TwinPlant(plant, {
    conditionsAt: (startMs, dtH) => mildAir(dtH, startMs),
    ratePerS: (_, startMs) => 30 + 20 * Math.sin(startMs / 7000),
  });
  const port: PlantPort = {
    kind: 'simulated',
    save: () => twin.save(),
    look: (startMs, dtH) => {
      const seen = twin.look(startMs, dtH);
      return disturb.outlook?.(seen) ?? seen;
    },
    advance: (decision, extra) => {
      const replicas = decision.replicas.map((hall) => hall.map((n) => n - (disturb.lost ?? 0)));
      const record = structuredClone(twin.advance({ ...decision, replicas }, extra));
      const grid = disturb.lie?.get('grid power');
      if (grid !== undefined) record.dispatch[0]!.powerKw = grid;
      const computing = disturb.lie?.get('computing');
      if (computing !== undefined) record.halls[0]!.itKw = computing;
      return record;
    },
  };
  const events: string[] = [];
  const news: string[] = [];
  const loop = new ControlLoop(
    {
      plant,
      port,
      mode: 'control',
      onStep: () => undefined,
      onEvent: ({ text }) => events.push(text),
      onNews: (why) => news.push(why),
    },
    0,
  );
  const run = (seconds: number): void => {
    for (let s = 0; s < seconds; s++) loop.tick(loop.siteMs + SECOND, [0, 0]);
  };
  loop.adopt({
    seq: 1,
    issuedMs: 0,
    validUntilMs: 3_600_000,
    policy: 'siloed',
    sized: { replicas: [[6]], batchPerS: [0, 1] },
    reason: '6 replicas',
  });
  return { loop, run, events, news, disturb };
}

describe('what is watched of a plant', () => {
  it('is silent while nothing is wrong', () => {
    const { loop, run } = site();
    run(600);
    expect(loop.faults).toEqual([]);
    expect(loop.follows).toBe(true);
  });

  it.each([
    ['huge', 1e6, 'the power meter of grid says 1000000 kW, which is not possible'],
    ['no number', Number.NaN, 'the power meter of grid gives no number'],
  ])(
    'finds a meter that says what is not possible (%s), goes on without the plan, and comes back',
    (_, value, text) => {
      const lie = new Map<string, number>();
      const { loop, run, events, news } = site({ lie });
      run(5);
      lie.set('grid power', value);
      run(5);
      expect(loop.faults.map((f) => f.text)).toEqual([text]);
      expect(loop.follows).toBe(false);
      expect(events.at(-1)).toBe(`${text}: the fast rules go on alone`);
      expect(news).toEqual([text]);
      lie.clear();
      run(30);
      expect(loop.follows).toBe(false);
      run(60);
      expect(loop.follows).toBe(true);
      expect(events.at(-1)).toBe(`over: ${text}: plans are followed again`);
    },
  );

  it('keeps the books with what a meter said last that was possible', () => {
    const lie = new Map<string, number>();
    const seen = site({ lie });
    seen.run(5);
    const before = seen.loop.tick(seen.loop.siteMs, [0, 0])!.itKw;
    lie.set('computing', Number.NaN);
    seen.run(1);
    expect(seen.loop.tick(seen.loop.siteMs, [0, 0])!.itKw).toBe(before);
  });

  it('finds a meter that stands still while the others move', () => {
    const lie = new Map<string, number>();
    const { loop, run } = site({ lie });
    run(5);
    lie.set('computing', loop.tick(loop.siteMs, [0, 0])!.itKw);
    run(11);
    expect(loop.faults).toEqual([]);
    run(12);
    expect(loop.faults.map((f) => f.id)).toEqual(['meter h computing']);
    expect(loop.faults[0]!.text).toContain('and the other meters say');
  });

  it('finds meters that do not add up where none stands out', () => {
    const lie = new Map([['grid power', 0]]);
    const { loop, run } = site({ lie });
    run(20);
    expect(loop.faults.map((f) => f.id)).toEqual(['meter sum']);
  });

  it('finds an engine that goes without being told to, and not one that was', () => {
    const { loop, run, disturb } = site();
    run(5);
    loop.adopt({
      seq: 2,
      issuedMs: 0,
      validUntilMs: 3_600_000,
      policy: 'siloed',
      sized: { replicas: [[5]], batchPerS: [0, 1] },
      reason: '5',
    });
    run(5);
    expect(loop.faults).toEqual([]);
    disturb.lost = 3;
    run(5);
    expect(loop.faults.map((f) => f.kind)).toEqual(['engine']);
    disturb.lost = 0;
    run(20);
    expect(loop.faults).toEqual([]);
  });

  it('finds replicas that never come up, and not those that are still asked for more and more', () => {
    const { loop, run, disturb } = site();
    const order = (seq: number, replicas: number) =>
      loop.adopt({
        seq,
        issuedMs: 0,
        validUntilMs: 36e6,
        policy: 'siloed',
        sized: { replicas: [[replicas]], batchPerS: [0, 1] },
        reason: `${replicas}`,
      });
    disturb.lost = 2;
    // One more every ten minutes, two always on their way
    for (let k = 0; k < 5; k++) {
      order(2 + k, 6 + k);
      run(600);
    }
    expect(loop.faults).toEqual([]);
    run(1900);
    expect(loop.faults.map(({ text }) => text)).toEqual(['2 of 10 replicas of d have not come up']);
    disturb.lost = 0;
    run(30);
    expect(loop.faults).toEqual([]);
  });

  it('finds an engine that the gateway cannot reach', () => {
    const { loop, run } = site();
    loop.unreachable(['chat-70b']);
    run(5);
    expect(loop.faults.map((f) => f.text)).toEqual(['the engine of chat-70b cannot be reached']);
    loop.unreachable([]);
    run(20);
    expect(loop.faults).toEqual([]);
  });

  it('finds an inverter that does not answer', () => {
    let silent: string[] = [];
    const { loop, run } = site({ outlook: (o) => ({ ...o, silent }) });
    silent = ['store'];
    run(3);
    expect(loop.faults.map((f) => f.text)).toEqual(['store does not answer; its own default holds']);
    silent = [];
    run(20);
    expect(loop.follows).toBe(true);
  });

  it('finds a forecast that is wrong for long, and not one that misses once', () => {
    const { loop, run } = site();
    const band = (low: number, high: number) => ({
      segments: [],
      bands: [{ series: 'requests of chat', edgesMs: [0, 36e6], low: [low], middle: [(low + high) / 2], high: [high] }],
    });
    const plan = (seq: number, low: number, high: number) => ({
      seq,
      issuedMs: 0,
      validUntilMs: 36e6,
      policy: 'siloed' as const,
      sized: { replicas: [[6]], batchPerS: [0, 1] },
      reason: 'x',
      ahead: { ...band(low, high), ceilingsKw: new Map() },
    });
    loop.adopt(plan(2, 25, 35));
    run(3600);
    expect(loop.faults).toEqual([]);
    loop.adopt(plan(3, 1, 2));
    run(900);
    expect(loop.faults).toEqual([]);
    run(1800);
    expect(loop.faults[0]!.text).toMatch(
      /^the forecast of requests of chat is wrong: 1 requests\/s to 2 requests\/s were expected/,
    );
    loop.adopt(plan(4, 25, 35));
    run(1800);
    expect(loop.faults).toEqual([]);
  });
});

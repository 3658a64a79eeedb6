import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItSetPoint } from '../contract.ts';
import { conditions, deployment, profile } from './fixtures/deployment.ts';
import { inference } from './index.ts';
import type { InferenceSpec } from './spec.ts';
import { countOf } from './state.ts';

const ACCELERATOR = 'nvidia-a100-sxm-80gb';
const IDLE_W = 61;
const THIRD = { power: '20 W', wake_time: '5 s', wake_power: '200 W' };

function made(sleep: object | undefined, more: object = {}): InferenceSpec {
  const says = { accelerator: ACCELERATOR, replicas: 24, ...more, ...(sleep === undefined ? {} : { sleep }) };
  const { spec, complaints } = deployment(says);
  expect(complaints).toEqual([]);
  return inference.serve(spec, [profile('chat', 1000, 300)]);
}

const order = (replicas: number, asleep: number, requestsPerS = 0): ItSetPoint => ({
  replicas,
  asleep,
  offers: [{ service: 'chat', requestsPerS, batchPerS: 0 }],
  limitKw: Number.POSITIVE_INFINITY,
});

describe('how a deployment sleeps', () => {
  it('is stated in the site file, or not at all', () => {
    expect(made(undefined).sleep).toBeUndefined();
    expect(made({}).sleep).toEqual({ wakeS: 6, asleepW: IDLE_W, wakeW: 400 });
    expect(made({ weights: 'disk' }).sleep!.wakeS).toBe(18);
    expect(made(THIRD).sleep).toEqual({ wakeS: 5, asleepW: 20, wakeW: 200 });
    const [complaint] = deployment({ accelerator: ACCELERATOR, sleep: { power: '90 W' } }).complaints;
    expect(complaint).toMatchObject({ path: ['sleep', 'power'], message: expect.stringContaining('61 W') });
  });

  it('is of use to a policy only where it saves power', () => {
    expect(inference.sleep(made(undefined))).toBeUndefined();
    expect(inference.sleep(made({}))).toBeUndefined();
    const { idleKw, asleepKw, wakeKw, together, wakeS } = inference.sleep(made(THIRD))!;
    expect(idleKw).toBeCloseTo(inference.powerRange(made(THIRD), 24).idleKw / 24, 12);
    expect(idleKw - asleepKw).toBeCloseTo((IDLE_W - 20) / 1000, 12);
    expect(wakeKw - idleKw).toBeCloseTo((200 - IDLE_W) / 1000, 12);
    expect([together, wakeS]).toEqual([8, 5]);
    expect(inference.sleep(made(THIRD, { accelerators_per_node: 5, tensor_parallel: 2, replicas: 5 }))!.together).toBe(
      2,
    );
    expect(inference.sleep(made(THIRD, { tensor_parallel: 16, replicas: 5 }))!.together).toBe(1);
  });
});

describe('a step with replicas asleep', () => {
  const spec = made(THIRD);
  const allAwake = made(undefined);
  const fresh = inference.initial(spec);

  it('keeps nodes on and lowers their accelerators, and nothing else where they do not say how they sleep', () => {
    const idle = inference.powerRange(spec, 24).idleKw;
    const resting = inference.step(spec, fresh, order(8, 16), conditions());
    expect(resting.state).toMatchObject({ serving: 8, asleep: 16 });
    expect(resting.meters).toMatchObject({ replicas: 8, asleep: 16, starting: 0 });
    expect(idle + resting.flows['power']!).toBeCloseTo((16 * (IDLE_W - 20)) / 1000, 12);
    expect(inference.step(allAwake, fresh, order(8, 16), conditions()).state).toMatchObject({ serving: 8, asleep: 0 });
    // The accelerators of a node that is on for others draw no more than if they slept.
    const one = inference.step(spec, fresh, order(1, 0), conditions());
    const none = inference.step(allAwake, fresh, order(1, 0), conditions());
    expect(none.flows['power']! - one.flows['power']!).toBeCloseTo((-7 * (IDLE_W - 20)) / 1000, 12);
  });

  it('spends the same on a service as if nobody slept', () => {
    const [rested, awake] = [spec, allAwake].map((own) => {
      const eased = inference.step(own, fresh, order(16, 0, 20), conditions());
      return eased.services[0]!.powerKw;
    });
    const asleep = inference.step(spec, fresh, order(16, 8, 20), conditions());
    expect(rested).toBeCloseTo(awake!, 9);
    expect(asleep.services[0]!.powerKw).toBeCloseTo(awake!, 9);
    expect(-asleep.flows['power']!).toBeGreaterThan(asleep.services[0]!.powerKw);
  });

  it('wakes in seconds, with the power of loading meanwhile, and boots what is off', () => {
    const { state } = inference.step(spec, fresh, order(4, 4), conditions());
    const woken = inference.step(spec, state, order(16, 0), conditions(20 / 3600));
    expect(woken.state).toMatchObject({ serving: 8, asleep: 0, booting: [{ replicas: 8, leftS: 280 }], waking: [] });
    // 4 of 20 replicas-seconds of those that wake are spent on waking.
    expect(woken.meters['replicas']).toBeCloseTo(4 + (4 * 15) / 20, 9);
    expect(woken.meters['starting']).toBeCloseTo(8 + (4 * 5) / 20, 9);
    const idle = inference.powerRange(spec, 16).idleKw;
    expect(-woken.flows['power']! - idle).toBeCloseTo(((4 * 5) / 20) * 0.139, 9);
  });

  it('wakes as many as its requests need in a long step, all where they do not suffice, and none in a short one', () => {
    const quiet = inference.step(spec, fresh, order(2, 22, 1), conditions());
    expect(quiet.state).toMatchObject({ serving: 2, asleep: 22 });
    const busy = inference.step(spec, fresh, order(2, 22, 15), conditions());
    const { serving, asleep } = busy.state;
    expect(serving).toBeGreaterThan(3);
    expect(asleep).toBe(24 - serving);
    expect(busy.services[0]!.shedPerS).toBe(0);
    expect(busy.services[0]!.attainment).toBeGreaterThan(0.997);
    const fewer = inference.step(spec, fresh, order(serving - 1, 0, 15), conditions());
    expect(fewer.services[0]!.attainment).toBeLessThan(0.998);
    expect(inference.step(spec, fresh, order(2, 22, 1e4), conditions()).state).toMatchObject({
      serving: 24,
      asleep: 0,
    });
    expect(inference.step(spec, fresh, order(2, 22, 15), conditions(1 / 3600)).state).toMatchObject({ serving: 2 });
  });

  it('has more serve while some boot, so that as many do on average, and all where that does not suffice', () => {
    const { state } = inference.step(spec, fresh, order(4, 0), conditions());
    // Two thirds of the step are left after a boot: 4 + 9 x 2/3.
    const grown = inference.step(spec, state, order(10, 8), conditions());
    expect(grown.state).toMatchObject({ serving: 13, asleep: 5 });
    expect(grown.meters['replicas']).toBeCloseTo(10, 9);
    expect(inference.step(spec, state, order(16, 2), conditions()).state).toMatchObject({ serving: 18, asleep: 0 });
    expect(inference.step(spec, grown.state, order(10, 8), conditions()).state).toMatchObject({
      serving: 10,
      asleep: 8,
    });
  });

  it('keeps power limits: those asleep go off first, and what is asked of those that remain', () => {
    const limitKw = inference.powerRange(spec, 8).idleKw + 0.5;
    const { state, flows } = inference.step(spec, fresh, { ...order(6, 18, 2), limitKw }, conditions());
    expect([state.serving, state.asleep]).toEqual([6, 2]);
    expect(-flows['power']!).toBeLessThanOrEqual(limitKw);
  });

  it('has every installed replica in one state after every step, and means of them in its meters', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const anyOrder = fc.record({ on: share, rests: share, perS: share, dtS: fc.constantFrom(1, 4, 7, 60, 300, 900) });
    fc.assert(
      fc.property(fc.array(anyOrder, { minLength: 1, maxLength: 12 }), fc.boolean(), (orders, saves) => {
        let state = fresh;
        for (const { on, rests, perS, dtS } of orders) {
          const up = Math.round(24 * on);
          const asked = order(up - Math.round(rests * up), Math.round(rests * up), 80 * perS);
          const stepped = inference.step(spec, state, asked, conditions(dtS / 3600));
          state = stepped.state;
          if (saves) state = inference.revive(JSON.parse(JSON.stringify(state)))!;
          const { serving, asleep, booting, waking } = state;
          expect(serving + asleep + countOf(booting) + countOf(waking)).toBe(up);
          for (const count of [serving, asleep, ...[...booting, ...waking].map((group) => group.replicas)]) {
            expect(Number.isInteger(count) && count >= 0).toBe(true);
          }
          const { replicas, asleep: rested, starting, idleKw } = stepped.meters;
          expect(replicas! + rested! + starting!).toBeCloseTo(up, 9);
          expect(Math.min(replicas!, rested!, starting!)).toBeGreaterThanOrEqual(0);
          expect(idleKw).toBeGreaterThanOrEqual(0);
          // No sooner does anybody serve than woken or booted.
          expect(serving).toBeLessThanOrEqual(24);
        }
      }),
      { numRuns: 300, seed: 41 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItSetPoint, Offer } from '../contract.ts';
import { CONTEXT, conditions, deployment, profile } from './fixtures/deployment.ts';
import { inference } from './index.ts';
import { FULL_LOAD } from './settle.ts';
import type { InferenceSpec } from './spec.ts';

const PAIRS = [
  { model: 'llama-3.1-8b-instruct', accelerator: 'nvidia-h100-sxm-80gb' },
  { model: 'llama-3.1-70b-instruct', accelerator: 'nvidia-h100-sxm-80gb', tensor_parallel: 4, precision: 'fp8' },
  { model: 'qwen3-30b-a3b', accelerator: 'nvidia-a100-sxm-80gb', tensor_parallel: 2 },
  { model: 'qwen3-8b', accelerator: 'nvidia-l4', precision: 'int4' },
  { model: 'gpt-oss-120b', accelerator: 'amd-mi300x', precision: 'fp4' },
  { model: 'deepseek-r1', accelerator: 'nvidia-h200-sxm', precision: 'fp8', tensor_parallel: 16 },
] as const;

/** Any deployment at one of these clocks, with and without a cap that binds. */
const specAt = (...clocks: readonly string[]) =>
  fc
    .record({
      pair: fc.constantFrom(...PAIRS),
      replicas: fc.integer({ min: 1, max: 40 }),
      chat: fc.record({ input: fc.integer({ min: 10, max: 3000 }), output: fc.integer({ min: 1, max: 1000 }) }),
      docs: fc.record({ input: fc.integer({ min: 10, max: 6000 }), output: fc.integer({ min: 1, max: 1500 }) }),
      liquid: fc.constantFrom('0 %', '60 %', '100 %'),
      cv2: fc.double({ min: 0.5, max: 8, noNaN: true }),
      clock: fc.constantFrom(...clocks),
      cap: fc.constantFrom(1, 0.7, 0.4),
    })
    .map(({ pair, replicas, chat, docs, liquid, cv2, clock, cap }) => {
      const { tdpW } = CONTEXT.catalog.accelerators.get(pair.accelerator)!;
      const knobs = { clock, power_cap: `${cap * tdpW} W` };
      const { spec, complaints } = deployment({ ...pair, replicas, liquid_share: liquid, ...knobs });
      expect(complaints).toEqual([]);
      return inference.serve(spec, [
        profile('chat', chat.input, chat.output, { arrivalCv2: cv2 }),
        profile('docs', docs.input, docs.output, { kind: 'batch', ttftS: Infinity, tpotS: Infinity }),
      ]);
    });

const anySpec = specAt('100 %', '80 %', '45 %');

const amount = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true }));

function offers(spec: InferenceSpec, chat: number, docs: number): Offer[] {
  const capacity = (id: string) =>
    FULL_LOAD * spec.services.find((s) => s.id === id)!.capacityPerS * spec.racking.replicas;
  return [
    { service: 'chat', requestsPerS: chat * capacity('chat'), batchPerS: 0 },
    { service: 'docs', requestsPerS: 0, batchPerS: docs * capacity('docs') },
  ];
}

function run(spec: InferenceSpec, setPoint: ItSetPoint) {
  return inference.step(spec, inference.initial(spec), setPoint, conditions());
}

describe('a step of any deployment', () => {
  it('turns electricity into heat, serves or sheds all, and keeps to its range and limit', () => {
    fc.assert(
      fc.property(
        anySpec,
        amount,
        amount,
        amount,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (spec, chat, docs, limit, on) => {
          const given = offers(spec, chat, docs);
          const replicas = Math.round(on * spec.racking.replicas);
          const range = inference.powerRange(spec, replicas);
          for (const limitKw of [Number.POSITIVE_INFINITY, limit * range.fullKw]) {
            const { flows, meters, services } = run(spec, { replicas, offers: given, limitKw });
            const powerKw = -flows['power']!;
            expect(Math.abs(flows['liquid']! + flows['air']! - powerKw)).toBeLessThanOrEqual(
              1e-12 * Math.max(1, powerKw),
            );
            expect(powerKw).toBeGreaterThanOrEqual(0);
            expect(powerKw).toBeLessThanOrEqual(range.fullKw * (1 + 1e-9));
            expect(powerKw).toBeLessThanOrEqual(limitKw);
            if (limitKw === Number.POSITIVE_INFINITY) expect(powerKw).toBeGreaterThanOrEqual(range.idleKw);
            expect(meters['utilisation']).toBeLessThanOrEqual(1);
            services.forEach((outcome, k) => {
              expect(outcome.servedPerS + outcome.shedPerS).toBeCloseTo(given[k]!.requestsPerS, 8);
              expect(outcome.shedPerS).toBeGreaterThanOrEqual(0);
              expect(outcome.batchServedPerS).toBeLessThanOrEqual(given[k]!.batchPerS);
              expect(outcome.attainment).toBeGreaterThanOrEqual(0);
              expect(outcome.attainment).toBeLessThanOrEqual(1);
              expect(flows[`requests:${outcome.service}`]).toBe(outcome.servedPerS + outcome.batchServedPerS);
              expect(outcome.ttftS).toBeCloseTo(
                outcome.queueS + outcome.prefillSPerToken * spec.services[k]!.inputTokens,
                9,
              );
              const spentKw =
                (outcome.computedTokensPerS * outcome.prefillJPerToken +
                  outcome.outputTokensPerS * outcome.decodeJPerToken) /
                1000;
              expect(spentKw).toBeCloseTo(outcome.powerKw, 9);
              for (const value of Object.values(outcome)) {
                if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
              }
            });
            const spent = services.reduce((sum, outcome) => sum + outcome.powerKw, 0);
            const served = services.reduce((sum, outcome) => sum + outcome.outputTokensPerS, 0);
            if (served > 0) expect(Math.abs(spent / powerKw - 1)).toBeLessThan(1e-9);
            else expect(spent).toBe(0);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  // At a slow clock prompts draw less than decodes, whose memory keeps its power: more of them may draw less.
  it('draws no less and serves no less for more of one service, at the largest clock', () => {
    fc.assert(
      fc.property(specAt('100 %'), amount, amount, amount, fc.boolean(), (spec, chat, docs, more, ofChat) => {
        const replicas = spec.racking.replicas;
        const limitKw = Number.POSITIVE_INFINITY;
        const chatShare = Math.min(0.45, chat / 7);
        const docsShare = Math.min(0.45, docs / 7);
        const low = run(spec, { replicas, offers: offers(spec, chatShare, docsShare), limitKw });
        const added = more / 40;
        const high = run(spec, {
          replicas,
          offers: offers(spec, chatShare + (ofChat ? added : 0), docsShare + (ofChat ? 0 : added)),
          limitKw,
        });
        expect(-high.flows['power']!).toBeGreaterThanOrEqual(-low.flows['power']! * (1 - 1e-6));
        expect(high.meters['outputTokensPerS']).toBeGreaterThanOrEqual(low.meters['outputTokensPerS']! * (1 - 1e-9));
      }),
      { numRuns: 300 },
    );
  });

  it('serves more under a higher limit, and gives way in batch first', () => {
    fc.assert(
      fc.property(anySpec, amount, amount, (spec, chat, docs) => {
        const replicas = spec.racking.replicas;
        const { idleKw, fullKw } = inference.powerRange(spec, replicas);
        let before = { chat: -1, docs: -1 };
        for (let k = 0; k <= 8; k++) {
          const limitKw = idleKw + ((fullKw - idleKw) * k) / 8;
          const { services } = run(spec, { replicas, offers: offers(spec, chat, docs), limitKw });
          const now = { chat: services[0]!.servedPerS, docs: services[1]!.batchServedPerS };
          expect(now.chat).toBeGreaterThanOrEqual(before.chat * (1 - 1e-6));
          expect(now.docs).toBeGreaterThanOrEqual(before.docs * (1 - 1e-6));
          const open = run(spec, { replicas, offers: offers(spec, chat, docs), limitKw: Infinity }).services[0]!;
          if (now.docs > 0) expect(now.chat).toBeCloseTo(open.servedPerS, 9);
          before = now;
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('switching', () => {
  const { spec: bare } = deployment({ replicas: 16, boot_time: '10 min' });
  const spec = inference.serve(bare, [profile('chat', 500, 200)]);
  const ask = { offers: [{ service: 'chat', requestsPerS: 10, batchPerS: 0 }], limitKw: Number.POSITIVE_INFINITY };

  it('is dark at limit 0, and boots again after', () => {
    const dark = inference.step(spec, inference.initial(spec), { ...ask, replicas: 16, limitKw: 0 }, conditions());
    expect(dark.flows['power']).toBeCloseTo(0, 12);
    expect(dark.services[0]).toMatchObject({ servedPerS: 0, shedPerS: 10 });
    expect(dark.state).toEqual({ v: 2, serving: 0, asleep: 0, booting: [], waking: [] });
    const first = inference.step(spec, dark.state, { ...ask, replicas: 8 }, conditions(1 / 12));
    expect(first.services[0]!.servedPerS).toBe(0);
    expect(-first.flows['power']!).toBeCloseTo(inference.powerRange(spec, 8).idleKw, 9);
    expect(first.state.booting).toEqual([{ replicas: 8, leftS: 300 }]);
    const second = inference.step(spec, first.state, { ...ask, replicas: 8 }, conditions(1 / 6));
    expect(second.meters['replicas']).toBeCloseTo(4, 9);
    expect(second.services[0]!.servedPerS).toBe(10);
    expect(second.state).toEqual({ v: 2, serving: 8, asleep: 0, booting: [], waking: [] });
  });

  it('switches whole nodes off under a low limit', () => {
    const limitKw = inference.powerRange(spec, 16).idleKw - 0.01;
    const low = inference.step(spec, inference.initial(spec), { ...ask, replicas: 16, limitKw }, conditions());
    expect(low.state.serving).toBe(8);
    expect(-low.flows['power']!).toBeLessThanOrEqual(limitKw);
    expect(low.services[0]!.servedPerS).toBeGreaterThan(0);
    expect(low.services[0]!.servedPerS + low.services[0]!.shedPerS).toBeCloseTo(10, 12);
  });

  it('stops what boots before what serves', () => {
    const half = inference.step(spec, inference.initial(spec), { ...ask, replicas: 8 }, conditions()).state;
    const more = inference.step(spec, half, { ...ask, replicas: 12 }, conditions(1 / 60)).state;
    expect(more.booting).toEqual([{ replicas: 4, leftS: 540 }]);
    const less = inference.step(spec, more, { ...ask, replicas: 9 }, conditions(1 / 60)).state;
    expect(less).toEqual({ v: 2, serving: 8, asleep: 0, booting: [{ replicas: 1, leftS: 480 }], waking: [] });
  });

  it('revives what it saved and nothing else', () => {
    const booting = [{ replicas: 2, leftS: 10 }];
    const state = { v: 2, serving: 3, asleep: 4, booting, waking: [{ replicas: 1, leftS: 2 }] };
    expect(inference.revive(JSON.parse(JSON.stringify(state)))).toEqual(state);
    // Nothing slept in the first version.
    expect(inference.revive({ v: 1, serving: 3, booting })).toEqual({ ...state, asleep: 0, waking: [] });
    for (const wrong of [
      null,
      1,
      {},
      { v: 3, serving: 1, booting: [] },
      { v: 2, serving: 1, booting: [] },
      { v: 2, serving: 1, asleep: 0.5, booting: [], waking: [] },
      { v: 1, serving: -1, booting: [] },
      { v: 1, serving: 1, booting: [{}] },
    ]) {
      expect(inference.revive(wrong)).toBeUndefined();
    }
  });
});

describe('replicasFor', () => {
  const { spec: bare } = deployment({ replicas: 64 });
  const spec = inference.serve(bare, [profile('chat', 1000, 300), profile('strict', 1000, 300, { tpotS: 0.001 })]);
  const chat = (requestsPerS: number) => [{ service: 'chat', requestsPerS, batchPerS: 0 }];

  it('is the smallest number that meets the target', () => {
    for (const rate of [0.1, 20, 100, 500]) {
      const least = inference.replicasFor(spec, chat(rate), 0.95)!;
      const met = (replicas: number) => {
        const { services } = run(spec, { replicas, offers: chat(rate), limitKw: Number.POSITIVE_INFINITY });
        return services[0]!.shedPerS === 0 && services[0]!.attainment >= 0.95;
      };
      expect(met(least)).toBe(true);
      if (least > 1) expect(met(least - 1)).toBe(false);
      for (const guess of [0, 1, least - 1, least, 17.4, 64, 900])
        expect(inference.replicasFor(spec, chat(rate), 0.95, undefined, guess)).toBe(least);
    }
  });

  it('is 0 for nothing and undefined for too much, an unreachable target or an unknown service', () => {
    expect(inference.replicasFor(spec, chat(0), 0.95)).toBe(0);
    expect(inference.replicasFor(spec, chat(1e6), 0.95)).toBeUndefined();
    expect(inference.replicasFor(spec, chat(1e6), 0.95, undefined, 3)).toBeUndefined();
    expect(inference.replicasFor(spec, [{ service: 'strict', requestsPerS: 1, batchPerS: 0 }], 0.95)).toBeUndefined();
    expect(inference.replicasFor(spec, [{ service: 'other', requestsPerS: 1, batchPerS: 0 }], 0.95)).toBeUndefined();
  });
});

describe('a deployment without requests', () => {
  it('says what a lone first request would draw above idle', () => {
    const { spec: bare } = deployment({});
    const spec = inference.serve(bare, [profile('chat', 1000, 300)]);
    const at = (requestsPerS: number) =>
      run(spec, {
        replicas: 1,
        offers: [{ service: 'chat', requestsPerS, batchPerS: 0 }],
        limitKw: Number.POSITIVE_INFINITY,
      });
    const [nobody] = at(0).services;
    expect(nobody!.decodeJPerToken).toBeGreaterThan(0);
    const few = 1e-5;
    const aboveIdleJ = ((at(0).flows['power']! - at(few).flows['power']!) * 1000) / few;
    const requestJ = 1000 * nobody!.prefillJPerToken + 300 * nobody!.decodeJPerToken;
    expect(Math.abs(requestJ / aboveIdleJ - 1)).toBeLessThan(0.02);
  });
});

describe('clock and cap of a set point', () => {
  const profiles = [profile('chat', 1000, 300)];
  const spec = inference.serve(deployment({ replicas: 4 }).spec, profiles);
  const at = (of: InferenceSpec, knobs: Partial<ItSetPoint>) =>
    run(of, {
      replicas: 4,
      offers: [{ service: 'chat', requestsPerS: 20, batchPerS: 0 }],
      limitKw: Number.POSITIVE_INFINITY,
      ...knobs,
    });

  it('do what the same ones in the site file do, and go back to its own when left out', () => {
    const own = inference.serve(deployment({ replicas: 4, clock: '70 %', power_cap: '450 W' }).spec, profiles);
    const [set, inFile] = [at(spec, { clock: 0.7, capW: 450 }), at(own, {})];
    expect(set.flows['power']).toBeCloseTo(inFile.flows['power']!, 9);
    expect(set.services[0]!.tpotS).toBeCloseTo(inFile.services[0]!.tpotS, 12);
    expect(set.meters['clock']).toBe(0.7);
    expect(at(own, { clock: 1, capW: 700 }).flows['power']).toBeCloseTo(at(spec, {}).flows['power']!, 9);
    expect(at(spec, {}).meters['clock']).toBe(1);
  });

  it('save power and cost time, a cap only where it binds', () => {
    const [free, slow, tight, loose] = [{}, { clock: 0.7 }, { capW: 350 }, { capW: 699 }].map((k) => at(spec, k));
    expect(slow!.flows['power']).toBeGreaterThan(free!.flows['power']!);
    expect(slow!.services[0]!.tpotS).toBeGreaterThan(free!.services[0]!.tpotS);
    expect(tight!.flows['power']).toBeGreaterThan(free!.flows['power']!);
    expect(tight!.services[0]!.ttftS).toBeGreaterThan(free!.services[0]!.ttftS);
    expect(loose!.flows['power']).toBe(free!.flows['power']);
    expect(loose!.services).toEqual(free!.services);
  });
});

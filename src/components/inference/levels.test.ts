import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer } from '../contract.ts';
import { conditions, deployment, profile } from './fixtures/deployment.ts';
import { inference } from './index.ts';
import type { InferenceSpec } from './spec.ts';

const served = (says: Record<string, unknown> = {}, cv2 = 1): InferenceSpec =>
  inference.serve(deployment(says).spec, [
    profile('chat', 1000, 300, { arrivalCv2: cv2 }),
    profile('docs', 3000, 400, { kind: 'batch', ttftS: Infinity, tpotS: Infinity }),
    profile('strict', 1000, 300, { ttftS: 1e-6 }),
  ]);
const chat: Offer = { service: 'chat', requestsPerS: 1, batchPerS: 0 };
const docs: Offer = { service: 'docs', requestsPerS: 0, batchPerS: 1 };

describe('load levels', () => {
  it('begin idle and rise in rate, power and batch up to the last one within the targets', () => {
    const table = inference.levels(served(), [chat]);
    expect(table[0]).toMatchObject({ share: 0, scale: 0, powerKw: table[0]!.idleKw, outputTokensPerS: 0 });
    expect(table).toHaveLength(7);
    for (let k = 1; k < table.length; k++) {
      const [before, here] = [table[k - 1]!, table[k]!];
      expect(here.outputTokensPerS).toBeGreaterThan(before.outputTokensPerS);
      expect(here.powerKw).toBeGreaterThan(before.powerKw);
      expect(here.batch).toBeGreaterThan(before.batch);
      expect(here.services[0]!.attainment).toBeGreaterThanOrEqual(0.95);
      expect(here.services[0]!.outputTokensPerS).toBeCloseTo(here.outputTokensPerS, 9);
      expect(Object.values(here.binds).reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 9);
    }
  });

  it('end where one request more would miss the targets', () => {
    const spec = served({ replicas: 4 });
    const last = inference.levels(spec, [chat]).at(-1)!;
    const needs = (more: number) =>
      inference.replicasFor(spec, [{ ...chat, requestsPerS: 4 * last.scale * (1 + more) }], 0.95);
    expect(needs(-1e-9)).toBe(4);
    expect(needs(1e-3)).toBeUndefined();
  });

  it('are what a step of the twin gives: power, tokens and joules per token', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.double({ min: 0.5, max: 6, noNaN: true }), (replicas, cv2) => {
        const spec = served({ replicas }, cv2);
        const offers = [chat, docs];
        for (const level of inference.levels(spec, offers, { shares: [0.2, 1] })) {
          const all = offers.map((o) => ({
            ...o,
            requestsPerS: o.requestsPerS * level.scale * replicas,
            batchPerS: o.batchPerS * level.scale * replicas,
          }));
          const limitKw = Number.POSITIVE_INFINITY;
          const step = inference.step(spec, inference.initial(spec), { replicas, offers: all, limitKw }, conditions());
          expect(level.powerKw * replicas).toBeCloseTo(-step.flows['power']!, 8);
          level.services.forEach((own, k) => {
            expect(own.prefillJPerToken).toBeCloseTo(step.services[k]!.prefillJPerToken, 8);
            expect(own.decodeJPerToken).toBeCloseTo(step.services[k]!.decodeJPerToken, 8);
            expect(own.requestsPerS * replicas).toBeCloseTo(step.services[k]!.servedPerS, 8);
          });
          if (level.share === 0) continue;
          // Every joule belongs to a token.
          const watts = level.services.reduce((sum, own, k) => {
            const { computedTokens, outputTokens } = spec.services[k]!;
            const rate = own.requestsPerS + own.batchPerS;
            return sum + rate * (computedTokens * own.prefillJPerToken + outputTokens * own.decodeJPerToken);
          }, 0);
          expect(watts / (1000 * level.powerKw)).toBeCloseTo(1, 8);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('admit more for larger pools, looser targets and steadier arrivals, and batch up to the full replica', () => {
    const most = (spec: InferenceSpec, options = {}) => inference.levels(spec, [chat], options).at(-1)!.scale;
    const strict = { attainment: 0.99 };
    expect(most(served())).toBeGreaterThan(most(served(), strict));
    expect(most(served())).toBeGreaterThan(most(served(), { replicas: 1 }));
    expect(most(served())).toBeGreaterThan(most(served({}, 6)));
    const full = inference.levels(served(), [docs]).at(-1)!;
    expect(full.utilisation).toBeCloseTo(1, 6);
  });

  it('are idle alone where nothing is asked, nobody knows the service, or its targets are out of reach', () => {
    const of = (offers: readonly Offer[]) => inference.levels(served(), offers).map((level) => level.share);
    expect(of([])).toEqual([0]);
    expect(of([{ ...chat, requestsPerS: 0 }])).toEqual([0]);
    expect(of([{ ...chat, service: 'other' }])).toEqual([0]);
    expect(of([{ ...chat, service: 'strict' }])).toEqual([0]);
  });

  it('over clocks and caps leave out what another level beats, and reach as far as the best of them', () => {
    const spec = served({ replicas: 8 });
    const options = { clocks: [1, 0.8, 0.6], capsW: [700, 400] };
    const table = inference.levels(spec, [chat], options);
    const each = inference.levels(spec, [chat], { ...options, keepAll: true });
    expect(each).toHaveLength(6 * 7);
    for (let k = 1; k < table.length; k++) {
      expect(table[k]!.scale).toBeGreaterThan(table[k - 1]!.scale);
      expect(table[k]!.powerKw).toBeGreaterThan(table[k - 1]!.powerKw);
    }
    for (const level of each) {
      expect(table.some((kept) => kept.scale >= level.scale && kept.powerKw <= level.powerKw)).toBe(true);
    }
    // Slow clocks are on it at low load, the largest at high load.
    expect(table.some((level) => level.clock < 1)).toBe(true);
    expect(table.at(-1)).toMatchObject({ clock: 1, capW: 700 });
  });

  it('at a cap that never binds are those without', () => {
    const spec = served();
    const bare = inference.levels(spec, [chat]);
    const capped = inference.levels(spec, [chat], { capsW: [699] });
    expect(capped).toEqual(bare.map((level) => ({ ...level, capW: 699 })));
  });

  it('are kept: the same question has the same table', () => {
    const spec = served();
    expect(inference.levels(spec, [chat])).toBe(inference.levels(spec, [chat]));
    expect(inference.levels(spec, [chat])).not.toBe(inference.levels(spec, [chat], { attainment: 0.9 }));
  });
});

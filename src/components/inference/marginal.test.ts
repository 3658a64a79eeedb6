import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer } from '../contract.ts';
import { deployment, profile } from './fixtures/deployment.ts';
import { inference } from './index.ts';
import { marginalEnergy } from './marginal.ts';
import { promptTokenS } from './performance.ts';
import { serveOffers } from './serving.ts';
import { loneEnergy } from './share.ts';

const REPLICAS = 8;
const on = { replicas: REPLICAS };

const specOf = (accelerator: string, chat: number, docs: number) =>
  inference.serve(deployment({ accelerator, replicas: REPLICAS }).spec, [
    profile('chat', chat, 200),
    profile('docs', docs, 300, { kind: 'batch', ttftS: Infinity, tpotS: Infinity }),
  ]);

describe('joules of one more token', () => {
  it('add up to what a little more of everything draws', () => {
    const shares = fc.record({
      chat: fc.double({ min: 0.05, max: 0.45, noNaN: true }),
      docs: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
    });
    const lengths = fc.record({ chat: fc.integer({ min: 50, max: 3000 }), docs: fc.integer({ min: 50, max: 4000 }) });
    const chips = fc.constantFrom('nvidia-h100-sxm-80gb', 'nvidia-l4', 'amd-mi300x');
    fc.assert(
      fc.property(chips, lengths, shares, (chip, length, share) => {
        const spec = specOf(chip, length.chat, length.docs);
        const [chat, docs] = spec.services;
        const offersAt = (scale: number): Offer[] => [
          { service: 'chat', requestsPerS: scale * share.chat * chat!.capacityPerS * REPLICAS, batchPerS: 0 },
          { service: 'docs', requestsPerS: 0, batchPerS: scale * share.docs * docs!.capacityPerS * REPLICAS },
        ];
        const kwAt = (scale: number) => {
          const pool = { on: REPLICAS, serving: REPLICAS, idleKw: 0 };
          return serveOffers(spec, offersAt(scale), pool, Number.POSITIVE_INFINITY).powerKw;
        };
        const offers = offersAt(1);
        let kw = 0;
        for (const [k, load] of spec.services.entries()) {
          const { prefillJPerToken, decodeJPerToken } = marginalEnergy(spec, load.id, offers, on)!;
          const rate = offers[k]!.requestsPerS + offers[k]!.batchPerS;
          kw += (rate * (load.computedTokens * prefillJPerToken + load.outputTokens * decodeJPerToken)) / 1000;
        }
        const slopes = [1.001, 1, 0.999].map((to) => (kwAt(to) - kwAt(to - 0.001)) / 0.001);
        // Where a replica begins to be always busy the slope breaks; and a slope below 0 counts as 0
        const bend = Math.max(...slopes) - Math.min(...slopes);
        expect(Math.abs(kw - slopes[1]!)).toBeLessThan(bend + 0.02 * Math.abs(slopes[1]!) + 0.01 * kwAt(1));
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it('are those of a lone request where nobody is served, and unknown where nothing serves', () => {
    const spec = specOf('nvidia-h100-sxm-80gb', 600, 900);
    const none = [{ service: 'chat', requestsPerS: 0, batchPerS: 0 }];
    expect(marginalEnergy(spec, 'chat', none, on)).toMatchObject(loneEnergy(spec, spec.services[0]!));
    expect(marginalEnergy(spec, 'chat', none, { replicas: 0 })).toBeUndefined();
    expect(marginalEnergy(spec, 'other', none, on)).toBeUndefined();
  });

  it('are fewer the busier a replica is, and fewer than the mean, which pays for idling', () => {
    const spec = specOf('nvidia-h100-sxm-80gb', 600, 900);
    const eachJ = (share: number) => {
      const chat = spec.services[0]!;
      const offers = [{ service: 'chat', requestsPerS: share * chat.capacityPerS * REPLICAS, batchPerS: 0 }];
      const { prefillJPerToken, decodeJPerToken } = marginalEnergy(spec, 'chat', offers, on)!;
      const mean = serveOffers(spec, offers, { on: REPLICAS, serving: REPLICAS, idleKw: 2 }, Infinity).services[0]!;
      const each = (of: { prefillJPerToken: number; decodeJPerToken: number }) =>
        chat.computedTokens * of.prefillJPerToken + chat.outputTokens * of.decodeJPerToken;
      return { more: each({ prefillJPerToken, decodeJPerToken }), mean: each(mean) };
    };
    const loads = [0.02, 0.1, 0.5, 0.97].map(eachJ);
    for (const { more, mean } of loads) expect(more).toBeLessThan(mean);
    for (let i = 1; i < loads.length; i++) expect(loads[i]!.more).toBeLessThanOrEqual(loads[i - 1]!.more);
    expect(loads[3]!.more).toBeGreaterThan(0);
  });
});

describe('weights of lengths', () => {
  it('are those of attention in a prompt and of the KV cache in a step', () => {
    const spec = specOf('nvidia-h100-sxm-80gb', 600, 900);
    const chat = spec.services[0]!;
    const offers = [{ service: 'chat', requestsPerS: 0.4 * chat.capacityPerS * REPLICAS, batchPerS: 0 }];
    const { lengths } = marginalEnergy(spec, 'chat', offers, on)!;
    const weight = (n: number) => 1 + lengths.promptGrowth * (n - lengths.promptTokens);
    const seconds = (n: number) => promptTokenS(spec.replica, n) + spec.replica.linkS;
    expect(weight(20_000) / weight(100)).toBeCloseTo(seconds(20_000) / seconds(100), 9);
    expect(weight(lengths.promptTokens)).toBe(1);
    const { contextGrowth, contextTokens } = lengths;
    expect(contextTokens).toBeCloseTo(chat.contextTokens, 6);
    // What the weights of the model and the launches take does not grow with the context
    expect(contextGrowth * contextTokens).toBeGreaterThan(0);
    expect(contextGrowth * contextTokens).toBeLessThan(1);
  });
});

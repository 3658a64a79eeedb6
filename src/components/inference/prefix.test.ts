import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../series/random.ts';
import { mixLengths } from '../../workload/lengths.ts';
import type { ServiceProfile } from '../contract.ts';
import { slotsOf } from './blend.ts';
import { deployment, profile } from './fixtures/deployment.ts';
import { inference, serveWith } from './index.ts';
import { mixOf } from './mix.ts';
import { promptTokenS } from './performance.ts';
import { drawRequests, faster, fluidOf, replay, requestsOf, summarise } from './replay/index.ts';
import { draw, settle } from './settle.ts';
import { loneEnergy } from './share.ts';
import type { InferenceSpec } from './spec.ts';

const bare = deployment({ replicas: 4 }).spec;
const served = (input: number, output: number, more: Partial<ServiceProfile>): InferenceSpec =>
  serveWith(bare, [profile('chat', input, output, more)], bare.correction);
const offers = [{ service: 'chat', requestsPerS: 1, batchPerS: 0 }];
const lengths = [fc.integer({ min: 20, max: 20_000 }), fc.integer({ min: 1, max: 800 })] as const;
const share = fc.double({ min: 0, max: 1, noNaN: true });
/** Requests per second at which a pool is admissible, and what a replica draws above idle for prompts at one rate, kW. */
const admissible = (spec: InferenceSpec) => inference.levels(spec, offers, { shares: [1] }).at(-1)!.scale;
const settled = (spec: InferenceSpec, perS: number) => settle(spec, [perS], [perS], 4);

describe('a prefix cache', () => {
  it('without hits changes nothing, to the last digit', () => {
    fc.assert(
      fc.property(...lengths, (input, output) => {
        const [without, zero] = [served(input, output, {}), served(input, output, { prefixHitShare: 0 })];
        expect(zero.services).toEqual(without.services);
        expect(inference.levels(zero, offers)).toEqual(inference.levels(without, offers));
      }),
      { numRuns: 15 },
    );
  });

  it('with more hits never admits less, and takes no more energy for prompts or in all', () => {
    fc.assert(
      fc.property(...lengths, share, share, (input, output, a, b) => {
        const few = served(input, output, { prefixHitShare: Math.min(a, b) });
        const many = served(input, output, { prefixHitShare: Math.max(a, b) });
        // The admissible load is known to 2^-14 of a full replica.
        const least = admissible(few);
        expect(admissible(many)).toBeGreaterThanOrEqual(least * (1 - 1e-9) - 2 ** -13 * few.services[0]!.capacityPerS);
        expect(many.services[0]!.capacityPerS).toBeGreaterThanOrEqual(few.services[0]!.capacityPerS * (1 - 1e-9));
        const lone = (spec: InferenceSpec) =>
          loneEnergy(spec, spec.services[0]!).prefillJPerToken * spec.services[0]!.computedTokens;
        expect(lone(many)).toBeLessThanOrEqual(lone(few) * (1 + 1e-9));
        for (const part of [0.1, 0.5, 0.9]) {
          const perS = part * few.services[0]!.capacityPerS;
          const [more, less] = [draw(few, settled(few, perS)), draw(many, settled(many, perS))];
          // Prompts of a few tokens are alone in more steps where these are shorter, and then have the weights' reading for themselves.
          if (input >= 300 && output >= 20) expect(less.promptKw).toBeLessThanOrEqual(more.promptKw * (1 + 1e-9));
          expect(less.loadKw).toBeLessThanOrEqual(more.loadKw * (1 + 1e-9));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('saves computing alone: its tokens are attended to and hold their room', () => {
    const [cold, warm] = [served(4000, 200, {}), served(4000, 200, { prefixHitShare: 0.75 })];
    const [one, other] = [cold.services[0]!, warm.services[0]!];
    expect(other.computedTokens).toBeCloseTo(1000, 9);
    expect(other.contextTokens).toBe(one.contextTokens);
    expect(slotsOf(warm.replica, mixOf([other], [1]))).toBe(slotsOf(cold.replica, mixOf([one], [1])));
    // The mean token that is computed of one prompt stands in its last fourth.
    const { services } = serveWith(bare, [{ ...alike(4000), prefixHitShare: 0.75 }], bare.correction);
    expect(services[0]!.promptS).toBeCloseTo(promptTokenS(bare.replica, 7000), 15);
    expect(services[0]!.readPerToken).toBeCloseTo(3, 12);
  });

  it('has all but the last token of a prompt at most', () => {
    const { services } = served(500, 100, { prefixHitShare: 1 });
    expect(services[0]!.computedTokens).toBeCloseTo(1, 12);
    expect(Number.isFinite(admissible(served(500, 100, { prefixHitShare: 1 })))).toBe(true);
  });

  it('is that of the replay: tokens and energy within 3 %, attainment within 2 points', () => {
    const cold = drawRequests(random(3), 4000, { ratePerS: 1, arrivalCv2: 1, ...mixLengths('azure-conversation') });
    const hits = random(4);
    // Half of the prompts have a prefix of nine tenths, the others none.
    const cached = cold.input.map((tokens) => (hits.next() < 0.5 ? 0.9 * tokens : 0));
    const requests = requestsOf(cold.arrivalS, cold.input, cold.output, cached);
    for (const ttftS of [0.03, 2]) {
      const targets = { ttftS, tpotS: 0.1 };
      const now = fluidOf(bare, requests, targets, 4).load;
      const at = faster(requests, 0.5 / now);
      const fluid = fluidOf(bare, at, targets, 4);
      const result = replay(bare, at);
      const found = summarise(result, targets);
      const spanS = at.arrivalS.at(-1)!;
      const aboveIdleJ = found.prefillJ + found.decodeJ;
      expect((fluid.outputPerS * spanS) / found.outputTokens).toBeCloseTo(1, 2);
      const idleJ = 1000 * result.idleKw * spanS;
      expect(Math.abs((fluid.aboveIdleW * spanS + idleJ) / (aboveIdleJ + idleJ) - 1)).toBeLessThan(0.03);
      expect(Math.abs(fluid.promptPart - found.prefillJ / aboveIdleJ)).toBeLessThan(0.02);
      if (ttftS > 1) expect(Math.abs(fluid.attainment - found.attainment)).toBeLessThan(0.02);
    }
  });
});

/** Prompts of one length. */
function alike(input: number): ServiceProfile {
  return { ...profile('chat', input, 100), inputTokens: [input] };
}

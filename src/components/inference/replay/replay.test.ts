import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../series/random.ts';
import { deployment } from '../fixtures/deployment.ts';
import { naive } from '../fixtures/naiveReplay.ts';
import { type Knobs, prefillS, promptTokenS, stepOf, turned } from '../performance.ts';
import type { InferenceSpec } from '../spec.ts';
import { type ReplayOptions, replay } from './replay.ts';
import { drawRequests, type Requests, requestsOf } from './requests.ts';
import { ROUTES } from './route.ts';
import { summarise } from './summary.ts';

const { spec } = deployment({ replicas: 4 });
/** A chip with little room, so that memory runs out. */
function tight(kvTokens: number, maxBatch = 16): InferenceSpec {
  const kvRoomBytes = kvTokens * spec.replica.kvBytesPerToken;
  return { ...spec, replica: { ...spec.replica, kvRoomBytes, maxBatch } };
}
/** As delivered; a slow clock; a cap that only prompts reach; one that every step reaches. */
const KNOBS = [
  { clock: 1, capW: 700 },
  { clock: 0.6, capW: 700 },
  { clock: 1, capW: 520 },
  { clock: 0.9, capW: 300 },
] as const;
const knobbed = (of: InferenceSpec, knobs: Knobs): InferenceSpec => ({
  ...of,
  knobs,
  replica: turned(of.replica, of.accelerator, knobs),
});
const TARGETS = { ttftS: 2, tpotS: 0.05 };

const some = (count: number, ratePerS: number, seed: number, mostOutput = 400): Requests =>
  drawRequests(random(seed), count, {
    ratePerS,
    arrivalCv2: 3,
    inputTokens: [20, 300, 900, 1500, 2500, 5000],
    outputTokens: [1, 2, 17, 100, mostOutput],
  });
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
const one = (input: number, output: number, cached?: number) =>
  requestsOf(Float64Array.of(3), [input], [output], cached === undefined ? undefined : [cached]);

describe('a request alone', () => {
  it('waits for its prompt, then takes a step for each further token', () => {
    const { book } = replay(spec, one(500, 3));
    const first = prefillS(spec.replica, 1, 500);
    expect(book.firstTokenS[0]).toBeCloseTo(3 + first, 12);
    const steps = [500, 501].map((kv) => stepOf(spec.replica, 1, kv, 0, 0).stepS);
    expect(book.finishS[0]).toBeCloseTo(3 + first + sum(steps), 12);
  });

  it('computes a long prompt in chunks that cost together what the whole costs', () => {
    const { book } = replay(spec, one(6000, 1));
    const chunks = [2048, 2048, 1904];
    let done = 0;
    const each = chunks.map((tokens) => {
      const step = stepOf(spec.replica, 0, done, tokens, promptTokenS(spec.replica, 2 * done + tokens));
      done += tokens;
      return step;
    });
    expect(book.finishS[0]).toBeCloseTo(3 + sum(each.map((s) => s.stepS)), 12);
    expect(sum(each.map((s) => s.computeS))).toBeCloseTo(
      6000 * promptTokenS(spec.replica, 6000) + 3 * spec.replica.idleTokens * spec.replica.tokenS,
      12,
    );
  });

  it('skips what is cached of its prompt', () => {
    const [cold, warm] = [undefined, 4096].map((cached) => replay(spec, one(6000, 1, cached)));
    expect(warm!.book.finishS[0]! - 3).toBeLessThan(0.5 * (cold!.book.finishS[0]! - 3));
    expect(warm!.book.prefillJ[0]).toBeLessThan(0.5 * cold!.book.prefillJ[0]!);
  });

  it('is refused when it could never fit', () => {
    const result = replay(tight(1000), one(900, 200));
    expect(result.book.refused[0]).toBe(1);
    expect(summarise(result, TARGETS)).toMatchObject({ finished: 0, refused: 1, attainment: 0 });
  });
});

describe('a replay', () => {
  const options: readonly ReplayOptions[] = ROUTES.map((route) => ({ route, replicas: 3, seed: 5 }));

  it('is the same stepped one by one, to rounding', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(2, 10, 40),
        fc.constantFrom(8000, 20_000, 1e6),
        fc.constantFrom(...KNOBS),
        (seed, route, ratePerS, kvTokens, knobs) => {
          const requests = some(60, ratePerS, seed);
          const own = knobbed(tight(kvTokens), knobs);
          const jumped = replay(own, requests, options[route]);
          const stepped = replay(own, requests, { ...options[route], mostSteps: 1 });
          for (let i = 0; i < requests.count; i++) {
            expect(jumped.book.replica[i]).toBe(stepped.book.replica[i]);
            expect(jumped.book.preemptions[i]).toBe(stepped.book.preemptions[i]);
            expect(jumped.book.firstTokenS[i]).toBeCloseTo(stepped.book.firstTokenS[i]!, 9);
            expect(jumped.book.finishS[i]).toBeCloseTo(stepped.book.finishS[i]!, 9);
            expect(jumped.book.decodeJ[i]! / (stepped.book.decodeJ[i]! || 1)).toBeCloseTo(
              stepped.book.decodeJ[i] === 0 ? 0 : 1,
              6,
            );
          }
          expect(jumped.totals.energyJ / stepped.totals.energyJ).toBeCloseTo(1, 10);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is what a plain scheduler written anew gives', () => {
    for (const [kvTokens, seed] of [
      [8000, 1],
      [12_000, 2],
      [1e6, 3],
    ] as const) {
      const own = tight(kvTokens);
      const requests = some(80, 12, seed);
      const { book, totals } = replay(own, requests, { replicas: 1 });
      const plain = naive(own, requests, 2048);
      for (let i = 0; i < requests.count; i++) {
        expect(book.firstTokenS[i]).toBeCloseTo(plain.firstTokenS[i]!, 8);
        expect(book.finishS[i]).toBeCloseTo(plain.finishS[i]!, 8);
      }
      expect(totals.energyJ / plain.energyJ).toBeCloseTo(1, 9);
      expect(sum(book.preemptions)).toBe(plain.preemptions);
      if (kvTokens === 8000) expect(plain.preemptions).toBeGreaterThan(0);
    }
  });

  it('gives every joule above idle to a request', () => {
    for (const option of options) {
      for (const kvTokens of [8000, 1e6]) {
        const { book, totals, timeline } = replay(tight(kvTokens), some(500, 20, 11), option);
        const given = sum(book.prefillJ) + sum(book.decodeJ);
        expect(Math.abs(given / totals.energyJ - 1)).toBeLessThan(1e-9);
        const inTime = sum(timeline.aboveIdleW.map((w) => sum(w) * timeline.binS));
        expect(Math.abs(inTime / totals.energyJ - 1)).toBeLessThan(1e-9);
        for (let i = 0; i < 500; i++) expect(book.prefillJ[i]).toBeGreaterThan(0);
      }
    }
  });

  it('answers everybody once, with all tokens, and not before they came', () => {
    for (const option of options) {
      const requests = some(400, 30, 21);
      const { book, timeline } = replay(tight(9000), requests, option);
      for (let i = 0; i < requests.count; i++) {
        expect(book.generated[i]).toBe(requests.output[i]);
        expect(book.firstTokenS[i]).toBeGreaterThan(requests.arrivalS[i]!);
        expect(book.finishS[i]).toBeGreaterThanOrEqual(book.firstTokenS[i]!);
      }
      expect(sum(timeline.outputPerS) * timeline.binS).toBeCloseTo(sum(requests.output), 3);
    }
  });

  it('says what binds: memory for decoding, compute for prompts, KV room when it is small', () => {
    const decoding = summarise(
      replay(spec, requestsOf(new Float64Array(4), [9, 9, 9, 9], [900, 900, 900, 900])),
      TARGETS,
    );
    expect(decoding.binds.memory).toBeGreaterThan(0.5);
    const prompts = summarise(
      replay(spec, requestsOf(new Float64Array(4), [9e4, 9e4, 9e4, 9e4], [1, 1, 1, 1])),
      TARGETS,
    );
    expect(prompts.binds.compute).toBeGreaterThan(0.9);
    const short = summarise(replay(tight(9000), some(200, 40, 4), { replicas: 1 }), TARGETS);
    expect(short.kvWaitShare).toBeGreaterThan(0.3);
    const { memory, compute, link, engine } = short.binds;
    expect(memory + compute + link + engine).toBeCloseTo(1, 9);
  });

  it('balances better by looking than by lot', () => {
    // One drawing alone moves by a tenth with the last digit of a step time.
    const drawings = [4, 5, 6, 7, 8, 9].map((seed) => some(3000, 40, seed));
    const mean = (route: (typeof ROUTES)[number]) =>
      sum(drawings.map((requests) => summarise(replay(spec, requests, { route }), TARGETS).ttftS.mean));
    expect(mean('least-requests')).toBeLessThan(0.9 * mean('random'));
    expect(mean('least-tokens')).toBeLessThan(0.9 * mean('random'));
  });
});

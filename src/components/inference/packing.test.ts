import { describe, expect, it } from 'vitest';
import { random } from '../../series/random.ts';
import { fillOf, fullAt } from './fill.ts';
import { deployment, profile } from './fixtures/deployment.ts';
import { inference } from './index.ts';
import { withKnobs } from './knobs.ts';
import { poolDraw } from './poolDraw.ts';
import { profileOf } from './replay/fluid.ts';
import { drawRequests, replay, summarise } from './replay/index.ts';
import { serveOffers } from './serving.ts';
import { serveWith } from './spec.ts';

const TARGETS = { ttftS: 2, tpotS: 0.1 };
const LENGTHS = { inputTokens: [100, 400, 900, 1600], outputTokens: [20, 100, 200, 500] };
const requests = drawRequests(random(3), 6000, { ratePerS: 40, arrivalCv2: 1, ...LENGTHS });
const { spec: bare } = deployment({ replicas: 8 });
const spec = serveWith(bare, [profileOf(requests, TARGETS)], bare.correction);
const { capacityPerS } = spec.services[0]!;
const idle = inference.powerRange(spec, 8).idleKw;

function drawnKw(fill: number | undefined, load: number) {
  const offers = [{ service: 'recorded', requestsPerS: 8 * load * capacityPerS, batchPerS: 0 }];
  const pool = { on: 8, serving: 8, idleKw: idle };
  return serveOffers(withKnobs(spec, { fill }), offers, pool, Number.POSITIVE_INFINITY);
}

describe('a router that fills one replica after the other', () => {
  it('draws less than one that spreads, most where the pool is far from full, and the same where it is', () => {
    const saved = [0.1, 0.2, 0.4, 0.6].map((load) => drawnKw(undefined, load).powerKw / drawnKw(0.8, load).powerKw - 1);
    saved.forEach((share, i) => {
      expect(share).toBeGreaterThan(0.02);
      if (i > 1) expect(share).toBeLessThan(saved[i - 1]!);
    });
    expect(drawnKw(0.8, 0.8).powerKw).toBeCloseTo(drawnKw(undefined, 0.8).powerKw, 9);
    expect(drawnKw(0.8, 0.9).powerKw).toBeCloseTo(drawnKw(undefined, 0.9).powerKw, 9);
  });

  it('serves the same requests, and never draws less than idle', () => {
    for (const load of [0, 0.001, 0.05, 0.3, 0.7, 0.97]) {
      const [spread, filled] = [drawnKw(undefined, load), drawnKw(0.8, load)];
      expect(filled.services[0]!.servedPerS).toBeCloseTo(spread.services[0]!.servedPerS, 9);
      expect(filled.powerKw).toBeGreaterThanOrEqual(idle - 1e-9);
      const { computedTokensPerS, prefillJPerToken, outputTokensPerS, decodeJPerToken, powerKw } = {
        ...filled,
        ...filled.services[0]!,
      };
      const sharedKw = (computedTokensPerS * prefillJPerToken + outputTokensPerS * decodeJPerToken) / 1000;
      if (load > 0) expect(sharedKw).toBeCloseTo(powerKw, 6);
    }
  });

  it('is what single requests come to', () => {
    for (const load of [0.3, 0.5]) {
      const ratePerS = 8 * load * capacityPerS;
      const drawn = drawRequests(random(5), 12_000, { ratePerS, arrivalCv2: 1, ...LENGTHS });
      const filled = withKnobs(spec, { fill: 0.8 });
      const full = fullAt(filled, { interactive: [ratePerS / 8], batch: [0] });
      const spanS = drawn.arrivalS[drawn.count - 1]!;
      const kwOf = (result: ReturnType<typeof replay>) => {
        const { prefillJ, decodeJ } = summarise(result, TARGETS);
        return result.idleKw + (prefillJ + decodeJ) / 1000 / spanS;
      };
      const filledKw = kwOf(replay(bare, drawn, { full }));
      expect(filledKw).toBeLessThan(0.92 * kwOf(replay(bare, drawn)));
      expect(Math.abs(drawnKw(0.8, load).powerKw / filledKw - 1)).toBeLessThan(0.06);
      expect(summarise(replay(bare, drawn, { full }), TARGETS).attainment).toBeGreaterThan(0.999);
    }
  });

  it('fills no further than the time per token allows, and less at a slower clock', () => {
    const at = (clock: number, tpotS: number) => {
      const served = inference.serve(bare, [profile('chat', 1000, 200, { ttftS: 2, tpotS })]);
      return fillOf(withKnobs(served, { clock }), { interactive: [1], batch: [0] }, 0.999);
    };
    expect(at(1, 0.04)).toBeLessThan(at(1, 0.2));
    expect(at(0.5, 0.04)).toBeLessThan(at(1, 0.04));
    expect(at(1, 0.001)).toBe(0);
    expect(fillOf(spec, { interactive: [0], batch: [1] }, 0.999)).toBeGreaterThan(0.97);
  });

  it('is chosen only where it draws less', () => {
    const offers = (load: number) => [{ service: 'recorded', requestsPerS: 8 * load * capacityPerS, batchPerS: 0 }];
    const few = poolDraw(spec, offers(0.3), { replicas: 8, filling: 0.999 });
    expect(few.fill).toBeGreaterThan(0.5);
    expect(few.powerKw).toBeLessThan(drawnKw(undefined, 0.3).powerKw);
    expect(poolDraw(spec, offers(0.3), { replicas: 8, filling: 2 }).fill).toBeUndefined();
    expect(poolDraw(spec, offers(0.3), { replicas: 8, filling: 2 }).powerKw).toBeCloseTo(
      drawnKw(undefined, 0.3).powerKw,
      9,
    );
  });
});

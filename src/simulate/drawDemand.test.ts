import { describe, expect, it } from 'vitest';
import type { Service } from '../workload/service.ts';
import { drawDemand } from './drawDemand.ts';

function service(id: string, ratePerS: (ms: number) => number, more: Partial<Service['profile']> = {}): Service {
  return {
    deployments: ['d'],
    rate: { about: id, provenance: 'assumed', ratePerS: (startMs) => ratePerS(startMs) },
    profile: {
      id,
      kind: 'interactive',
      inputTokens: [100, 300],
      outputTokens: [10, 30],
      arrivalCv2: 1,
      ttftS: 2,
      tpotS: 0.1,
      ...more,
    },
  };
}

describe('requests drawn from demand', () => {
  it('come at the rate of each service, in order, the same for the same seed', () => {
    const services = [service('a', () => 4), service('b', (ms) => (ms < 1_800_000 ? 0 : 2))];
    const drawn = drawDemand(services, 0, 3600, 1);
    const of = (k: number) => Array.from(drawn.arrivalS).filter((_, i) => drawn.service![i] === k);
    expect(Math.abs(of(0).length - 14_400)).toBeLessThan(4 * Math.sqrt(14_400));
    expect(Math.abs(of(1).length - 3600)).toBeLessThan(4 * Math.sqrt(3600));
    expect(Math.min(...of(1))).toBeGreaterThanOrEqual(1800);
    for (let i = 1; i < drawn.count; i++) expect(drawn.arrivalS[i]).toBeGreaterThanOrEqual(drawn.arrivalS[i - 1]!);
    expect(drawDemand(services, 0, 3600, 1).arrivalS).toEqual(drawn.arrivalS);
    expect(drawDemand(services, 0, 3600, 2).arrivalS).not.toEqual(drawn.arrivalS);
  });

  it('have what the prefix cache has of their prompts', () => {
    const said = { prefixHitShare: 0.5 };
    const told = { prefixTokens: [0, 200], prefixHitShare: 0.5 };
    const drawn = drawDemand([service('a', () => 1, said), service('b', () => 1, told)], 0, 600, 1);
    drawn.cached!.forEach((cached, i) => {
      const input = drawn.input[i]!;
      expect(cached).toBe(drawn.service![i] === 0 ? input / 2 : input === 300 ? 200 : 0);
    });
    expect(drawDemand([service('a', () => 1)], 0, 600, 1).cached).toBeUndefined();
  });

  it('keep the burstiness and the pace of a service', () => {
    const spread = (more: Partial<Service['profile']>) => {
      const { arrivalS } = drawDemand([service('a', () => 5, more)], 0, 4000, 3);
      const counts = new Float64Array(400);
      for (const t of arrivalS) counts[Math.min(399, Math.floor(t / 10))]!++;
      const mean = arrivalS.length / 400;
      return counts.reduce((sum, c) => sum + (c - mean) ** 2, 0) / 400 / mean;
    };
    expect(spread({})).toBeLessThan(1.4);
    expect(spread({ arrivalCv2: 4 })).toBeGreaterThan(2.8);
    const shares = [0, 2];
    expect(spread({ pace: { windowS: 10, requests: shares, input: shares, output: shares } })).toBeGreaterThan(30);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Recording } from '../workload/requests.ts';
import type { Service } from '../workload/service.ts';
import { Arrivals } from './arrivals.ts';

const shares = [0, 2, 1, 3];
const service = (more: Partial<Service['profile']> = {}): Service => ({
  deployments: ['d'],
  rate: { about: 'a', provenance: 'assumed', ratePerS: (fromMs) => (fromMs < 600_000 ? 3 : 6) },
  profile: {
    id: 'a',
    kind: 'interactive',
    inputTokens: [100, 300],
    outputTokens: [10, 30],
    arrivalCv2: 2,
    ttftS: 2,
    tpotS: 0.1,
    ...more,
  },
});

function drawn(of: Service, cuts: readonly number[], recording?: Recording): number[][] {
  const arrivals = new Arrivals(of, 0, 1, recording);
  const rows: number[][] = [];
  for (const untilS of cuts) arrivals.until(untilS, (...row) => rows.push(row));
  return rows;
}

describe('requests that come part by part', () => {
  it('are the same however the time is cut', () => {
    const pace = { windowS: 7, requests: shares, input: shares, output: shares };
    for (const of of [service(), service({ pace })]) {
      const whole = drawn(of, [1200]);
      expect(whole.length).toBeGreaterThan(1000);
      fc.assert(
        fc.property(fc.array(fc.double({ min: 0, max: 1200, noNaN: true }), { maxLength: 20 }), (cuts) => {
          const rows = drawn(of, [...cuts.sort((a, b) => a - b), 1200]);
          expect(rows).toHaveLength(whole.length);
          rows.forEach(([arrivalS, ...lengths], i) => {
            expect(arrivalS).toBeCloseTo(whole[i]![0]!, 6);
            expect(lengths).toEqual(whole[i]!.slice(1));
          });
        }),
        { numRuns: 30 },
      );
    }
  });

  it('are those of a recording, as fast as the demand asks', () => {
    const recording: Recording = {
      file: 'r.csv',
      timeS: Float64Array.of(100, 101, 104, 106),
      inputTokens: Float64Array.of(5, 6, 7, 8),
      outputTokens: Float64Array.of(1, 2, 3, 4),
    };
    // A gap of 2 s on average, played at 3 requests/s: six times as fast.
    const rows = drawn(service(), [3], recording);
    const gaps = rows.map(([arrivalS], i) => arrivalS! - (rows[i - 1]?.[0] ?? 0));
    [1 / 3, 1 / 6, 3 / 6, 2 / 6, 1 / 3, 1 / 6].forEach((gapS, i) => {
      expect(gaps[i]).toBeCloseTo(gapS, 9);
    });
    expect(rows.slice(0, 5).map((row) => row.slice(1))).toEqual([
      [5, 1, 0],
      [6, 2, 0],
      [7, 3, 0],
      [8, 4, 0],
      [5, 1, 0],
    ]);
    const cached = (more: Partial<Service['profile']>) =>
      drawn(service(more), [3], { ...recording, seenTokens: Float64Array.of(0, 4, 99, 0) })
        .slice(0, 4)
        .map((row) => row[3]);
    expect(cached({})).toEqual([0, 0, 0, 0]);
    expect(cached({ prefixHitShare: 0.5 })).toEqual([2.5, 3, 3.5, 4]);
    // All but the last token at most.
    expect(cached({ prefixTokens: [1, 2], prefixHitShare: 0.5 })).toEqual([0, 4, 6, 0]);
  });
});

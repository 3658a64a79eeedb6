import { describe, expect, it } from 'vitest';
import { summarise } from './demand.ts';

describe('summarise', () => {
  it('sizes interactive services by the 99.9th percentile of the steps', () => {
    const rates = Float64Array.from({ length: 1001 }, (_, i) => i);
    const of = summarise({ id: 'chat', kind: 'interactive', deployments: ['d'], deadlineS: 0 }, rates, 900);
    expect(of).toEqual({ service: 'chat', meanPerS: 500, highPerS: 999 });
  });

  it('sizes batch by the busiest stretch as long as its deadline', () => {
    const rates = Float64Array.from([0, 0, 8, 4, 0, 0, 6, 0]);
    const batch = (deadlineS: number) =>
      summarise({ id: 'b', kind: 'batch', deployments: ['d'], deadlineS }, rates, 3600).highPerS;
    expect(batch(3600)).toBe(8);
    expect(batch(7200)).toBe(6);
    expect(batch(100 * 3600)).toBeCloseTo(18 / 8, 12);
    expect(batch(0)).toBe(8);
  });
});

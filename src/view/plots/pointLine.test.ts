import { describe, expect, it } from 'vitest';
import { pointLine } from './pointLine.ts';

const frame = { width: 600, height: 280, title: 'Frontier', desc: 'x against y', xUnit: 'L/kWh', yUnit: '' };

describe('points on a line', () => {
  it('draws every point once, within the frame, and names those that have room', () => {
    const points = [
      { x: 0.75, y: 1.056, label: 'free' },
      { x: 0.74, y: 1.0561, label: 'hidden' },
      { x: 0.07, y: 1.073, label: 'dear' },
      { x: Number.NaN, y: 1, label: 'broken' },
    ];
    const drawn = pointLine({ ...frame, color: 'it', points });
    expect(drawn.match(/<circle/g)).toHaveLength(3);
    for (const [, cx, cy] of drawn.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)) {
      expect(Number(cx)).toBeGreaterThanOrEqual(0);
      expect(Number(cx)).toBeLessThanOrEqual(600);
      expect(Number(cy)).toBeLessThanOrEqual(280);
    }
    expect(drawn).toContain('free');
    expect(drawn).toContain('dear');
    expect(drawn).not.toContain('hidden');
    expect(drawn).not.toContain('NaN');
  });

  it('draws an empty frame for no points', () => {
    expect(pointLine({ ...frame, color: 'it', points: [] })).not.toContain('NaN');
  });
});

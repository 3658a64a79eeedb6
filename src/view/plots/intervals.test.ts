import { describe, expect, it } from 'vitest';
import { intervalPlot } from './intervals.ts';

const row = (label: string, value: number, factor: number, hollow = false) => ({
  label,
  low: value / factor,
  value,
  high: value * factor,
  text: `${value}`,
  color: 'it' as const,
  hollow,
});
const frame = { title: 't', desc: 'd', unit: 'tokens/J' };

describe('intervals', () => {
  it.each([880, 328])('draws a dot within its bar for each row at %d px, all inside the frame', (width) => {
    const drawn = intervalPlot({
      ...frame,
      width,
      rows: [row('a & b', 2, 3), row('c', 0.5, 20, true), row('d', 7, 1.1)],
    });
    const dots = [...drawn.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map((m) => Number(m[1]));
    const bars = [...drawn.matchAll(/<path d="M([\d.]+) [\d.]+H([\d.]+)"/g)].map((m) => [Number(m[1]), Number(m[2])]);
    expect(dots).toHaveLength(3);
    bars.forEach(([from, to], i) => {
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(width);
      // The middle of a logarithmic interval is its value.
      expect(dots[i]).toBeCloseTo((from! + to!) / 2, 0);
    });
    expect(drawn).toContain('a &amp; b');
    expect(drawn).not.toContain('NaN');
  });

  it('stands without rows', () => {
    expect(intervalPlot({ ...frame, width: 600, rows: [] })).not.toMatch(/NaN|Infinity/);
  });
});

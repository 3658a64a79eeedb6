import { describe, expect, it } from 'vitest';
import { xyPlot } from './xy.ts';

const frame = { width: 600, height: 240, title: 'A plot', desc: 'Words.', xUnit: 's', yUnit: '%' };
const curve = { label: 'one', color: 'it', x: [0, 1, 2], y: [0, 50, 100] } as const;

describe('curves over numbers', () => {
  it('draws each with its name, and dots where asked', () => {
    const drawn = xyPlot({
      ...frame,
      curves: [
        { ...curve, dots: true },
        { ...curve, label: 'two', color: 'tokens' },
      ],
    });
    expect(drawn).toContain('>one<');
    expect(drawn).toContain('>two<');
    expect(drawn.match(/<circle/g)).toHaveLength(3);
    expect(drawn).toContain('<title>A plot</title>');
  });

  it('stacks layers and leaves out what lies beyond the axis', () => {
    const drawn = xyPlot({
      ...frame,
      curves: [],
      layers: [curve, { ...curve, label: 'two', color: 'sun' }],
      mark: { x: 1, label: 'target' },
    });
    expect(drawn.match(/fill-opacity="0.88"/g)).toHaveLength(2);
    expect(drawn).toContain('target');
    expect(drawn).toContain('>200<');
    expect(xyPlot({ ...frame, curves: [{ ...curve, dots: true }], xMax: 1 }).match(/<circle/g)).toHaveLength(2);
  });

  it('has logarithmic axes where asked, without what is not positive', () => {
    const steep = { ...curve, x: [0, 1, 10, 100], y: [5, 10, 100, 1000], dots: true };
    const drawn = xyPlot({ ...frame, curves: [steep], log: { x: true, y: true }, mark: { x: 10, label: 'target' } });
    const dots = [...drawn.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map((m) => [Number(m[1]), Number(m[2])]);
    expect(dots).toHaveLength(3);
    const [a, b, c] = dots as [number, number][];
    expect(b![0]! - a![0]!).toBeCloseTo(c![0]! - b![0]!, 0);
    expect(b![1]! - a![1]!).toBeCloseTo(c![1]! - b![1]!, 0);
    expect(drawn).not.toContain('NaN');
    expect(xyPlot({ ...frame, curves: [{ ...curve, x: [], y: [] }], log: { x: true, y: true } })).not.toContain('NaN');
  });

  it('stands without any point', () => {
    expect(xyPlot({ ...frame, curves: [{ ...curve, x: [], y: [] }] })).toContain('<svg');
  });
});

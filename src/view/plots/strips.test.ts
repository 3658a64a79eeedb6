import { describe, expect, it } from 'vitest';
import { stripPlot } from './strips.ts';

const strip = (values: number[]) => ({
  label: 'PUE & more',
  color: 'cooling' as const,
  values: values.map((value, i) => ({ name: `y${i}`, value, text: String(value) })),
  low: 2,
  middle: 3,
  high: 4,
});
const draw = (values: number[], width = 800) => stripPlot({ width, title: 't', desc: 'd', strips: [strip(values)] });

describe('strips', () => {
  it('puts a dot for every value, the ends at the ends, the mark in the middle', () => {
    const svg = draw([1, 5, 3]);
    const at = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map((m) => Number(m[1]));
    expect(at).toHaveLength(3);
    expect(at[1]! - at[0]!).toBeCloseTo(at[2]! - at[1]!, 0);
    expect(Number(/<path d="M([\d.]+) [\d.]+v18/.exec(svg)![1])).toBeCloseTo(at[1]!, 1);
    expect(svg).toContain('1 (y0)');
    expect(svg).toContain('5 (y1)');
    expect(svg).toContain('PUE &amp; more');
  });
  it('says when all are the same, leaves out what is no number, and draws nothing where there is none', () => {
    expect(draw([3, 3])).toContain('3 in every year');
    expect(draw([1, Number.NaN, 5]).match(/<circle/g)).toHaveLength(2);
    expect(draw([Number.NaN])).not.toMatch(/NaN|<circle/);
    expect(draw([1, 5], 320)).not.toContain('NaN');
  });
});

import { describe, expect, it } from 'vitest';
import { waterfallPlot } from './waterfall.ts';

/** Left end and width of every bar, px. */
function bars(drawing: string): { x: number; width: number }[] {
  return [...drawing.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(([, x, width]) => ({
    x: Number(x),
    width: Number(width),
  }));
}

describe('waterfall', () => {
  const rows = [
    { label: 'tuned', kind: 'level', value: 10, text: '10' },
    { label: 'packing', kind: 'step', value: -3, text: '-3' },
    { label: 'chips', kind: 'step', value: 1, text: '+1' },
    { label: 'together', kind: 'rest', value: -2, text: '-2' },
    { label: 'joint', kind: 'level', value: 6, text: '6' },
  ] as const;

  it.each([880, 328])(
    '%i px: every step begins where the last one ended, and the last level where the steps end',
    (width) => {
      const drawn = bars(waterfallPlot({ width, title: 't', desc: 'd', rows }));
      const [start, packing, chips, rest, end] = drawn as [Bar, Bar, Bar, Bar, Bar];
      const right = ({ x, width: w }: Bar) => x + w;
      const unit = start.width / 10;
      expect(right(packing)).toBeCloseTo(right(start), 0);
      expect(packing.width).toBeCloseTo(3 * unit, 0);
      expect(chips.x).toBeCloseTo(packing.x, 0);
      expect(right(rest)).toBeCloseTo(right(chips), 0);
      expect(right(end)).toBeCloseTo(rest.x, 0);
      expect(end.x).toBe(start.x);
    },
  );

  it('shows steps that lead below zero, and where zero is', () => {
    const deep = [rows[0], { label: 'all', kind: 'step', value: -12, text: '-12' }, { ...rows[4], value: -2 }] as const;
    const drawing = waterfallPlot({ width: 880, title: 't', desc: 'd', rows: deep });
    const [start, step, end] = bars(drawing) as [Bar, Bar, Bar];
    expect(step.width / start.width).toBeCloseTo(1.2, 2);
    expect(step.x).toBeCloseTo(end.x, 1);
    expect(drawing).toContain(`M${start.x} 0V`);
  });

  it('gives steps down, steps up and the rest different colours', () => {
    const drawn = waterfallPlot({ width: 880, title: 't', desc: 'd', rows });
    const fills = [...drawn.matchAll(/fill="var\(--jw-(\w+),[^"]*"><title>/g)].map(([, name]) => name);
    expect(fills).toEqual(['it', 'battery', 'generator', 'losses', 'it']);
  });
});

type Bar = { x: number; width: number };

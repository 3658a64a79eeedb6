import { describe, expect, it } from 'vitest';
import { scatterPlot } from './scatter.ts';

const FRAME = {
  width: 720,
  height: 300,
  title: 'Cost against water',
  desc: 'points',
  xUnit: 'm3',
  yUnit: 'M USD',
} as const;
const plotOf = (points: readonly { x: number; y: number; label: string; frontier: boolean }[]): string =>
  scatterPlot({ ...FRAME, color: 'it', points });

describe('a frontier among points', () => {
  it('lies over the others, whatever their order', () => {
    const html = plotOf([
      { x: 0, y: 5.2, label: 'best', frontier: true },
      { x: 0, y: 5.2, label: 'same place', frontier: false },
      { x: 150, y: 2, label: 'cheap', frontier: true },
    ]);
    const circles = [...html.matchAll(/<circle [^>]*><title>([^:]+):/g)].map((m) => m[1]);
    expect(circles[0]).toBe('same place');
    expect(circles).toHaveLength(3);
  });

  it('has no name across its line', () => {
    const html = plotOf([
      { x: 16.4, y: 2.27, label: 'on a chip with a name', frontier: true },
      { x: 17.8, y: 2.15, label: 'on another', frontier: true },
      { x: 18, y: 11, label: 'dear', frontier: false },
    ]);
    const [, fromX, fromY, toX, toY] = /d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/.exec(html)!.map(Number);
    const name = /<text[^>]*x="([\d.]+)"[^>]*y="([\d.]+)"[^>]*>on a chip with a name</.exec(html)!.map(Number);
    const [x, baseline] = [name[1]!, name[2]!];
    const lineY = fromY! + ((x - fromX!) / (toX! - fromX!)) * (toY! - fromY!);
    // Above its top or below its foot.
    expect(lineY > baseline + 2 || lineY < baseline - 10).toBe(true);
  });
});

import { leftAxis, leftRoom } from '../axis.ts';
import { extent, linear, niceTicks } from '../scale.ts';
import { areaPath, type Frame, label, legend, linePath, px, svg } from '../svg.ts';
import { color } from '../tokens.ts';
import type { Curve } from './curves.ts';

/** Curves whose values are sorted from the largest to the smallest. */
export interface DurationPlot extends Frame {
  readonly unit: string;
  readonly curves: readonly Curve[];
}

/**
 * A duration curve: for what share of the time was the value at least this high. Drawn at 201 order statistics, the largest
 * and the smallest among them. Each curve may have its own number of steps; NaN is left out.
 */
export function durationPlot(plot: DurationPlot): string {
  const { width, height } = plot;
  const points = 201;
  const sorted = plot.curves.map((curve) => sample(curve.values, points));
  const [low, high] = extent(sorted);
  const { domain, ticks } = niceTicks(Math.min(0, low), high, 5);
  const left = leftRoom(ticks);
  const many = plot.curves.length > 1;
  const key = legend(
    plot.curves.map((c) => ({ ...c, line: true })),
    left,
    0,
    width - left,
  );
  const y = linear(domain, [height - 38, (many ? key.height : 0) + 22]);
  const x = linear([0, 1], [left, width - 14]);
  const at = (i: number): number => x(i / (points - 1));
  let body = (many ? key.body : '') + leftAxis(y, ticks, left, width - 14, plot.unit);
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    body += `<path d="M${px(x(share))} ${px(height - 38)}v4" stroke="${color('muted')}"/>`;
    body += label(x(share), height - 21, `${share * 100}`, { anchor: 'middle' });
  }
  body += label((left + width - 14) / 2, height - 4, '% of the time', { anchor: 'middle' });
  plot.curves.forEach((curve, i) => {
    const values = sorted[i]!;
    if (!many) {
      const zero = new Float64Array(points).fill(Math.max(0, domain[0]));
      body += `<path d="${areaPath(at, y, zero, values)}" fill="${color(curve.color)}" fill-opacity="0.14"/>`;
    }
    body += `<path d="${linePath(at, y, values)}" fill="none" stroke="${color(curve.color)}" stroke-width="1.8"/>`;
  });
  return svg(plot, body);
}

function sample(values: ArrayLike<number>, points: number): Float64Array {
  const sorted = Float64Array.from(Array.from(values).filter(Number.isFinite)).sort();
  const result = new Float64Array(points).fill(Number.NaN);
  if (sorted.length === 0) return result;
  for (let i = 0; i < points; i++) {
    result[i] = sorted[sorted.length - 1 - Math.round((i / (points - 1)) * (sorted.length - 1))]!;
  }
  return result;
}

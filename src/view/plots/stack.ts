import { endMs, type TimeGrid } from '../../series/grid.ts';
import { bottomAxis, labelSpanMs, leftAxis, leftRoom, timeTicks } from '../axis.ts';
import { binColumn } from '../bins.ts';
import { extent, linear, niceTicks } from '../scale.ts';
import { areaPath, type Frame, legend, linePath, svg } from '../svg.ts';
import { color } from '../tokens.ts';
import type { Curve } from './curves.ts';

/** Layers on one another, and a line over them. */
export interface StackPlot extends Frame {
  readonly grid: TimeGrid;
  readonly zone: string;
  readonly unit: string;
  /** Bottom first. Values below zero are stacked downwards from zero (charging, export). */
  readonly layers: readonly Curve[];
  /** Drawn as a line over the stack: the load. */
  readonly line?: Curve;
}

/** Stacked areas over time. Means add up, so a stack reduced to bins still shows the true energy; NaN counts as nothing. */
export function stackPlot(plot: StackPlot): string {
  const { grid, width, height } = plot;
  const limit = Math.max(60, Math.floor(width / 1.5));
  const size = binColumn(new Float64Array(grid.count), limit).size;
  const means = plot.layers.map((l) => binColumn(l.values, limit).mean);
  const count = Math.ceil(grid.count / size);
  const up = new Float64Array(count);
  const down = new Float64Array(count);
  const edges = means.map((values) => {
    const low = new Float64Array(count);
    const high = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const value = Number.isFinite(values[i]!) ? values[i]! : 0;
      const side = value >= 0 ? up : down;
      low[i] = side[i]!;
      side[i] = side[i]! + value;
      high[i] = side[i]!;
    }
    return { low, high };
  });
  const line = plot.line === undefined ? undefined : binColumn(plot.line.values, limit).mean;
  const [low, high] = extent([up, down, ...(line === undefined ? [] : [line])]);
  const { domain, ticks } = niceTicks(Math.min(0, low), Math.max(0, high), height > 160 ? 5 : 3);
  const left = leftRoom(ticks);
  const entries = [...plot.layers, ...(plot.line === undefined ? [] : [{ ...plot.line, line: true }])];
  const key = legend(entries, left, 0, width - left);
  const y = linear(domain, [height - 24, key.height + 22]);
  const x = linear([grid.startMs, endMs(grid)], [left, width - 6]);
  const at = (i: number): number => x(Math.min(grid.startMs + (i + 0.5) * size * grid.stepMs, endMs(grid)));
  let body = key.body;
  plot.layers.forEach((layer, i) => {
    const { low: a, high: b } = edges[i]!;
    body += `<path d="${areaPath(at, y, a, b)}" fill="${color(layer.color)}" fill-opacity="0.88"/>`;
  });
  body += leftAxis(y, ticks, left, width - 6, plot.unit);
  body += bottomAxis(
    x,
    height - 24,
    timeTicks(grid.startMs, endMs(grid), plot.zone, width / 62),
    labelSpanMs(grid.startMs, endMs(grid)),
  );
  if (line !== undefined) {
    body += `<path d="${linePath(at, y, line)}" fill="none" stroke="${color(plot.line!.color)}" stroke-width="1.8" stroke-linejoin="round"/>`;
  }
  const note = size > 1 ? ` Means of ${size} steps.` : '';
  return svg({ ...plot, desc: plot.desc + note }, body);
}

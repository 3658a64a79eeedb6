import type { TimeGrid } from '../../series/grid.ts';
import { endMs } from '../../series/grid.ts';
import { bottomAxis, labelSpanMs, leftAxis, leftRoom, timeTicks } from '../axis.ts';
import { type Bins, binColumn } from '../bins.ts';
import { extent, linear, niceTicks } from '../scale.ts';
import { areaPath, type Frame, legend, linePath, svg } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** One curve: means over the grid's steps. */
export interface Curve {
  readonly label: string;
  readonly color: ColorName;
  readonly values: ArrayLike<number>;
  /** Draw no band of extremes, where a second curve would drown. */
  readonly meanOnly?: boolean;
}

/** What to draw over a grid's time. */
export interface CurvesPlot extends Frame {
  readonly grid: TimeGrid;
  /** IANA zone of the time axis. */
  readonly zone: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
  /** Start the axis at zero; default true. */
  readonly fromZero?: boolean;
  /** Upper end of the axis, when the quantity has one (1 for a share). */
  readonly max?: number;
}

/**
 * Lines over time. More steps than px are reduced to a mean line in a band from the smallest to the largest value, and the
 * description says so; NaN leaves a gap.
 */
export function curvesPlot(plot: CurvesPlot): string {
  const { grid, width, height } = plot;
  const limit = Math.max(60, Math.floor(width / 1.5));
  const reduced: Bins[] = plot.curves.map((c) => binColumn(c.values, limit));
  const [low, high] = extent(
    reduced.flatMap((b, i) => (plot.curves[i]!.meanOnly === true ? [b.mean] : [b.min, b.max])),
  );
  const { domain, ticks } = niceTicks(
    plot.fromZero === false ? low : Math.min(0, low),
    plot.max ?? high,
    height > 160 ? 5 : 3,
  );
  const left = leftRoom(ticks);
  const key = legend(
    plot.curves.map((c) => ({ ...c, line: true })),
    left,
    0,
    width - left,
  );
  const top = (plot.curves.length > 1 ? key.height : 0) + 22;
  const y = linear(domain, [height - 24, top]);
  const x = linear([grid.startMs, endMs(grid)], [left, width - 6]);
  const size = reduced[0]?.size ?? 1;
  const at = (i: number): number => x(Math.min(grid.startMs + (i + 0.5) * size * grid.stepMs, endMs(grid)));
  let body = plot.curves.length > 1 ? key.body : '';
  body += leftAxis(y, ticks, left, width - 6, plot.unit);
  body += bottomAxis(
    x,
    height - 24,
    timeTicks(grid.startMs, endMs(grid), plot.zone, width / 62),
    labelSpanMs(grid.startMs, endMs(grid)),
  );
  plot.curves.forEach((curve, i) => {
    const b = reduced[i]!;
    if (size > 1 && curve.meanOnly !== true) {
      body += `<path d="${areaPath(at, y, b.min, b.max)}" fill="${color(curve.color)}" fill-opacity="0.22"/>`;
    }
    body += `<path d="${linePath(at, y, b.mean)}" fill="none" stroke="${color(curve.color)}" stroke-width="1.6" stroke-linejoin="round"/>`;
  });
  const note = size > 1 ? ` Lines are means of ${size} steps; bands reach from the smallest to the largest value.` : '';
  return svg({ ...plot, desc: plot.desc + note }, body);
}

import { leftAxis, leftRoom, tickLabels } from '../axis.ts';
import { extent, linear, logarithmic, logTicks, niceTicks } from '../scale.ts';
import { areaPath, type Frame, label, legend, linePath, px, svg } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** One quantity against another, in the order of the points; NaN breaks the line. */
export interface XyCurve {
  readonly label: string;
  readonly color: ColorName;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Marks every point. */
  readonly dots?: boolean;
}

/** Curves over a number axis, with areas on one another below them where there are any. */
export interface XyPlot extends Frame {
  readonly xUnit: string;
  readonly yUnit: string;
  readonly curves: readonly XyCurve[];
  /** Bottom first; all over the x of the first. */
  readonly layers?: readonly XyCurve[];
  /** Upper ends of the axes, where the quantity has one or a tail is not worth the room. */
  readonly xMax?: number;
  readonly yMax?: number;
  /** A value of x that is drawn as a line, with its name. */
  readonly mark?: { readonly x: number; readonly label: string };
  /** Axes that are logarithmic; what is not positive is then left out. */
  readonly log?: { readonly x?: boolean; readonly y?: boolean };
}

/** Sums of the layers up to each. */
function stacked(layers: readonly XyCurve[]): readonly Float64Array[] {
  let below = new Float64Array(layers[0]?.y.length ?? 0);
  return layers.map((layer) => {
    below = below.map((sum, i) => sum + (Number.isFinite(layer.y[i]!) ? layer.y[i]! : 0));
    return below;
  });
}

/** The smallest positive value of several columns; 1 when there is none. */
function leastOf(columns: readonly ArrayLike<number>[]): number {
  return extent(columns.map((column) => Array.from(column).filter((value) => value > 0)))[0] || 1;
}

/** Lines, and areas under them, over numbers; both axes start at zero unless they are logarithmic. */
export function xyPlot(plot: XyPlot): string {
  const { width, height, curves } = plot;
  const layers = plot.layers ?? [];
  const tops = stacked(layers);
  const all = [...layers, ...curves];
  const right = plot.xMax ?? extent(all.map((c) => c.x))[1];
  const high = plot.yMax ?? extent([...tops, ...curves.map((c) => c.y)])[1];
  const { x: logX = false, y: logY = false } = plot.log ?? {};
  const rows = height > 160 ? 5 : 3;
  const vertical = logY ? logTicks(leastOf(curves.map((c) => c.y)), high, rows) : niceTicks(0, Math.max(high, 0), rows);
  const across = Math.max(3, Math.floor(width / 110));
  const least = logX ? leastOf(all.map((c) => c.x)) : 0;
  const horizontal = logX ? logTicks(least, right, across) : niceTicks(0, Math.max(right, 0), across);
  const left = leftRoom(vertical.ticks);
  const entries = [...layers, ...curves.map((c) => ({ ...c, line: true }))];
  const key = legend(entries, left, 0, width - left);
  const y = (logY ? logarithmic : linear)(vertical.domain, [height - 38, (entries.length > 1 ? key.height : 0) + 22]);
  const end = right > least ? right : least + 1;
  const x = (logX ? logarithmic : linear)([least, end], [left, width - 14]);
  let body = entries.length > 1 ? key.body : '';
  layers.forEach((layer, i) => {
    const low = i === 0 ? new Float64Array(layer.y.length) : tops[i - 1]!;
    const path = areaPath((k) => x(layer.x[k]!), y, low, tops[i]!);
    body += `<path d="${path}" fill="${color(layer.color)}" fill-opacity="0.88"/>`;
  });
  body += leftAxis(y, vertical.ticks, left, width - 14, plot.yUnit);
  const names = tickLabels(horizontal.ticks);
  horizontal.ticks.forEach((tick, i) => {
    if (tick > right * (1 + 1e-9) || tick < least * (1 - 1e-9)) return;
    body += `<path d="M${px(x(tick))} ${px(height - 38)}v4" stroke="${color('muted')}"/>`;
    body += label(x(tick), height - 21, names[i]!, { anchor: 'middle' });
  });
  body += label((left + width - 14) / 2, height - 4, plot.xUnit, { anchor: 'middle' });
  if (plot.mark !== undefined && plot.mark.x <= right && plot.mark.x >= least) {
    const at = x(plot.mark.x);
    body += `<path d="M${px(at)} ${px(y.range[1])}V${px(height - 38)}" stroke="${color('muted')}" stroke-dasharray="4 3"/>`;
    const isLate = at > (left + width) / 2;
    body += label(at + (isLate ? -5 : 5), y.range[1] + 10, plot.mark.label, { anchor: isLate ? 'end' : 'start' });
  }
  for (const curve of curves) {
    const within = Array.from(curve.y, (value, i) => {
      const shown = curve.x[i]! <= right && curve.x[i]! >= least && Number.isFinite(y(value));
      return shown ? value : Number.NaN;
    });
    const path = linePath((i) => x(curve.x[i]!), y, within);
    body += `<path d="${path}" fill="none" stroke="${color(curve.color)}" stroke-width="1.8" stroke-linejoin="round"/>`;
    if (curve.dots !== true) continue;
    within.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      body += `<circle cx="${px(x(curve.x[i]!))}" cy="${px(y(value))}" r="2.6" fill="${color(curve.color)}"/>`;
    });
  }
  return svg(plot, body);
}

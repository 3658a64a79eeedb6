import { leftAxis, leftRoom, valueAxis } from '../axis.ts';
import { extent, linear, niceTicks } from '../scale.ts';
import { type Frame, label, px, svg } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** Named points that a line joins in their order. */
export interface PointLine extends Frame {
  readonly xUnit: string;
  readonly yUnit: string;
  readonly color: ColorName;
  readonly points: readonly { readonly x: number; readonly y: number; readonly label: string }[];
}

/** One quantity against another: points with names, joined by a line (a frontier). Points that are not finite are left out. */
export function pointLine(plot: PointLine): string {
  const { width, height } = plot;
  const points = plot.points.filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y));
  const vertical = niceTicks(...extent([points.map((p) => p.y)]), 5);
  const horizontal = niceTicks(...extent([points.map((p) => p.x)]), 6);
  const left = leftRoom(vertical.ticks);
  const y = linear(vertical.domain, [height - 38, 22]);
  const x = linear(horizontal.domain, [left, width - 22]);
  let body = leftAxis(y, vertical.ticks, left, width - 14, plot.yUnit);
  body += valueAxis(x, horizontal.ticks, height, left, width - 14, plot.xUnit);
  const path = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${px(x(p.x))} ${px(y(p.y))}`).join('');
  body += `<path d="${path}" fill="none" stroke="${color(plot.color)}" stroke-width="1.8" stroke-linejoin="round"/>`;
  let lastX = Number.NaN;
  for (const p of points) {
    body += `<circle cx="${px(x(p.x))}" cy="${px(y(p.y))}" r="3" fill="${color(plot.color)}"/>`;
    // names that would cover the one before are left out
    if (p.label === '' || Math.abs(x(p.x) - lastX) < 60) continue;
    lastX = x(p.x);
    body += label(x(p.x), y(p.y) - 8, p.label, { anchor: 'middle' });
  }
  return svg(plot, body);
}

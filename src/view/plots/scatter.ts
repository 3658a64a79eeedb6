import { leftAxis, leftRoom, valueAxis } from '../axis.ts';
import { extent, linear, niceTicks } from '../scale.ts';
import { escapeText, type Frame, label, px, svg, textWidth } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** A point with its name. */
export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** On the frontier, which a line joins. */
  readonly frontier: boolean;
  /** The one that all others are compared with. */
  readonly base?: boolean;
}

/** Points of which some form a frontier. */
export interface ScatterPlot extends Frame {
  readonly xUnit: string;
  readonly yUnit: string;
  readonly color: ColorName;
  readonly points: readonly ScatterPoint[];
}

/** How close names come to the line of the frontier. */
const STEP_PX = 4;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const touches = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * Points with names, those of the frontier joined by a line in the order of x. A name stands where it covers no point, no line and no
 * other name, or not at all: the point still tells it on being pointed at. Points that are not finite are left out.
 */
export function scatterPlot(plot: ScatterPlot): string {
  const { width, height } = plot;
  const points = plot.points.filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y));
  const vertical = niceTicks(...wide(points.map((p) => p.y)), 5);
  const horizontal = niceTicks(...wide(points.map((p) => p.x)), Math.max(3, Math.floor(width / 110)));
  const left = leftRoom(vertical.ticks);
  const y = linear(vertical.domain, [height - 38, 22]);
  const x = linear(horizontal.domain, [left, width - 16]);
  let body = leftAxis(y, vertical.ticks, left, width - 14, plot.yUnit);
  body += valueAxis(x, horizontal.ticks, height, left, width - 14, plot.xUnit);
  const line = points.filter((p) => p.frontier).sort((a, b) => a.x - b.x || b.y - a.y);
  if (line.length > 1) {
    const path = line.map((p, i) => `${i === 0 ? 'M' : 'L'}${px(x(p.x))} ${px(y(p.y))}`).join('');
    body += `<path d="${path}" fill="none" stroke="${color(plot.color)}" stroke-width="1.6" stroke-linejoin="round"/>`;
  }
  const at = line.map((p) => [x(p.x), y(p.y)] as const);
  const taken: Box[] = [...points.map((p) => around(x(p.x), y(p.y), 6)), ...alongside(at)];
  const frame = { left, top: 8, right: width, bottom: height - 40 };
  // Those that matter most take their place first.
  const order = [...points].sort((a, b) => rank(b) - rank(a));
  // They are drawn last, so that nothing lies over them.
  for (const p of [...order].reverse()) {
    const tip = `<title>${escapeText(`${p.label}: ${p.x.toPrecision(4)} ${plot.xUnit}, ${p.y.toPrecision(4)} ${plot.yUnit}`)}</title>`;
    const paint = p.frontier ? color(plot.color) : color('card');
    body += `<circle cx="${px(x(p.x))}" cy="${px(y(p.y))}" r="${p.base === true ? 5.5 : 4}" fill="${paint}" stroke="${color(plot.color)}" stroke-width="1.6">${tip}</circle>`;
  }
  for (const p of order) {
    const [cx, cy] = [x(p.x), y(p.y)];
    const wide = textWidth(p.label);
    const spots = [
      { at: cx + 9, y: cy + 4, anchor: 'start' as const, left: cx + 9 },
      { at: cx - 9, y: cy + 4, anchor: 'end' as const, left: cx - 9 - wide },
      { at: cx, y: cy - 10, anchor: 'middle' as const, left: cx - wide / 2 },
      { at: cx, y: cy + 19, anchor: 'middle' as const, left: cx - wide / 2 },
    ];
    for (const spot of spots) {
      const box = { left: spot.left, top: spot.y - 11, right: spot.left + wide, bottom: spot.y + 3 };
      const outside =
        box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom;
      if (outside || taken.some((other) => touches(box, other))) continue;
      taken.push(box);
      body += label(spot.at, spot.y, p.label, {
        anchor: spot.anchor,
        ink: 'ink',
        ...(p.base === true ? { weight: 600 } : {}),
      });
      break;
    }
  }
  return svg(plot, body);
}

const rank = (p: ScatterPoint): number => (p.base === true ? 2 : 0) + (p.frontier ? 1 : 0);

const around = (x: number, y: number, r: number): Box => ({ left: x - r, top: y - r, right: x + r, bottom: y + r });

/** Small boxes along a line, so that no name lies across it. */
function alongside(line: readonly (readonly [number, number])[]): Box[] {
  return line.slice(1).flatMap(([toX, toY], i): Box[] => {
    const [fromX, fromY] = line[i]!;
    const steps = Math.ceil(Math.hypot(toX - fromX, toY - fromY) / STEP_PX);
    return Array.from({ length: steps + 1 }, (_, k) =>
      around(fromX + ((toX - fromX) * k) / steps, fromY + ((toY - fromY) * k) / steps, STEP_PX / 2),
    );
  });
}

/** The extent with a margin, so that no point stands on an axis, but never below zero where nothing is. */
function wide(values: readonly number[]): [number, number] {
  const [low, high] = extent([values]);
  const room = 0.08 * (high - low || Math.abs(high) || 1);
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

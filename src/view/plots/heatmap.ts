import { DAY_MS, endMs, stepStartMs, type TimeGrid } from '../../series/grid.ts';
import { zoneOf } from '../../series/zone.ts';
import { bottomAxis, labelSpanMs, timeTicks } from '../axis.ts';
import { binSize } from '../bins.ts';
import { formatNumber } from '../format.ts';
import { extent, linear } from '../scale.ts';
import { type Frame, label, px, rect, svg } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** A column as days across and hours of the local day down. */
export interface HeatMap extends Frame {
  readonly grid: TimeGrid;
  readonly zone: string;
  readonly unit: string;
  readonly color: ColorName;
  readonly values: ArrayLike<number>;
  /** Ends of the colour scale; default 0 and the largest cell. */
  readonly domain?: readonly [number, number];
  /** `max` where one bad hour must not vanish in the mean of a cell; default `mean`. */
  readonly cell?: 'mean' | 'max';
}

const LEVELS = 8;

/** The cells of a heat map: `cells[day * 24 + hour]`, NaN where the grid has no step. */
export function heatCells(
  grid: TimeGrid,
  zone: string,
  values: ArrayLike<number>,
  cell: 'mean' | 'max' = 'mean',
  daysPerColumn = 1,
): { cells: Float64Array; columns: number } {
  const z = zoneOf(zone);
  const dayOf = (ms: number): number => Math.floor((ms + z.offsetMs(ms)) / DAY_MS);
  const firstDay = dayOf(grid.startMs);
  const columns = Math.floor((dayOf(endMs(grid) - 1) - firstDay) / daysPerColumn) + 1;
  const cells = new Float64Array(columns * 24).fill(Number.NaN);
  const counts = new Uint32Array(columns * 24);
  for (let i = 0; i < grid.count; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const ms = stepStartMs(grid, i);
    const at = Math.floor((dayOf(ms) - firstDay) / daysPerColumn) * 24 + Math.floor(z.local(ms).hour);
    const n = counts[at]!;
    if (n === 0) cells[at] = value;
    else cells[at] = cell === 'max' ? Math.max(cells[at]!, value) : (cells[at]! * n + value) / (n + 1);
    counts[at] = n + 1;
  }
  return { cells, columns };
}

/** A heat map in eight steps of one hue, so that it reads without colour vision; cells of no data stay empty. */
export function heatMap(plot: HeatMap): string {
  const { grid, width, height } = plot;
  const left = 38;
  const bottom = height - 24;
  const top = 26;
  const perColumn = binSize(Math.ceil((grid.count * grid.stepMs) / DAY_MS), (width - left - 6) / 2);
  const { cells, columns } = heatCells(grid, plot.zone, plot.values, plot.cell, perColumn);
  const [low, high] = plot.domain ?? [0, Math.max(0, extent([cells])[1]) || 1];
  const dx = (width - left - 6) / columns;
  const dy = (bottom - top) / 24;
  const paths = Array.from({ length: LEVELS }, () => '');
  for (let c = 0; c < columns; c++) {
    for (let h = 0; h < 24; ) {
      const level = levelOf(cells[c * 24 + h]!, low, high);
      let end = h + 1;
      while (end < 24 && levelOf(cells[c * 24 + end]!, low, high) === level) end++;
      if (level >= 0)
        paths[level] +=
          `M${px(left + c * dx)} ${px(top + h * dy)}h${px(dx + 0.15)}v${px((end - h) * dy)}h${px(-dx - 0.15)}z`;
      h = end;
    }
  }
  let body = rect(left, top, width - left - 6, bottom - top, 'sunken');
  paths.forEach((d, i) => {
    if (d !== '') body += `<path d="${d}" fill="${color(plot.color)}" fill-opacity="${opacity(i)}"/>`;
  });
  for (const hour of [0, 6, 12, 18, 24]) {
    body += label(left - 6, top + hour * dy + 4, `${String(hour).padStart(2, '0')}:00`, { anchor: 'end', size: 11 });
  }
  const x = linear([grid.startMs, endMs(grid)], [left, width - 6]);
  body += bottomAxis(
    x,
    bottom,
    timeTicks(grid.startMs, endMs(grid), plot.zone, width / 50),
    labelSpanMs(grid.startMs, endMs(grid)),
  );
  body += key(plot, low, high, left);
  const note = perColumn > 1 ? ` Each column is ${perColumn} days (${plot.cell ?? 'mean'}).` : '';
  return svg({ ...plot, desc: plot.desc + note }, body);
}

function levelOf(value: number, low: number, high: number): number {
  if (!Number.isFinite(value)) return -1;
  return Math.min(LEVELS - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * LEVELS)));
}

/** The lowest level is nearly the ground, so that "nothing" looks like nothing. */
function opacity(level: number): number {
  return Math.round((0.04 + (0.96 * level) / (LEVELS - 1)) * 100) / 100;
}

function key(plot: HeatMap, low: number, high: number, left: number): string {
  const words = [formatNumber(low), `${formatNumber(high)} ${plot.unit}`.trim()] as const;
  let body = label(left, 12, words[0]);
  const from = left + words[0].length * 7 + 8;
  body += rect(from, 3, LEVELS * 14, 11, 'sunken');
  for (let i = 0; i < LEVELS; i++) body += rect(from + i * 14, 3, 14, 11, plot.color, opacity(i));
  return body + label(from + LEVELS * 14 + 8, 12, words[1]);
}

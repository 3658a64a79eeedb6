import { leftAxis, leftRoom } from '../axis.ts';
import { bands, extent, linear, niceTicks } from '../scale.ts';
import { escapeText, type Frame, label, legend, px, svg } from '../svg.ts';
import { color } from '../tokens.ts';
import type { BarPart } from './bars.ts';

/** Bars by category whose parts reach up and down from zero, with a line over them. */
export interface SignedBars extends Frame {
  readonly categories: readonly string[];
  readonly unit: string;
  /** One value per category; what is below zero is stacked downwards. */
  readonly parts: readonly BarPart[];
  readonly line?: BarPart;
}

/** Parts up and down from zero, one bar per category, and a line with a dot in each: a cash flow. What is not finite is nothing. */
export function signedBars(plot: SignedBars): string {
  const { width, height, parts, line } = plot;
  const count = plot.categories.length;
  const up = new Float64Array(count);
  const down = new Float64Array(count);
  const boxes = parts.map((part) =>
    Array.from({ length: count }, (_, i) => {
      const value = Number.isFinite(part.values[i]!) ? part.values[i]! : 0;
      const side = value >= 0 ? up : down;
      const from = side[i]!;
      side[i] = from + value;
      return { from, value };
    }),
  );
  const [low, high] = extent([up, down, ...(line === undefined ? [] : [line.values])]);
  const { domain, ticks } = niceTicks(Math.min(0, low), Math.max(0, high), 6);
  const left = leftRoom(ticks);
  const entries = [...parts, ...(line === undefined ? [] : [{ ...line, line: true }])];
  const key = legend(entries, left, 0, width - left);
  const y = linear(domain, [height - 24, key.height + 22]);
  const band = bands(count, [left, width - 6], 0.25);
  let body = key.body;
  parts.forEach((part, p) => {
    boxes[p]!.forEach(({ from, value }, i) => {
      if (value === 0) return;
      const [top, bottom] = [y(Math.max(from, from + value)), y(Math.min(from, from + value))];
      const tip = `<title>${escapeText(`${plot.categories[i]!}, ${part.label}: ${value.toPrecision(3)} ${plot.unit}`)}</title>`;
      body += `<rect x="${px(band.start(i))}" y="${px(top)}" width="${px(band.width)}" height="${px(bottom - top)}" fill="${color(part.color)}">${tip}</rect>`;
    });
  });
  body += leftAxis(y, ticks, left, width - 6, plot.unit);
  const every = Math.max(1, Math.ceil((count * 22) / (width - left)));
  plot.categories.forEach((category, i) => {
    if (i % every !== 0) return;
    body += label(band.start(i) + band.width / 2, height - 7, category, { anchor: 'middle' });
  });
  if (line !== undefined) {
    const at = (i: number): string => `${px(band.start(i) + band.width / 2)} ${px(y(line.values[i]!))}`;
    const shown = Array.from({ length: count }, (_, i) => i).filter((i) => Number.isFinite(line.values[i]!));
    const path = shown.map((i, k) => `${k === 0 ? 'M' : 'L'}${at(i)}`).join('');
    body += `<path d="${path}" fill="none" stroke="${color(line.color)}" stroke-width="1.8" stroke-linejoin="round"/>`;
    for (const i of shown) {
      const [cx, cy] = at(i).split(' ');
      body += `<circle cx="${cx}" cy="${cy}" r="2.4" fill="${color(line.color)}"/>`;
    }
  }
  return svg(plot, body);
}

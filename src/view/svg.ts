import { type ColorName, color, TYPE } from './tokens.ts';

/** Text made safe for HTML and SVG, as content and inside double quotes. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A coordinate with at most one decimal: a tenth of a px is finer than any screen, and pages stay small. */
export function px(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

/** Size and words of a drawing. `desc` says in a sentence what the picture shows, for who cannot see it. */
export interface Frame {
  /** px of the view box; text keeps its size only when the drawing is shown at this width. */
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly desc: string;
}

/** The outer element of a drawing. */
export function svg(frame: Frame, body: string): string {
  const { width, height, title, desc } = frame;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(title)}" viewBox="0 0 ${px(width)} ${px(height)}"` +
    ` width="${px(width)}" height="${px(height)}" font-family="${escapeText(TYPE.family)}" font-size="${TYPE.size.s}"` +
    ` style="max-width:100%;height:auto"><title>${escapeText(title)}</title><desc>${escapeText(desc)}</desc>${body}</svg>`
  );
}

/** Where a text stands relative to its point. */
export type Anchor = 'start' | 'middle' | 'end';

/** One line of text. */
export function label(
  x: number,
  y: number,
  text: string,
  options: { anchor?: Anchor; ink?: ColorName; size?: number; weight?: number } = {},
): string {
  const { anchor = 'start', ink = 'muted', size, weight } = options;
  const extra = `${size === undefined ? '' : ` font-size="${size}"`}${weight === undefined ? '' : ` font-weight="${weight}"`}`;
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" fill="${color(ink)}"${extra}>${escapeText(text)}</text>`;
}

/** A filled rectangle. */
export function rect(x: number, y: number, width: number, height: number, fill: ColorName, opacity = 1): string {
  const faint = opacity === 1 ? '' : ` fill-opacity="${opacity}"`;
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, width))}" height="${px(Math.max(0, height))}" fill="${color(fill)}"${faint}/>`;
}

/** A line through points; NaN breaks it. */
export function linePath(x: (i: number) => number, y: (value: number) => number, values: ArrayLike<number>): string {
  let d = '';
  let open = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      open = false;
      continue;
    }
    d += `${open ? 'L' : 'M'}${px(x(i))} ${px(y(value))}`;
    open = true;
  }
  return d;
}

/** A closed area between two columns; NaN in either breaks it. */
export function areaPath(
  x: (i: number) => number,
  y: (value: number) => number,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): string {
  let d = '';
  let from = 0;
  for (let i = 0; i <= low.length; i++) {
    const whole = i < low.length && Number.isFinite(low[i]!) && Number.isFinite(high[i]!);
    if (whole) continue;
    if (i > from) {
      for (let k = from; k < i; k++) d += `${k === from ? 'M' : 'L'}${px(x(k))} ${px(y(high[k]!))}`;
      for (let k = i - 1; k >= from; k--) d += `L${px(x(k))} ${px(y(low[k]!))}`;
      d += 'Z';
    }
    from = i + 1;
  }
  return d;
}

/** Rough width of a text in px at a size: enough to keep labels apart without measuring fonts. */
export function textWidth(text: string, size: number = TYPE.size.s): number {
  return [...text].length * size * 0.6;
}

/** An entry of a legend. */
export interface LegendEntry {
  readonly label: string;
  readonly color: ColorName;
  readonly line?: boolean;
}

/** A legend that wraps within `width` from (x, y); returns the drawing and the height it took. */
export function legend(
  entries: readonly LegendEntry[],
  x: number,
  y: number,
  width: number,
): { body: string; height: number } {
  const lineHeight = 18;
  let at = x;
  let row = 0;
  let body = '';
  for (const entry of entries) {
    const wide = 16 + textWidth(entry.label) + 14;
    if (at > x && at + wide > x + width) {
      at = x;
      row += 1;
    }
    const top = y + row * lineHeight;
    body += entry.line === true ? rect(at, top + 5, 11, 2.5, entry.color) : rect(at, top + 1, 11, 11, entry.color);
    body += label(at + 16, top + 11, entry.label);
    at += wide;
  }
  return { body, height: entries.length === 0 ? 0 : (row + 1) * lineHeight };
}

/**
 * A drawing made twice, for a wide column and for a phone, of which the page's CSS (`.jw-wide`, `.jw-narrow`) shows one:
 * shrinking the wide one would make its text unreadable.
 */
export function twice(draw: (width: number, narrow: boolean) => string, wide = 880, narrow = 328): string {
  return `<div class="jw-plot"><div class="jw-wide">${draw(wide, false)}</div><div class="jw-narrow">${draw(narrow, true)}</div></div>`;
}

import { tickLabels } from '../axis.ts';
import { linear, niceTicks } from '../scale.ts';
import { escapeText, type Frame, label, legend, px, svg, textWidth } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** A part of a row. */
export interface RowPart {
  readonly label: string;
  readonly color: ColorName;
  readonly value: number;
}

/** A sum of parts with its figure, and values to compare it with. */
export interface StackRow {
  readonly label: string;
  readonly text: string;
  readonly parts: readonly RowPart[];
  readonly marks?: readonly { readonly value: number; readonly label: string }[];
}

/** Rows of parts in a line. Height follows from the rows. */
export interface StackRows extends Omit<Frame, 'height'> {
  readonly unit: string;
  readonly rows: readonly StackRow[];
}

const STEP = 46;
const BAR = 18;
/** Least room between labels, px. */
const GAP = 6;
/** A mark further out than this many times the longest row stands at the edge with an arrow, so that the rows can still be read. */
const FAR = 3;

/** What sums are made of, row by row: name and figure above, parts in a line below, marks as thin lines over it. Parts below zero count as nothing. */
export function stackRows(plot: StackRows): string {
  const { width, rows } = plot;
  const value = (part: RowPart): number => (Number.isFinite(part.value) ? Math.max(0, part.value) : 0);
  const sums = rows.map((row) => row.parts.reduce((sum, part) => sum + value(part), 0));
  const longest = Math.max(1e-12, ...sums);
  const marks = rows.flatMap((row) => row.marks ?? []).map((m) => m.value);
  const most = Math.max(longest, ...marks.filter((m) => m <= FAR * longest));
  const { domain, ticks } = niceTicks(0, most, width >= 560 ? 6 : 4);
  const x = linear(domain, [0, width - 14]);
  const parts = new Map(rows.flatMap((row) => row.parts.filter((p) => value(p) > 0).map((p) => [p.label, p] as const)));
  const key = legend([...parts.values()], 0, 0, width);
  const top = key.height + 12;
  const bottom = top + rows.length * STEP;
  let body = key.body;
  const texts = tickLabels(ticks);
  ticks.forEach((tick, i) => {
    body += `<path d="M${px(x(tick))} ${px(top)}V${px(bottom)}" stroke="${color('line')}"/>`;
    body += label(x(tick), bottom + 16, texts[i]!, { anchor: i === 0 ? 'start' : 'middle' });
  });
  body += label(width / 2, bottom + 34, plot.unit, { anchor: 'middle' });
  rows.forEach((row, i) => {
    const y = top + i * STEP;
    body += label(0, y + 14, row.label, { ink: 'ink', weight: 600 });
    const head = textWidth(row.label) * 1.08 + 12;
    body += label(head, y + 14, row.text, { ink: 'ink' });
    let from = 0;
    for (const part of row.parts) {
      const own = value(part);
      if (own === 0) continue;
      const tip = `<title>${escapeText(`${row.label}, ${part.label}: ${own.toPrecision(3)} ${plot.unit}`)}</title>`;
      body += `<rect x="${px(x(from))}" y="${px(y + 20)}" width="${px(x(from + own) - x(from))}" height="${BAR}" fill="${color(part.color)}">${tip}</rect>`;
      from += own;
    }
    body += marked(row.marks ?? [], x, y, domain[1], width, head + textWidth(row.text));
  });
  return svg({ ...plot, height: bottom + 40 }, body);
}

/** Lines of the marks of a row, an arrow at the edge for those further out, and their labels. */
function marked(
  marks: readonly { readonly value: number; readonly label: string }[],
  x: (v: number) => number,
  y: number,
  most: number,
  width: number,
  headEnd: number,
): string {
  const places = marks.map((mark) => {
    const isFar = mark.value > most;
    const at = x(Math.min(mark.value, most));
    const late = at > x(most) / 2;
    const long = textWidth(mark.label);
    const from = late ? at - 6 - long : at + 6;
    return { ...mark, isFar, at, late, from, to: from + long };
  });
  const lines = places.map(({ isFar, at }) =>
    isFar
      ? `<path d="M${px(at - 6)} ${px(y + 24)}l6 5l-6 5" fill="none" stroke="${color('ink')}"/>`
      : `<path d="M${px(at)} ${px(y + 16)}v${BAR + 8}" stroke="${color('ink')}" stroke-width="2"/>`,
  );
  const sorted = [...places].sort((a, b) => a.from - b.from);
  const collide = sorted.some((p, i) => p.from < (i === 0 ? headEnd : sorted[i - 1]!.to) + GAP);
  // Where labels would lie over each other or over the row's figure, they stand in one line at the right edge.
  const labels = collide
    ? [
        label(
          width,
          y + 14,
          [...marks]
            .sort((a, b) => a.value - b.value)
            .map((m) => m.label)
            .join(', '),
          { anchor: 'end' },
        ),
      ]
    : places.map(({ at, late, label: text }) =>
        label(at + (late ? -6 : 6), y + 14, text, { anchor: late ? 'end' : 'start' }),
      );
  return [...lines, ...labels].join('');
}

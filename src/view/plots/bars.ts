import { leftAxis, leftRoom } from '../axis.ts';
import { bands, extent, linear, niceTicks } from '../scale.ts';
import { escapeText, type Frame, label, legend, px, svg } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** A part of every bar of a group; one value per category. */
export interface BarPart {
  readonly label: string;
  readonly color: ColorName;
  readonly values: ArrayLike<number>;
}

/** Bars by category, each group a stack of its own beside the others: what came in beside where it went. */
export interface StackedBars extends Frame {
  readonly categories: readonly string[];
  readonly unit: string;
  readonly groups: readonly (readonly BarPart[])[];
}

/** Stacked bars. Negative and missing parts count as nothing: give the other direction a part of its own. */
export function stackedBars(plot: StackedBars): string {
  const { width, height } = plot;
  const value = (part: BarPart, i: number): number =>
    Math.max(0, Number.isFinite(part.values[i]!) ? part.values[i]! : 0);
  const totals = plot.groups.map((parts) =>
    Float64Array.from(plot.categories, (_, i) => parts.reduce((sum, part) => sum + value(part, i), 0)),
  );
  const { domain, ticks } = niceTicks(0, extent(totals)[1], 5);
  const left = leftRoom(ticks);
  const key = legend(plot.groups.flat(), left, 0, width - left);
  const y = linear(domain, [height - 24, key.height + 22]);
  const outer = bands(plot.categories.length, [left, width - 6], 0.22);
  const inner = bands(plot.groups.length, [0, outer.width], plot.groups.length > 1 ? 0.1 : 0);
  let body = key.body + leftAxis(y, ticks, left, width - 6, plot.unit);
  plot.categories.forEach((category, i) => {
    plot.groups.forEach((parts, g) => {
      let base = 0;
      for (const part of parts) {
        const v = value(part, i);
        if (v === 0) continue;
        const x = outer.start(i) + inner.start(g);
        const tip = `<title>${escapeText(`${category}, ${part.label}: ${v.toPrecision(3)} ${plot.unit}`)}</title>`;
        body += `<rect x="${px(x)}" y="${px(y(base + v))}" width="${px(inner.width)}" height="${px(y(base) - y(base + v))}" fill="${color(part.color)}">${tip}</rect>`;
        base += v;
      }
    });
    const text = outer.width < 26 ? category.slice(0, 1) : category;
    body += label(outer.start(i) + outer.width / 2, height - 7, text, { anchor: 'middle' });
  });
  return svg(plot, body);
}

/** A row of a bar table. */
export interface BarRow {
  readonly label: string;
  readonly value: number;
  /** As printed at the end of the bar. */
  readonly text: string;
  readonly color: ColorName;
}

/** Names, bars and figures in rows. Height follows from the rows: 26 px each. Values below zero have no bar. */
export function barTable(plot: Omit<Frame, 'height'> & { readonly rows: readonly BarRow[] }): string {
  const { width, rows } = plot;
  const nameRoom = Math.min(width * 0.4, Math.max(...rows.map((r) => r.label.length * 7.2), 10) + 10);
  const textRoom = Math.max(...rows.map((r) => r.text.length * 7.4), 10) + 10;
  const x = linear([0, Math.max(...rows.map((r) => r.value), 1e-12)], [0, width - nameRoom - textRoom]);
  const body = rows.map((row, i) => {
    const y = i * 26;
    const bar = Math.max(0, x(Math.max(0, row.value)));
    return (
      label(0, y + 17, row.label, { ink: 'ink' }) +
      `<rect x="${px(nameRoom)}" y="${px(y + 6)}" width="${px(bar)}" height="14" rx="2" fill="${color(row.color)}"/>` +
      label(nameRoom + bar + 8, y + 17, row.text, { ink: 'ink', weight: 600 })
    );
  });
  return svg({ ...plot, height: rows.length * 26 }, body.join(''));
}

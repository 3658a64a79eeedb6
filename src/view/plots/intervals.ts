import { tickLabels } from '../axis.ts';
import { extent, logarithmic, logTicks } from '../scale.ts';
import { escapeText, type Frame, label, px, svg } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** A row: a figure with its interval. */
export interface IntervalRow {
  readonly label: string;
  readonly low: number;
  readonly value: number;
  readonly high: number;
  /** As printed at the end of the row. */
  readonly text: string;
  readonly color: ColorName;
  /** Drawn hollow: nobody measured it. */
  readonly hollow?: boolean;
}

/** Figures with their intervals, row by row, on one logarithmic scale. */
export interface IntervalPlot extends Omit<Frame, 'height'> {
  readonly unit: string;
  readonly rows: readonly IntervalRow[];
}

const FOOT = 40;
const LETTER = 6.8;

/**
 * A dot and a bar from `low` to `high` for each row, positive numbers all. Height follows from the rows; below 480 px names and figures
 * stand over the bars.
 */
export function intervalPlot(plot: IntervalPlot): string {
  const { width, rows } = plot;
  const narrow = width < 480;
  const rowHeight = narrow ? 36 : 24;
  const height = rows.length * rowHeight + FOOT;
  const room = (texts: readonly string[]) => Math.max(40, ...texts.map((text) => text.length * LETTER)) + 12;
  const left = narrow ? 4 : Math.min(width * 0.36, room(rows.map((r) => r.label)));
  const right = narrow ? width - 4 : width - room(rows.map((r) => r.text));
  const [least, most] = extent([rows.map((r) => r.low), rows.map((r) => r.high)]);
  const { domain, ticks } = logTicks(least, most, narrow ? 4 : 8);
  const x = logarithmic(domain, [left, right]);
  const floor = height - FOOT;
  const names = tickLabels(ticks);
  let body = '';
  ticks.forEach((tick, i) => {
    const anchor = narrow && i === 0 ? 'start' : narrow && i === ticks.length - 1 ? 'end' : 'middle';
    body += `<path d="M${px(x(tick))} 0V${px(floor + 4)}" stroke="${color('line')}"/>`;
    body += label(x(tick), floor + 17, names[i]!, { anchor });
  });
  body += label((left + right) / 2, height - 5, plot.unit, { anchor: 'middle' });
  rows.forEach((row, i) => {
    const top = i * rowHeight;
    const line = narrow ? top + 25 : top + rowHeight / 2;
    const ink = color(row.color);
    const tip = `<title>${escapeText(`${row.label}: ${row.text}`)}</title>`;
    const text = narrow ? top + 13 : line + 4;
    body += label(0, text, row.label, { ink: 'ink' });
    body += label(width, text, row.text, { anchor: 'end' });
    body += `<path d="M${px(x(row.low))} ${px(line)}H${px(x(row.high))}" stroke="${ink}" stroke-width="5" stroke-opacity="0.3" stroke-linecap="round">${tip}</path>`;
    const fill = row.hollow === true ? color('paper') : ink;
    body += `<circle cx="${px(x(row.value))}" cy="${px(line)}" r="4" fill="${fill}" stroke="${ink}" stroke-width="1.8">${tip}</circle>`;
  });
  return svg({ ...plot, height }, body);
}

import { tickLabels } from '../axis.ts';
import { extent, linear, niceTicks } from '../scale.ts';
import { escapeText, type Frame, label, legend, px, svg } from '../svg.ts';
import { color } from '../tokens.ts';

/** What an input does to a quantity: its value with the input moved down and up, and how far each way reads. */
export interface TornadoRow {
  readonly label: string;
  readonly low: number;
  readonly high: number;
  readonly lowText: string;
  readonly highText: string;
}

/** Bars about a line. Height follows from the rows. */
export interface TornadoPlot extends Omit<Frame, 'height'> {
  /** The quantity with nothing moved. */
  readonly base: number;
  readonly unit: string;
  /** Longest first. */
  readonly rows: readonly TornadoRow[];
}

/** Width from which names stand beside the bars, px. */
const BESIDE = 560;
const BAR = 15;

/**
 * A tornado: for every input a bar from the value with the input lower to that with it higher, about the line of what stands. Where
 * both move the quantity the same way, the longer end lies below the shorter one. Rows with a value that is not finite have no bar.
 */
export function tornadoPlot(plot: TornadoPlot): string {
  const { width, base, rows } = plot;
  const beside = width >= BESIDE;
  const names = beside ? Math.max(80, ...rows.map((r) => r.label.length * 7)) + 12 : 0;
  const ends = 66;
  const { domain, ticks } = niceTicks(
    ...extent([[base], rows.map((r) => r.low), rows.map((r) => r.high)]),
    beside ? 5 : 3,
  );
  const x = linear(domain, [names + ends, width - ends]);
  const step = beside ? 27 : 40;
  const top = 44;
  const bottom = top + rows.length * step;
  const key = legend(
    [
      { label: 'input lower', color: 'wind' },
      { label: 'input higher', color: 'generator' },
    ],
    names + (beside ? ends : 0),
    0,
    width,
  );
  let body = key.body;
  const texts = tickLabels(ticks);
  ticks.forEach((tick, i) => {
    body += `<path d="M${px(x(tick))} ${px(top - 4)}V${px(bottom)}" stroke="${color('line')}"/>`;
    body += label(x(tick), bottom + 16, texts[i]!, { anchor: 'middle' });
  });
  body += label((names + width) / 2, bottom + 34, plot.unit, { anchor: 'middle' });
  rows.forEach((row, i) => {
    const y = top + i * step + (beside ? 6 : 20);
    const bars = [
      { value: row.low, text: row.lowText, fill: 'wind' },
      { value: row.high, text: row.highText, fill: 'generator' },
    ] as const;
    body += beside
      ? label(names, y + 12, row.label, { anchor: 'end', ink: 'ink' })
      : label(0, y - 5, row.label, { ink: 'ink' });
    const drawn = bars.filter((bar) => Number.isFinite(bar.value));
    const sameSide = (row.low - base) * (row.high - base) > 0;
    for (const { value, text, fill } of [...drawn].sort(
      (a, b) => Math.abs(b.value - base) - Math.abs(a.value - base),
    )) {
      const [from, to] = [x(Math.min(base, value)), x(Math.max(base, value))];
      const tip = `<title>${escapeText(`${row.label} ${text}: ${value.toPrecision(3)} ${plot.unit}`)}</title>`;
      body += `<rect x="${px(from)}" y="${px(y)}" width="${px(to - from)}" height="${BAR}" fill="${color(fill)}">${tip}</rect>`;
    }
    // On one side of the line only the longer end has room for its words.
    const worded = sameSide
      ? [...drawn].sort((a, b) => Math.abs(b.value - base) - Math.abs(a.value - base)).slice(0, 1)
      : drawn;
    for (const { value, text } of worded) {
      const [isLeft, even] = [value < base, value === base];
      // Where nothing moves, both ends stand at the line, one on each side.
      const left = even ? text === row.lowText : isLeft;
      body += label(x(value) + (left ? -5 : 5), y + 12, text, { anchor: left ? 'end' : 'start', size: 11 });
    }
  });
  body += `<path d="M${px(x(base))} ${px(top - 8)}V${px(bottom)}" stroke="${color('ink')}" stroke-width="1.4"/>`;
  body += label(x(base), top - 12, base.toPrecision(3), { anchor: 'middle', ink: 'ink', weight: 600 });
  return svg({ ...plot, height: bottom + 40 }, body);
}

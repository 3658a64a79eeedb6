import { linear } from '../scale.ts';
import { escapeText, type Frame, label, px, svg } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** A level that stands from zero, or a step from where the last one ended. */
export interface WaterfallRow {
  readonly label: string;
  readonly kind: 'level' | 'step' | 'rest';
  /** A level's height; a step's change, negative downwards. */
  readonly value: number;
  /** As printed beside the bar. */
  readonly text: string;
}

/** Levels and the steps between them. Height follows from the rows. */
export interface WaterfallPlot extends Omit<Frame, 'height'> {
  readonly rows: readonly WaterfallRow[];
}

/** Width from which names stand beside the bars, px. */
const BESIDE = 560;
const BAR = 15;
const COLORS: Readonly<Record<'level' | 'down' | 'up' | 'rest', ColorName>> = {
  level: 'it',
  down: 'battery',
  up: 'generator',
  rest: 'losses',
};

/**
 * A waterfall from one level to another in rows: steps down are gains, steps up losses; the rest that no step explains has a colour of its
 * own. The axis begins at zero, or below it where the steps lead there.
 */
export function waterfallPlot(plot: WaterfallPlot): string {
  const { width, rows } = plot;
  const beside = width >= BESIDE;
  const names = beside ? Math.max(80, ...rows.map((r) => r.label.length * 7)) + 12 : 0;
  const texts = Math.max(40, ...rows.map((r) => r.text.length * 7)) + 14;
  let at = 0;
  const bars = rows.map((row) => {
    const from = row.kind === 'level' ? 0 : at;
    at = row.kind === 'level' ? row.value : at + row.value;
    return { row, low: Math.min(from, at), high: Math.max(from, at), end: at };
  });
  const span = [Math.min(0, ...bars.map((b) => b.low)), Math.max(1e-12, ...bars.map((b) => b.high))] as const;
  const x = linear(span, [names, width - texts]);
  const step = beside ? 27 : 40;
  const body = bars.map(({ row, low, high, end }, i) => {
    const y = i * step + (beside ? 6 : 20);
    const fill =
      row.kind === 'level'
        ? COLORS.level
        : row.kind === 'rest'
          ? COLORS.rest
          : row.value <= 0
            ? COLORS.down
            : COLORS.up;
    const [left, right] = [x(low), x(high)];
    const tip = `<title>${escapeText(`${row.label}: ${row.text}`)}</title>`;
    const next = i + 1 < bars.length ? `M${px(x(end))} ${px(y)}V${px(y + step + BAR)}` : '';
    return (
      (beside
        ? label(names - 10, y + 12, row.label, { anchor: 'end', ink: 'ink' })
        : label(0, y - 5, row.label, { ink: 'ink' })) +
      `<path d="${next}" stroke="${color('line')}"/>` +
      `<rect x="${px(left)}" y="${px(y)}" width="${px(Math.max(1, right - left))}" height="${BAR}" fill="${color(fill)}">${tip}</rect>` +
      label(right + 6, y + 12, row.text, { ink: 'ink', weight: row.kind === 'level' ? 600 : 400 })
    );
  });
  const height = rows.length * step + 6;
  const zero = `<path d="M${px(x(0))} 0V${px(height)}" stroke="${color('muted')}"/>`;
  return svg({ ...plot, height }, (span[0] < 0 ? zero : '') + body.join(''));
}

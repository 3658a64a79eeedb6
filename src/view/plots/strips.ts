import { linear } from '../scale.ts';
import { escapeText, type Frame, label, px, svg } from '../svg.ts';
import { type ColorName, color } from '../tokens.ts';

/** A row of a strip plot: one figure with a value per case, drawn on a scale of its own. */
export interface Strip {
  readonly label: string;
  readonly color: ColorName;
  readonly values: readonly { readonly name: string; readonly value: number; readonly text: string }[];
  /** Ends of the shaded band, and the mark in it. */
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

const ROW = 46;

/**
 * Strips of dots, one dot per case, with a band from `low` to `high` and a mark at `middle`; smallest and largest value stand at the
 * ends. Height follows from the rows. Values that are not finite are left out.
 */
export function stripPlot(plot: Omit<Frame, 'height'> & { readonly strips: readonly Strip[] }): string {
  const { width, strips } = plot;
  const narrow = width < 480;
  const nameRoom = narrow ? 0 : Math.max(...strips.map((s) => s.label.length * 7.2), 40) + 12;
  const body = strips.map((strip, i) => {
    const known = strip.values.filter((v) => Number.isFinite(v.value)).sort((a, b) => a.value - b.value);
    const [first, last] = [known[0], known[known.length - 1]];
    const top = i * ROW + (narrow ? 12 : 0);
    const line = top + 16;
    const name = narrow ? label(0, top, strip.label, { ink: 'ink' }) : label(0, line + 4, strip.label, { ink: 'ink' });
    if (first === undefined || last === undefined) return name;
    const x = linear([first.value, last.value], [nameRoom + 8, width - 8]);
    const band = `<rect x="${px(x(strip.low))}" y="${px(line - 7)}" width="${px(Math.max(1, x(strip.high) - x(strip.low)))}" height="14" rx="3" fill="${color(strip.color)}" fill-opacity="0.16"/>`;
    const mark = `<path d="M${px(x(strip.middle))} ${px(line - 9)}v18" stroke="${color(strip.color)}" stroke-width="2"/>`;
    const dots = known.map(
      (v) =>
        `<circle cx="${px(x(v.value))}" cy="${px(line)}" r="3.2" fill="${color(strip.color)}" fill-opacity="0.6"><title>${escapeText(`${v.name}: ${v.text}`)}</title></circle>`,
    );
    const ends =
      first.value === last.value
        ? label(x(first.value), line + 21, `${first.text} in every year`, { anchor: 'middle', size: 11 })
        : label(nameRoom, line + 21, `${first.text} (${first.name})`, { size: 11 }) +
          label(width, line + 21, `${last.text} (${last.name})`, { anchor: 'end', size: 11 });
    return name + band + mark + dots.join('') + ends;
  });
  return svg({ ...plot, height: strips.length * ROW + (narrow ? 12 : 0) }, body.join(''));
}

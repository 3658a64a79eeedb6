import type { Column } from '../finance/project.ts';
import { PARTS, type Part } from '../finance/project.ts';
import type { Tornado } from '../plan/sensitivity.ts';
import type { PlanSurvival } from '../plan/survival.ts';
import type { RunLcot } from '../simulate/lcot.ts';
import { formatNumber } from '../view/format.ts';
import { type ScatterPoint, scatterPlot } from '../view/plots/scatter.ts';
import { signedBars } from '../view/plots/signedBars.ts';
import { stackRows } from '../view/plots/stackRows.ts';
import { tornadoPlot } from '../view/plots/tornado.ts';
import { xyPlot } from '../view/plots/xy.ts';
import { twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';
import { moneyScale } from './planParts.ts';
import type { PlanReport } from './planReportInput.ts';

/** Colours of cost by part. */
const PART_COLORS = {
  chips: 'it',
  energy: 'sun',
  cooling: 'cooling',
  people: 'tokens',
  network: 'grid',
} as const satisfies Record<Part, ColorName>;

/** Cost of a million tokens by service and part, each over the whole of its service, with market prices as marks. */
export function lcotFigure(lcot: readonly RunLcot[], currency: string): string {
  const rows = lcot
    .filter((s) => (s.perMtoken ?? 0) > 0)
    .map((s) => ({
      label: s.id,
      text: `${formatNumber(s.perMtoken!, 3)} ${currency}`,
      // Services differ by orders of magnitude; in percent of its own cost each can be read.
      parts: PARTS.map((part) => ({
        label: part,
        color: PART_COLORS[part],
        value: (100 * (s.parts[part] ?? 0)) / s.perMtoken!,
      })),
      marks: s.markets.map((m) => ({
        value: (100 * m.perMtoken) / s.perMtoken!,
        label: `market ${formatNumber(m.perMtoken, 3)}`,
      })),
    }));
  return twice((width) =>
    stackRows({
      width,
      title: 'Cost of a million output tokens',
      desc: rows.map((r) => `${r.label} ${r.text}`).join(', '),
      unit: '% of what it costs here',
      rows,
    }),
  );
}

const COLUMN_LOOKS = {
  capex: ['purchase', 'it'],
  replacement: ['replacement', 'wind'],
  upkeep: ['upkeep and people', 'cooling'],
  rent: ['rent', 'tokens'],
  energy: ['bought energy', 'grid'],
  fuel: ['fuel', 'generator'],
  carbon: ['CO2', 'losses'],
  water: ['water', 'muted'],
  income: ['income', 'sun'],
  salvage: ['value at the end', 'battery'],
  tax: ['tax', 'alert'],
} as const satisfies Record<Column, readonly [string, ColorName]>;

/** Cash of every year of the project, costs downwards, with what has been spent up to then. */
export function cashFigure({ plan }: PlanReport): string {
  const { cashFlow } = plan.figures;
  const most = Math.max(...cashFlow.map((y) => Math.abs(y.cumulativeMoney)));
  const { factor, unit } = moneyScale(most, plan.site.money.currency);
  const parts = (Object.keys(COLUMN_LOOKS) as Column[])
    .filter((column) => cashFlow.some((y) => y.by[column] !== 0))
    .map((column) => {
      const [label, color] = COLUMN_LOOKS[column];
      return { label, color, values: cashFlow.map((y) => -y.by[column] / factor) };
    });
  const line = {
    label: 'sum up to then',
    color: 'ink',
    values: cashFlow.map((y) => y.cumulativeMoney / factor),
  } as const;
  return twice((width, narrow) =>
    signedBars({
      width,
      height: narrow ? 300 : 320,
      title: 'Cash flow',
      desc: `What is paid (down) and comes in (up) in each year of the project, and the sum up to then, in ${unit}.`,
      categories: cashFlow.map((y) => String(y.year)),
      unit,
      parts,
      line,
    }),
  );
}

/** Share of outages that are carried, by their length. */
export function survivalFigure({ survival, hours }: PlanSurvival): string {
  const x = Float64Array.from({ length: hours + 1 }, (_, h) => h);
  const percent = (values: Float64Array): Float64Array => Float64Array.of(100, ...values.map((v) => 100 * v));
  return twice((width, narrow) =>
    xyPlot({
      width,
      height: narrow ? 260 : 290,
      title: 'Survival without the grid',
      desc: `How likely the load goes on for so many hours after the grid went: ${formatNumber(100 * survival.mean[hours - 1]!, 3)} % for ${hours} h.`,
      xUnit: 'hours after the grid went',
      yUnit: '%',
      yMax: 100,
      curves: [
        { label: 'mean of all hours', color: 'it', x, y: percent(survival.mean) },
        { label: 'worst hour to begin in', color: 'alert', x, y: percent(survival.least) },
        { label: 'with fuel without end', color: 'generator', x, y: percent(survival.unlimitedFuel) },
      ],
    }),
  );
}

/** Which inputs move the cost of a token, the strongest first. */
export function tornadoFigure(tornado: Tornado, currency: string): string {
  return twice((width) =>
    tornadoPlot({
      width,
      title: 'What moves the cost of a token',
      desc: tornado.bars.map((b) => `${b.input.about}: ${formatNumber(b.low)} to ${formatNumber(b.high)}`).join(', '),
      base: tornado.base,
      unit: `${currency} per million output tokens`,
      rows: tornado.bars.map(({ input, low, high }) => ({
        label: input.about,
        low,
        high,
        lowText: input.lowText,
        highText: input.highText,
      })),
    }),
  );
}

/** Cost against another figure, with its frontier. */
export function frontierPicture(
  title: string,
  points: readonly ScatterPoint[],
  xUnit: string,
  yUnit: string,
  color: ColorName,
): string {
  return twice((width, narrow) =>
    scatterPlot({
      width,
      height: narrow ? 280 : 300,
      title,
      desc: points.map((p) => `${p.label}: ${formatNumber(p.x)} ${xUnit}, ${formatNumber(p.y)} ${yUnit}`).join('; '),
      xUnit,
      yUnit,
      color,
      points,
    }),
  );
}

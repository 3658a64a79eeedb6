import { useEffect, useMemo, useState } from 'react';
import uPlot from 'uplot';
import type { LiveDay } from '../../src/server/api.ts';
import { clockText } from '../../src/view/axis.ts';
import { formatNumber } from '../../src/view/format.ts';
import { COLORS, type ColorName } from '../../src/view/tokens.ts';
import { useMedia, useWidth } from './size.ts';

type ColumnName = keyof LiveDay['columns'];

interface Line {
  readonly column: ColumnName;
  readonly label: string;
  readonly color: ColorName;
  readonly fill?: boolean;
}

interface View {
  readonly name: string;
  readonly unit: string;
  readonly factor: number;
  readonly lines: readonly Line[];
}

const VIEWS: readonly View[] = [
  {
    name: 'Power',
    unit: 'kW',
    factor: 1,
    lines: [
      { column: 'solarKw', label: 'Sun', color: 'sun', fill: true },
      { column: 'windKw', label: 'Wind', color: 'wind' },
      { column: 'generatorKw', label: 'Generator', color: 'generator' },
      { column: 'gridKw', label: 'Grid', color: 'grid' },
      { column: 'batteryKw', label: 'Battery', color: 'battery' },
      { column: 'loadKw', label: 'Facility', color: 'ink' },
    ],
  },
  {
    name: 'Tokens/J',
    unit: 'tokens/J',
    factor: 1,
    lines: [{ column: 'tokensPerJoule', label: 'Tokens per joule', color: 'tokens', fill: true }],
  },
  {
    name: 'Tokens',
    unit: 'tokens/s',
    factor: 1,
    lines: [{ column: 'tokensPerS', label: 'Output tokens/s', color: 'it', fill: true }],
  },
  {
    name: 'Battery',
    unit: '%',
    factor: 100,
    lines: [{ column: 'socShare', label: 'State of charge', color: 'battery', fill: true }],
  },
  { name: 'PUE', unit: '', factor: 1, lines: [{ column: 'pue', label: 'PUE', color: 'cooling' }] },
];

/** Columns in which anything happened: a site without wind needs no line for it. */
function linesOf(view: View, day: LiveDay): readonly Line[] {
  return view.lines.filter(
    (l) => view.lines.length === 1 || day.columns[l.column].some((v) => v !== null && Math.abs(v) > 0.05),
  );
}

/** The day's curves, one view at a time. */
export function Curves({ day, zone }: { day: LiveDay | undefined; zone: string }) {
  const [at, setAt] = useState(0);
  const view = VIEWS[at]!;
  const empty = day === undefined || day.startMs.length < 2;
  return (
    <>
      <div className="tabs" role="tablist" aria-label="Which curves">
        {VIEWS.map((v, i) => (
          <button
            key={v.name}
            type="button"
            role="tab"
            aria-selected={i === at}
            aria-controls="curves"
            onClick={() => setAt(i)}
          >
            {v.name}
          </button>
        ))}
      </div>
      <div id="curves" role="tabpanel" aria-label={view.name} className="curves">
        {empty ? (
          <p className="empty">No curves yet: the first point comes five minutes of site time after the start.</p>
        ) : (
          <Plot day={day} view={view} zone={zone} />
        )}
      </div>
    </>
  );
}

function Plot({ day, view, zone }: { day: LiveDay; view: View; zone: string }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const dark = useMedia('(prefers-color-scheme: dark)');
  const lines = useMemo(() => linesOf(view, day), [view, day]);
  const narrow = width < 520;
  useEffect(() => {
    const target = ref.current;
    if (target === null || width === 0) return;
    const shade = (name: ColorName): string => COLORS[name][dark ? 'dark' : 'light'];
    const font = '12px system-ui, sans-serif';
    const axis: uPlot.Axis = {
      stroke: shade('muted'),
      font,
      grid: { stroke: shade('line'), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width,
        height: narrow ? 230 : 280,
        padding: [22, 8, 0, 0],
        tzDate: (s) => uPlot.tzDate(new Date(s * 1000), zone),
        cursor: { y: false, points: { size: 7 } },
        legend: {
          live: true,
          markers: { width: 0, fill: (_u, i) => (i === 0 ? 'transparent' : shade(lines[i - 1]!.color)) },
        },
        hooks: { setCursor: [showLatest] },
        scales: { y: { range: (_u, low, high) => niceRange(low, high, view) } },
        axes: [
          {
            ...axis,
            size: 34,
            values: (_u, splits) => splits.map((s) => clockText(s * 1000, zone)),
            space: narrow ? 70 : 80,
          },
          { ...axis, size: 52, values: (_u, splits) => splits.map((v) => formatNumber(v, 4)), label: '' },
        ],
        series: [
          { label: 'Time', value: (_u, s) => (s === null ? '' : clockText(s * 1000, zone)) },
          ...lines.map(
            (line): uPlot.Series => ({
              label: line.label,
              stroke: shade(line.color),
              width: 1.8,
              points: { show: false },
              ...(line.fill === true ? { fill: `${shade(line.color)}22` } : {}),
              value: (_u, v) => (v === null || v === undefined ? '–' : `${formatNumber(v)} ${view.unit}`.trim()),
            }),
          ),
        ],
      },
      [
        day.startMs.map((ms) => ms / 1000),
        ...lines.map((l) => day.columns[l.column].map((v) => (v === null ? null : v * view.factor))),
      ],
      target,
    );
    showLatest(plot);
    return () => plot.destroy();
  }, [ref, width, narrow, dark, day, view, zone, lines]);
  return (
    <>
      {view.unit === '' ? null : <p className="unit">{view.unit}</p>}
      <div ref={ref} className="plot" />
    </>
  );
}

/** While nobody points at the plot, its legend tells the latest figures. */
function showLatest(plot: uPlot): void {
  if (plot.cursor.idx === null || plot.cursor.idx === undefined)
    plot.setLegend({ idx: plot.data[0].length - 1 }, false);
}

/** From zero, except where zero would flatten the curve to a line (PUE starts at 1), with a little air above. */
function niceRange(low: number | null, high: number | null, view: View): [number, number] {
  if (view.unit === '%') return [0, 100];
  const floor = view.name === 'PUE' ? 1 : Math.min(0, low ?? 0);
  const top = high ?? 1;
  const air = (top - floor) * 0.06 || 1;
  return [floor < 0 ? floor - air : floor, top + air];
}

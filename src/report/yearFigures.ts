import type { TimeGrid } from '../series/grid.ts';
import { endMs } from '../series/grid.ts';
import { dateText } from '../view/axis.ts';
import { type SiteAmounts, siteFlow } from '../view/energyFlow.ts';
import { formatCount, formatEnergy } from '../view/format.ts';
import { type BarPart, stackedBars } from '../view/plots/bars.ts';
import { type Curve, curvesPlot } from '../view/plots/curves.ts';
import { durationPlot } from '../view/plots/duration.ts';
import { heatMap } from '../view/plots/heatmap.ts';
import { sankeyPlot } from '../view/plots/sankey.ts';
import { stackPlot } from '../view/plots/stack.ts';
import { twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';
import { bucketMwh, buckets, cutGrid, efficiencyCurve, energyKwh, part, type Stretch } from './period.ts';
import type { Curves } from './simulateInput.ts';

/** The period's energy from sun to token; with what was not taken of sun and wind, kWh, where it is known. */
export function flowFigure(grid: TimeGrid, curves: Curves, notTaken?: SiteAmounts['notTaken']): string {
  const sum = (name: keyof Curves, sign: 1 | -1 = 1): number => energyKwh(grid, curves[name], sign);
  let tokens = 0;
  for (const rate of curves.tokensPerS ?? []) tokens += (rate * grid.stepMs) / 1000;
  const graph = siteFlow(
    {
      solar: sum('solarKw'),
      wind: sum('windKw'),
      discharge: sum('batteryKw'),
      generator: sum('generatorKw'),
      gridImport: sum('gridKw'),
      it: sum('itKw'),
      cooling: sum('coolingKw'),
      losses: sum('lossesKw'),
      charge: sum('batteryKw', -1),
      gridExport: sum('gridKw', -1),
      ...(notTaken === undefined ? {} : { notTaken }),
    },
    { amount: formatEnergy, tokens: curves.tokensPerS === undefined ? 'not recorded' : formatCount(tokens) },
  );
  const desc = graph.nodes.map((n) => `${n.label} ${n.figure}`).join(', ');
  return twice((width, narrow) => sankeyPlot({ graph, width, height: narrow ? 430 : 360, title: 'Energy flow', desc }));
}

/** Supply and use of every month (or day), side by side. */
export function monthlyFigure(grid: TimeGrid, zone: string, curves: Curves): string {
  const { names, of, word } = buckets(grid, zone);
  const bar = (label: string, color: ColorName, values: Float64Array | undefined): BarPart[] => {
    const mwh = bucketMwh(grid, of, names.length, values);
    return mwh.some((v) => v > 0) ? [{ label, color, values: mwh }] : [];
  };
  const supply = [
    ...bar('Solar', 'sun', curves.solarKw),
    ...bar('Wind', 'wind', curves.windKw),
    ...bar('Generator', 'generator', curves.generatorKw),
    ...bar('Grid', 'grid', part(curves.gridKw, 1)),
  ];
  const use = [
    ...bar('Computing', 'it', curves.itKw),
    ...bar('Cooling', 'cooling', curves.coolingKw),
    ...bar('Losses', 'losses', curves.lossesKw),
  ];
  return twice((width, narrow) =>
    stackedBars({
      width,
      height: narrow ? 280 : 320,
      title: `Energy by ${word}`,
      desc: `For each ${word}: what the sources gave, left, and what the facility used, right, in MWh.`,
      categories: names,
      unit: 'MWh',
      groups: [supply, use],
    }),
  );
}

const LAYERS = [
  ['solarKw', 'Solar', 'sun'],
  ['windKw', 'Wind', 'wind'],
  ['batteryKw', 'Battery', 'battery'],
  ['generatorKw', 'Generator', 'generator'],
  ['gridKw', 'Grid', 'grid'],
] as const satisfies readonly (readonly [keyof Curves, string, ColorName])[];

/** A week's supply stacked, with the facility's load over it; charging and export hang below zero. */
export function weekFigure(
  grid: TimeGrid,
  zone: string,
  curves: Curves,
  load: Float64Array,
  week: Stretch,
  name: string,
): string {
  const cut = (values: Float64Array): Float64Array => values.subarray(week.from, week.from + week.count);
  const layers: Curve[] = [];
  for (const [key, label, color] of LAYERS) {
    const values = curves[key];
    if (values !== undefined && cut(values).some((v) => v !== 0)) layers.push({ label, color, values: cut(values) });
  }
  const g = cutGrid(grid, week);
  return twice((width, narrow) =>
    stackPlot({
      width,
      height: narrow ? 260 : 300,
      title: name,
      desc: `${dateText(g.startMs, zone)} to ${dateText(endMs(g) - 1, zone)}: supply stacked, the facility's load as a line, in kW.`,
      grid: g,
      zone,
      unit: 'kW',
      layers,
      line: { label: 'Facility load', color: 'ink', values: cut(load) },
    }),
  );
}

/** A heat map over the period. */
export function heatFigure(
  grid: TimeGrid,
  zone: string,
  values: Float64Array,
  words: {
    title: string;
    desc: string;
    unit: string;
    color: ColorName;
    domain?: readonly [number, number];
    cell?: 'mean' | 'max';
  },
): string {
  return twice((width) => heatMap({ ...words, grid, zone, values, width, height: 210 }));
}

/** Facility load over the share of time. */
export function durationFigure(load: Float64Array): string {
  return twice((width, narrow) =>
    durationPlot({
      width,
      height: narrow ? 240 : 280,
      title: 'Duration curve of the facility load',
      desc: 'For what share of the time the load was at least this high, in kW.',
      unit: 'kW',
      curves: [{ label: 'Facility load', color: 'it', values: load }],
    }),
  );
}

/** Tokens per joule over the period. */
export function efficiencyFigure(grid: TimeGrid, zone: string, tokensPerS: Float64Array, load: Float64Array): string {
  const curve = efficiencyCurve(grid, tokensPerS, load);
  return twice((width, narrow) =>
    curvesPlot({
      width,
      height: narrow ? 220 : 260,
      title: 'Output tokens per joule at the facility boundary',
      desc: 'Tokens per joule, as a ratio of sums.',
      grid: curve.grid,
      zone,
      unit: 'tokens/J',
      curves: [{ label: 'Tokens per joule', color: 'tokens', values: curve.values }],
    }),
  );
}

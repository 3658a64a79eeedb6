import { figureOf, type Ranked, type Sort } from '../predict/compare.ts';
import { type Load, RESOURCES, type Resource } from '../predict/compareChip.ts';
import { intervalPlot } from '../view/plots/intervals.ts';
import { xyPlot } from '../view/plots/xy.ts';
import { twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';
import { chipText, figureText, SORT_WORDS } from './compareText.ts';

const HEIGHT = 280;
/** Curves of one plot, each chip in the same colour on every plot. */
const CHIP_COLORS: readonly ColorName[] = ['it', 'sun', 'tokens', 'battery', 'generator'];
/** Chips that are drawn as curves. */
export const DRAWN = CHIP_COLORS.length;

const RESOURCE_COLORS: Readonly<Record<Resource, ColorName>> = {
  memory: 'it',
  compute: 'tokens',
  link: 'wind',
  engine: 'losses',
};

/** A ranking as dots with their intervals; hollow where the chip or the model was never measured. */
export function rankingFigure(ranked: readonly Ranked[], sort: Sort): string {
  const { name, unit } = SORT_WORDS[sort];
  const limited = ranked.some((c) => c.replicas !== undefined);
  const per = sort === 'tokens-per-s' ? (limited ? ', all replicas' : ', of one device') : '';
  return twice((width) =>
    intervalPlot({
      width,
      title: `Chips by ${name}`,
      desc: `Predicted ${unit}${per} with 90 % intervals, the best first.`,
      unit: `${unit}${per}`,
      rows: ranked.map((c) => ({
        ...figureOf(sort, c),
        label: chipText(c),
        text: figureText(sort, c),
        color: 'it' as const,
        hollow: c.tier !== 'seen',
      })),
    }),
  );
}

interface Words {
  readonly title: string;
  readonly desc: string;
  readonly xUnit: string;
  readonly yUnit: string;
}

function loadsFigure(
  ranked: readonly Ranked[],
  words: Words,
  x: (load: Load, c: Ranked) => number,
  y: (load: Load, c: Ranked) => number,
  mark?: { readonly x: number; readonly label: string },
): string {
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      ...words,
      log: { x: true, y: true },
      curves: ranked.slice(0, DRAWN).map((c, k) => ({
        label: chipText(c),
        color: CHIP_COLORS[k]!,
        x: c.loads.map((load) => x(load, c)),
        y: c.loads.map((load) => y(load, c)),
        dots: true,
      })),
      ...(mark === undefined ? {} : { mark }),
    }),
  );
}

/** What more sequences at once give in speed, and what they cost in time per token. */
export function throughputFigure(ranked: readonly Ranked[], tpotS: number): string {
  return loadsFigure(
    ranked,
    {
      title: 'Throughput against latency',
      desc: 'Output tokens per second of a device over the time per token, for batches of 1, 2, 4 and so on.',
      xUnit: 'ms per token',
      yUnit: 'tokens/s a device',
    },
    (load) => 1000 * load.tpotS.value,
    (load, c) => load.tokensPerS.value / c.devices,
    { x: 1000 * tpotS, label: 'target' },
  );
}

/** What a token costs in energy, the more sequences share a step. */
export function energyFigure(ranked: readonly Ranked[]): string {
  return loadsFigure(
    ranked,
    {
      title: 'Joules per token against batch',
      desc: 'Energy of the boards per output token over the number of sequences at once.',
      xUnit: 'sequences at once, of a replica',
      yUnit: 'J per token',
    },
    (load) => load.batch,
    (load) => load.joulesPerToken.value,
  );
}

/** What a chip's steps spend their time on, batch by batch, and how full its KV memory is. */
export function bindingFigure(c: Ranked): string {
  const x = c.loads.map((load) => load.batch);
  return twice((width) =>
    xyPlot({
      width,
      height: 220,
      title: `What binds: ${chipText(c)}`,
      desc: 'Parts of a step’s time by resource over the number of sequences at once; the line is the part of the KV memory they take.',
      xUnit: 'sequences at once, of a replica',
      yUnit: '% of the time',
      yMax: 100,
      log: { x: true },
      layers: RESOURCES.map((resource) => ({
        label: resource,
        color: RESOURCE_COLORS[resource],
        x,
        y: c.loads.map((load) => 100 * load.parts[resource]),
      })),
      curves: [{ label: 'KV memory filled', color: 'alert', x, y: c.loads.map((load) => 100 * load.kvShare) }],
    }),
  );
}

import type { RateLevel, Timeline } from '../components/inference/replay/index.ts';
import { quantileOf } from '../components/inference/replay/index.ts';
import { type XyCurve, xyPlot } from '../view/plots/xy.ts';
import { twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';

const HEIGHT = 260;
/** Points that a distribution is drawn with. */
const POINTS = 201;
/** Bins that a timeline is drawn with, so that a page stays small. */
const BINS = 240;

/** Share of the requests that were answered within a time; the longest hundredth is left off the axis. */
export function distributionFigure(seconds: Float64Array, title: string, unit: string, targetS: number): string {
  const known = seconds.filter((s) => !Number.isNaN(s)).sort();
  const scale = unit === 'ms' ? 1000 : 1;
  const shares = Array.from({ length: POINTS }, (_, k) => k / (POINTS - 1));
  const values = shares.map((share) => scale * quantileOf(known, share));
  const last = scale * Math.max(quantileOf(known, 0.99), Math.min(targetS, quantileOf(known, 1)));
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      title,
      desc: `Share of the requests whose ${title.toLowerCase()} is at most so long; the longest 1 % reach to ${values.at(-1)?.toPrecision(3)} ${unit}.`,
      xUnit: `${title}, ${unit}`,
      yUnit: '% of requests',
      yMax: 100,
      xMax: last * 1.02,
      curves: [{ label: title, color: 'it', x: values, y: shares.map((share) => 100 * share) }],
      ...(Number.isFinite(targetS) ? { mark: { x: scale * targetS, label: 'target' } } : {}),
    }),
  );
}

/** What the replays at other rates gave, one quantity against another. */
export function levelFigure(
  levels: readonly RateLevel[],
  words: { title: string; desc: string; xUnit: string; yUnit: string },
  x: (level: RateLevel) => number,
  curves: readonly { label: string; color: ColorName; y: (level: RateLevel) => number }[],
): string {
  const xs = levels.map(x);
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      ...words,
      curves: curves.map(({ label, color, y }) => ({ label, color, x: xs, y: levels.map(y), dots: true })),
    }),
  );
}

/** Means over bins of whole steps. */
function reduced(values: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(values.length / size) }, (_, bin) => {
    const part = values.subarray(bin * size, (bin + 1) * size);
    return part.reduce((sum, v) => sum + v, 0) / part.length;
  });
}

function overTime(timeline: Timeline) {
  const size = Math.max(1, Math.ceil(timeline.count / BINS));
  const inHours = timeline.count * timeline.binS > 3 * 3600;
  const scale = (timeline.binS * size) / (inHours ? 3600 : 60);
  const x = Float64Array.from({ length: Math.ceil(timeline.count / size) }, (_, k) => (k + 0.5) * scale);
  const curve = (label: string, color: ColorName, values: Float64Array, factor = 1): XyCurve => ({
    label,
    color,
    x,
    y: reduced(values, size).map((v) => v * factor),
  });
  return { curve, xUnit: inHours ? 'h from the start' : 'min from the start' };
}

/** What the replicas' time went to, and for what requests had to wait. */
export function bindingFigure(timeline: Timeline): string {
  const { curve, xUnit } = overTime(timeline);
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      title: 'What binds over time',
      desc: 'Parts of the replicas’ time at each roof; lines: parts of the time in which requests were held back.',
      xUnit,
      yUnit: '% of the time',
      yMax: 100,
      layers: [
        curve('memory bandwidth', 'it', timeline.memoryShare, 100),
        curve('compute', 'tokens', timeline.computeShare, 100),
        curve('links', 'wind', timeline.linkShare, 100),
        curve('engine', 'losses', timeline.engineShare, 100),
      ],
      curves: [
        curve('waiting for KV memory', 'alert', timeline.kvWaitShare, 100),
        curve('waiting for a batch slot', 'sun', timeline.slotWaitShare, 100),
      ],
    }),
  );
}

/** Power of all replicas, idle power below, and the most and least loaded replica. */
export function powerFigure(timeline: Timeline, idleKw: number): string {
  const { curve, xUnit } = overTime(timeline);
  const all = new Float64Array(timeline.count);
  for (const own of timeline.aboveIdleW) for (let i = 0; i < own.length; i++) all[i]! += own[i]! / 1000;
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      title: 'Power over time',
      desc: 'Electricity of the deployment at the racks: what nodes draw by being on, and what steps draw above it.',
      xUnit,
      yUnit: 'kW',
      layers: [curve('idle', 'losses', new Float64Array(timeline.count).fill(idleKw)), curve('steps', 'it', all)],
      curves: [],
    }),
  );
}

/** Sequences that decode at once, per replica. */
export function batchFigure(timeline: Timeline): string {
  const { curve, xUnit } = overTime(timeline);
  return twice((width) =>
    xyPlot({
      width,
      height: 200,
      title: 'Batch over time',
      desc: 'Mean number of sequences that decode at once in a replica.',
      xUnit,
      yUnit: 'sequences',
      curves: [curve('batch', 'tokens', timeline.batch)],
    }),
  );
}

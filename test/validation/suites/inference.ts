import { fileURLToPath } from 'node:url';
import { loadCatalog } from '../../../src/catalog/load.ts';
import type { Target } from '../../../src/components/inference/predict/calibration.ts';
import { crossValidate, type Held, SPLITS, type Split } from '../../../src/predict/cross.ts';
import { measurementsOf } from '../../../src/predict/read.ts';
import { type Score, scoreOf } from '../../../src/predict/score.ts';
import { parseCsv, readText } from '../../../src/series/csv.ts';
import { below, digits, type Row, skipped } from '../row.ts';
import { NO_DATA, type Suite, sharedData } from '../suite.ts';

const SOURCE = 'public measurements, whole groups left out: see the notes';
/** Groups are left out in this many parts. */
const FOLDS = 10;

type How = 'specification' | 'calibrated';

/** What is asked of one split: median error and, where asked, width of the interval. */
interface Bar {
  readonly how: How;
  readonly split: Split;
  readonly throughputPct: number;
  readonly powerPct: number;
  readonly width?: number;
}

const BARS: readonly Bar[] = [
  { how: 'specification', split: 'configuration', throughputPct: 30, powerPct: 15, width: 3 },
  { how: 'specification', split: 'model', throughputPct: 30, powerPct: 15, width: 3 },
  { how: 'specification', split: 'chip', throughputPct: 30, powerPct: 15, width: 3 },
  { how: 'calibrated', split: 'configuration', throughputPct: 13, powerPct: 8, width: 1.8 },
  { how: 'calibrated', split: 'model', throughputPct: 18, powerPct: 10 },
  { how: 'calibrated', split: 'chip', throughputPct: 35, powerPct: 15 },
];

/** Most power rows do not say how long prompts were: they are scored apart. */
const knownInputs = (h: Held) => !h.measured.point.inferred.includes('input');
const unknownInputs = (h: Held) => !knownInputs(h);

const NOISE =
  'the same configuration was measured with and without speculative decoding and other settings that no table names: of one chip, model, engine and load, published throughputs differ by up to a factor of two';
const FEW_POWER =
  'only 70 power measurements state their prompts, of three sources with three ways of measuring: one more or less is 1.4 points, and a new source is as far from the others as they are from each other';

function coverRow(id: string, what: string, score: Score, reason: string): Row {
  const cover = 100 * score.cover;
  const inside = cover >= 85 && cover <= 95;
  const row: Row = {
    id,
    what: `${what}: measurements within their 90 % interval`,
    source: SOURCE,
    reference: '90 %',
    ours: `${digits(cover, 3)} %`,
    difference: digits(Math.abs(cover - 90), 2),
    tolerance: '5',
    verdict: inside ? 'ok' : 'red',
  };
  return inside ? row : { ...row, reason };
}

function explain(row: Row, reason: string): Row {
  return row.verdict === 'red' ? { ...row, reason } : row;
}

function barRows(bar: Bar, held: readonly Held[], all: readonly (readonly Held[])[]): Row[] {
  const id = `INFERENCE-${bar.how === 'specification' ? 'SPEC' : 'CAL'}-${bar.split.toUpperCase()}`;
  const name = bar.how === 'specification' ? 'data sheets alone' : 'calibrated';
  const whole = scoreOf(held, all, 'throughput', bar.how);
  const power = scoreOf(held, all, 'power', bar.how, knownInputs);
  const rows = [
    explain(
      below(
        {
          id,
          what: `${name}, unseen ${bar.split}: throughput, ${whole.points} points, median error`,
          source: SOURCE,
          unit: '%',
        },
        100 * whole.medianError,
        bar.throughputPct,
      ),
      NOISE,
    ),
    coverRow(id, `${name}, unseen ${bar.split}: throughput`, whole, NOISE),
    explain(
      below(
        {
          id,
          what: `${name}, unseen ${bar.split}: power, known inputs, ${power.points} points, median error`,
          source: SOURCE,
          unit: '%',
        },
        100 * power.medianError,
        bar.powerPct,
      ),
      FEW_POWER,
    ),
    coverRow(id, `${name}, unseen ${bar.split}: power, known inputs`, power, FEW_POWER),
  ];
  if (bar.width !== undefined) {
    const what = `${name}, unseen ${bar.split}: throughput, median of high over low`;
    rows.push(explain(below({ id, what, source: SOURCE }, whole.width, bar.width), NOISE));
  }
  return rows;
}

/** What has no bar is told beside: latencies, and power where the prompts are not known. */
function told(split: Split, held: readonly Held[], all: readonly (readonly Held[])[]): Row[] {
  const parts: readonly (readonly [string, Target, (h: Held) => boolean])[] = [
    ['time per output token', 'tpot', () => true],
    ['time to first token', 'ttft', () => true],
    ['power, inputs not stated', 'power', unknownInputs],
  ];
  return parts.map(([what, target, keep]): Row => {
    const score = scoreOf(held, all, target, 'calibrated', keep);
    return {
      id: `INFERENCE-CAL-${split.toUpperCase()}`,
      what: `calibrated, unseen ${split}: ${what}, ${score.points} points, median error`,
      source: SOURCE,
      reference: '0',
      ours: `${digits(100 * score.medianError, 3)} %`,
      difference: `${digits(100 * score.medianError, 3)} %`,
      tolerance: 'none asked',
      verdict: 'ok',
      note: `${digits(100 * score.cover, 3)} % within their interval, of median high over low ${digits(score.width, 3)}`,
    };
  });
}

function run(): readonly Row[] {
  const file = sharedData('compute/measured.csv');
  if (file === undefined) return [skipped({ id: 'INFERENCE', what: 'throughput and power', source: SOURCE }, NO_DATA)];
  const path = fileURLToPath(file);
  const { measured } = measurementsOf(parseCsv(readText(path), path), loadCatalog());
  return rowsOf(new Map(SPLITS.map((split) => [split, crossValidate(measured, split, FOLDS)])));
}

/** Rows of the predictions that were held out, by what was left out. */
export function rowsOf(held: ReadonlyMap<Split, readonly Held[]>): readonly Row[] {
  const all = [...held.values()];
  return [
    ...BARS.flatMap((bar) => barRows(bar, held.get(bar.split)!, all)),
    ...SPLITS.flatMap((split) => told(split, held.get(split)!, all)),
  ];
}

export const inference: Suite = {
  title: 'Inference against public measurements',
  about:
    'Throughput, power and latency of measurements that took no part in the fit: whole configurations, builds of models, or chips were left out in turn, constants included. "Data sheets alone" is the roofline with constants of the engines; "calibrated" adds what was learnt from the other measurements. All power is of NVIDIA chips.',
  run,
};

import { readFileSync } from 'node:fs';
import { cooling } from '../../../src/components/cooling/index.ts';
import type { CoolingSpec } from '../../../src/components/cooling/spec.ts';
import { complaints, sampleConditions, sampleContext } from '../../../src/components/sample.ts';
import { below, compare, type Row, skipped } from '../row.ts';
import { NO_DATA, type Suite, sharedData } from '../suite.ts';

const SOURCE =
  'OLCF Summit 2020, weekly medians digitised from at-aaims/sc21_summit_power_analysis_artifacts, summit-pue-plot-clean.ipynb';

const KW_PER_TON = 3.517;
/** Heat of the plant and power of the machine: 2,000-2,300 tons on 5-5.5 MW in all (same data), the middles of both. */
const HEAT_KW = 2150 * KW_PER_TON;
const TOTAL_KW = 5250;

/**
 * 13 MW and 4,000 gallons of water a minute: Data Centre Dynamics, "US launches world's most powerful supercomputer, Summit",
 * June 2018. Together they are a rise of 12.3 K.
 */
const RISE = '12.3 K';
/** "Roughly 20 megawatts", the hall's architects (heery.com, after WIRED, September 2017): 15 MW wanted, 20 MW provided. */
const PLANT = {
  liquid_heat: '20 MW',
  air_heat: '0 kW',
  plant: 'chiller',
  // The water goes to the racks without a CDU: the smallest exchanger between the two waters that the kind takes.
  cdu_approach: '0.5 K',
  supply: '21.5 °C',
  max_supply: '30 °C',
  facility_rise: RISE,
  loop_rise: RISE,
  // Central chilled water at the rating of AHRI 550/590, 44 °F; Carnot share in the middle of 0.45-0.60 for water-cooled ones.
  chiller_model: 'lift',
  chilled_water: '6.7 °C',
  chiller_carnot: '52.5 %',
} as const;

function plant(over: { readonly liquid_economiser?: 'off' } = {}): CoolingSpec {
  const { list, complain } = complaints();
  const spec = cooling.spec(cooling.file.parse({ ...PLANT, ...over }), sampleContext(), complain);
  if (list.length > 0) throw new Error(list.map((c) => c.message).join('; '));
  return spec;
}

/** Power and compressor power of a plant at rest in this air, kW. */
function atRest(
  spec: CoolingSpec,
  wetBulbC: number,
  heatKw: number,
): { readonly kw: number; readonly compressorKw: number } {
  // 3 K between dry and wet bulb; of a tower's power and approach the dry bulb decides nothing.
  const conditions = sampleConditions({ tempC: wetBulbC + 3, wetBulbC, dtH: 1 });
  let state = cooling.initial(spec);
  let kw = 0;
  let compressorKw = 0;
  for (let hour = 0; hour < 48; hour++) {
    const stepped = cooling.step(spec, state, { liquidKw: heatKw, airKw: 0 }, conditions);
    state = stepped.state;
    kw = -stepped.flows['power']!;
    compressorKw = stepped.meters['compressorKw']!;
  }
  return { kw, compressorKw };
}

interface Week {
  readonly week: number;
  readonly pue: number;
  readonly wetBulbC: number;
  readonly tons: number;
}

function readWeeks(url: URL): readonly Week[] {
  const lines = readFileSync(url, 'utf8').trim().split(/\r?\n/).slice(1);
  return lines.map((line) => {
    const [week = 0, pue = 0, wetBulbC = 0, tons = 0] = line.split(',').map(Number);
    return { week, pue, wetBulbC, tons };
  });
}

/** Ranks from 1, equal values sharing the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  return values.map((v) => {
    const lower = values.filter((w) => w < v).length;
    const same = values.filter((w) => w === v).length;
    return lower + (same + 1) / 2;
  });
}

/** Spearman's rank correlation. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [ra, rb] = [ranks(a), ranks(b)];
  const mean = (a.length + 1) / 2;
  const sum = (x: readonly number[], y: readonly number[]) => x.reduce((s, v, i) => s + (v - mean) * (y[i]! - mean), 0);
  return sum(ra, rb) / Math.sqrt(sum(ra, ra) * sum(rb, rb));
}

const rms = (errors: readonly number[]): number => Math.sqrt(errors.reduce((s, e) => s + e * e, 0) / errors.length);

function run(): readonly Row[] {
  const about = { id: 'SUMMIT', source: SOURCE };
  const url = sharedData('facility/summit_2020_weekly_pue.csv');
  if (url === undefined) return [skipped({ ...about, what: 'weekly PUE' }, NO_DATA)];
  const all = readWeeks(url);
  const free = all.filter((w) => w.week !== 5);
  const forced = all.find((w) => w.week === 5)!;
  const spec = plant();
  const itKw = TOTAL_KW / mean(free.map((w) => w.pue));
  const rest = free.map((w) => atRest(spec, w.wetBulbC, HEAT_KW));
  const errors = free.map((w, i) => 1 + rest[i]!.kw / itKw - w.pue);
  const law = free.map((w) => 1.054 + 0.0279 * Math.max(0, w.wetBulbC - 17) - w.pue);
  const correlation = rankCorrelation(
    rest.map((r) => r.compressorKw),
    free.map((w) => w.tons),
  );
  // That week the chillers carried all of the heat, so that their tons are the plant's.
  const alone = plant({ liquid_economiser: 'off' });
  const week5 = 1 + atRest(alone, forced.wetBulbC, forced.tons * KW_PER_TON).kw / itKw;
  const note = 'a law of two numbers fitted to the year, 1.054 + 0.0279 max(0, wet bulb - 17), for comparison';
  return [
    below({ ...about, what: `weekly PUE, ${free.length} weeks without week 5: root mean square` }, rms(errors), 0.03),
    below({ ...about, what: 'the same of the two-number law', note }, rms(law), 0.03),
    compare(
      { ...about, what: 'mean PUE of these weeks' },
      mean(free.map((w) => w.pue)),
      mean(free.map((w) => w.pue)) + mean(errors),
      { abs: 0.01 },
    ),
    compare({ ...about, what: 'rank correlation of compressor power with tons of the chillers' }, 1, correlation, {
      abs: 0.1,
    }),
    compare({ ...about, what: 'week 5, chillers forced: 1.25 to 1.30' }, 1.275, week5, { abs: 0.025 }),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

export const summit: Suite = {
  title: 'Cooling plant of Summit',
  about:
    'The loop with towers and chillers as a site file has it, in the weekly wet bulb of Oak Ridge. No figure was fitted, but which of the published ones to take (size of the plant, model of the chillers) was decided with the weeks in view. Taken are: a plant for 20 MW (its architects and WIRED, 2017), and a rise of 12.3 K, which is 13 MW with 4,000 gallons a minute (Data Centre Dynamics at the launch, June 2018), water at 21 °C, chilled water at 6.7 °C (rating of AHRI 550/590), a Carnot share of 0.525 (middle of 0.45-0.60 for water-cooled machines), 2,150 tons of heat on 5.25 MW in all (middles of what the source gives), all else the defaults of the site file with their own sources.',
  run,
};

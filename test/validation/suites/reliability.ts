import { fileURLToPath } from 'node:url';
import { backupSurvival } from '../../../src/plan/reliability/backup.ts';
import { survivalChances, survivalOfYear } from '../../../src/plan/reliability/markov.ts';
import { outagesOfYear, survivalCurve } from '../../../src/plan/reliability/outage.ts';
import { readText } from '../../../src/series/csv.ts';
import { compare, type Row } from '../row.ts';
import type { Suite } from '../suite.ts';
import { testSystem } from './rts79.ts';

const SOURCE = 'NREL REopt.jl 029db01, test/scenarios/backup_reliability_inputs.json and test/runtests.jl';
const API = 'NREL REopt_API 9773458, resilience_stats/tests/test_resilience_stats.py';

/** Three columns of numbers below a header. */
function columns(name: string): readonly [Float64Array, Float64Array, Float64Array] {
  const out: [number[], number[], number[]] = [[], [], []];
  const text = readText(fileURLToPath(new URL(`../data/${name}`, import.meta.url)));
  for (const line of text.trim().split('\n').slice(1)) {
    const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = line.split(',').map(Number);
    out[0].push(a);
    out[1].push(b);
    out[2].push(c);
  }
  const [a, b, c] = out;
  return [Float64Array.from(a), Float64Array.from(b), Float64Array.from(c)];
}

/** A hospital with two generators, sun, wind and a battery: 8,760 outages of 96 hours. */
function hospital(): readonly Row[] {
  const [loadKw, pv, wind] = columns('re-22.csv.gz');
  const net = loadKw.map((kw, h) => kw - 1276 * (pv[h]! + wind[h]!));
  const units = { count: 2, kw: 200, availability: 0.9, failureToStart: 0.02, mttfH: 200 };
  const battery = { usableKwh: 2306, kw: 506, chargeShare: 0.948, dischargeShare: 0.948, bins: 20 };
  const chances = survivalOfYear(net, [units], battery, new Float64Array(net.length).fill(2306), 96);
  const ends = net.map((_, start) => chances[start * 96 + 95]!);
  const mean = ends.reduce((sum, chance) => sum + chance, 0) / ends.length;
  const about = { source: SOURCE };
  return [
    compare({ ...about, id: 'RE-22', what: 'survival of 96 h from the first hour' }, 0.858756, ends[0]!, { abs: 1e-4 }),
    compare({ ...about, id: 'RE-22', what: 'survival of 96 h, mean of 8,760 starts' }, 0.904242, mean, { abs: 1e-4 }),
  ];
}

/** Sun and a battery without a generator: how long the load is carried from every hour of the year on. */
function sunAndBattery(): readonly Row[] {
  const [loadKw, pv, stored] = columns('re-24.csv.gz');
  const battery = { usableKwh: 616.119, kw: 101.605, chargeShare: 0.829, dischargeShare: 1 };
  const year = { loadKw, freeKw: pv.map((share) => 408.129 * share), chargeKwh: stored };
  const { carriedH } = outagesOfYear(year, { generators: [], battery }, 8760);
  const shares = survivalCurve(carriedH, 80);
  const mean = carriedH.reduce((sum, h) => sum + h, 0) / carriedH.length;
  const row = (what: string, reference: number, ours: number, abs: number) =>
    compare({ id: 'RE-24', what, source: API }, reference, ours, { abs });
  return [
    row(
      'shortest outage carried, h',
      0,
      carriedH.reduce((a, b) => Math.min(a, b)),
      0,
    ),
    row(
      'longest, h',
      78,
      carriedH.reduce((a, b) => Math.max(a, b)),
      0,
    ),
    row('mean, h', 10.23, mean, 0.005),
    row('share of starts carried 31 h', 0.0927, shares[30]!, 5e-5),
    row('34 h', 0.0807, shares[33]!, 5e-5),
    row('50 h', 0.0116, shares[49]!, 5e-5),
    row('77 h', 0.0002, shares[76]!, 5e-5),
  ];
}

/** Two generators of 100 kW with sun, wind and a battery whose charge is that of a plan, fuel and all. */
function plannedCharge(): readonly Row[] {
  const [loadKw, freeKw, soc] = columns('re-22b.csv.gz');
  const generators = [
    {
      count: 2,
      kw: 100,
      availability: 0.9,
      failureToStart: 0.02,
      mttfH: 200,
      // 32.2 % of 40.7 kWh a gallon; 660 gallons.
      fuel: { fuelLPerKwh: 1 / (0.322 * 40.7), fuelLPerUnitH: 0, fuelL: 660 },
    },
  ];
  const efficiency = 0.96 * Math.sqrt(0.975);
  const battery = {
    usableKwh: 1000,
    kw: 50,
    chargeShare: efficiency,
    dischargeShare: efficiency,
    bins: 20,
    availability: 1,
    chargeKwh: soc.map((share) => 1000 * share),
  };
  const sources = [{ kw: freeKw, availability: 1 }];
  const { atEnd } = backupSurvival({ loadKw, generators, battery, sources }, 96);
  const mean = atEnd.reduce((sum, chance) => sum + chance, 0) / atEnd.length;
  const about = { source: `${SOURCE}, with saved results of a plan`, id: 'RE-22b' };
  return [
    compare({ ...about, what: 'survival of 96 h from the first hour' }, 0.802997, atEnd[0]!, { abs: 1e-4 }),
    compare({ ...about, what: 'survival of 96 h, mean of 8,760 starts' }, 0.817586, mean, { abs: 1e-3 }),
  ];
}

/** One generator on a tank of 5,000 gallons, sun, and a battery of 600 MWh: a week from the first hour. */
function tank(): readonly Row[] {
  const [loadKw, factor] = columns('re-fuel.csv.gz');
  const freeKw = factor.map((share) => 3635 * share);
  const battery = { usableKwh: 600_035, kw: 2000, chargeShare: 0.948, dischargeShare: 0.948, bins: 100 };
  const unit = { count: 1, kw: 157, availability: 0.995, failureToStart: 0.0094, mttfH: 1100 };
  const net = [...loadKw].map((kw, h) => kw - freeKw[h]!);
  const failing = survivalChances(net, [unit], battery, battery.usableKwh, 0, 168).at(-1)!;
  const kind = { units: 1, unitKw: 157, fuelLPerKwh: 0.072265, fuelLPerUnitH: 0, fuelL: 5000 };
  const chargeKwh = new Float64Array(loadKw.length).fill(battery.usableKwh);
  const { carriedH } = outagesOfYear({ loadKw, freeKw, chargeKwh }, { generators: [kind], battery }, 168);
  const about = {
    source: 'NREL REopt.jl 029db01, test/scenarios/erp_fuel_limit_inputs.json and test/runtests.jl',
    id: 'RE-FUEL',
  };
  const fuelled = carriedH[0]! >= 168 ? failing : 0;
  return [
    compare({ ...about, what: 'survival of 168 h, fuel without end' }, 1, failing, { rel: 1.5e-8 }),
    compare({ ...about, what: 'survival of 168 h, with the fuel at hand' }, 1, fuelled, { rel: 1.5e-8 }),
  ];
}

export const reliability: Suite = {
  title: 'Outages over a year',
  about:
    'Whole-year reliability studies of REopt: a Markov chain of generator failures with a battery in 20 steps, outages from every hour with sun and battery alone, tanks; and the IEEE test system of generation adequacy.',
  run: () => [...hospital(), ...plannedCharge(), ...tank(), ...sunAndBattery(), ...testSystem()],
};

import { bareModel } from '../../../src/balance/testing/table.ts';
import { compare, type Row } from '../row.ts';
import type { Suite } from '../suite.ts';
import { solveNow } from './balanceSite.ts';

const SOURCE = 'PyPSA 019bb1b, test/test_lopf_unit_commitment.py';

/** Sets that are on or off, as PyPSA has them. */
interface Plant {
  readonly name: string;
  readonly ratedMw: number;
  readonly minShare: number;
  readonly perMwh: number;
  readonly startMoney?: number;
  readonly stopMoney?: number;
  /** Running before the first hour. */
  readonly before: boolean;
}

interface Committed {
  readonly objective: number;
  readonly powers: readonly (readonly number[])[];
}

/** Least cost of whole sets over hours: min on <= p <= max on, on - on_before = start - stop. */
function commit(plants: readonly Plant[], loadMw: readonly number[]): Committed {
  const model = bareModel(loadMw.length);
  const bus = model.rows('E1', 'load', Float64Array.from(loadMw), Float64Array.from(loadMw));
  const whole: number[] = [];
  const firsts = plants.map((plant) => {
    const { name, ratedMw, minShare, perMwh, startMoney = 0, stopMoney = 0, before } = plant;
    const infinite = Number.POSITIVE_INFINITY;
    const power = model.columns(`${name} power`, 'MW', 0, infinite, perMwh);
    const on = model.columns(`${name} on`, '', 0, 1, 0);
    const start = model.columns(`${name} start`, '', 0, 1, startMoney);
    const stop = model.columns(`${name} stop`, '', 0, 1, stopMoney);
    const most = model.rows('G2', `${name}: rating`, -infinite, 0);
    const least = model.rows('G3', `${name}: least load`, 0, infinite);
    const change = model.rows('G4', `${name}: starts and stops`, 0, 0);
    model.putAll(bus, power, 1);
    model.putAll(most, power, 1);
    model.putAll(most, on, -ratedMw);
    model.putAll(least, power, 1);
    model.putAll(least, on, -minShare * ratedMw);
    model.putAll(change, on, 1);
    model.putAll(change, start, -1);
    model.putAll(change, stop, 1);
    for (let k = 1; k < loadMw.length; k++) model.put(change + k, on + k - 1, -1);
    const known = before ? 1 : 0;
    model.rowLower[change] = known;
    model.rowUpper[change] = known;
    for (let k = 0; k < loadMw.length; k++) whole.push(on + k);
    return power;
  });
  const { objective, values } = solveNow(model, whole);
  return { objective, powers: firsts.map((first) => [...values.slice(first, first + loadMw.length)]) };
}

function run(): readonly Row[] {
  const load = [4000, 6000, 5000, 800];
  const coal = { name: 'coal', ratedMw: 10_000, minShare: 0.3, perMwh: 20, before: true };
  const gas = { name: 'gas', ratedMw: 1000, minShare: 0.1, perMwh: 70, before: true };
  const starts = commit(
    [
      { ...coal, minShare: 0.1, startMoney: 3000, before: false },
      { ...gas, ratedMw: 10_000, minShare: 0, startMoney: 1000 },
    ],
    load,
  );
  const plain = commit([coal, gas], load);
  const stops = commit(
    [
      { ...coal, stopMoney: 1000 },
      { ...gas, stopMoney: 1000 },
    ],
    load,
  );
  const row = (id: string, what: string, want: number | number[], got: number | readonly number[]) =>
    compare({ id, what, source: SOURCE }, want, got, { rel: 1e-9, abs: 1e-6 });
  return [
    row('PS-01', 'two plants with start costs, coal off and gas running before: cost', 359_000, starts.objective),
    row('PS-02', 'two plants with least loads: coal, MW', [4000, 6000, 5000, 0], plain.powers[0]!),
    row('PS-02', 'gas, MW', [0, 0, 0, 800], plain.powers[1]!),
    row('PS-05', 'the same with shut-down costs: cost', 358_000, stops.objective),
  ];
}

export const commitment: Suite = {
  title: 'Unit commitment',
  about:
    'Whole generator sets with least loads, starts and stops over four hours, written with the rows of the balance and solved as a search over whole numbers.',
  run,
};

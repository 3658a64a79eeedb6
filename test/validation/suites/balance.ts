import { fileURLToPath } from 'node:url';
import type { LinearModel } from '../../../src/balance/linearModel.ts';
import { totalRule } from '../../../src/balance/rules/total.ts';
import { bareModel } from '../../../src/balance/testing/table.ts';
import {
  batteryUnit,
  freeUnit,
  generatorUnit,
  gridUnit,
  loadUnit,
  mildHorizon,
} from '../../../src/balance/testing/units.ts';
import { crf } from '../../../src/finance/crf.ts';
import { readText } from '../../../src/series/csv.ts';
import { atMost, compare, type Row } from '../row.ts';
import type { Suite } from '../suite.ts';
import { fixed, free, groupOf, most, PeerPlan, plant, solveNow } from './balanceSite.ts';

const PYPSA = 'PyPSA 019bb1b';
const INFINITE = Number.POSITIVE_INFINITY;

/** A store that costs money while it holds something. */
function holding(): readonly Row[] {
  const model = bareModel(3);
  const power = model.columns('power', 'MW', 0, Float64Array.of(3, 0, 0), 1);
  const store = model.state('store', 'MWh', 10, 0.2);
  const bus = model.rows('E1', 'load', 1, 1);
  model.putAll(bus, power, 1);
  for (let k = 0; k < 3; k++) {
    model.put(bus + k, store.first + k, -1);
    // It begins with 1 MWh and is not cyclic.
    if (k > 0) model.put(bus + k, store.first + k - 1, 1);
  }
  model.shift(bus, Float64Array.of(1, 0, 0));
  const about = { id: 'PS-06', what: 'a store with a cost of holding: cost', source: `${PYPSA}, test_lopf_storage.py` };
  return [compare(about, 2.6, solveNow(model).objective, { rel: 1e-9 })];
}

/** Investment by screening curves: two plants and a price of what is not served. */
function screening(): readonly Row[] {
  const steps = 1001;
  const plan = new PeerPlan({
    horizon: mildHorizon(steps),
    units: [
      loadUnit(
        'load',
        Float64Array.from({ length: steps }, (_, i) => 1000 - i),
      ),
      plant('coal', 2 / steps),
      plant('gas', 12 / steps),
    ],
    sizes: { 'coal.rated': free(15), 'gas.rated': free(10) },
    shortPerKwh: 1012 / steps,
  });
  const source = `${PYPSA}, docs/examples/generation-investment-screening-curve.ipynb`;
  const row = (what: string, want: number, got: number, abs: number) =>
    compare({ id: 'PS-07', what: `screening curves: ${what}`, source }, want, got, { abs });
  return [
    row('coal', 500, plan.size('coal.rated'), 1),
    row('gas', 490, plan.size('gas.rated'), 1),
    row('not served at the peak', 10, most(plan.series('electricity short')), 1),
    row('cost', 14706.194, plan.solved.objective, 5e-4),
  ];
}

/** Storage beside wind, sun and a limited store of gas: first the least use of the store, which costs 1e11, then its size. */
function oemof(): readonly Row[] {
  const text = readText(fileURLToPath(new URL('../data/oe-01.csv.gz', import.meta.url)));
  const lines = text.trim().split('\n').slice(1);
  const column = (c: number) => Float64Array.from(lines, (line) => Number(line.split(',')[c]));
  const gasKwh = (194_397_000 * 400) / 8760;
  const site = {
    horizon: mildHorizon(400),
    units: [
      loadUnit('demand', column(0)),
      freeUnit('pv', column(1)),
      freeUnit('wind', column(2)),
      generatorUnit('gas', {
        rated: '1 kW',
        efficiency_full: '58 %',
        efficiency_half: '58 %',
        lhv_kwh_per_l: 10,
        fuel_price: '0 USD/L',
      }),
      batteryUnit('storage', {
        energy: '6 kWh',
        power: '1 kW',
        charge_efficiency: '100 %',
        discharge_efficiency: '80 %',
        soc_min: '0 %',
        capex_energy: '1 USD/kWh',
        cycles: 1e12,
      }),
    ],
    sizes: {
      'pv.peak': fixed(582_000),
      'wind.peak': fixed(1e6),
      'gas.rated': fixed(1e7),
      'storage.energy': { lower: 6851, upper: 1e8 },
      'storage.power': { lower: 0, upper: 1e8 },
    },
    shortPerKwh: 1e6,
    rules: [
      totalRule({
        number: 'X1',
        name: 'gas',
        unit: 'kWh',
        terms: [{ account: 'fuelKwh', factor: 1 }],
        allowedPerYear: (gasKwh * 8760) / 400,
        penalty: 1,
      }),
    ],
  };
  const within = (model: LinearModel): void => {
    const [energy, power] = [groupOf(model, 'size storage.energy').first, groupOf(model, 'size storage.power').first];
    // Power of each way is at most a sixth of the energy; ours shares one converter, and never uses both ways at once.
    const ratio = model.row('X2', 'a sixth', -INFINITE, 0);
    model.put(ratio, power, 1);
    model.put(ratio, energy, -1 / 6);
    // It begins and ends empty.
    const level = groupOf(model, 'storage energy');
    model.upper[level.first + level.count - 1] = 0;
  };
  const ways = ['storage charge', 'storage discharge'];
  const price = (model: LinearModel, perFlow: number): void => {
    for (const name of ways) {
      const { first, count } = groupOf(model, name);
      model.cost.fill(perFlow, first, first + count);
    }
  };
  const flows = new PeerPlan({
    ...site,
    change: (model) => {
      within(model);
      price(model, 1);
    },
  });
  const used = ways.reduce((sum, name) => sum + flows.total(name), 0);
  const sized = new PeerPlan({
    ...site,
    change: (model) => {
      within(model);
      price(model, 0);
      const row = model.row('X3', 'no more use', -INFINITE, used * (1 + 1e-9));
      for (const name of ways) {
        const { first, count } = groupOf(model, name);
        for (let k = 0; k < count; k++) model.put(row, first + k, 1);
      }
      model.cost[groupOf(model, 'size storage.energy').first] = 1;
    },
  });
  const invest = sized.size('storage.energy');
  const annuity = 1000 * crf(0.05, 20);
  const objective = 1e11 * used + annuity * (invest - 6851) + 50 * sized.total('gas power');
  const row = (what: string, want: number, got: number) =>
    compare(
      {
        id: 'OE-01',
        what: `storage beside wind and sun: ${what}`,
        source: 'oemof.solph, test_storage_investment.py; series of oemof.solph 0.6.5',
      },
      want,
      got,
      { rel: 1e-6 },
    );
  return [
    row('objective', 4.23167578261e17, objective),
    row('charged, kWh', 2_350_931, sized.total('storage charge')),
    row('discharged, kWh', 1_880_745, sized.total('storage discharge')),
    row('from gas, kWh', 5_148_414, sized.total('gas power')),
    row('added to the store, kWh', 2_040_000, invest - 6851),
  ];
}

/** Three hours ahead with and without a charge on the peak. */
function capacityCharge(): readonly Row[] {
  const plan = (perKw: number, soFarKw: number): PeerPlan =>
    new PeerPlan({
      horizon: mildHorizon(6, { stepH: 0.5 }),
      units: [
        loadUnit('load', Float64Array.of(1, 1, 5, 1, 1, 1)),
        batteryUnit('bess', {
          energy: '10 kWh',
          power: '20 kW',
          charge_efficiency: '100 %',
          discharge_efficiency: '100 %',
          soc_min: '0 %',
          capex_energy: '1 USD/kWh',
          cycles: 1e12,
        }),
        gridUnit('grid', {
          import_limit: '100 kW',
          tariff: {
            energy: '0.2 USD/kWh',
            demand_charges: [{ name: 'peak', price: `${perKw} USD/kW/month` }],
          },
        }),
      ],
      sizes: { 'bess.energy': fixed(10), 'bess.power': fixed(20), 'grid.import_limit': fixed(100) },
      change: (model) => {
        model.lower[groupOf(model, 'grid peak peak 2025-01').first] = soFarKw;
        const level = groupOf(model, 'bess energy');
        model.lower[level.first + level.count - 1] = 5;
        model.upper[level.first + level.count - 1] = 5;
      },
    });
  const drawn = (p: PeerPlan): number[] => p.series('grid import');
  const [none, charged, billed] = [plan(0, 0), plan(2, 0), plan(2, 20)].map(drawn);
  const about = (what: string) => ({
    id: 'EM-01',
    what: `peak ahead: ${what}`,
    source: 'EMHASS, tests/test_optimization.py, test_capacity_charge_*',
  });
  return [
    atMost(about('4 kW less the peak without a charge, kW'), 0, 4 - most(none!)),
    atMost(about('with 2 per kW, kW'), most(none!) - 1, most(charged!)),
    compare(about('with 20 kW billed already, as without a charge, kW'), none!, billed!, { abs: 1e-6 }),
  ];
}

export const balance: Suite = {
  title: 'The balance: cases of PyPSA, oemof.solph and EMHASS',
  about:
    'Cases of other planners in the parts of ours: batteries, generators, sun and grids write their rows, and HiGHS finds the least cost. What a case adds (a limit on gas, a peak that is billed already) is written beside them.',
  run: () => [...holding(), ...screening(), ...oemof(), ...capacityCharge()],
};

import { fileURLToPath } from 'node:url';
import { RESERVE_DEFAULTS, reserveRule } from '../../../src/balance/rules/reserve.ts';
import { totalRule } from '../../../src/balance/rules/total.ts';
import { batteryUnit, freeUnit, gridUnit, loadUnit, mildHorizon } from '../../../src/balance/testing/units.ts';
import { type Finance, plainFinance } from '../../../src/finance/basis.ts';
import { costPerUnitYear, levelFactor } from '../../../src/finance/ownedWorth.ts';
import { NO_TAX } from '../../../src/finance/tax.ts';
import { readText } from '../../../src/series/csv.ts';
import { atMost, compare, type Row } from '../row.ts';
import type { Suite } from '../suite.ts';
import { constant, fixed, free, groupOf, most, PeerPlan, plant } from './balanceSite.ts';

const REOPT = 'NREL REopt.jl';

const NET_METERING = `${REOPT} 029db01, test/scenarios/net_metering.json and test/runtests.jl`;

/** Production of a kW of sun at Anchorage, hour by hour. */
function sunOfYear(): Float64Array {
  const text = readText(fileURLToPath(new URL('../data/re-11.csv.gz', import.meta.url)));
  return Float64Array.from(text.trim().split('\n').slice(1), Number);
}

/** The finance of the case: credit, accelerated write-off with bonus, growing prices; what it does not say are REopt's defaults. */
const TAXED: Finance = {
  ...plainFinance(0.0624, 25),
  kind: 'nominal',
  escalationShare: { energy: 0.02, fuel: 0, upkeep: 0.025, carbon: 0, water: 0, equipment: 0 },
  tax: {
    ...NO_TAX,
    rateShare: 0.26,
    depreciation: { method: 'macrs', years: 5 },
    bonusShare: 0.4,
    creditShare: 0.3,
    creditBasisShare: 0.5,
  },
};

/** Net metering up to 30 kW, and none above it. */
function netMetering(): readonly Row[] {
  const sun = sunOfYear();
  const load = loadUnit('load', constant(8760, 10));
  const money = costPerUnitYear({ capexMoney: 2685, opexMoneyPerYear: 25, lifeYears: 25 }, TAXED);
  const energy = levelFactor(TAXED, 'energy');
  const horizon = { ...mildHorizon(8760), level: { energy, fuel: 1, water: 1, carbonPerKg: 0 } };
  const grid = (exporting: Record<string, unknown>) =>
    gridUnit('grid', { import_limit: '1 MW', tariff: { energy: '0.2106 USD/kWh' }, ...exporting });
  const netted = new PeerPlan({
    horizon,
    units: [load, freeUnit('pv', sun), grid({ export_limit: '1 MW', export: { rule: 'net_metering' } })],
    sizes: { 'pv.peak': { lower: 0, upper: 30, money }, 'grid.import_limit': fixed(1000) },
  });
  const worth = energy * 0.2106 * sun.reduce((a, b) => a + b, 0) - money;
  const above = new PeerPlan({
    horizon,
    // Nothing is paid for what is sold, so that REopt has nowhere to sell it.
    units: [load, freeUnit('pv', sun), grid({})],
    sizes: { 'pv.peak': { lower: 50, upper: 100_000, money }, 'grid.import_limit': fixed(1000) },
    rules: [
      totalRule({
        number: 'X1',
        name: 'renewable share',
        unit: 'kWh',
        terms: [
          { account: 'suppliedKwh', factor: 0.35 },
          { account: 'renewableKwh', factor: -1 },
        ],
        allowedPerYear: 0,
        penalty: 1,
      }),
    ],
  });
  const used = above.series('pv used');
  const sold = used.reduce((sum, kw) => sum + Math.max(0, kw - 10), 0);
  const note = 'modules do not age in ours';
  const about = (id: string, what: string) => ({ id, what, source: NET_METERING, note });
  return [
    compare(about('RE-11', 'sun under net metering up to 30 kW, kW'), 30, netted.size('pv.peak'), { abs: 1e-3 }),
    compare(
      {
        id: 'RE-11',
        what: 'worth of one more kW under net metering, USD a year after tax',
        source: 'closed form: price x yield - yearly cost',
      },
      worth,
      -netted.solved.columnDuals[0]!,
      { rel: 1e-4 },
    ),
    compare(about('RE-12', 'no net metering above 30 kW and nothing paid: sun to the grid, kWh'), 0, sold, {
      abs: 1e-3,
    }),
    compare(
      {
        id: 'RE-12',
        what: 'sun for 35 % of what the load takes, the rest curtailed, kW',
        source: 'root of sum of min(load, size x factor) = 0.35 x load',
      },
      leastSize(sun, 10, 0.35),
      above.size('pv.peak'),
      { rel: 1e-6 },
    ),
  ];
}

/** Least size whose sun, curtailed to the load, is a share of it. */
function leastSize(sun: Float64Array, loadKw: number, share: number): number {
  let [low, high] = [0, 1e5];
  for (let n = 0; n < 100; n++) {
    const size = (low + high) / 2;
    const used = sun.reduce((sum, factor) => sum + Math.min(loadKw, size * factor), 0);
    if (used < share * loadKw * sun.length) low = size;
    else high = size;
  }
  return high;
}

/** A generator that carries its load and not a tenth of it in reserve. */
function impossible(): readonly Row[] {
  const site = {
    horizon: mildHorizon(24),
    units: [loadUnit('load', constant(24, 100)), plant('gensets', 0.3)],
    sizes: { 'gensets.rated': fixed(100) },
    rules: [reserveRule({ ...RESERVE_DEFAULTS, hours: 1 })],
  };
  const hard = new PeerPlan({
    ...site,
    change: (model) => {
      for (const group of model.columnGroups) {
        if (group.slack) model.upper.fill(0, group.first, group.first + group.count);
      }
    },
  });
  const soft = new PeerPlan(site);
  const { status } = hard.solved;
  const about = { id: 'RE-15', source: `${REOPT}, scenarios/off_grid.json, scenario 3` };
  return [
    {
      ...about,
      what: 'a generator as large as its load, with a tenth in reserve',
      reference: 'infeasible',
      ours: status,
      difference: '',
      tolerance: '',
      verdict: status === 'infeasible' ? 'ok' : 'red',
    },
    compare(
      {
        ...about,
        what: 'with named slack: reserve of power missed in every hour, kW',
        source: 'closed form: 110 - 100',
      },
      new Array<number>(24).fill(10),
      soft.series('reserve of power missed'),
      { abs: 1e-6 },
    ),
  ];
}

/** Twelve outages of 169 h, of which 168 must be served; what is not served is worth less than fuel. */
function outages(): readonly Row[] {
  const [count, hours, must] = [12, 169, 168];
  const plan = new PeerPlan({
    horizon: mildHorizon(count * hours, { blocks: Array.from({ length: count }, (_, b) => b * hours) }),
    units: [loadUnit('load', constant(count * hours, 1)), plant('gensets', 0.17)],
    sizes: { 'gensets.rated': free(1) },
    shortPerKwh: 0.001,
    change: (model) => {
      const { first } = groupOf(model, 'electricity short');
      for (let k = 0; k < count * hours; k++) if (k % hours < must) model.upper[first + k] = 0;
    },
  });
  const source = `${REOPT}, scenarios/nogridcost_minresilhours.json`;
  return [
    compare(
      { id: 'RE-16', what: '12 outages of 169 h, 168 h to be served: not served, kWh', source },
      12,
      plan.total('electricity short'),
      {
        abs: 1e-6,
      },
    ),
  ];
}

/** A day ahead with peaks that are billed already. */
function dayAhead(): readonly Row[] {
  const sun = [0, 0, 0, 0, 0, 0, 0, 0.05, 0.1, 0.15, 0.3, 0.6, 0.5, 0.3, 0.02, 0.01, 0.005, 0, 0, 0, 0, 0, 0, 0];
  const price = (name: string, from: number, to: number, usd: number) => ({
    name,
    hours: [[from, to]],
    price: `${usd} USD/kWh`,
  });
  const plan = new PeerPlan({
    horizon: mildHorizon(24),
    units: [
      loadUnit('load', constant(24, 100)),
      freeUnit('pv', Float64Array.from(sun)),
      batteryUnit('bess', { energy: '60 kWh', power: '30 kW', capex_energy: '1 USD/kWh', cycles: 1e12 }),
      // Fuel at 0.17 USD/kWh is dearer than the grid by day and cheaper than its evening.
      plant('gensets', 0.17),
      gridUnit('grid', {
        import_limit: '1 MW',
        export_limit: '1 MW',
        export: { rule: 'net_billing', price: '0.05 USD/kWh' },
        tariff: {
          energy: '0.1 USD/kWh',
          periods: [
            price('day', 6, 13, 0.15),
            price('evening', 13, 16, 0.2),
            price('top', 16, 17, 0.3),
            price('late', 17, 20, 0.2),
          ],
          demand_charges: [
            { name: 'month', price: '10 USD/kW/month' },
            { name: 'late', price: '15 USD/kW/month', hours: [[15, 24]] },
          ],
        },
      }),
    ],
    sizes: {
      'pv.peak': fixed(150),
      'bess.energy': fixed(60),
      'bess.power': fixed(30),
      'gensets.rated': fixed(30),
      'grid.import_limit': fixed(1000),
    },
    change: (model) => {
      model.lower[groupOf(model, 'grid peak month 2025-01').first] = 98;
      model.lower[groupOf(model, 'grid peak late 2025-01').first] = 97;
      model.upper[groupOf(model, 'grid import').first + 9] = 90;
    },
  });
  const drawn = plan.series('grid import');
  const about = (what: string) => ({
    id: 'RE-18',
    what: `a day ahead: ${what}`,
    source: `${REOPT}, scenarios/mpc.json`,
  });
  return [
    atMost(about('highest draw in hours 1 to 15, kW'), 98, most(drawn.slice(0, 15))),
    atMost(about('highest draw in hours 16 to 24, kW'), 97, most(drawn.slice(15))),
    atMost(about('draw in hour 10, kW'), 90, drawn[9]!),
    atMost(about('energy to the grid, kWh'), 0, plan.total('grid export')),
    atMost(about('not served, kWh'), 0, plan.total('electricity short')),
  ];
}

export const balanceReopt: Suite = {
  title: 'The balance: cases of REopt',
  about:
    'The same with cases of REopt: net metering with a limit, a reserve that cannot be held, outages of which a part may be lost, and a day ahead with peaks that are billed already.',
  run: () => [...netMetering(), ...impossible(), ...outages(), ...dayAhead()],
};

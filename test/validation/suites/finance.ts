import { type Finance, plainFinance } from '../../../src/finance/basis.ts';
import { presentWorthFactor } from '../../../src/finance/crf.ts';
import { levelisedCost } from '../../../src/finance/levelised.ts';
import type { OwnedCost } from '../../../src/finance/owned.ts';
import { ownedWorth, worthOf } from '../../../src/finance/ownedWorth.ts';
import { lifeCycleCost, projectPayments } from '../../../src/finance/project.ts';
import { NO_TAX, type Tax } from '../../../src/finance/tax.ts';
import { outagesOfYear } from '../../../src/plan/reliability/outage.ts';
import { compare, type Row } from '../row.ts';
import type { Suite } from '../suite.ts';

const ERP = 'NREL REopt.jl 029db01, test/scenarios/erp_gens_batt_pv_wind_reopt_results.json, saved results';

/** REopt counts in nominal money: rates as given, prices of replacements too. */
function nominal(
  rateShare: number,
  years: number,
  tax: Partial<Tax>,
  escalation: Partial<Finance['escalationShare']>,
): Finance {
  const plain = plainFinance(rateShare, years);
  return {
    ...plain,
    kind: 'nominal',
    escalationShare: { ...plain.escalationShare, ...escalation },
    tax: { ...NO_TAX, replacementsExpensed: true, ...tax },
  };
}

/** A generator of an off-grid site, replaced as an expense of its tenth year, and other capital written off in equal parts. */
function offGrid(): readonly Row[] {
  const about = { source: 'NREL REopt.jl 029db01, test/runtests.jl, OffGrid scenario 2' };
  const generator = nominal(0.08, 20, { rateShare: 0.26 }, {});
  const other = nominal(0.08, 20, { rateShare: 0.26, depreciation: { method: 'straight-line', years: 20 } }, {});
  const sets = ownedWorth({ capexMoney: 70_000, opexMoneyPerYear: 0, lifeYears: 10 }, generator);
  const rest = ownedWorth({ capexMoney: 3_000, opexMoneyPerYear: 0, lifeYears: 20 }, other);
  const first = sets.capexMoney + rest.capexMoney;
  const life = sets.totalMoney + rest.totalMoney;
  const expected = 100 * (700 + 324.235442 * (1 - 0.26)) + 2617.092;
  return [
    compare({ ...about, id: 'RE-14', what: 'initial capital, USD' }, 73_000, first, { abs: 0.005 }),
    compare({ ...about, id: 'RE-14', what: 'capital with replacement and depreciation, USD' }, expected, life, {
      abs: 0.1,
    }),
    compare(
      { ...about, id: 'RE-14', what: 'replacement today after tax, USD' },
      100 * 324.235442 * (1 - 0.26),
      sets.replacementMoney + sets.taxMoney,
      { abs: 0.1 },
    ),
  ];
}

const MACRS: Partial<Tax> = { rateShare: 0.4, depreciation: { method: 'macrs', years: 5 }, creditBasisShare: 0.5 };

/** The saved plan of a hospital: sun, wind, generator and a battery whose cells and inverter are replaced in year 10. */
function hospital(): readonly Row[] {
  const upkeep = { upkeep: 0.025, energy: 0.026 };
  const battery: OwnedCost = {
    capexMoney: 50 * 1000 + 1000 * 500,
    opexMoneyPerYear: 0,
    lifeYears: 10,
    // Its replacement is given as 50 x 460 + 1,000 x 230 USD of year 10.
    priceEscalationShare: (253_000 / 550_000) ** 0.1 - 1,
  };
  const bought = nominal(0.081, 20, { ...MACRS, bonusShare: 0.4 }, upkeep);
  const store = ownedWorth(battery, bought).totalMoney - 5_000;
  const replaced = ownedWorth(battery, bought).replacementMoney * 0.6;
  const bills = lifeCycleCost(
    projectPayments(
      {
        assets: [],
        costs: [
          { id: 'energy', part: 'energy', column: 'energy', moneyPerYear: 67_703.54 },
          { id: 'demand', part: 'energy', column: 'energy', moneyPerYear: 31_230.24 },
          { id: 'upkeep', part: 'energy', column: 'upkeep', moneyPerYear: 7_200 },
        ],
      },
      bought,
    ),
    bought,
  );
  const credited = nominal(0.081, 20, { ...MACRS, bonusShare: 0.8, creditShare: 0.3 }, upkeep);
  const lcoe = (perKw: number, upkeepPerKw: number, loss: number): number => {
    const cost = ownedWorth({ capexMoney: 100 * perKw, opexMoneyPerYear: 100 * upkeepPerKw, lifeYears: 20 }, credited);
    const kwh = Array.from({ length: 20 }, (_, n) => ({ year: n + 1, money: 138_943 * (1 - loss) ** n }));
    return levelisedCost(cost.totalMoney, worthOf(kwh, 0.081)) ?? Number.NaN;
  };
  const row = (what: string, reference: number, ours: number, abs: number, note?: string): Row =>
    compare({ id: 'RE-ERP', what, source: ERP, ...(note === undefined ? {} : { note }) }, reference, ours, { abs });
  return [
    row(
      'battery: purchase, replacement, depreciation and rebate, USD',
      426_424.945,
      store,
      0.06,
      'prices are rounded to four digits per kWh and kW there',
    ),
    row('replacement of year 10 today after tax, USD', 69_665.0306, replaced, 0.05),
    row(
      'energy and demand charges and O&M over 20 years after tax, USD',
      491_113.38 + 226_540.41 + 51_782.7168,
      bills,
      0.45,
      'factors are rounded to five digits there, yearly charges to cents',
    ),
    row('LCOE of wind at 2,766 USD/kW, USD/kWh', 0.1035, lcoe(2766, 35, 0), 5e-5),
    row('LCOE of sun at 1,592 USD/kW, USD/kWh', 0.06, lcoe(1592, 17, 0.005), 5e-5),
  ];
}

/** Load that an outage of one hour and one of five do not serve, at 1 USD/kWh over the years of the project. */
function lostLoad(): readonly Row[] {
  const about = { source: 'NREL REopt.jl 029db01, test/scenarios/nogridcost_multiscenario.json and test/runtests.jl' };
  const note = 'with the present worth factor rounded to five digits, as there';
  const factor = Math.round(presentWorthFactor(25, 0.019, 0.0564) * 1e5) / 1e5;
  const year = {
    loadKw: new Float64Array(8760).fill(10),
    freeKw: new Float64Array(8760),
    chargeKwh: new Float64Array(8760),
  };
  // The outages begin in step 8758, counted from 1, and go on into the new year.
  const lost = [1, 5].map((hours) => outagesOfYear(year, { generators: [] }, hours).unservedKwh[8757]!);
  const cost = factor * lost.reduce((sum, kwh) => sum + 0.5 * kwh, 0);
  return [
    compare({ ...about, id: 'RE-17', what: 'load not served in both outages, kWh' }, 60, lost[0]! + lost[1]!, {
      abs: 1e-6,
    }),
    compare({ ...about, id: 'RE-17', what: 'expected cost of outages, USD', note }, 485.4327, cost, { abs: 1e-5 }),
    compare({ ...about, id: 'RE-17', what: 'cost of the first hour, USD', note }, 161.8109, factor * 10, { abs: 1e-5 }),
  ];
}

export const finance: Suite = {
  title: 'Money over years',
  about:
    'Purchase, replacement, depreciation, credit, escalating bills and lost load of whole REopt scenarios, as this product’s cash flows count them.',
  run: () => [...offGrid(), ...hospital(), ...lostLoad()],
};

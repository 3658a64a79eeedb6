import { realDiscount } from '../finance/basis.ts';
import { annuityFactor } from '../finance/crf.ts';
import { lcotByService, type ServiceLcot, type ServiceYear } from '../finance/lcot.ts';
import { levelisedCost } from '../finance/levelised.ts';
import {
  lifeCycleCost,
  type Part,
  type ProjectAsset,
  type ProjectCost,
  type ProjectPayment,
  projectPayments,
  type YearRow,
  yearTable,
} from '../finance/project.ts';
import { partOf, usersOf } from '../site/assets.ts';
import type { Dispatch } from './dispatch.ts';
import type { PlanProblem } from './problem.ts';
import type { Sizing } from './sizing.ts';

/** A size of the plan. */
export interface PlannedSize {
  readonly unitId: string;
  readonly key: string;
  readonly unit: string;
  readonly size: number;
  readonly free: boolean;
  readonly lower: number;
  readonly upper: number;
  readonly capexMoney: number;
  /** Level yearly cost of owning it. */
  readonly costPerYear: number;
  /** Where the price comes from. */
  readonly source: string;
}

/** A mean year of the plan. */
export interface PlannedYear {
  readonly itKwh: number;
  readonly coolingKwh: number;
  /** What left the sources and stores for the site's bus, less what went into stores. */
  readonly suppliedKwh: number;
  readonly importKwh: number;
  readonly exportKwh: number;
  readonly renewableKwh: number;
  readonly fuelKwh: number;
  readonly co2Kg: number;
  readonly waterL: number;
  readonly outputTokens: number;
  readonly unservedRequests: number;
  readonly arrivedRequests: number;
  /** Renewable energy over all that was supplied from outside the stores, 0..1. */
  readonly renewableShare: number;
}

/** What a plan comes to. */
export interface PlanFigures {
  readonly sizes: readonly PlannedSize[];
  readonly year: PlannedYear;
  /** Level yearly cost, money of the price year: owning by part, running (penalties left out), and both bounds of the whole. */
  readonly yearly: {
    readonly owning: Readonly<Record<Part, number>>;
    readonly runningMoney: number;
    readonly totalMoney: number;
    readonly lowerMoney: number;
    readonly upperMoney: number;
  };
  readonly payments: readonly ProjectPayment[];
  readonly cashFlow: readonly YearRow[];
  readonly lifeCycleMoney: number;
  readonly capexMoney: number;
  /** Per million output tokens; undefined without any. */
  readonly lcotPerMtoken: number | undefined;
  readonly services: readonly ServiceLcot[];
}

/** Money, energy, water and tokens of a sizing, per mean year and over the project. */
export function figuresOf(problem: PlanProblem, sizing: Sizing): PlanFigures {
  const { site, balance, choices } = problem;
  const { finance } = site;
  const units = new Map(site.units.map((unit) => [unit.id, unit]));
  const sizes = problem.sizes.map((size, i): PlannedSize => {
    const { lower, upper, costPerYear } = choices[i]!;
    const value = sizing.sizes[i]!;
    return {
      unitId: size.unitId,
      key: size.key,
      unit: size.unit,
      size: value,
      free: upper > lower,
      lower,
      upper,
      capexMoney: value * size.capexMoney,
      costPerYear: value * costPerYear,
      source: size.source,
    };
  });
  const year = yearOf(problem, sizing);
  const assets: ProjectAsset[] = sizes.flatMap((s, i) => {
    const { capexMoney, opexMoneyPerYear, rentMoneyPerYear, ...rest } = problem.sizes[i]!;
    if (s.size <= 0) return [];
    return [
      {
        ...rest,
        id: s.unitId,
        part: partOf(units.get(s.unitId)!),
        capexMoney: capexMoney * s.size,
        opexMoneyPerYear: opexMoneyPerYear * s.size,
        ...(rentMoneyPerYear === undefined ? {} : { rentMoneyPerYear: rentMoneyPerYear * s.size }),
      },
    ];
  });
  const costs = costsOf(problem, sizing.dispatch);
  const payments = projectPayments({ assets, costs }, finance);
  const owning: Record<Part, number> = { chips: 0, energy: 0, cooling: 0, people: 0, network: 0 };
  for (const s of sizes) owning[partOf(units.get(s.unitId)!)] += s.costPerYear;
  owning.people = finance.peopleMoneyPerYear;
  owning.network = finance.networkMoneyPerYear;
  const fixed = owning.people + owning.network;
  const runningMoney = (sizing.dispatch.money - sizing.dispatch.penaltyMoney) / balance.years;
  const lifeCycleMoney = lifeCycleCost(payments, finance);
  const worth = year.outputTokens * annuityFactor(realDiscount(finance), finance.years);
  return {
    sizes,
    year,
    yearly: {
      owning,
      runningMoney,
      totalMoney: Object.values(owning).reduce((a, b) => a + b, 0) + runningMoney,
      lowerMoney: sizing.lower / balance.years + fixed,
      upperMoney: sizing.upper / balance.years + fixed,
    },
    payments,
    cashFlow: yearTable(payments, finance),
    lifeCycleMoney,
    capexMoney: sizes.reduce((sum, s) => sum + s.capexMoney, 0),
    lcotPerMtoken: levelisedCost(lifeCycleMoney * 1e6, worth),
    services: lcotByService(payments, servicesOf(problem, sizing), finance, (id) => usersOf(site, id)),
  };
}

function yearOf({ balance, services, horizon }: PlanProblem, { dispatch }: Sizing): PlannedYear {
  const account = (name: Parameters<typeof dispatch.accounts.get>[0]) =>
    (dispatch.accounts.get(name) ?? 0) / balance.years;
  const stepH = horizon.grid.stepMs / 3_600_000;
  const energy = (suffix: string): number => {
    let sum = 0;
    for (const c of dispatch.columns.values()) {
      if (c.name.endsWith(` ${suffix}`) && c.unit === 'kW') for (const v of c.values) sum += v * stepH;
    }
    return sum / balance.years;
  };
  const arrived = services.reduce((sum, s) => {
    let own = 0;
    for (const v of horizon.arrivals(s.profile.id)!) own += v * stepH * 3600;
    return sum + own / balance.years;
  }, 0);
  const [importKwh, renewableKwh, generatorKwh] = [energy('import'), account('renewableKwh'), energy('power')];
  const sourced = importKwh + renewableKwh + generatorKwh;
  return {
    itKwh: account('energyKwh'),
    coolingKwh: account('coolingKwh'),
    suppliedKwh: sourced - energy('export') + energy('discharge') - energy('charge'),
    importKwh,
    exportKwh: energy('export'),
    renewableKwh,
    fuelKwh: account('fuelKwh'),
    co2Kg: account('co2Kg'),
    waterL: account('waterL'),
    outputTokens: account('outputTokens'),
    unservedRequests: account('unservedRequests'),
    arrivedRequests: arrived,
    renewableShare: sourced > 0 ? renewableKwh / sourced : 0,
  };
}

/** What a dispatch pays for energy, fuel and water, as the twin meters it: money of the price year over the whole horizon. */
export function meteredMoney(problem: PlanProblem, dispatch: Dispatch): number {
  const metered = costsOf(problem, dispatch).filter(({ column }) => METERED.includes(column));
  return problem.balance.years * metered.reduce((sum, { moneyPerYear }) => sum + Number(moneyPerYear), 0);
}

const METERED: readonly ProjectCost['column'][] = ['energy', 'fuel', 'water'];

/** Yearly costs in money of the price year: what the dispatch paid, before its levelling over the project. */
function costsOf({ site, horizon, balance, factors }: PlanProblem, dispatch: Dispatch): ProjectCost[] {
  const { finance } = site;
  const level = horizon.level ?? { energy: 1, fuel: 1, water: 1, carbonPerKg: 0 };
  const co2Kg = (dispatch.accounts.get('co2Kg') ?? 0) / balance.years;
  let [fuel, water, all] = [0, 0, 0];
  for (const c of dispatch.columns.values()) {
    if (c.slack) continue;
    all += c.money;
    if (c.name.endsWith(' power')) fuel += c.money;
    if (c.unit === 'L/h') water += c.money;
  }
  for (const c of dispatch.single) all += c.money;
  // Priced carbon stands in the price of fuel and of bought energy.
  const fuelCo2Kg = (dispatch.accounts.get('fuelCo2Kg') ?? 0) / balance.years;
  const fuelMoney = fuel / balance.years - level.carbonPerKg * fuelCo2Kg;
  const billMoney = (all - fuel - water) / balance.years - level.carbonPerKg * (co2Kg - fuelCo2Kg);
  // Levelled money over its level is money of today; a price that was multiplied stays so.
  const today = (money: number, levelled: number, factor = 1): number =>
    levelled > 0 ? (money * factor) / levelled : 0;
  return [
    { id: 'grid', part: 'energy', column: 'energy', moneyPerYear: today(billMoney, level.energy, factors.energy) },
    { id: 'fuel', part: 'energy', column: 'fuel', moneyPerYear: today(fuelMoney, level.fuel, factors.fuel) },
    {
      id: 'carbon',
      part: 'energy',
      column: 'carbon',
      moneyPerYear: (finance.carbonMoneyPerT * co2Kg) / 1000,
    },
    { id: 'water', part: 'cooling', column: 'water', moneyPerYear: today(water / balance.years, level.water) },
    { id: 'people', part: 'people', column: 'upkeep', moneyPerYear: finance.peopleMoneyPerYear },
    { id: 'network', part: 'network', column: 'upkeep', moneyPerYear: finance.networkMoneyPerYear },
  ];
}

function servicesOf({ site, services, balance }: PlanProblem, { dispatch }: Sizing): ServiceYear[] {
  const of = (what: 'itKwh' | 'input' | 'output', id: string) =>
    (dispatch.accounts.get(`${what} of ${id}`) ?? 0) / balance.years;
  return services.map(({ profile: { id } }) => {
    const market = site.finance.market.find((m) => m.service === id);
    return {
      id,
      inputTokens: of('input', id),
      outputTokens: of('output', id),
      itKwh: of('itKwh', id),
      ...(market === undefined ? {} : { market }),
    };
  });
}

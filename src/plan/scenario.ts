import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { JoulewrightError, printFault } from '../errors/error.ts';
import type { Finance } from '../finance/basis.ts';
import { weatherOf } from '../simulate/air.ts';
import { type Edit, editedText } from '../site/edit.ts';
import { checkText } from '../site/load.ts';
import type { Site } from '../site/site.ts';
import { scaleIrradiance } from '../weather/year.ts';
import { scaled } from '../workload/rate.ts';
import { type Service, withRate } from '../workload/service.ts';
import { refuseExclusion } from './exclusion.ts';
import { explainPlan } from './explain.ts';
import { figuresOf } from './figures.ts';
import { type Factors, type PlanProblem, problemOf, type SizeBounds } from './problem.ts';
import { type Sizing, sizeSite } from './sizing.ts';
import { survivalOf } from './survival.ts';

/** A question to the planner: a site file, changed, under other inputs. Plain data, so that it may go to any machine. */
export interface Scenario {
  readonly id: string;
  readonly label: string;
  readonly siteFile: string;
  readonly edits: readonly Edit[];
  readonly factors: Factors;
  /** Gap asked for, a share; days of the year looked at, all when left out. */
  readonly gap: number;
  readonly days?: number;
}

/** What came out of a scenario: faults in words where there is no plan. */
export interface ScenarioOutcome {
  readonly id: string;
  readonly label: string;
  readonly faults: readonly string[];
  readonly figures?: ScenarioFigures;
}

export interface ScenarioFigures {
  readonly sizes: readonly {
    readonly unitId: string;
    readonly key: string;
    readonly unit: string;
    readonly size: number;
    readonly free: boolean;
  }[];
  readonly yearlyMoney: number;
  readonly capexMoney: number;
  readonly lcotPerMtoken: number | undefined;
  readonly lowerMoney: number;
  readonly gapShare: number;
  readonly co2Kg: number;
  readonly waterL: number;
  readonly renewableShare: number;
  readonly outputTokens: number;
  readonly suppliedKwh: number;
  /** Requests not served over those that arrived. */
  readonly unservedShare: number;
  /** Hours a year without supply that the grid's unannounced outages leave; left out where the site expects none, or has no grid. */
  readonly loleHPerYear?: number;
  /** What is short at worst, when and why, in words; left out where nothing is. */
  readonly short?: string;
  readonly seconds: number;
}

/** The site of a scenario; undefined with its faults where the change makes no sense. */
export function scenarioSite(scenario: Scenario): { readonly site?: Site; readonly faults: readonly string[] } {
  const text = editedText(readFileSync(scenario.siteFile, 'utf8'), scenario.edits);
  const { site, faults } = checkText(text, dirname(scenario.siteFile), basename(scenario.siteFile));
  return { ...(site === undefined ? {} : { site }), faults: faults.map(printFault) };
}

/** The problem of a site under factors. */
export function factoredProblem(site: Site, free: readonly SizeBounds[], factors: Factors, days?: number): PlanProblem {
  const { demand = 1, irradiance = 1, discount = 0 } = factors;
  const services = site.services.map((s): Service => (demand === 1 ? s : withRate(s, scaled(s.rate, demand))));
  const finance: Finance = { ...site.finance, rateShare: site.finance.rateShare + discount };
  const other: Site = { ...site, finance: { ...site.finance, ...finance } };
  const weather = weatherOf(site);
  return problemOf(other, {
    years: [irradiance === 1 ? weather : scaleIrradiance(weather, irradiance)],
    free,
    services,
    factors,
    ...(days === undefined ? {} : { days }),
  });
}

/** Plans a scenario on the threads given. Never throws for what a scenario may say. */
export async function planScenario(scenario: Scenario, jobs: number): Promise<ScenarioOutcome> {
  const { id, label } = scenario;
  try {
    const { site, faults } = scenarioSite(scenario);
    if (site === undefined) return { id, label, faults };
    const problem = factoredProblem(site, site.free, scenario.factors, scenario.days);
    await refuseExclusion(problem);
    const sizing = await sizeSite(problem, { gap: scenario.gap, jobs });
    return { id, label, faults: [], figures: summary(problem, sizing) };
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
    return { id, label, faults: error.faults.map(printFault) };
  }
}

/** What is told of a plan among many. */
export function summary(problem: PlanProblem, sizing: Sizing): ScenarioFigures {
  const { sizes, yearly, year, capexMoney, lcotPerMtoken } = figuresOf(problem, sizing);
  const [short] = explainPlan(problem, sizing).short;
  // As a plan is tried out: what the reserve protects must go on.
  const { risk } = survivalOf(problem, sizing, 24, problem.balance.reserve?.share ?? 1);
  return {
    sizes: sizes.map(({ unitId, key, unit, size, free }) => ({ unitId, key, unit, size, free })),
    yearlyMoney: yearly.totalMoney,
    capexMoney,
    lcotPerMtoken,
    lowerMoney: yearly.lowerMoney,
    gapShare: sizing.gapShare,
    co2Kg: year.co2Kg,
    waterL: year.waterL,
    renewableShare: year.renewableShare,
    outputTokens: year.outputTokens,
    suppliedKwh: year.suppliedKwh,
    unservedShare: year.arrivedRequests > 0 ? year.unservedRequests / year.arrivedRequests : 0,
    ...(short === undefined ? {} : { short }),
    ...(risk === undefined ? {} : { loleHPerYear: risk.loleHPerYear }),
    seconds: sizing.seconds,
  };
}

import { basename, dirname } from 'node:path';
import { loadCatalog } from '../catalog/load.ts';
import { JoulewrightError } from '../errors/error.ts';
import { zoneOf } from '../series/zone.ts';
import { CALENDAR_YEAR } from '../simulate/period.ts';
import { simulate } from '../simulate/simulate.ts';
import { type Edit, editedText } from '../site/edit.ts';
import { checkText } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import type { Site } from '../site/site.ts';
import { conditionsOn } from '../weather/conditions.ts';
import { generateWeather } from '../weather/generate.ts';
import type { WeatherYear } from '../weather/year.ts';
import { planByYear, type YearOfPlan } from './byYear.ts';
import type { Plan } from './plan.ts';
import { type PlanReplay, replayPlan } from './replay.ts';
import { type PlanSurvival, survivalOf } from './survival.ts';

/** A weather year that the sizing did not see, lived through by the twin with the outages that nobody announced. */
export interface UnseenYear {
  readonly name: string;
  /** Energy wanted by the facility and not delivered, kWh, and hours in which some was missing. */
  readonly shortKwh: number;
  readonly shortHours: number;
  /** Share of the hours of the year with loss of load: LOLP. */
  readonly lolp: number;
  readonly requestsShedShare: number;
  readonly fuelKwh: number;
  readonly generatorHours: number;
}

/** What is looked at after every sizing. */
export interface PlanProof {
  readonly byYear: readonly YearOfPlan[];
  readonly survival: PlanSurvival;
  /** The twin with the plan's set points, outages that nobody announced left out. */
  readonly replay: PlanReplay;
  readonly unseen: readonly UnseenYear[];
}

export interface ProofOptions {
  /** Longest outage looked at, h; 24 when left out. */
  readonly hours?: number;
  /** Generated years beside the plan's; 2 when left out, none where the site has weather files of its own. */
  readonly unseen?: number;
  readonly onProgress?: (about: string) => void;
}

/** Seeds of years that no plan was made for begin so far behind the site's own. */
const UNSEEN_SEED = 1000;
const STEP_MS = 900_000;

/** The site as designed, with further changes. @throws JoulewrightError when the design has faults */
export function designedSite(plan: Plan, edits: readonly Edit[] = []): Site {
  const { file } = plan.site;
  const { site, faults } = checkText(editedText(plan.design(file), edits), dirname(file), basename(file));
  if (site === undefined) throw new JoulewrightError(faults);
  return site;
}

/**
 * What an investor asks after the sizes: how each weather year goes, how long the site lasts without the grid, whether the
 * twin's physics does what the plan says, and what is lost in years that the sizing did not see, with unannounced outages.
 *
 * @throws JoulewrightError when the design has faults
 */
export function proofOf(plan: Plan, options: ProofOptions = {}): PlanProof {
  const { problem, chosen } = plan;
  const tell = options.onProgress ?? (() => undefined);
  tell('outages from every hour');
  const survival = survivalOf(problem, chosen, options.hours ?? 24, problem.balance.reserve?.share ?? 1);
  tell('the twin with the plan’s set points');
  const quiet = designedSite(
    plan,
    (plan.site.parsed.grid ?? []).flatMap(({ outages }, g) =>
      (['unannounced', 'replay'] as const)
        .filter((kind) => outages?.[kind] !== undefined)
        .map((kind) => ({ path: ['grid', g, 'outages', kind] })),
    ),
  );
  const replay = replayPlan(problem, chosen.dispatch, plantOf(quiet, problem.services), 0);
  const site = designedSite(plan);
  const unseen = unseenYears(site, options.unseen ?? 2).map(({ name, weather }) => {
    tell(`unseen weather, ${name}`);
    return live(site, problem.services, name, weather);
  });
  return { byYear: planByYear(problem, chosen), survival, replay, unseen };
}

function unseenYears(site: Site, count: number): { readonly name: string; readonly weather: WeatherYear }[] {
  if (site.weather.kind !== 'climate') return [];
  const climate = loadCatalog().climates.get(site.weather.climate)!;
  const { seed } = site.weather;
  return Array.from({ length: count }, (_, i) => ({
    name: `seed ${seed + UNSEEN_SEED + i}`,
    weather: generateWeather(climate, seed + UNSEEN_SEED + i, { yearToYear: 1 }),
  }));
}

/** A year of the designed site under the plain policy, whose batteries and generators know nothing of what comes. */
function live(site: Site, services: Plan['problem']['services'], name: string, weather: WeatherYear): UnseenYear {
  const zone = zoneOf(site.context.zone);
  const startMs = zone.instant(CALENDAR_YEAR, 1, 1);
  const count = Math.round((zone.instant(CALENDAR_YEAR + 1, 1, 1) - startMs) / STEP_MS);
  const grid = { startMs, stepMs: STEP_MS, count };
  const run = simulate({
    plant: plantOf(site, services),
    currency: site.money.currency,
    grid,
    conditions: conditionsOn(weather, site.context, grid),
    rates: services.map((s) => s.rate),
    policy: 'siloed',
  });
  const totals = run.tally.totals();
  const short = run.ledger.get('site.shortKw');
  let steps = 0;
  for (const kw of short) if (kw > 1e-6) steps++;
  return {
    name,
    shortKwh: totals.shortKwh,
    shortHours: (steps * STEP_MS) / 3_600_000,
    lolp: steps / count,
    requestsShedShare: totals.requestsOffered > 0 ? totals.requestsShed / totals.requestsOffered : 0,
    fuelKwh: totals.fuelKwh,
    generatorHours: totals.generatorHours,
  };
}

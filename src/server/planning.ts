import type { Highs } from '../balance/highs.ts';
import type { ControlPlan, ForecastBand } from '../control/contract.ts';
import type { Lever } from '../control/levers.ts';
import type { Standing } from '../control/loop.ts';
import { boundLimits, siteUnder } from '../control/planLevers.ts';
import { evenEdges, type Forecast, type History, type SeriesName, SiteForecasts } from '../forecast/index.ts';
import { Observer } from '../policy/joint/observer.ts';
import { JOINT } from '../policy/joint/parameters.ts';
import { ceilingsOf } from '../policy/joint/planner.ts';
import {
  aheadGrid,
  aheadSite,
  foreseen,
  LookAheadHere,
  type LookedAhead,
  Looking,
  type Outlook,
  readOut,
} from '../policy/lookahead/index.ts';
import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { climateYear } from '../simulate/around.ts';
import { plantOf } from '../site/plant.ts';
import type { Site } from '../site/site.ts';
import type { WeatherYear } from '../weather/year.ts';
import { type PlanSums, sumsOf } from './planSums.ts';

/** Base step of a look ahead: its nearest segments are as long. */
const STEP_MS = 5 * MINUTE_MS;
/** How far the bands reach that measurements are held against, and their segments. */
const BANDS = { stepMs: 15 * MINUTE_MS, count: 12 } as const;

/** How the site stands when a plan is asked for, as plain data. */
export interface PlanAsk {
  readonly seq: number;
  /** Site time until which the plan is to hold, ms. */
  readonly untilMs: number;
  readonly standing: Standing;
  /** What the observer saved. */
  readonly observer: unknown;
  readonly levers: readonly Lever[];
  /** Why it is asked for. */
  readonly why: string;
}

/** What plans amount to with a lever and without it. */
export interface Comparison {
  readonly without: PlanSums;
  readonly with: PlanSums;
}

/** The slow loop's work for a policy that looks ahead: forecasts from what was measured, the one balance over two days, a plan. */
export class Planning {
  readonly #site: Site;
  readonly #plant;
  readonly #climate: WeatherYear;
  readonly #highs: Highs;
  readonly #ahead;
  readonly #forecasts: SiteForecasts;
  #looks: { readonly key: string; readonly ahead: LookAheadHere } | undefined;

  /** @param saved what `save()` returned */
  constructor(site: Site, highs: Highs, saved?: unknown) {
    this.#site = site;
    this.#plant = plantOf(site);
    this.#highs = highs;
    this.#climate = climateYear(site);
    this.#ahead = { ...aheadSite(site), clocks: JOINT.clocks };
    this.#forecasts = new SiteForecasts({
      place: site.context,
      weather: this.#climate,
      services: site.services,
      saved,
    });
  }

  /** @throws JW_SOLVER, JW_FORECAST */
  plan(ask: PlanAsk): ControlPlan {
    const { observer, outlook, start } = this.#begin(ask);
    const key = JSON.stringify(ask.levers.map(({ id, untilMs }) => [id, untilMs]));
    if (this.#looks?.key !== key) this.#looks = { key, ahead: new LookAheadHere(this.#under(ask.levers), this.#highs) };
    const looked = this.#looks.ahead.look(outlook, start);
    const segments = readOut(looked, this.#ahead, this.#site.money.currency);
    const reasons = segments[0]?.reasons ?? [];
    const nowMs = ask.standing.view.conditions.startMs;
    return {
      seq: ask.seq,
      issuedMs: nowMs,
      validUntilMs: ask.untilMs,
      policy: 'joint',
      reason: reasons.length === 0 ? 'a plan for the two days that come' : reasons.join('; '),
      ahead: { segments, bands: this.#bands(observer, nowMs), ceilingsKw: ceilingsOf(looked) },
    };
  }

  /**
   * What a lever would change.
   *
   * @param lever asked for beside those that hold
   * @throws JW_SOLVER, JW_FORECAST
   */
  compare(ask: PlanAsk, lever: Lever): Comparison {
    const { outlook, start } = this.#begin(ask);
    const look = (levers: readonly Lever[], worths?: LookedAhead): LookedAhead => {
      const limits = [...(outlook.limits ?? []), ...limitsOf(levers)];
      const options = worths === undefined ? {} : { endWorth: worths.endWorth };
      return new LookAheadHere(this.#under(levers), this.#highs).look({ ...outlook, limits }, start, options);
    };
    const without = look(ask.levers);
    // What is stored at the end is worth the same in both: otherwise they could not be held against each other
    const changed = look([...ask.levers, lever], without);
    const sums = (looked: LookedAhead): PlanSums => {
      const { model } = looked;
      const starts = Array.from({ length: model.segments }, (_, k) => model.span(k)[0]);
      const priced = new Looking(this.#ahead).model(looked.outlook, start, starts);
      return sumsOf(looked, priced, readOut(looked, this.#ahead, this.#site.money.currency), this.#site);
    };
    return { without: sums(without), with: sums(changed) };
  }

  #under(levers: readonly Lever[]) {
    return siteUnder(this.#ahead, { levers, waterMoneyPerL: this.#site.context.waterMoneyPerL ?? 0 });
  }

  #begin({ standing, observer: saved, levers }: PlanAsk) {
    const observer = new Observer(this.#plant, this.#site, saved);
    const { view, ordered, gridLostMs } = standing;
    const nowMs = view.conditions.startMs;
    const seen = foreseen(
      {
        place: this.#site.context,
        weather: this.#climate,
        services: this.#site.services,
        forecaster: (series) => this.#forecasts.of(series),
        history: (series) => observer.history(series),
      },
      nowMs,
      { stepMs: STEP_MS },
    );
    const { grid } = seen;
    // Taken to stay away for as long again as it has been, an hour at least
    const lostMs = gridLostMs === undefined ? undefined : nowMs + Math.max(HOUR_MS, nowMs - gridLostMs);
    const lost = lostMs === undefined ? 0 : Math.ceil((lostMs - grid.startMs) / grid.stepMs);
    const outlook: Outlook = {
      ...seen,
      ...(lost > 0 ? { isGridLost: (i: number) => i < lost } : {}),
      limits: [...(view.limits ?? []), ...boundLimits(levers)],
    };
    observer.watch({ ...view, last: undefined });
    return { observer, outlook, start: observer.start(view, STEP_MS, ordered) };
  }

  /** What measurements of the hours that come are held against. */
  #bands(observer: Observer, nowMs: number): ForecastBand[] {
    const { startMs } = aheadGrid(nowMs, STEP_MS);
    const edgesMs = evenEdges(startMs, BANDS.stepMs, BANDS.count);
    const names: SeriesName[] = [
      'temperature',
      'irradiance',
      'wind',
      ...this.#site.services.map(({ profile }): SeriesName => `requests of ${profile.id}`),
    ];
    const none: History = { grid: { startMs, stepMs: BANDS.stepMs, count: 0 }, values: new Float64Array(0) };
    return names.map((series) => {
      const told = this.#forecasts.of(series).forecast(observer.history(series) ?? none, startMs, edgesMs);
      const at = (level: number): number[] => [...levelOf(told, level)];
      return { series, edgesMs, low: at(0.1), middle: at(0.5), high: at(0.9) };
    });
  }

  /** What forecasts have learnt, as plain JSON. */
  save(): unknown {
    return this.#forecasts.save();
  }
}

function levelOf({ levels, quantiles }: Forecast, level: number): Float64Array {
  return quantiles[levels.indexOf(level)]!;
}

/** Limits on import that a lever sets which the site does not know of yet. */
function limitsOf(levers: readonly Lever[]) {
  const last = levers.at(-1);
  if (last === undefined) return [];
  const { setting, fromMs, untilMs } = last;
  if (setting.kind === 'event') return [{ fromMs, toMs: untilMs, mostKw: setting.mostImportKw }];
  return boundLimits([last]);
}

import type { Highs } from '../balance/highs.ts';
import type { ControlPlan, ForecastBand } from '../control/contract.ts';
import type { Lever } from '../control/levers.ts';
import { boundLimits, ownBounds } from '../control/planBounds.ts';
import { siteUnder } from '../control/planLevers.ts';
import type { Standing } from '../control/standing.ts';
import { fail, JoulewrightError } from '../errors/error.ts';
import { evenEdges, type Forecast, type History, type SeriesName, SiteForecasts } from '../forecast/index.ts';
import { Observer } from '../policy/joint/observer.ts';
import { JOINT } from '../policy/joint/parameters.ts';
import { ceilingsOf } from '../policy/joint/planner.ts';
import {
  type AheadSite,
  aheadGrid,
  aheadSite,
  foreseen,
  LookAheadHere,
  type LookedAhead,
  Looking,
  type Outlook,
  readOut,
  type Start,
} from '../policy/lookahead/index.ts';
import { MINUTE_MS } from '../series/grid.ts';
import { climateYear } from '../simulate/around.ts';
import type { ImportLimit } from '../site/gridEvent.ts';
import { plantOf } from '../site/plant.ts';
import type { Site } from '../site/site.ts';
import type { WeatherYear } from '../weather/year.ts';
import { type ClearedLook, lookPast } from './inTheWay.ts';
import { leverText } from './operator.ts';
import { lostUntilMs, withBandsLifted, withDemand, withLost } from './planEvents.ts';
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
  /** Levers that the plan would do without, in words. */
  readonly inTheWay: readonly string[];
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

  /**
   * A plan for the two days that come. What levers leave no plan for, or what they have given up in need, is planned without them and said.
   *
   * @throws JW_SOLVER, JW_FORECAST
   */
  plan(ask: PlanAsk): ControlPlan {
    const { observer, outlook, start } = this.#begin(ask);
    const { looked, leftOut } = this.#look(ask, outlook, start);
    const segments = readOut(looked, this.#ahead, this.#site.money.currency);
    const reasons = [...leftOut.map(inTheWayText), ...(segments[0]?.reasons ?? [])];
    const { demand, view } = ask.standing;
    const nowMs = view.conditions.startMs;
    const bands = withBandsLifted(this.#bands(observer, nowMs), demand, nowMs);
    return {
      seq: ask.seq,
      issuedMs: nowMs,
      validUntilMs: ask.untilMs,
      policy: 'joint',
      reason: reasons.length === 0 ? 'a plan for the two days that come' : reasons.join('; '),
      ahead: { segments, bands, ceilingsKw: ceilingsOf(looked) },
    };
  }

  /** A look ahead that begins from the basis of the last one where nothing was changed meanwhile. */
  #look(ask: PlanAsk, outlook: Outlook, start: Start): ClearedLook {
    const of = (list: readonly Lever[]): string =>
      JSON.stringify([list.map(({ id, untilMs }) => [id, untilMs]), ask.standing.lost]);
    return lookPast(ask.levers, (levers) => {
      const key = of(levers);
      if (this.#looks?.key !== key)
        this.#looks = { key, ahead: new LookAheadHere(this.#under(levers, ask.standing), this.#highs) };
      const limits = [...(outlook.limits ?? []), ...this.#limits(levers, outlook)];
      return this.#looks.ahead.look({ ...outlook, limits }, start);
    });
  }

  /**
   * What a lever would change.
   *
   * @param lever asked for beside those that hold
   * @throws JW_SOLVER, JW_FORECAST, JW_LEVER where no plan can be made with it
   */
  compare(ask: PlanAsk, lever: Lever): Comparison {
    const { outlook, start } = this.#begin(ask);
    const look = (levers: readonly Lever[], worths?: LookedAhead): LookedAhead => {
      const limits = [...(outlook.limits ?? []), ...this.#limits(levers, outlook), ...eventsOf(levers, lever)];
      const options = worths === undefined ? {} : { endWorth: worths.endWorth };
      return new LookAheadHere(this.#under(levers, ask.standing), this.#highs).look(
        { ...outlook, limits },
        start,
        options,
      );
    };
    const { looked: without, leftOut } = lookPast(ask.levers, look);
    const held = ask.levers.filter((other) => !leftOut.includes(other));
    // What is stored at the end is worth the same in both: otherwise they could not be held against each other
    const changed = this.#lookWith(lever, () => look([...held, lever], without));
    const all = [...held, lever];
    const { leftOut: barred } = lookPast(all, (levers) => (levers === all ? changed : look(levers, without)));
    const sums = (looked: LookedAhead): PlanSums => {
      const { model } = looked;
      const starts = Array.from({ length: model.segments }, (_, k) => model.span(k)[0]);
      const priced = new Looking(this.#ahead).model(looked.outlook, start, starts);
      return sumsOf(looked, priced, readOut(looked, this.#ahead, this.#site.money.currency), this.#site);
    };
    return { without: sums(without), with: sums(changed), inTheWay: [...leftOut, ...barred].map(inTheWayText) };
  }

  #lookWith({ setting }: Lever, look: () => LookedAhead): LookedAhead {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof JoulewrightError) || error.code !== 'JW_SOLVER') throw error;
      return fail('JW_LEVER', {
        reason: `no plan can be made with ${leverText(setting)}; the plant would do what it can of it`,
      });
    }
  }

  #under(levers: readonly Lever[], { view, lost }: Standing): AheadSite {
    const { dispatch, halls } = this.#plant;
    const stores = dispatch.flatMap(({ id }, i) => {
      const capacityKwh = view.feasible[i]?.store?.capacityKwh;
      return capacityKwh === undefined ? [] : [[id, capacityKwh] as const];
    });
    const asked = {
      levers,
      waterMoneyPerL: this.#site.context.waterMoneyPerL ?? 0,
      own: this.#site.bounds,
      capacityKwh: new Map(stores),
      installed: new Map(halls.flatMap(({ it }) => it.map(({ id, installed }) => [id, installed] as const))),
    };
    return withLost(siteUnder(this.#ahead, asked), lost);
  }

  /** Limits on import that bounds set, those of the site file among them. */
  #limits(levers: readonly Lever[], { grid }: Outlook) {
    return boundLimits([ownBounds(this.#site.bounds), ...levers], grid.startMs);
  }

  #begin({ standing, observer: saved }: PlanAsk) {
    const observer = new Observer(this.#plant, this.#site, saved);
    const { view, ordered, gridLostMs, demand } = standing;
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
    const lost =
      gridLostMs === undefined ? 0 : Math.ceil((lostUntilMs(gridLostMs, nowMs) - grid.startMs) / grid.stepMs);
    const outlook: Outlook = {
      ...withDemand(seen, demand),
      ...(lost > 0 ? { isGridLost: (i: number) => i < lost } : {}),
      limits: view.limits ?? [],
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

/** What an event that is only asked for would limit: the site knows of those that were pulled. */
function eventsOf(levers: readonly Lever[], { setting, fromMs, untilMs, id }: Lever): ImportLimit[] {
  if (setting.kind !== 'event' || !levers.some((lever) => lever.id === id)) return [];
  return [{ fromMs, toMs: untilMs, mostKw: setting.mostImportKw }];
}

function inTheWayText({ id, setting }: Lever): string {
  return `lever ${id} (${leverText(setting)}) is in the way of a plan: planned without it, the fast rules hold it until load would be lost`;
}

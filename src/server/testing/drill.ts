import type { ControlPlan, ForecastBand } from '../../control/contract.ts';
import { PlanWatch } from '../../control/faults/planWatch.ts';
import { summarise } from '../../policy/demand.ts';
import { siloedSize } from '../../policy/siloed.ts';
import { type Clock, ManualClock } from '../../series/clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, stepStartMs } from '../../series/grid.ts';
import { random } from '../../series/random.ts';
import { weatherOf } from '../../simulate/air.ts';
import { loadSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import type { Site } from '../../site/site.ts';
import { conditionsAt } from '../../weather/conditions.ts';
import { LiveSite } from '../liveSite.ts';
import type { Planning } from '../planning.ts';
import { reviveSite } from '../state.ts';
import { BreakablePlant, wholeBreaks } from './breakablePlant.ts';
import { begin, DRILLS, type DrillKind, type Trial, type World } from './drillFaults.ts';
import { Truth } from './truth.ts';

/** A drill: the running site, stepped by hand through seeded random faults. */
export interface DrillOptions {
  readonly siteFile: string;
  readonly seed: number;
  readonly days: number;
  /** Faults of each kind a day, on average. */
  readonly perDay?: number;
  /** Plans by the one balance in place of fixed sizes: a third of a second each. */
  readonly planning?: Planning;
  /** Told after every day. */
  readonly onDay?: (day: number) => void;
  /** Told of everything that the site tells of itself. */
  readonly onEvent?: (siteMs: number, text: string) => void;
}

export interface DrillReport {
  readonly steps: number;
  readonly tried: Readonly<Record<DrillKind, number>>;
  /** Faults that were raised, by kind. */
  readonly raised: ReadonlyMap<string, number>;
  /** Share of the steps in which a plan was followed. */
  readonly followedShare: number;
  /** What must never happen and did. */
  readonly failures: readonly string[];
  /** Faults that stand at the end, hours after the last one was mended. */
  readonly left: readonly string[];
  readonly followsAtEnd: boolean;
}

const STEP_MS = 5 * MINUTE_MS;
/** Plans of the one balance come so often, and at news as in a running site. */
const REPLAN_MS = 30 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 5);
/** Hours without faults at the end: all must have come back by then. */
const QUIET_H = 6;

export function drill({ siteFile, seed, days, perDay = 0.7, planning, onDay, onEvent }: DrillOptions): DrillReport {
  const site = loadSite(siteFile);
  const chance = random(seed);
  const world: World = { breaks: wholeBreaks(), solver: 'well', demandFactor: 1, clockMs: 0, killNow: false };
  const steady = new ManualClock(START_MS);
  const clock: Clock = { nowMs: () => steady.nowMs() + world.clockMs };
  const truth = new Truth(plantOf(site));
  const raised = new Map<string, number>();
  const news = { wanted: false };
  const make = liveMaker(site, world, clock, steady, onEvent, () => {
    news.wanted = true;
  });
  let { live, port } = make(undefined);
  const watch = new PlanWatch();
  const tried = Object.fromEntries(DRILLS.map((kind) => [kind, 0])) as Record<DrillKind, number>;
  const planner = plannerOf(site);
  let trials: Trial[] = [];
  let seq = 0;
  let followed = 0;
  let standing = new Set<string>();
  const steps = Math.round((days * DAY_MS) / STEP_MS);
  for (let step = 0; step < steps; step++) {
    const nowMs = steady.nowMs();
    for (const trial of trials.filter(({ untilMs }) => untilMs <= nowMs)) trial.end();
    trials = trials.filter(({ untilMs }) => untilMs > nowMs);
    const quiet = step >= steps - (QUIET_H * HOUR_MS) / STEP_MS;
    if (quiet) for (const trial of trials.splice(0)) trial.end();
    for (const kind of quiet ? [] : DRILLS) {
      if (chance.next() >= (perDay * STEP_MS) / DAY_MS || trials.some((t) => t.kind === kind)) continue;
      trials.push(begin(kind, live.plant, world, chance, nowMs));
      tried[kind] += 1;
    }
    if (world.killNow) {
      world.killNow = false;
      const saved = reviveSite(JSON.parse(JSON.stringify(live.save())));
      ({ live, port } = make(saved));
    }
    steady.advanceMs(STEP_MS);
    askSolver(world, watch, steady.nowMs(), () => {
      const plan = planning === undefined ? planner(++seq, clock.nowMs()) : lookAhead(planning, live, seq + 1, news);
      seq += 1;
      if (plan !== undefined) live.loop.adopt(plan);
    });
    live.loop.report('solver', 'plan', watch.wrong(steady.nowMs()));
    const tick = live.tick({ up: true, requests: 0, tokens: 0, joules: 0 });
    if (tick !== undefined) truth.look(port.truth!, tick, trials);
    followed += live.loop.follows ? 1 : 0;
    const faults = live.loop.faults;
    for (const { id, kind } of faults) if (!standing.has(id)) raised.set(kind, (raised.get(kind) ?? 0) + 1);
    standing = new Set(faults.map(({ id }) => id));
    if ((step + 1) % (DAY_MS / STEP_MS) === 0) onDay?.((step + 1) / (DAY_MS / STEP_MS));
  }
  return {
    steps,
    tried,
    raised,
    followedShare: followed / steps,
    failures: truth.failures,
    left: live.loop.faults.map(({ text }) => text),
    followsAtEnd: live.loop.follows,
  };
}

/** A plan of the one balance, every half hour, at news and while none is in force. */
function lookAhead(
  planning: Planning,
  live: LiveSite,
  seq: number,
  news: { wanted: boolean },
): ControlPlan | undefined {
  const { standing } = live;
  const { plan, siteMs } = live.loop;
  const isFresh = plan !== undefined && siteMs - plan.issuedMs < REPLAN_MS;
  if (standing === undefined || (isFresh && !news.wanted)) return undefined;
  news.wanted = false;
  return planning.plan({ ...standing, seq, untilMs: siteMs + 3 * REPLAN_MS, why: 'a drill' });
}

function askSolver(world: World, watch: PlanWatch, nowMs: number, adopt: () => void): void {
  if (world.solver === 'dead') watch.gone('exit 1');
  else {
    watch.asked(nowMs);
    if (world.solver === 'infeasible') watch.failed('the look ahead is infeasible');
    if (world.solver !== 'well') return;
    watch.answered();
    adopt();
  }
}

/** Makes the running site, anew or from what it saved. */
function liveMaker(
  site: Site,
  world: World,
  siteClock: Clock,
  steadyClock: Clock,
  onEvent: DrillOptions['onEvent'],
  onNews: () => void,
) {
  const weather = weatherOf(site);
  return (saved: ReturnType<typeof reviveSite>) => {
    const air = (startMs: number, dtH: number) => conditionsAt(weather, site.context, startMs, dtH);
    const ratePerS = (s: number, startMs: number, endMs: number) =>
      world.demandFactor * site.services[s]!.rate.ratePerS(startMs, endMs);
    const made: { port: BreakablePlant | undefined } = { port: undefined };
    const live = new LiveSite({
      site,
      weather,
      siteClock,
      wallClock: siteClock,
      steadyClock,
      speed: 1,
      saved,
      port: (state) => {
        made.port = new BreakablePlant(plantOf(site), { conditionsAt: air, ratePerS }, world.breaks, state);
        return made.port;
      },
      onEvent: ({ siteMs, text }) => onEvent?.(siteMs, text),
      onNews,
      onCurve: () => undefined,
    });
    return { live, port: made.port! };
  };
}

/** Plans as the solver would send them, from the site's own demand: replicas for the year, and what is expected of it. */
function plannerOf(site: Site): (seq: number, nowMs: number) => ControlPlan {
  const plant = plantOf(site);
  const grid = { startMs: START_MS, stepMs: HOUR_MS, count: 8760 };
  const demand = plant.services.map((service, s) =>
    summarise(
      service,
      Float64Array.from({ length: grid.count }, (_, i) =>
        site.services[s]!.rate.ratePerS(stepStartMs(grid, i), stepStartMs(grid, i + 1)),
      ),
      HOUR_MS / 1000,
    ),
  );
  const sized = siloedSize({ plant, demand });
  const bandsAt = (nowMs: number): ForecastBand[] => {
    const edgesMs = Array.from({ length: 13 }, (_, k) => nowMs + (k - 6) * 15 * MINUTE_MS);
    return site.services.map(({ profile, rate }) => {
      const middle = edgesMs.slice(1).map((endMs, k) => rate.ratePerS(edgesMs[k]!, endMs));
      const times = (factor: number) => middle.map((perS) => factor * perS);
      return { series: `requests of ${profile.id}`, edgesMs, low: times(0.8), middle, high: times(1.2) };
    });
  };
  return (seq, nowMs) => ({
    seq,
    issuedMs: nowMs,
    validUntilMs: nowMs + 15 * MINUTE_MS,
    policy: 'siloed',
    sized,
    reason: 'replicas for the year',
    ahead: { segments: [], bands: bandsAt(nowMs), ceilingsKw: new Map() },
  });
}

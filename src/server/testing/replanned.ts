import { PlanWatch } from '../../control/faults/planWatch.ts';
import type { LoopEvent } from '../../control/loop.ts';
import { type Clock, ManualClock } from '../../series/clock.ts';
import { MINUTE_MS, SECOND_MS } from '../../series/grid.ts';
import { weatherOf } from '../../simulate/air.ts';
import type { LeverRequest } from '../../site/lever.ts';
import { plantOf } from '../../site/plant.ts';
import type { Site } from '../../site/site.ts';
import { conditionsAt } from '../../weather/conditions.ts';
import { LiveSite } from '../liveSite.ts';
import type { Planning } from '../planning.ts';
import { BreakablePlant, wholeBreaks } from './breakablePlant.ts';
import type { World } from './drillFaults.ts';

/** A plan of a replanned site, with why and when it was made. */
export interface Made {
  readonly atMs: number;
  readonly why: string;
}

const EVERY_MS = 5 * MINUTE_MS;
const STEP_MS = 5 * SECOND_MS;

/** A running site on a breakable twin whose solver answers within a step, as the real one does within a second: every five minutes and at news. */
export function replanned(site: Site, planning: Planning, startMs: number) {
  const breaks = wholeBreaks();
  const world: Pick<World, 'solver' | 'clockMs'> = { solver: 'well', clockMs: 0 };
  const watch = new PlanWatch();
  const demand = new Map<string, number>();
  const clock = new ManualClock(startMs);
  /** What somebody may set. */
  const siteClock: Clock = { nowMs: () => clock.nowMs() + world.clockMs };
  const events: LoopEvent[] = [];
  const made: Made[] = [];
  const weather = weatherOf(site);
  let news: string | undefined = 'the first plan';
  const live = new LiveSite({
    site,
    weather,
    siteClock,
    wallClock: siteClock,
    steadyClock: clock,
    speed: 1,
    saved: undefined,
    policy: 'joint',
    port: (saved) =>
      new BreakablePlant(
        plantOf(site),
        {
          conditionsAt: (fromMs, dtH) => conditionsAt(weather, site.context, fromMs, dtH),
          ratePerS: (s, fromMs, toMs) => {
            const { profile, rate } = site.services[s]!;
            return (demand.get(profile.id) ?? 1) * rate.ratePerS(fromMs, toMs);
          },
        },
        breaks,
        saved,
      ),
    onEvent: (event) => events.push(event),
    onNews: (why) => {
      news ??= why;
    },
    onCurve: () => undefined,
  });
  let lastMs = startMs;
  const solve = (why: string): void => {
    const { standing } = live;
    if (world.solver === 'dead') watch.gone('exit 1');
    if (world.solver === 'dead' || standing === undefined) return;
    watch.asked(clock.nowMs());
    if (world.solver === 'infeasible') watch.failed('the look ahead is infeasible');
    if (world.solver !== 'well') return;
    watch.answered();
    const { siteMs } = live.loop;
    made.push({ atMs: siteMs, why });
    live.loop.adopt(planning.plan({ ...standing, seq: made.length, untilMs: siteMs + 3 * EVERY_MS, why }));
  };
  const run = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      clock.advanceMs(STEP_MS);
      live.loop.report('solver', 'plan', watch.wrong(clock.nowMs()));
      live.tick({ up: true, requests: 0, tokens: 0, joules: 0 });
      const due = news ?? (clock.nowMs() - lastMs >= EVERY_MS ? 'time for a new plan' : undefined);
      if (due === undefined) continue;
      news = undefined;
      lastMs = clock.nowMs();
      solve(due);
    }
  };
  return {
    live,
    clock,
    breaks,
    /** How the solver does, and what the site's clock was set to. */
    world,
    /** Factors of the demand, by service. */
    demand,
    events,
    made,
    run,
    /** Pulls a lever as an operator does. */
    pull: (request: LeverRequest): void => {
      live.operator.pull(live.operator.ask(request, live.loop.siteMs, 'test'));
      news = 'an operator has pulled a lever';
    },
  };
}

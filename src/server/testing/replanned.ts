import type { LoopEvent } from '../../control/loop.ts';
import { ManualClock } from '../../series/clock.ts';
import { MINUTE_MS, SECOND_MS } from '../../series/grid.ts';
import { weatherOf } from '../../simulate/air.ts';
import type { LeverRequest } from '../../site/lever.ts';
import { plantOf } from '../../site/plant.ts';
import type { Site } from '../../site/site.ts';
import { conditionsAt } from '../../weather/conditions.ts';
import { LiveSite } from '../liveSite.ts';
import type { Planning } from '../planning.ts';
import { BreakablePlant, wholeBreaks } from './breakablePlant.ts';

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
  const demand = new Map<string, number>();
  const clock = new ManualClock(startMs);
  const events: LoopEvent[] = [];
  const made: Made[] = [];
  const weather = weatherOf(site);
  let news: string | undefined = 'the first plan';
  const live = new LiveSite({
    site,
    weather,
    siteClock: clock,
    wallClock: clock,
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
  const run = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      clock.advanceMs(STEP_MS);
      live.tick({ up: true, requests: 0, tokens: 0, joules: 0 });
      const { siteMs } = live.loop;
      const why = news ?? (siteMs - lastMs >= EVERY_MS ? 'time for a new plan' : undefined);
      const { standing } = live;
      if (why === undefined || standing === undefined) continue;
      news = undefined;
      lastMs = siteMs;
      made.push({ atMs: siteMs, why });
      live.loop.adopt(planning.plan({ ...standing, seq: made.length, untilMs: siteMs + 3 * EVERY_MS, why }));
    }
  };
  return {
    live,
    clock,
    breaks,
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

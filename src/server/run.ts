import path from 'node:path';
import type { Directive } from '../control/contract.ts';
import type { LoopEvent } from '../control/loop.ts';
import { steadyClock } from '../engines/timing.ts';
import { reasonOf } from '../errors/error.ts';
import type { GatewayConfig } from '../gateway/messages.ts';
import { type Clock, ScaledClock, systemClock } from '../series/clock.ts';
import { weatherOf } from '../simulate/air.ts';
import { loadSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import type { Site } from '../site/site.ts';
import { openStore } from '../store/store.ts';
import { clockText, dateText } from '../view/axis.ts';
import type { WeatherYear } from '../weather/year.ts';
import { certificateOf, certificateWatch } from './certificate.ts';
import { asJson, Checkpoints } from './checkpoints.ts';
import { gatewayConfig } from './gatewayConfig.ts';
import { GatewayHost } from './gatewayHost.ts';
import { gaugesOf } from './gauges.ts';
import { LiveSite } from './liveSite.ts';
import { operate } from './operate.ts';
import { changeOf, watchFiles } from './reload.ts';
import type { RunningSite, RunOptions } from './runningSite.ts';
import { Solver } from './solver.ts';
import { reviveSite, type SavedSite } from './state.ts';
import { curveRows, storedCurves } from './storedCurves.ts';

const TICK_MS = 1_000;
const SAVE_EVERY_MS = 5_000;
/** Records change slowly and are large: a few minutes of them are seldom missed. */
const MEASURED_EVERY_MS = 120_000;
const ACTOR = 'controller';

/**
 * Starts everything: the store, the plant with the fast loop (this process), the gateway (a child process) and the solver (a
 * thread). Each goes on when another fails.
 */
export async function runSite(options: RunOptions): Promise<RunningSite> {
  let site = loadSite(options.siteFile);
  const certificate = certificateOf(site);
  const weather = weatherOf(site);
  const dataDir = options.data === undefined ? site.gateway.data : path.resolve(options.data);
  // What is stored ages with the site, which is ahead of the wall where it is accelerated
  let aging: Clock = systemClock;
  const store = await openStore(path.join(dataDir, 'site.db'), {
    clock: { nowMs: () => aging.nowMs() },
    retention: site.gateway.retention,
  });
  let gateway: GatewayHost | undefined;
  let solver: Solver | undefined;
  try {
    const checkpoints = new Checkpoints(store);
    const saved = await checkpoints.site();
    const measured = await checkpoints.measured();
    const policy = options.policy ?? site.bounds.policy;
    let { learnt } = measured;
    const wallMs = systemClock.nowMs();
    // At the speed of the wall clock the site is where the clock is; an accelerated site goes on where it was.
    const startMs = options.speed === 1 ? wallMs : (saved?.siteMs ?? wallMs);
    const siteClock = new ScaledClock(systemClock, options.speed, startMs);
    aging = siteClock;
    let fail: (error: Error) => void = () => undefined;
    const failed = new Promise<Error>((resolve) => {
      fail = resolve;
    });
    const liveSite = (
      of: Site,
      air: WeatherYear,
      from: SavedSite | undefined,
      records: unknown,
      events: readonly LoopEvent[],
    ) =>
      new LiveSite({
        site: of,
        weather: air,
        siteClock,
        wallClock: systemClock,
        steadyClock,
        speed: options.speed,
        saved: from,
        records,
        policy,
        events,
        onNews: (why) => solver?.news(why),
        onEvent: ({ siteMs, text }) =>
          void store.append('audit', [{ tsMs: siteMs, actor: ACTOR, what: 'event', detail: text }]),
        onCurve: (point) => void store.append('telemetry', curveRows(point)),
      });
    let live = liveSite(site, weather, saved, measured.records, []);
    live.curves.restore(await storedCurves(store, startMs));
    live.event(
      saved === undefined
        ? 'the site starts for the first time'
        : `the site goes on from ${timeText(saved.siteMs, site.context.zone)}`,
    );

    if (certificate?.warning !== undefined) live.event(certificate.warning);

    // One interval before the doors open, so that the first directive is already there.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const first = live.tick({ up: false, requests: 0, tokens: 0, joules: 0 });
    const configOf = async (of: Site, directive: Directive | undefined): Promise<GatewayConfig> => ({
      ...gatewayConfig(of, options, dataDir, directive),
      trail: (await checkpoints.trail()) ?? null,
    });
    const save = () => checkpoints.keepSite(live);
    const host = new GatewayHost({
      config: await configOf(site, first?.directive),
      onLoad: (load) => live.report(load),
      onEvent: (text) => live.event(text),
      quote: (ask) => live.quote(ask),
      operate: (ask) => operate({ live, solver, save }, ask),
      onTrail: ({ seq, hash, follows }) => {
        // A trail that is not the one that was noted must not take the place of the note that proves it
        if (follows) void checkpoints.keepTrail({ seq, hash });
        else live.event('the audit trail is not the one that this site has noted: see `joulewright audit verify`');
      },
    });
    gateway = host;
    const url = await host.start();
    host.day(live.curves.day());

    const newSolver = () =>
      new Solver({
        siteFile: options.siteFile,
        policy,
        speed: options.speed,
        standing: () => live.standing,
        onPlan: (plan) => {
          live.loop.adopt(plan);
          const view = live.planView;
          if (view !== undefined) host.plan(view);
        },
        onLearnt: (value) => {
          learnt = value;
        },
        learnt,
        seq: solver?.seq ?? 0,
      });
    let running = newSolver();
    solver = running;

    let newest = first?.directive;
    let savedMs = 0;
    let curvesMs = 0;
    let measuredMs = systemClock.nowMs();
    const second = (): void => {
      const usage = host.usage;
      live.loop.report('solver', 'plan', solver?.wrong);
      const tick = live.tick({
        up: host.up,
        requests: usage?.requests ?? 0,
        tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0),
        joules: usage?.joules ?? 0,
      });
      if (tick === undefined) return;
      newest = tick.directive;
      host.directive(tick.directive);
      host.live(tick.snapshot, gaugesOf(tick.snapshot));
      const nowMs = systemClock.nowMs();
      if (nowMs - curvesMs >= SAVE_EVERY_MS) {
        curvesMs = nowMs;
        host.day(live.curves.day());
      }
      if (nowMs - savedMs >= SAVE_EVERY_MS) {
        savedMs = nowMs;
        void save();
      }
      if (nowMs - measuredMs >= MEASURED_EVERY_MS) {
        measuredMs = nowMs;
        void checkpoints.keepMeasured(live, learnt);
      }
    };
    second();
    const timer = setInterval(() => {
      try {
        second();
      } catch (error) {
        clearInterval(timer);
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    }, TICK_MS);

    /** What became of a changed file, for the control room and whoever started the site. */
    const tell = (text: string): void => {
      live.event(text);
      options.onChange?.(text);
    };
    /** Takes a changed site file over; whatever is wrong with it leaves the site as it is. */
    const take = async (): Promise<void> => {
      const { site: next, restart } = changeOf(site, loadSite(options.siteFile));
      if (restart.length > 0) tell(`the site file has changed in what needs a restart: ${restart.join(', ')}`);
      if (next === undefined) return;
      const air = weatherOf(next);
      // A device that cannot be made is found here, before the gateway knows of it
      plantOf(next);
      certificateOf(next);
      await host.reconfigure(await configOf(next, newest));
      const points = await storedCurves(store, siteClock.nowMs());
      live = liveSite(next, air, reviveSite(asJson(live.save())), live.observer.records(), live.events);
      live.curves.restore(points);
      site = next;
      certificates.watch(site);
      await running.stop();
      running = newSolver();
      solver = running;
      tell('the changed site file is in use');
    };
    /** Takes certificate and key anew from the same files; streams stay on the connections that they have. */
    const renew = async (): Promise<void> => {
      const found = certificateOf(site);
      if (found === null) return;
      await host.reconfigure(await configOf(site, newest));
      tell(`the changed certificate is in use, until ${timeText(found.untilMs, site.context.zone)}`);
      if (found.warning !== undefined) tell(found.warning);
    };
    let reloading: Promise<void> = Promise.resolve();
    /** One after the other; whatever is wrong leaves things as they are. */
    const change = (what: string, take: () => Promise<void>): Promise<void> => {
      reloading = reloading.then(take).catch((error: unknown) => {
        tell(`${what} is not used: ${withoutFolders(reasonOf(error), options.siteFile, site)}`);
      });
      return reloading;
    };
    const reload = (): Promise<void> => change('the changed site file', take);
    const unwatch = watchFiles([options.siteFile], () => void reload());
    const certificates = certificateWatch(() => void change('the changed certificate', renew));
    certificates.watch(site);
    return {
      get site() {
        return site;
      },
      reload,
      url,
      firstKey: host.takeFirstKey(),
      dataDir,
      certificate,
      warnings: weather.warnings,
      gateway: host,
      get solver() {
        return running;
      },
      seq: () => newest?.seq ?? 0,
      failed,
      stop: async () => {
        unwatch();
        certificates.end();
        await reloading;
        clearInterval(timer);
        await Promise.all([host.stop(), running.stop()]);
        await save();
        await checkpoints.keepMeasured(live, learnt);
        await store.close();
      },
    };
  } catch (error) {
    await Promise.all([gateway?.stop(), solver?.stop()]);
    await store.close();
    throw error;
  }
}

/** Whoever sees the control room need not know where on this machine the files lie. */
function withoutFolders(text: string, siteFile: string, { gateway: { tls } }: Site): string {
  const files = [siteFile, ...(tls === undefined ? [] : [tls.cert, tls.key])];
  return files.reduce((left, file) => left.replaceAll(`${path.dirname(path.resolve(file))}${path.sep}`, ''), text);
}

/** An instant as the site's people read it: "20 Jun 2027, 13:51". */
function timeText(ms: number, zone: string): string {
  return `${dateText(ms, zone)}, ${clockText(ms, zone)}`;
}

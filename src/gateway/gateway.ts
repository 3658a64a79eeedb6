import type { Load } from '../control/contract.ts';
import { failure } from '../engines/failure.ts';
import { steadyClock } from '../engines/timing.ts';
import { fail, JoulewrightError, reasonOf } from '../errors/error.ts';
import { systemClock } from '../series/clock.ts';
import { Admission } from './admission.ts';
import { type AppOptions, createApp } from './app.ts';
import { batchWork } from './batchWork.ts';
import { Caretaker } from './caretaker.ts';
import type { Gateway, GatewayOptions, UsageRecord } from './contract.ts';
import { TokenCounter } from './counting.ts';
import { DirectiveHolder } from './directive.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Roster } from './dispatch/roster.ts';
import { engineGauges } from './engineGauges.ts';
import { execute } from './execute.ts';
import type { SiteGauge } from './exposition.ts';
import { HealthBoard } from './health.ts';
import { Hosts } from './hosts.ts';
import { LiveFeed } from './live.ts';
import { LoadMeter } from './load.ts';
import { silentLog } from './log.ts';
import { MediaUrls } from './mediaUrls.ts';
import { GatewayMetrics } from './metrics.ts';
import type { Member } from './router/member.ts';
import { addRoutes } from './routes.ts';
import { Service } from './service.ts';
import { StaticFiles } from './static.ts';
import { Door } from './tenants/door.ts';
import { Limits } from './tenants/limits.ts';

const DEFAULT_BODY_LIMIT = 16 * 1024 * 1024;
const DEFAULT_GRACE_MS = 5_000;
/** How often engines that serve no more are looked at. */
const RETIRE_EVERY_MS = 500;

function connectionsOf({ requestMs, readerMs, trustedProxies, tls }: GatewayOptions): Omit<AppOptions, 'bodyLimit'> {
  return {
    ...(tls === undefined ? {} : { tls }),
    ...(requestMs === undefined ? {} : { requestMs }),
    ...(readerMs === undefined ? {} : { readerMs }),
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
  };
}

/**
 * Makes a gateway; `listen` opens it. It obeys `directives` (the safe floor holds until the first comes), tells `onUsage` of
 * every request that reached an engine, and `onLoad` of the traffic about once a second.
 *
 * @throws JoulewrightError JW_ENGINE_CONFIG for a model without engine, JW_FILE_UNREADABLE for `staticDir`
 */
export function createGateway(options: GatewayOptions): Gateway {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLog;
  const directives = options.directives ?? new DirectiveHolder(clock);
  const load = new LoadMeter(clock);
  const metrics = new GatewayMetrics();
  const live = new LiveFeed();
  const bodyLimit = options.bodyLimit ?? DEFAULT_BODY_LIMIT;
  const { onLoad } = options;
  let { models } = options;
  const retired = new Set<Member>();
  const { tenancy } = options;
  const limits = tenancy?.limits ?? new Limits('UTC', clock);
  const onUsage = (record: UsageRecord): void => {
    const { requestId, inputTokens, outputTokens, facilityJoules, cost } = record;
    limits.settle(requestId, { tokens: inputTokens + outputTokens, joules: facilityJoules, money: cost });
    options.onUsage?.(record);
  };
  const { patience } = options;
  const weightOf = options.weightOf ?? ((organisation: string) => tenancy?.registry.shareOf(organisation) ?? 1);
  const dispatcher = new Dispatcher({
    roster: new Roster(options.engines, options.models),
    directives,
    admission: new Admission(directives),
    ...(patience === undefined ? {} : { patience }),
    weightOf,
  });
  const caretaker = new Caretaker({ dispatcher, directives, log });
  const media = new MediaUrls(options.mediaHosts);
  const service = new Service({ dispatcher, directives, load, metrics, clock, log, limits, media, onUsage });
  const site: { gauges: readonly SiteGauge[]; day: object | null; plan: object | null; stopping: boolean } = {
    gauges: [],
    day: null,
    plan: null,
    stopping: false,
  };
  const hosts = new Hosts(options.hosts);
  const door = new Door({
    apiKeys: options.apiKeys ?? [],
    open: options.open ?? (options.apiKeys ?? []).length + (tenancy === undefined ? 0 : 1) === 0,
    residency: options.residency ?? [],
    clock,
    ...(tenancy === undefined ? {} : { registry: tenancy.registry }),
    onGuessing: (address) => {
      log.warn('wrong API keys come from one address; it is slowed down', { code: 'JW_KEY_GUESSING', address });
      tenancy?.note('door.guessing', `address ${address}`, 'site', {});
    },
  });
  const { app, takeTls } = createApp({ bodyLimit, ...connectionsOf(options) });
  const { batches } = options;
  addRoutes(app, {
    service,
    counter: new TokenCounter(dispatcher),
    models: () => models,
    directives,
    live,
    door,
    batches,
    note: ({ keyId, name, organisation, project }, action, target, detail) =>
      tenancy?.note(action, target, organisation, { project, ...detail }, `key ${keyId} (${name})`),
    hosts,
    tenancy,
    usageOf: options.usageOf,
    health: new HealthBoard(() => dispatcher.roster.members.map(({ engine }) => engine), directives),
    files: options.staticDir === undefined ? null : new StaticFiles(options.staticDir),
    createdS: Math.floor(clock.nowMs() / 1000),
    site,
    metricsText: () =>
      metrics.print(directives, load, [...engineGauges(dispatcher, steadyClock.nowMs()), ...site.gauges]),
  });
  let reporter: ReturnType<typeof setInterval> | null = null;

  /** Closes engines that serve no more once their last answer is over. */
  function retire(members: readonly Member[]): void {
    for (const member of members) retired.add(member);
    const idle = [...retired].filter(({ running }) => running === 0);
    for (const member of idle) {
      retired.delete(member);
      member.engine.close().catch((error: unknown) => {
        log.warn('an engine could not be closed', { engine: member.engine.id, reason: reasonOf(error) });
      });
    }
    if (retired.size > 0) setTimeout(() => retire([]), RETIRE_EVERY_MS).unref();
  }

  /** The load, and what cannot be reached: deployments of this site all of whose engines are left alone and do not answer. */
  function report(): Load {
    const nowMs = steadyClock.nowMs();
    const members = dispatcher.roster.members.filter(({ engine }) => engine.outside === null);
    const reached = members.filter(({ breaker, engine }) => {
      if (breaker.state === 'closed') return true;
      return breaker.allows(nowMs) && !caretaker.isSilent(engine.id);
    });
    const there = new Set(reached.map(({ engine }) => engine.deployment));
    const unreachable = [...new Set(members.map(({ engine }) => engine.deployment))].filter((id) => !there.has(id));
    return { ...load.report(), unreachable };
  }

  async function drain(graceMs: number): Promise<void> {
    const steps = Math.ceil(graceMs / 20);
    for (let i = 0; i < steps && service.underWay > 0; i++) await new Promise((wake) => setTimeout(wake, 20));
    service.breakOff(failure('JW_STOPPING', {}, { retryAfterS: 5, retry: true }));
  }

  return {
    directives,
    async listen(host, port) {
      try {
        // Before the doors open, so that a batch can be taken from the first request on
        batches?.start(batchWork({ service, dispatcher, directives, door, quote: options.quoteBatch }));
        const plain = await app.listen({ host, port });
        const url = options.tls === undefined ? plain : plain.replace(/^http:/, 'https:');
        caretaker.start();
        if (onLoad !== undefined) reporter = setInterval(() => onLoad(report()), options.loadEveryMs ?? 1000);
        return url;
      } catch (error) {
        if (error instanceof JoulewrightError) throw error;
        const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
        if (taken) fail('JW_PORT_TAKEN', { host, port }, '', error);
        fail('JW_LISTEN', { host, port, reason: reasonOf(error) }, '', error);
      }
    },
    publishLive(snapshot, gauges) {
      if (gauges !== undefined) site.gauges = gauges;
      live.publish(snapshot);
    },
    publishDay(day) {
      site.day = day;
    },
    publishPlan(plan) {
      site.plan = plan;
    },
    reconfigure(next) {
      const { members } = dispatcher.roster;
      const roster = new Roster(next.engines, next.models, dispatcher.roster);
      if (next.tls !== undefined) takeTls(next.tls);
      models = next.models;
      door.use(next.open, next.residency);
      hosts.use(next.hosts);
      media.use(next.mediaHosts ?? []);
      dispatcher.use(roster);
      caretaker.look();
      retire(members.filter((member) => !roster.members.includes(member)));
    },
    works: () => service.works(),
    execute: (line, who, signal) => execute(service, line, who, signal),
    async close(graceMs = DEFAULT_GRACE_MS) {
      if (site.stopping) return;
      site.stopping = true;
      live.close();
      caretaker.stop();
      batches?.stop();
      const closed = app.close();
      await drain(graceMs);
      await batches?.close();
      // Callers that hold their connection open without a request are not waited for
      setTimeout(() => app.server.closeAllConnections(), 200);
      await closed;
      if (reporter !== null) clearInterval(reporter);
      onLoad?.(report());
      const members = [...dispatcher.roster.members, ...retired];
      await Promise.all(members.map(({ engine }) => engine.close()));
    },
  };
}

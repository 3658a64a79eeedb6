import type { BatchAsk, BatchQuote, Directive, Load, PlantPort } from '../control/contract.ts';
import { directiveOf } from '../control/directive.ts';
import { ClockWatch } from '../control/faults/clockWatch.ts';
import type { Lever } from '../control/levers.ts';
import { ControlLoop, type LoopEvent } from '../control/loop.ts';
import { quoteByPlan } from '../control/quote.ts';
import type { Standing } from '../control/standing.ts';
import { Traffic } from '../control/traffic.ts';
import { TwinPlant } from '../drivers/twinPlant.ts';
import { GridDesk } from '../policy/event/desk.ts';
import { Observer } from '../policy/joint/observer.ts';
import type { Clock } from '../series/clock.ts';
import { HOUR_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { plantOf } from '../site/plant.ts';
import type { Site } from '../site/site.ts';
import { reviveRecord } from '../twin/memory.ts';
import type { StepRecord } from '../twin/record.ts';
import { Tally } from '../twin/tally.ts';
import { conditionsAt } from '../weather/conditions.ts';
import type { WeatherYear } from '../weather/year.ts';
import { meanTokens } from '../workload/service.ts';
import type { LivePlan, LiveSnapshot } from './api.ts';
import { type CurvePoint, DayCurves } from './dayCurves.ts';
import { Operator } from './operator.ts';
import { planTimes } from './planTimes.ts';
import { planView } from './planView.ts';
import { controlOf, curveValues, energyNow, type GatewayToday, powerNow, snapshotOf } from './snapshot.ts';
import type { LivePolicy } from './solver.ts';
import type { SavedSite } from './state.ts';

/** A directive holds this long on the wall clock: a few missed seconds are no event, a dead controller is one soon. */
const DIRECTIVE_HOLDS_MS = 10_000;
const KEPT_EVENTS = 20;

export interface LiveSiteOptions {
  readonly site: Site;
  readonly weather: WeatherYear;
  /** Site time, perhaps accelerated. */
  readonly siteClock: Clock;
  readonly wallClock: Clock;
  /** One that nobody can set: it says what has really passed. */
  readonly steadyClock: Clock;
  readonly speed: number;
  readonly saved: SavedSite | undefined;
  /** What was measured before, as the observer keeps it. */
  readonly records?: unknown;
  /** By whose plans it is run. */
  readonly policy?: LivePolicy;
  /** The plant where it is not the embedded twin, from the state that it saved. */
  readonly port?: (saved: unknown) => PlantPort;
  /** Events that the control room still shows, newest first. */
  readonly events?: readonly LoopEvent[];
  readonly onEvent: (event: LoopEvent) => void;
  /** Told when a new plan is wanted, and why. */
  readonly onNews?: (why: string) => void;
  /** Told of every finished five minutes of the day's curves. */
  readonly onCurve: (point: CurvePoint) => void;
}

/** What a second of the site leaves behind. */
export interface Tick {
  readonly directive: Directive;
  readonly snapshot: LiveSnapshot;
}

/** The running site without its processes: plant, fast loop, traffic, totals of the day. Everything here is synchronous. */
export class LiveSite {
  readonly #o: LiveSiteOptions;
  readonly plant;
  readonly loop: ControlLoop;
  /** Orders of the grid: those of the site file, and what an operator hands in. */
  readonly desk: GridDesk;
  /** Levers that an operator has pulled. */
  readonly operator: Operator;
  /** What was measured, for whoever plans. */
  readonly observer: Observer;
  readonly traffic: Traffic;
  readonly curves = new DayCurves();
  readonly #port: PlantPort;
  readonly #clock: ClockWatch;
  readonly #events: LoopEvent[];
  #today: Tally;
  #day: string;
  #seq: number;
  #record: StepRecord | undefined;

  constructor(options: LiveSiteOptions) {
    this.#o = options;
    this.#events = [...(options.events ?? [])];
    const { site, weather, saved } = options;
    const plant = plantOf(site);
    this.plant = plant;
    const world = {
      conditionsAt: (startMs: number, dtH: number) => conditionsAt(weather, site.context, startMs, dtH),
      ratePerS: (s: number, startMs: number, endMs: number) => site.services[s]!.rate.ratePerS(startMs, endMs),
    };
    this.#port = options.port?.(saved?.plant) ?? new TwinPlant(plant, world, saved?.plant);
    const weights = site.services.map((service) => {
      const { input, output } = meanTokens(service.profile);
      return { inputTokens: input, outputTokens: output };
    });
    this.traffic = new Traffic(plant, weights);
    const nowMs = options.siteClock.nowMs();
    this.#day = this.#dayOf(nowMs);
    this.#today = new Tally(plant, saved?.day === this.#day ? saved.today : undefined);
    this.#seq = saved?.directiveSeq ?? 0;
    this.desk = new GridDesk(plant, site.context.zone, site.rules.events, saved?.desk);
    this.operator = new Operator(plant, saved?.operator, this.desk, site.context.zone);
    this.observer = new Observer(plant, site, { ...reviveRecord(saved?.waiting), records: options.records });
    this.loop = new ControlLoop(
      {
        plant,
        observer: this.observer,
        desk: this.desk,
        port: this.#port,
        mode: site.bounds.mode,
        bounds: site.bounds,
        onStep: (record) => this.#account(record),
        onEvent: (event) => this.event(event.text, event.siteMs),
        ...(options.onNews === undefined ? {} : { onNews: options.onNews }),
        savedPolicy: saved?.policy,
        savedShadow: saved?.shadow,
      },
      nowMs,
    );
    this.#clock = new ClockWatch(options.speed);
    this.#clock.look(nowMs, options.steadyClock.nowMs());
  }

  #dayOf(ms: number): string {
    const local = zoneOf(this.#o.site.context.zone).local(ms);
    return `${local.year}-${String(local.month).padStart(2, '0')}-${String(local.day).padStart(2, '0')}`;
  }

  get currency(): string {
    return this.#o.site.money.currency;
  }

  /** The newest events, newest first. */
  get events(): readonly LoopEvent[] {
    return this.#events;
  }

  /** Notes something for the control room and whoever keeps the books. */
  event(text: string, siteMs = this.#o.siteClock.nowMs()): void {
    this.#events.unshift({ siteMs, text });
    this.#events.length = Math.min(this.#events.length, KEPT_EVENTS);
    this.#o.onEvent({ siteMs, text });
  }

  #account(record: StepRecord): void {
    const { startMs, dtH } = record.conditions;
    const day = this.#dayOf(startMs);
    if (day !== this.#day) {
      this.#day = day;
      this.#today = new Tally(this.plant);
    }
    this.#today.add(record);
    for (const point of this.curves.add(startMs, dtH * HOUR_MS, curveValues(record, powerNow(record, this.plant)))) {
      this.#o.onCurve(point);
    }
    this.#record = record;
  }

  /** What a batch would get by the plan in force. */
  quote(ask: BatchAsk): BatchQuote {
    const { site, siteClock, speed } = this.#o;
    const { plan } = this.loop;
    const now = { siteMs: siteClock.nowMs(), wallMs: ask.atMs, speed };
    return quoteByPlan(ask, plan === undefined ? [] : planTimes(plan, now), site.money.currency);
  }

  /** The plan in force as the control room draws it; undefined without one that looks ahead. */
  get planView(): LivePlan | undefined {
    const { plan } = this.loop;
    if (plan === undefined || plan.sized !== undefined) return undefined;
    const tokens = new Map(this.#o.site.services.map(({ profile }) => [profile.id, meanTokens(profile).output]));
    return planView(plan, this.plant, tokens);
  }

  /** How the site stands, for whoever plans it; undefined before the first step. */
  get standing(): { standing: Standing; observer: unknown; levers: readonly Lever[] } | undefined {
    const levers = this.operator.levers(this.loop.siteMs);
    this.loop.pull(levers);
    const { standing } = this.loop;
    return standing === undefined ? undefined : { standing, observer: this.observer.save(), levers };
  }

  /** A report of real traffic. */
  report(load: Load): void {
    this.traffic.report(load);
    this.loop.unreachable(load.unreachable ?? []);
  }

  /** Brings the site to now. Returns undefined only before the first step. */
  tick(gateway: GatewayToday): Tick | undefined {
    const { site, siteClock, wallClock, steadyClock, speed } = this.#o;
    const wallMs = wallClock.nowMs();
    this.traffic.advance(wallMs);
    const siteMs = siteClock.nowMs();
    const { passedMs, jump } = this.#clock.look(siteMs, steadyClock.nowMs());
    if (jump !== undefined) this.loop.jump(siteMs - passedMs, jump);
    this.loop.pull(this.operator.levers(siteMs));
    this.loop.tick(siteMs, this.traffic.perS);
    const record = this.#record;
    if (record === undefined) return undefined;
    const directive = directiveOf(record, this.plant, energyNow(record, this.plant, site.money.currency), {
      seq: ++this.#seq,
      nowMs: wallMs,
      holdMs: DIRECTIVE_HOLDS_MS,
      planned: this.loop.follows,
      shares: this.loop.shares,
    });
    const snapshot = snapshotOf({
      site,
      plant: this.plant,
      record,
      siteMs: this.loop.siteMs,
      wallMs,
      speed,
      kind: this.#port.kind,
      policy: this.#o.policy ?? 'siloed',
      mode: this.loop.mode,
      control: controlOf(this.loop, this.operator.levers(siteMs)),
      realOutputPerS: this.traffic.outputTokensPerS,
      today: this.#today.totals(),
      gateway,
      events: this.#events,
    });
    return { directive, snapshot };
  }

  /** Everything that must survive a restart. */
  save(): SavedSite {
    const { siteMs, policy, shadow } = this.loop.save();
    return {
      v: 1,
      siteMs,
      plant: this.#port.save(),
      policy,
      desk: this.desk.save(),
      today: this.#today.save(),
      day: this.#day,
      directiveSeq: this.#seq,
      shadow,
      operator: this.operator.save(),
      waiting: this.observer.saveWaiting(),
    };
  }
}

import type { GridDesk } from '../policy/event/desk.ts';
import type { Observer } from '../policy/joint/observer.ts';
import type { Policy, View } from '../policy/policy.ts';
import { type Bounds, type Mode, WIDE_BOUNDS } from '../site/bounds.ts';
import type { ImportLimit } from '../site/gridEvent.ts';
import type { LeverSetting } from '../site/lever.ts';
import type { Decision } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import type { ControlPlan, Outlook, PlantPort } from './contract.ts';
import { deciderOf } from './decider.ts';
import { withinEnvelope } from './envelope.ts';
import { FaultBoard } from './faults/board.ts';
import { DeviceWatch } from './faults/deviceWatch.ts';
import type { Fault } from './faults/fault.ts';
import { ForecastWatch } from './faults/forecastWatch.ts';
import { MeterWatch } from './faults/meterWatch.ts';
import { Follower } from './follow.ts';
import { boundsUnder, eventLimits, holding, type Lever, modeUnder, withLevers } from './levers.ts';
import { NewsWatch } from './newsWatch.ts';
import { plainDecision } from './plain.ts';
import { Shadow, type ShadowScore } from './shadow.ts';
import type { Standing } from './standing.ts';

/** Something worth telling the operator. */
export interface LoopEvent {
  readonly siteMs: number;
  readonly text: string;
}

export interface LoopOptions {
  readonly plant: Plant;
  readonly port: PlantPort;
  /** `control` acts; `advise` and `shadow` decide all the same, but the plant runs on its plain default; `shadow` keeps the score. */
  readonly mode: Mode;
  readonly bounds?: Partial<Bounds>;
  /** What is measured, for whoever plans, and for following plans that look ahead; without it these are not followed. */
  readonly observer?: Observer;
  /** Where orders of the grid arrive; without it there are none but the operator's own. */
  readonly desk?: GridDesk;
  /** Called with every step of the plant, before the next one overwrites the record. */
  readonly onStep: (record: StepRecord) => void;
  readonly onEvent: (event: LoopEvent) => void;
  /** Told when what a plan was made for no longer holds: a new one is wanted. */
  readonly onNews?: (why: string) => void;
  /** Memory of the fast rules, and of the shadow, from an earlier run. */
  readonly savedPolicy?: unknown;
  readonly savedShadow?: unknown;
}

/** Longest step that the plant is asked to take at once; accelerated time is cut into such steps. */
const MOST_STEP_MS = 900_000;

/**
 * The fast loop: every second it looks at the plant, follows the plan in force with the policy's fast rules, does what the operator's
 * levers ask, keeps the result within the safety envelope and lets the plant act. It needs neither the solver nor the gateway:
 * without a valid plan, and while a fault stands, all installed replicas stay awake and the fast rules go on alone.
 */
export class ControlLoop {
  readonly #options: LoopOptions;
  readonly #plain: Decision;
  readonly #board: FaultBoard;
  readonly #meters: MeterWatch;
  readonly #devices: DeviceWatch;
  readonly #forecasts: ForecastWatch;
  readonly #news: NewsWatch;
  readonly #follower: Follower | undefined;
  #policy: Policy;
  #ordered: Decision['replicas'] | undefined;
  #shares: Decision['shares'];
  #view: View | undefined;
  #followed: ControlPlan | undefined;
  #plan: ControlPlan | undefined;
  #siteMs: number;
  #last: StepRecord | undefined;
  #shadow: Shadow | undefined;
  #savedShadow: unknown;
  #levers: readonly Lever[] = [];
  #down: readonly string[] = [];
  #complaint = '';

  /** @param startMs site time at which the plant's state was valid */
  constructor(options: LoopOptions, startMs: number) {
    const { plant } = options;
    this.#options = options;
    this.#siteMs = startMs;
    this.#plain = plainDecision(plant);
    this.#follower = options.observer === undefined ? undefined : new Follower(plant, options.observer);
    this.#policy = deciderOf(undefined, this.#follower, plant, this.#plain, options.savedPolicy);
    this.#board = new FaultBoard((turn, fault) => this.#onFault(turn, fault));
    this.#meters = new MeterWatch(plant, this.#board);
    this.#devices = new DeviceWatch(plant, this.#board);
    this.#forecasts = new ForecastWatch(plant, this.#board);
    this.#news = new NewsWatch(plant, options.desk);
    this.#savedShadow = options.savedShadow;
  }

  /** Takes a plan of the slow loop; an older one than that in force is ignored. */
  adopt(plan: ControlPlan): void {
    if (this.#plan !== undefined && plan.seq <= this.#plan.seq) return;
    // The same with other figures is no news
    const news = withoutFigures(plan.reason) !== withoutFigures(this.#plan?.reason ?? '');
    this.#use(plan);
    if (news) this.#options.onEvent({ siteMs: this.#siteMs, text: plan.reason });
  }

  #use(plan: ControlPlan | undefined): void {
    this.#plan = plan;
    const bands = plan?.ahead?.bands ?? [];
    this.#forecasts.use(bands);
    this.#news.use(bands);
  }

  /** The levers that the operator has pulled; each holds for its own time. */
  pull(levers: readonly Lever[]): void {
    this.#levers = levers;
  }

  /** Deployments whose engines cannot be reached, as the gateway sees them. */
  unreachable(deployments: readonly string[]): void {
    this.#down = deployments;
  }

  /** What somebody else watches: the solver. */
  report(kind: Fault['kind'], id: string, wrong: string | undefined): void {
    this.#board.look(kind, id, wrong, this.#siteMs);
  }

  /** The clock has jumped: the plant is as it was, at another time; what was planned by the old one is dropped. */
  jump(siteMs: number, text: string): void {
    this.#siteMs = siteMs;
    this.#use(undefined);
    this.#board.look('clock', 'site', text, siteMs);
  }

  /** Brings the plant to `siteMs`. Returns the last step, or undefined when no time has passed. */
  tick(siteMs: number, extraPerS: ArrayLike<number>): StepRecord | undefined {
    while (siteMs - this.#siteMs >= 1) {
      const stepMs = Math.min(MOST_STEP_MS, siteMs - this.#siteMs);
      this.#expire();
      this.#step(stepMs, extraPerS);
    }
    return this.#last;
  }

  #step(stepMs: number, extraPerS: ArrayLike<number>): void {
    const { port } = this.#options;
    const settings = holding(this.#levers, this.#siteMs);
    const mode = modeUnder(settings, this.#options.mode);
    const outlook = this.#meters.mend(port.look(this.#siteMs, stepMs / 3_600_000));
    if (mode === 'shadow') this.#shadow ??= this.#newShadow();
    else this.#shadow = undefined;
    this.#savedShadow = undefined;
    const shadow = this.#shadow;
    const view = shadow === undefined ? outlook : { ...outlook, feasible: shadow.look(outlook.conditions) };
    const decided = this.#decide(shadow?.last ?? this.#last, view);
    const { decision, changed } = this.#bounded(decided, settings, view);
    this.#tell(mode, changed, decided.reason);
    this.#ordered = decision.replicas;
    const acted = mode === 'control' ? decision : this.#plain;
    this.#shares = acted.shares;
    const record = port.advance(acted, extraPerS);
    this.#last = record;
    this.#siteMs += stepMs;
    this.#meters.look(record);
    this.#options.desk?.watch(record);
    shadow?.step(record, decision);
    this.#options.onStep(record);
    this.#watchEvents(record);
    this.#board.look('clock', 'site', undefined, this.#siteMs);
    this.#devices.look(record, acted, outlook.silent ?? [], this.#down);
    this.#forecasts.look(record);
  }

  #decide(last: StepRecord | undefined, { conditions, feasible }: Outlook): Decision {
    const plan = this.#board.bars ? undefined : this.#plan;
    if (plan !== this.#followed) {
      const { plant } = this.#options;
      this.#policy = deciderOf(plan, this.#follower, plant, this.#plain, this.#policy.save());
      this.#followed = plan;
    }
    const view: View = { conditions, feasible, last, limits: this.limits };
    this.#view = view;
    this.#options.observer?.watch(view);
    this.#follower?.watch(view);
    return this.#policy.decide(view);
  }

  /** Limits on import that are known and not over: announced orders of the grid, and what the operator declares. */
  get limits(): readonly ImportLimit[] {
    return [...(this.#options.desk?.limits(this.#siteMs) ?? []), ...eventLimits(this.#levers, this.#siteMs)];
  }

  #bounded(decided: Decision, settings: readonly LeverSetting[], outlook: Outlook) {
    const { plant, bounds } = this.#options;
    const drained = new Set(settings.flatMap((s) => (s.kind === 'drain' ? [s.deployment] : [])));
    const asked = withLevers(decided, settings, plant);
    return withinEnvelope(asked, plant, boundsUnder(settings, { ...WIDE_BOUNDS, ...bounds }), outlook, drained);
  }

  /** A shadow that goes on where one of an earlier run was, at the first step; else one that begins in the plant's state. */
  #newShadow(): Shadow {
    const { plant, port } = this.#options;
    return new Shadow(plant, this.#siteMs, port.save(), this.#savedShadow);
  }

  get siteMs(): number {
    return this.#siteMs;
  }
  get mode(): Mode {
    return modeUnder(holding(this.#levers, this.#siteMs), this.#options.mode);
  }

  get bounds(): Bounds {
    return boundsUnder(holding(this.#levers, this.#siteMs), { ...WIDE_BOUNDS, ...this.#options.bounds });
  }

  /** How the site stands, for whoever plans it; undefined before the first step. */
  get standing(): Standing | undefined {
    const view = this.#view;
    if (view === undefined) return undefined;
    return {
      // What has become known since the last step counts too
      view: { ...view, limits: this.limits },
      ordered: this.#ordered,
      gridLostMs: this.#news.gridLostMs,
      settings: holding(this.#levers, this.#siteMs),
      demand: this.#news.demand,
      lost: this.#devices.lost,
    };
  }

  /** The plan in force, whether it may be followed or not. */
  get plan(): ControlPlan | undefined {
    return this.#plan;
  }

  /** Whether the plan in force is followed; otherwise the fast rules decide alone. */
  get follows(): boolean {
    return this.#plan !== undefined && !this.#board.bars;
  }

  /** How services are split among deployments by what was acted on last. */
  get shares(): Decision['shares'] {
    return this.#shares;
  }

  get faults(): readonly Fault[] {
    return this.#board.standing;
  }

  /** What the decisions would have saved; undefined in other modes than `shadow`. */
  get score(): ShadowScore | undefined {
    return this.#shadow?.score;
  }

  /** A plan that has run out is dropped: the fast rules go on with everything awake. */
  #expire(): void {
    if (this.#plan === undefined || this.#siteMs <= this.#plan.validUntilMs) return;
    this.#use(undefined);
    this.#options.onEvent({ siteMs: this.#siteMs, text: 'no valid plan: all replicas stay awake, plain rules go on' });
  }

  #onFault(turn: 'raised' | 'cleared', fault: Fault): void {
    const { onEvent, onNews } = this.#options;
    if (turn === 'raised') onEvent({ siteMs: fault.sinceMs, text: `${fault.text}: the fast rules go on alone` });
    else {
      const alone = this.#board.bars ? '' : ': plans are followed again';
      onEvent({ siteMs: this.#siteMs, text: `over: ${fault.text}${alone}` });
    }
    if (fault.kind !== 'solver') onNews?.(turn === 'raised' ? fault.text : `over: ${fault.text}`);
  }

  #tell(mode: Mode, changed: readonly string[], reason: string | undefined): void {
    const acts = mode === 'control';
    if (reason !== undefined)
      this.#options.onEvent({ siteMs: this.#siteMs, text: acts ? reason : `not acted on: ${reason}` });
    const complaint = changed.join('; ');
    if (complaint !== '' && complaint !== this.#complaint) {
      this.#options.onEvent({ siteMs: this.#siteMs, text: `safety envelope: ${complaint}` });
    }
    this.#complaint = complaint;
  }

  /** What has happened calls for a new plan. */
  #watchEvents(record: StepRecord): void {
    for (const text of this.#news.look(record, this.#siteMs, this.#levers)) {
      this.#options.onEvent({ siteMs: this.#siteMs, text });
      this.#options.onNews?.(text);
    }
  }

  /** What must survive a restart beside the plant's own state. */
  save(): { siteMs: number; policy: unknown; shadow: unknown } {
    return { siteMs: this.#siteMs, policy: this.#policy.save(), shadow: this.#shadow?.save() };
  }
}

const withoutFigures = (text: string): string => text.replace(/[\d.:]+/g, '');

import { TRAFFIC_CLASSES, type TrafficClass } from '../../control/contract.ts';
import { type Failure, failure } from '../../engines/failure.ts';
import { systemTimers, type Timers } from '../../engines/timing.ts';
import type { Admission } from '../admission.ts';
import type { DirectiveHolder } from '../directive.ts';
import { FairQueue } from '../queue/fairQueue.ts';
import { MeanByName } from '../router/mean.ts';
import type { Member } from '../router/member.ts';
import { Sessions } from '../router/sessions.ts';
import type { Ask, Outcome, Seat, Ticket, Waiter } from './ask.ts';
import { learn } from './learn.ts';
import { PATIENCE, type Patience, patienceS } from './patience.ts';
import { Picker } from './picker.ts';
import type { Roster, Route } from './roster.ts';
import type { Entrant, Waiting } from './waiting.ts';

/** Output tokens assumed of a model before it has answered anything. */
const FIRST_MEAN_OUTPUT = 200;
/** An output token costs its tenant as much as two input tokens (VTC's weights, as hosted APIs' prices go). */
const OUTPUT_WEIGHT = 2;
/** How often those who wait are looked at while nothing else happens, and how often they get a sign of life. */
const LOOK_EVERY_MS = 25;
const BEAT_EVERY_MS = 5_000;
/** Most that wait, all told: what comes on top is refused at once. */
const MOST_WAITING = 10_000;
const NO_PREFIX = new Float64Array(0);
const NONE_TRIED: ReadonlySet<string> = new Set();

export interface DispatcherParts {
  readonly roster: Roster;
  readonly directives: DirectiveHolder;
  readonly admission: Admission;
  readonly patience?: Partial<Patience>;
  readonly weightOf?: (tenant: string) => number;
  readonly timers?: Timers;
}

/**
 * Gives requests a seat at an engine: at once where there is room, else in fair turn; refuses those that would wait for longer
 * than their class bears, and does so on arrival wherever that can be told.
 */
export class Dispatcher {
  #roster: Roster;
  readonly #admission: Admission;
  readonly #patience: Patience;
  readonly #timers: Timers;
  readonly #queue: FairQueue<Waiting>;
  readonly #picker: Picker;
  readonly #sessions = new Sessions();
  readonly #meanOutput = new MeanByName();
  #seq = 0;
  #look: (() => void) | null = null;

  constructor(parts: DispatcherParts) {
    this.#roster = parts.roster;
    this.#admission = parts.admission;
    this.#patience = { ...PATIENCE, ...parts.patience };
    this.#timers = parts.timers ?? systemTimers;
    const bands = TRAFFIC_CLASSES.length;
    this.#queue = new FairQueue({ bands, ...(parts.weightOf === undefined ? {} : { weightOf: parts.weightOf }) });
    this.#picker = new Picker(parts.directives, parts.admission, this.#sessions, this.#timers);
  }

  /** The engines and models that serve from now on. */
  get roster(): Roster {
    return this.#roster;
  }

  /** Other engines and models serve from now on; whoever has a seat keeps it, and who waits for a model that is gone is refused. */
  use(roster: Roster): void {
    this.#roster = roster;
    for (const item of [...this.#queue.items()]) {
      if (roster.route(item.lane) !== undefined) continue;
      this.#queue.remove(item);
      item.waiter.refused(roster.unknown(item.lane));
    }
    this.#serve();
  }

  /** How many wait for a seat, by class. */
  get waiting(): readonly { readonly class: string; readonly count: number }[] {
    return TRAFFIC_CLASSES.map((name, band) => ({ class: name, count: this.#queue.inBand(band) }));
  }

  /** Looks for a seat. */
  take(ask: Ask, waiter: Waiter): Ticket {
    return this.#enter(ask, waiter, NONE_TRIED);
  }

  /**
   * Looks for another engine after a try that failed before its first byte; `tried` are the engines that it may not go to
   * again. Says false where there is none, and then tells the waiter nothing.
   */
  again(ask: Ask, waiter: Waiter, tried: ReadonlySet<string>): Ticket | null {
    const route = this.roster.route(ask.model);
    if (route === undefined || !this.#picker.mayServe(route, ask, tried)) return null;
    return this.#enter(ask, waiter, tried);
  }

  /** A try is over: the seat is free again. */
  leave(seat: Seat, outcome: Outcome): void {
    const { member, ask } = seat;
    const nowMs = this.#timers.nowMs();
    member.running -= 1;
    this.#admission.settle(ask.class, seat.reservedJ, outcome.itJoules, seat.drawsW);
    const cost = outcome.inputTokens + OUTPUT_WEIGHT * outcome.outputTokens;
    this.#queue.settle(ask.tenant, TRAFFIC_CLASSES.indexOf(ask.class), cost - seat.cost);
    const ttftS = this.roster.route(ask.model)?.target.ttftS ?? Number.POSITIVE_INFINITY;
    if (learn(seat, outcome, nowMs, ttftS, this.#picker.expected(member))) {
      this.#meanOutput.add(ask.model, outcome.outputTokens);
    }
    this.#serve();
  }

  /** Something has changed that may let others start: a directive, an engine that is back. */
  changed(): void {
    this.#serve();
  }

  /** Refuses whoever waits. */
  refuseAll(why: Failure): void {
    for (const item of [...this.#queue.items()]) {
      this.#queue.remove(item);
      item.waiter.refused(why);
    }
    this.#look?.();
    this.#look = null;
  }

  #enter(ask: Ask, waiter: Waiter, tried: ReadonlySet<string>): Ticket {
    const route = this.roster.route(ask.model);
    if (route === undefined) {
      waiter.refused(this.roster.unknown(ask.model));
      return NOT_WAITING;
    }
    const entrant = this.#entrant(ask, waiter, tried, route);
    if (this.#queue.size === 0 || this.#queue.ahead(route.name, entrant.band) === 0) {
      const gate = this.#admission.gate(ask.class);
      const member = gate === null ? this.#picker.pick(route, entrant) : undefined;
      if (member !== undefined) {
        this.#queue.bypass(ask.tenant, entrant.band, entrant.cost);
        this.#seat(entrant, member);
        return NOT_WAITING;
      }
    }
    const item = this.#waiting(entrant, route);
    const why = this.#hopeless(route, item);
    if (why !== null) {
      waiter.refused(why);
      return NOT_WAITING;
    }
    this.#queue.push(item);
    this.#arm();
    return {
      cancel: () => {
        this.#queue.remove(item);
      },
    };
  }

  /** Output tokens that a request for a model is expected to bring; `maxTokens` null = no limit asked for. */
  expectedOutput(model: string, maxTokens: number | null): number {
    const mean = this.#meanOutput.of(model) ?? FIRST_MEAN_OUTPUT;
    return Math.min(mean, maxTokens ?? mean);
  }

  #entrant(ask: Ask, waiter: Waiter, tried: ReadonlySet<string>, route: Route): Entrant {
    const outputTokens = this.expectedOutput(ask.model, ask.maxTokens);
    const prefix = route.members.length > 1 ? ask.prefix() : NO_PREFIX;
    const shape = { inputTokens: ask.inputTokens, outputTokens, prefix };
    const cost = ask.inputTokens + OUTPUT_WEIGHT * outputTokens;
    return { ask, waiter, tried, shape, band: TRAFFIC_CLASSES.indexOf(ask.class), cost };
  }

  #waiting(entrant: Entrant, route: Route): Waiting {
    const nowMs = this.#timers.nowMs();
    const { ask, shape } = entrant;
    const engineS = this.#picker.fastestTtftS(route, shape);
    const allowedS = patienceS(this.#patience, ask.class, ask.stream, route.target.ttftS, engineS);
    this.#seq += 1;
    return {
      ...entrant,
      tenant: ask.tenant,
      lane: route.name,
      seq: this.#seq,
      patienceS: allowedS,
      dueMs: nowMs + allowedS * 1000,
      beatMs: nowMs + BEAT_EVERY_MS,
    };
  }

  /** Why waiting would be in vain; null when it may help. */
  #hopeless(route: Route, item: Waiting): Failure | null {
    const { ask } = item;
    const barred = this.#picker.barred(route, item);
    if (isDeferrable(ask.class)) {
      // It came to wait until there is power again; only where nothing can ever serve it would that be in vain
      if (barred?.fault.code === 'JW_NO_ENGINE') return barred;
    } else {
      if (barred !== null) return barred;
      const gate = this.#admission.gate(ask.class);
      if (gate !== null && (gate.retryAfterS ?? 0) > item.patienceS) return gate;
    }
    const waitS = this.#picker.waitS(route, this.#queue.ahead(route.name, item.band));
    const full = this.#queue.size >= MOST_WAITING;
    if (!full && waitS <= item.patienceS) return null;
    const seconds = Math.ceil(Math.max(waitS, 1));
    const model = ask.model;
    return failure('JW_OVERLOADED', { model, seconds }, { retryAfterS: waitS - item.patienceS + 1, retry: true });
  }

  #seat(item: Entrant, member: Member): void {
    const { ask, shape } = item;
    const nowMs = this.#timers.nowMs();
    const estimate = this.#picker.estimate(member, shape);
    const reservedJ = estimate.joules ?? 0;
    const drawsW = this.#picker.drawsW(member);
    this.#admission.take(ask.class, reservedJ, drawsW);
    member.running += 1;
    this.#picker.seated(this.roster.route(ask.model), member);
    member.breaker.started(nowMs);
    member.prefixes.remember(shape.prefix);
    if (ask.session !== null) this.#sessions.remember(ask.session, member.engine.id);
    const predictedTtftS = estimate.ttftS === null ? null : estimate.ttftS / member.ratios.ttft;
    item.waiter.seated({
      member,
      ask,
      shape,
      startMs: nowMs,
      running: member.running,
      predictedTtftS,
      reservedJ,
      drawsW,
      cost: item.cost,
    });
  }

  /** Gives seats to whoever can have one, and refuses who has waited for too long. */
  #serve(): void {
    if (this.#queue.size === 0) return;
    const nowMs = this.#timers.nowMs();
    const shut = new Set<string>();
    const open = (lane: string, band: number): boolean => !shut.has(`${band} ${lane}`) && this.#open(lane, band);
    for (;;) {
      const item = this.#queue.next(nowMs, open);
      if (item === undefined) break;
      const route = this.roster.route(item.lane)!;
      const member = this.#picker.pick(route, item);
      if (member !== undefined) {
        this.#seat(item, member);
        continue;
      }
      // This one cannot go where there is room: it waits on, and so does what is behind it in its lane
      this.#queue.settle(item.tenant, item.band, -item.cost);
      this.#queue.push(item);
      shut.add(`${item.band} ${item.lane}`);
    }
    this.#arm();
  }

  #open(lane: string, band: number): boolean {
    return this.#picker.hasRoom(this.roster.route(lane)!) && this.#admission.gate(TRAFFIC_CLASSES[band]!) === null;
  }

  #arm(): void {
    if (this.#queue.size === 0 || this.#look !== null) return;
    this.#look = this.#timers.after(LOOK_EVERY_MS, () => {
      this.#look = null;
      this.#serve();
      this.#expire();
      this.#arm();
    });
  }

  #expire(): void {
    const nowMs = this.#timers.nowMs();
    for (const item of [...this.#queue.items()]) {
      if (nowMs >= item.dueMs) {
        this.#queue.remove(item);
        item.waiter.refused(this.#tooLong(item));
      } else if (nowMs >= item.beatMs) {
        item.beatMs = nowMs + BEAT_EVERY_MS;
        if (item.ask.stream && isDeferrable(item.ask.class)) item.waiter.waits();
      }
    }
  }

  #tooLong(item: Waiting): Failure {
    const route = this.roster.route(item.lane)!;
    const why = this.#admission.gate(item.ask.class) ?? this.#picker.barred(route, item);
    if (why !== null) return why;
    const waitS = this.#picker.waitS(route, this.#queue.ahead(route.name, item.band));
    const details = { model: item.ask.model, seconds: Math.ceil(Math.max(1, item.patienceS)) };
    return failure('JW_OVERLOADED', details, { retryAfterS: Math.max(1, waitS), retry: true });
  }
}

const isDeferrable = (name: TrafficClass): boolean => name === 'flex' || name === 'batch';

const NOT_WAITING: Ticket = { cancel: () => undefined };

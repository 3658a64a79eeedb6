import type { EngineReading } from '../engines/reading.ts';
import { systemTimers, type Timers } from '../engines/timing.ts';
import { JoulewrightError, reasonOf } from '../errors/error.ts';
import type { DirectiveHolder } from './directive.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import type { Log } from './log.ts';
import type { Member } from './router/member.ts';

/** How often engines are looked at, and how long one that does not answer is left alone at most. Our choice. */
const LOOK_EVERY_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** A reading older than this says nothing any more. */
const STALE_MS = 15_000;
/** Requests under way may take this long to end before an engine is put to sleep all the same. Our choice. */
const DRAIN_MS = 120_000;

export interface CaretakerParts {
  readonly dispatcher: Dispatcher;
  readonly directives: DirectiveHolder;
  readonly log: Log;
  readonly timers?: Timers;
}

type Rest = 'awake' | 'draining' | 'falling asleep' | 'asleep' | 'waking';

/** What is known of the care for one engine. */
interface Ward {
  readonly member: Member;
  rest: Rest;
  /** Whether it was asked how it rests: a gateway that starts anew may find it asleep. */
  asked: boolean;
  sinceMs: number;
  /** Not looked at before this. */
  notBeforeMs: number;
  pauseMs: number;
  busy: boolean;
}

/**
 * Looks after the engines, one scraper each: reads what they say of their load, finds out whether one that failed is back, and
 * carries out orders to sleep and to wake: an engine that is to sleep gets no new requests, ends what it has, and only then
 * sleeps; one that wakes is given work once it is healthy, and slowly.
 */
export class Caretaker {
  readonly #parts: CaretakerParts;
  readonly #timers: Timers;
  #wards: readonly Ward[] = [];
  #stop: (() => void) | null = null;

  constructor(parts: CaretakerParts) {
    this.#parts = parts;
    this.#timers = parts.timers ?? systemTimers;
    this.#follow();
  }

  /** Looks after the engines that serve now; what is known of those that stay is kept. */
  #follow(): void {
    const { members } = this.#parts.dispatcher.roster;
    if (members.length === this.#wards.length && members.every((member, i) => member === this.#wards[i]?.member))
      return;
    const known = new Map(this.#wards.map((ward) => [ward.member, ward]));
    const sinceMs = this.#timers.nowMs();
    this.#wards = members.map(
      (member): Ward =>
        known.get(member) ?? {
          member,
          rest: 'awake',
          asked: false,
          sinceMs,
          notBeforeMs: 0,
          pauseMs: LOOK_EVERY_MS,
          busy: false,
        },
    );
  }

  start(): void {
    const again = (): void => {
      this.look();
      this.#stop = this.#timers.after(LOOK_EVERY_MS, again);
    };
    this.#stop ??= this.#timers.after(LOOK_EVERY_MS, again);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** How an engine rests, for people. */
  restOf(id: string): Rest {
    return this.#wards.find(({ member }) => member.engine.id === id)?.rest ?? 'awake';
  }

  /** Whether an engine did not answer when it was last looked at. */
  isSilent(id: string): boolean {
    return (this.#wards.find(({ member }) => member.engine.id === id)?.pauseMs ?? 0) > LOOK_EVERY_MS;
  }

  /** Looks at every engine whose turn it is. A look that is under way is not joined by another. */
  look(): void {
    this.#follow();
    const nowMs = this.#timers.nowMs();
    for (const ward of this.#wards) {
      if (!ward.busy && nowMs >= ward.notBeforeMs) void this.#tend(ward);
    }
  }

  async #tend(ward: Ward): Promise<void> {
    ward.busy = true;
    try {
      await this.#obey(ward);
      if (ward.rest !== 'asleep') await this.#ask(ward);
      ward.pauseMs = LOOK_EVERY_MS;
    } catch (error) {
      this.#note(ward, error);
    } finally {
      ward.busy = false;
    }
  }

  #note(ward: Ward, error: unknown): void {
    const { member, pauseMs } = ward;
    const code = error instanceof JoulewrightError ? error.code : 'JW_ENGINE_DOWN';
    if (pauseMs === LOOK_EVERY_MS) {
      this.#parts.log.warn('an engine could not be asked', { code, engine: member.engine.id, reason: reasonOf(error) });
    }
    ward.pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    ward.notBeforeMs = this.#timers.nowMs() + ward.pauseMs;
    member.reading = null;
  }

  async #ask({ member }: Ward): Promise<void> {
    const { engine, breaker } = member;
    if (breaker.state === 'open') {
      const { up } = await engine.health();
      const nowMs = this.#timers.nowMs();
      // It is healthy again: the next request may probe it without waiting for the rest of the pause
      if (up) breaker.mayProbe(nowMs);
      if (up) this.#parts.dispatcher.changed();
    }
    if (engine.read === undefined) return;
    const reading = await engine.read();
    this.#take(member, reading);
  }

  #take(member: Member, reading: EngineReading | null): void {
    const nowMs = this.#timers.nowMs();
    const kept = reading ?? member.reading;
    member.reading = kept !== null && nowMs - kept.atMs <= STALE_MS ? kept : null;
    if (reading === null) return;
    // What waits there cannot be shared fairly: fewer are sent until it is gone
    if ((reading.waiting ?? 0) > 0) member.limit.full(member.running, nowMs);
  }

  async #obey(ward: Ward): Promise<void> {
    const { member } = ward;
    const { rest, deployment } = member.engine;
    if (rest === undefined) return;
    if (!ward.asked) {
      if ((await rest.asleep()) === true) this.#set(ward, 'asleep');
      ward.asked = true;
    }
    const order = this.#parts.directives.order(deployment)?.state;
    // Switching a server off is not for the gateway; the least that it can do is to let it sleep
    const toSleep = order === 'asleep' || order === 'off' || this.#isSpare(ward);
    const nowMs = this.#timers.nowMs();
    if (toSleep && ward.rest === 'awake') this.#set(ward, 'draining');
    // The order was taken back before it was carried out
    if (!toSleep && ward.rest === 'draining') this.#set(ward, 'awake');
    if (ward.rest === 'draining' && (member.running === 0 || nowMs - ward.sinceMs > DRAIN_MS)) {
      this.#set(ward, 'falling asleep');
      try {
        await rest.sleep();
        member.prefixes.clear();
        this.#set(ward, 'asleep');
      } catch (error) {
        this.#set(ward, 'draining');
        throw error;
      }
      return;
    }
    if (order === 'serving' && !toSleep && ward.rest === 'asleep') {
      this.#set(ward, 'waking');
      try {
        await rest.wake();
      } catch (error) {
        this.#set(ward, 'asleep');
        throw error;
      }
    }
    if (ward.rest === 'waking' && (await member.engine.health()).up) {
      member.limit.cold(this.#timers.nowMs());
      this.#set(ward, 'awake');
      this.#parts.dispatcher.changed();
    }
  }

  /** Whether an engine is one of those that sleep while others of its deployment serve: as large a part of them as of the replicas. */
  #isSpare({ member }: Ward): boolean {
    const { deployment } = member.engine;
    const order = this.#parts.directives.order(deployment);
    if (order?.asleep === undefined || order.asleep <= 0 || order.state !== 'serving') return false;
    const all = this.#wards.filter((ward) => ward.member.engine.deployment === deployment);
    const resting = all.filter((ward) => ward.member.engine.rest !== undefined);
    const awake = Math.ceil((all.length * order.replicas) / (order.replicas + order.asleep) - 1e-6);
    // Those that cannot sleep serve anyway, and one always does.
    return resting.findIndex((ward) => ward.member === member) >= Math.max(1, awake) - (all.length - resting.length);
  }

  #set(ward: Ward, rest: Rest): void {
    ward.rest = rest;
    ward.sinceMs = this.#timers.nowMs();
    ward.member.held = rest !== 'awake';
  }
}

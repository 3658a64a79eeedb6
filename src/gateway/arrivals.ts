import type { IncomingMessage } from 'node:http';
import { Crowd, type Placed } from '../engines/crowd.ts';
import { steadyClock } from '../engines/timing.ts';

/** How often requests are looked at, ms; more often where less time is given. */
const LOOK_EVERY_MS = 1_000;

/** A request that may still be on its way to us. */
interface Arrival extends Placed {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly limitMs: number;
  readonly dueMs: number;
}

/**
 * Tells of callers that do not send their request whole in time. All are looked at now and then: a timer for each would cost a
 * short request more than its limits do.
 */
export class Arrivals {
  readonly #crowd = new Crowd<Arrival>();
  readonly #late: (request: IncomingMessage, requestId: string, limitMs: number) => void;
  readonly #sweeper: ReturnType<typeof setInterval>;

  /** @param shortestMs the shortest time that any request is given */
  constructor(shortestMs: number, late: (request: IncomingMessage, requestId: string, limitMs: number) => void) {
    this.#late = late;
    this.#sweeper = setInterval(() => this.#look(), Math.min(LOOK_EVERY_MS, Math.max(1, shortestMs / 4)));
    this.#sweeper.unref();
  }

  add(request: IncomingMessage, requestId: string, limitMs: number): void {
    const arrival = { request, requestId, limitMs, dueMs: steadyClock.nowMs() + limitMs, place: -1 };
    this.#crowd.add(arrival);
    request.once('close', () => this.#crowd.delete(arrival));
  }

  close(): void {
    clearInterval(this.#sweeper);
  }

  #look(): void {
    const nowMs = steadyClock.nowMs();
    for (const arrival of this.#crowd.all()) {
      if (nowMs < arrival.dueMs) continue;
      this.#crowd.delete(arrival);
      const { request, requestId, limitMs } = arrival;
      if (!request.complete) this.#late(request, requestId, limitMs);
    }
  }
}

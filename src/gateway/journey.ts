import type { Failure } from '../engines/failure.ts';
import type { Outlet } from './answer.ts';
import type { Ask, Seat, Ticket, Waiter } from './dispatch/ask.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import type { Ride } from './exchange.ts';
import { isFault } from './router/breaker.ts';
import type { UnderWay } from './underWay.ts';

/** Other engines that a request may be tried at after the first. */
const MOST_RETRIES = 2;

/** What a journey is about. */
export interface JourneyParts {
  readonly ask: Ask;
  readonly dispatcher: Dispatcher;
  readonly outlet: Outlet;
  readonly headers: Readonly<Record<string, string>>;
  /** Opens the books at the engine of a seat; `again` as in `Fare`. */
  readonly board: (seat: Seat, again: (why: Failure) => boolean) => Ride;
  /** It ends without an answer from an engine; null = its caller has gone. */
  readonly refused: (journey: Journey, why: Failure | null, headersSent: boolean) => void;
}

/**
 * A request from its arrival to its answer: it waits for a seat at an engine, is served there, and takes another one where an
 * engine fails before the first byte of its answer.
 */
export class Journey implements Waiter, UnderWay {
  readonly #parts: JourneyParts;
  place = -1;
  #tried: Set<string> | null = null;
  #ticket: Ticket | null = null;
  #ride: Ride | null = null;
  #over = false;

  constructor(parts: JourneyParts) {
    this.#parts = parts;
  }

  start(): void {
    const { ask, dispatcher, outlet } = this.#parts;
    outlet.on('close', () => this.#callerGone());
    this.#wait(dispatcher.take(ask, this));
  }

  breakOff(why: Failure): void {
    if (this.#ride !== null) this.#ride.breakOff(why);
    else {
      this.#ticket?.cancel();
      this.refused(why);
    }
  }

  seated(seat: Seat): void {
    this.#ticket = null;
    const ride = this.#parts.board(seat, (why) => this.#again(seat, why));
    this.#ride = ride;
    ride.start();
  }

  refused(why: Failure): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.refused(this, why, this.#parts.outlet.headersSent);
  }

  waits(): void {
    const { outlet, headers } = this.#parts;
    if (!outlet.headersSent) {
      outlet.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      });
    }
    outlet.write(': waiting for power or room\n\n');
  }

  /** An engine has failed before its first byte; says whether another one takes the request. */
  #again(seat: Seat, why: Failure): boolean {
    this.#tried ??= new Set();
    this.#tried.add(seat.member.engine.id);
    const busy = why.fault.code === 'JW_ENGINE_BUSY';
    if ((!isFault(why) && !busy) || this.#tried.size > MOST_RETRIES) return false;
    this.#ride = null;
    const ticket = this.#parts.dispatcher.again(this.#parts.ask, this, this.#tried);
    if (ticket !== null) this.#wait(ticket);
    return ticket !== null;
  }

  /** Keeps the ticket unless a seat or a refusal came at once. */
  #wait(ticket: Ticket): void {
    if (this.#ride === null && !this.#over) this.#ticket = ticket;
  }

  #callerGone(): void {
    this.#ride?.callerGone();
    if (this.#over || this.#ticket === null) return;
    this.#over = true;
    this.#ticket.cancel();
    this.#parts.refused(this, null, true);
  }
}

import type { EngineCall } from '../engines/contract.ts';
import type { Failure } from '../engines/failure.ts';
import type { TokenBounds } from '../engines/meter.ts';
import type { ErrorStyle, Outlet } from './answer.ts';
import type { Rendering } from './api/endpoint.ts';
import type { Booking } from './booking.ts';
import type { Ask, Seat, Ticket, Waiter } from './dispatch/ask.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import { Exchange, type UnderWay } from './exchange.ts';
import { isFault } from './router/breaker.ts';

/** Other engines that a request may be tried at after the first. */
const MOST_RETRIES = 2;

/** What a journey is about. */
export interface JourneyParts {
  readonly ask: Ask;
  readonly dispatcher: Dispatcher;
  readonly bounds: TokenBounds;
  readonly errors: ErrorStyle;
  readonly outlet: Outlet;
  readonly headers: Readonly<Record<string, string>>;
  /** Opens the books at the engine of a seat, and puts the request in words that it knows. */
  readonly board: (seat: Seat) => { booking: Booking; call: EngineCall; rendering: Rendering };
  /** It ends without an answer from an engine; null = its caller has gone. */
  readonly refused: (journey: Journey, why: Failure | null, headersSent: boolean) => void;
}

/**
 * A request from its arrival to its answer: it waits for a seat at an engine, is served there, and takes another one where an
 * engine fails before the first byte of its answer.
 */
export class Journey implements Waiter, UnderWay {
  readonly #parts: JourneyParts;
  readonly #tried = new Set<string>();
  #ticket: Ticket | null = null;
  #exchange: Exchange | null = null;
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
    if (this.#exchange !== null) this.#exchange.breakOff(why);
    else {
      this.#ticket?.cancel();
      this.refused(why);
    }
  }

  seated(seat: Seat): void {
    this.#ticket = null;
    const { board, bounds, errors, outlet, headers } = this.#parts;
    const again = (why: Failure): boolean => this.#again(seat, why);
    const exchange = new Exchange({ ...board(seat), errors, bounds, outlet, headers, again });
    this.#exchange = exchange;
    exchange.start();
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
    this.#tried.add(seat.member.engine.id);
    const busy = why.fault.code === 'JW_ENGINE_BUSY';
    if ((!isFault(why) && !busy) || this.#tried.size > MOST_RETRIES) return false;
    this.#exchange = null;
    const ticket = this.#parts.dispatcher.again(this.#parts.ask, this, this.#tried);
    if (ticket !== null) this.#wait(ticket);
    return ticket !== null;
  }

  /** Keeps the ticket unless a seat or a refusal came at once. */
  #wait(ticket: Ticket): void {
    if (this.#exchange === null && !this.#over) this.#ticket = ticket;
  }

  #callerGone(): void {
    if (this.#over || this.#ticket === null) return;
    this.#over = true;
    this.#ticket.cancel();
    this.#parts.refused(this, null, true);
  }
}

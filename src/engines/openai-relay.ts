import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { RelaySink } from './contract.ts';
import { type Failure, failure } from './failure.ts';
import { connectionFailure, pathFailure } from './openai-failure.ts';
import { CANCELLED, MAX_ERROR, type RunHost, type TimedRun } from './openai-run.ts';

/** A call whose answer passes as bytes, whatever it is: JSON, events, sound, pictures. */
export class RelayRun implements TimedRun, Dispatcher.DispatchHandler {
  place = -1;
  readonly #host: RunHost;
  readonly #sink: RelaySink;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #retryAfter: string | undefined;
  #parts: Buffer[] = [];
  #errorBytes = 0;
  #begun = false;
  #closed = false;
  #deadlineMs: number;

  constructor(host: RunHost, sink: RelaySink) {
    this.#host = host;
    this.#sink = sink;
    this.#deadlineMs = host.nowMs() + host.timeouts.answerMs;
  }

  cancel(): void {
    this.#closed = true;
    this.#controller?.abort(CANCELLED);
  }

  pause(): void {
    this.#controller?.pause();
    this.#deadlineMs = Number.POSITIVE_INFINITY;
  }

  resume(): void {
    this.#touch();
    this.#controller?.resume();
  }

  sweep(nowMs: number): void {
    if (nowMs < this.#deadlineMs || this.#closed) return;
    const { answerMs, idleMs } = this.#host.timeouts;
    const engine = this.#host.id;
    if (this.#begun) this.#fail(failure('JW_ENGINE_STALLED', { engine, seconds: idleMs / 1000 }, { retry: true }));
    else this.#fail(failure('JW_ENGINE_FIRST_BYTE', { engine, seconds: answerMs / 1000 }, { retry: false }));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#closed) controller.abort(CANCELLED);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#touch();
    this.#begun = true;
    this.#status = status;
    const retryAfter = headers['retry-after'];
    this.#retryAfter = typeof retryAfter === 'string' ? retryAfter : undefined;
    if (this.#closed || status >= 300) return;
    this.#sink.head(status, String(headers['content-type'] ?? 'application/octet-stream'));
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#closed) return;
    this.#touch();
    if (this.#status < 300) {
      this.#sink.bytes(bytes);
      return;
    }
    this.#errorBytes += bytes.length;
    if (this.#errorBytes <= MAX_ERROR) this.#parts.push(bytes);
  }

  onResponseEnd(): void {
    this.#host.over(this);
    if (this.#closed) return;
    if (this.#status >= 300) {
      const body = Buffer.concat(this.#parts).toString();
      this.#fail(pathFailure(this.#host.id, this.#status, body, this.#retryAfter));
      return;
    }
    this.#closed = true;
    this.#sink.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#host.over(this);
    if (this.#closed) return;
    this.#fail(connectionFailure(this.#host.id, error, this.#begun, this.#host.timeouts.connectMs));
  }

  #touch(): void {
    this.#deadlineMs = this.#host.nowMs() + this.#host.timeouts.idleMs;
  }

  #fail(why: Failure): void {
    this.#closed = true;
    this.#parts = [];
    this.#sink.fail(why);
    this.#controller?.abort(CANCELLED);
  }
}

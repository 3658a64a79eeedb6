import type { ServerResponse } from 'node:http';

/** Watchers that may be connected at once; the oldest makes room. */
const MAX_WATCHERS = 100;
/** A watcher that lags by more than this is dropped; its browser connects again and gets the newest picture. */
const MAX_BEHIND_BYTES = 1024 * 1024;

/** Sends each snapshot to everybody who watches `/api/live`, as server-sent events. */
export class LiveFeed {
  readonly #watchers = new Set<ServerResponse>();
  #last = '';

  get watchers(): number {
    return this.#watchers.size;
  }

  /** The text of the newest snapshot's event; empty before the first. */
  get last(): string {
    return this.#last;
  }

  /** Takes over a response: head, the newest snapshot, and all that follow. */
  watch(response: ServerResponse, requestId: string): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': requestId,
    });
    response.write(this.#last === '' ? ': no snapshot yet\n\n' : this.#last);
    this.#watchers.add(response);
    response.on('close', () => this.#watchers.delete(response));
    const [oldest] = this.#watchers;
    if (this.#watchers.size > MAX_WATCHERS) oldest?.end();
  }

  publish(snapshot: object): void {
    this.#last = `data: ${JSON.stringify(snapshot)}\n\n`;
    for (const watcher of this.#watchers) {
      if (watcher.writableLength > MAX_BEHIND_BYTES) watcher.destroy();
      else watcher.write(this.#last);
    }
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.end();
  }
}

import { EventEmitter } from 'node:events';
import type { Outlet } from './answer.ts';

/** Takes an answer in place of a caller's connection: for work that nobody waits for at a socket. */
export class Collector extends EventEmitter<{ close: []; drain: [] }> implements Outlet {
  readonly whole: Promise<{ readonly status: number; readonly text: string }>;
  headersSent = false;
  #status = 0;
  readonly #parts: Buffer[] = [];
  #resolve: (answer: { readonly status: number; readonly text: string }) => void = () => undefined;

  constructor() {
    super();
    this.whole = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  writeHead(status: number): void {
    this.#status = status;
    this.headersSent = true;
  }

  write(part: string | Buffer): boolean {
    this.#parts.push(typeof part === 'string' ? Buffer.from(part) : part);
    return true;
  }

  end(part = ''): void {
    this.write(part);
    this.#resolve({ status: this.#status, text: Buffer.concat(this.#parts).toString() });
  }

  /** What was sent is not all. */
  destroy(): void {
    this.#resolve({ status: 502, text: '' });
  }

  /** Nobody wants the answer any more. */
  giveUp(status: number): void {
    this.emit('close');
    this.#resolve({ status, text: '' });
  }
}

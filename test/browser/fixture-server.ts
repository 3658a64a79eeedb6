import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { LiveDay, LivePlan, LiveSnapshot } from '../../src/server/api.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** A site that says what a test tells it to say. */
export class FixtureServer {
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  #last: string | undefined;
  #refusing = false;
  #timer: NodeJS.Timeout | undefined;
  url = '';

  /** Requests to the administration, as `METHOD path body`. */
  readonly asked: string[] = [];

  /** Serves the files of `root`, `/api/day` and `/api/plan` as given, `/api/live`, and what the administration says of a lever. */
  constructor(root: string, day: LiveDay, plan: LivePlan, effect: object) {
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname === '/api/live') this.#live(response);
      else if (pathname === '/api/day') response.setHeader('content-type', 'application/json').end(JSON.stringify(day));
      else if (pathname === '/api/plan')
        response.setHeader('content-type', 'application/json').end(JSON.stringify(plan));
      else if (pathname.startsWith('/api/admin')) {
        let body = '';
        request.on('data', (text) => {
          body += String(text);
        });
        request.on('end', () => {
          this.asked.push(`${request.method} ${pathname} ${body}`);
          response.setHeader('content-type', 'application/json').end(JSON.stringify(effect));
        });
      } else this.#file(path.join(root, pathname === '/' ? 'index.html' : path.normalize(pathname)), response);
    });
  }

  #live(response: ServerResponse): void {
    if (this.#refusing) {
      response.statusCode = 503;
      response.end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
    if (this.#last !== undefined) response.write(this.#last);
  }

  #file(file: string, response: ServerResponse): void {
    readFile(file).then(
      (data) => {
        // The strictest policy that the gateway may serve the page under: everything from here, nothing inline.
        response.setHeader('content-security-policy', "default-src 'self'; style-src-attr 'unsafe-inline'");
        response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream').end(data);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the fixture server has no port');
    this.url = `http://127.0.0.1:${address.port}/`;
  }

  /** Sends one snapshot to every listener, and to those that come later. */
  send(snapshot: LiveSnapshot): void {
    this.#last = `data: ${JSON.stringify(snapshot)}\n\n`;
    for (const stream of this.#streams) stream.write(this.#last);
  }

  /** Sends a snapshot now and then once a second. */
  play(next: () => LiveSnapshot): void {
    this.pause();
    this.send(next());
    this.#timer = setInterval(() => this.send(next()), 1_000);
  }

  /** Falls silent with the connections left open, as a hung program does. */
  pause(): void {
    clearInterval(this.#timer);
  }

  /** Cuts all streams and refuses new ones, until `mend`. */
  breakStream(): void {
    this.pause();
    this.#refusing = true;
    for (const stream of this.#streams) stream.destroy();
  }

  mend(): void {
    this.#refusing = false;
  }

  async stop(): Promise<void> {
    this.pause();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

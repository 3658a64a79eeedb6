import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isObject } from '../../engines/json.ts';
import type { Random } from '../../series/random.ts';

/** An OpenAI-compatible engine that notes which lines it was paid for, and fails now and then. */
export interface PaidEngine {
  readonly url: string;
  /** Answers that were given in whole, by line. */
  readonly paid: ReadonlyMap<string, number>;
  /** Requests that it has failed at: refused, broken off, answered with nonsense. */
  readonly failed: number;
  close(): void;
}

/** The line that a request is for: the last word of its question. */
function lineOf(text: string): string {
  const body: unknown = JSON.parse(text);
  const messages = isObject(body) ? body['messages'] : undefined;
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined;
  const content = isObject(first) ? first['content'] : undefined;
  if (typeof content !== 'string') throw new Error(`not a request of a batch: ${text.slice(0, 200)}`);
  return content.split(' ').at(-1) ?? '';
}

const answerTo = (id: string): string =>
  JSON.stringify({
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: 1,
    model: 'real',
    choices: [{ index: 0, message: { role: 'assistant', content: `Answer ${id}` }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
  });

/** How an engine may fail at a request. */
const FAILURES: readonly ((response: ServerResponse) => void)[] = [
  (response) => response.writeHead(500).end('{"error":{"message":"broken"}}'),
  (response) => response.writeHead(503).end(),
  (response) => response.writeHead(429, { 'retry-after': '1' }).end('{}'),
  (response) => response.destroy(),
  (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [{"mess'),
];

export interface PaidEngineOptions {
  readonly draw: Random;
  /** Share of the requests that it fails at, 0 to 1. */
  readonly failures: number;
  /** Longest time that an answer takes, ms. */
  readonly slowestMs: number;
  /** Told of each line that is asked for. */
  readonly onAsked?: (id: string) => void;
}

export async function paidEngine({ draw, failures, slowestMs, onAsked }: PaidEngineOptions): Promise<PaidEngine> {
  const paid = new Map<string, number>();
  let failed = 0;
  const answer = (id: string, response: ServerResponse): void => {
    if (draw.next() < failures) {
      failed += 1;
      FAILURES[Math.floor(draw.next() * FAILURES.length)]!(response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(answerTo(id));
    paid.set(id, (paid.get(id) ?? 0) + 1);
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const id = lineOf(Buffer.concat(parts).toString());
    onAsked?.(id);
    if (slowestMs > 0) setTimeout(() => answer(id, response), draw.next() * slowestMs);
    else answer(id, response);
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET') response.end('{"object":"list","data":[]}');
    // A gateway that was killed leaves its requests half sent
    else take(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    paid,
    get failed() {
      return failed;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

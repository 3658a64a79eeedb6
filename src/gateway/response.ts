import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];
type Callback = (error?: Error | null) => void;

/**
 * A response that has the same headers whatever is answered, also where it is written past the framework. They join the others as the
 * head is written: a response on which one was set before writes its head on a path that takes twice as long.
 *
 * A caller that takes nothing for `readerMs` of an answer that waits for it is cut off: it would hold an engine's seat and memory for as long as it
 * likes. One that reads slowly is not: every byte that it takes begins the time anew.
 */
export function responseWith(always: Readonly<Record<string, string>>, readerMs: number): typeof ServerResponse {
  return class<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    #lags = false;

    override writeHead(status: number, reason?: string | Headers, more?: Headers): this {
      const headers = typeof reason === 'string' ? more : reason;
      const text = typeof reason === 'string' ? reason : undefined;
      if (!Array.isArray(headers)) return super.writeHead(status, text, { ...headers, ...always });
      for (const [name, value] of Object.entries(always)) this.setHeader(name, value);
      return super.writeHead(status, text, headers);
    }

    override write(chunk: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): boolean {
      const done =
        typeof encoding === 'string'
          ? super.write(chunk, encoding, callback)
          : super.write(chunk, encoding ?? callback);
      if (!done && !this.#lags) {
        this.#lags = true;
        this.setTimeout(readerMs);
        this.once('drain', () => {
          this.#lags = false;
          // After its end the time of the connection is that of keeping it alive
          if (!this.writableEnded) this.setTimeout(0);
        });
      }
      return done;
    }

    override end(chunk?: unknown, encoding?: BufferEncoding | (() => void), callback?: () => void): this {
      if (typeof chunk === 'function') super.end(chunk);
      else if (typeof encoding === 'string') super.end(chunk, encoding, callback);
      else super.end(chunk, encoding ?? callback);
      if (!this.#lags && this.writableLength > 0) this.setTimeout(readerMs);
      return this;
    }
  };
}

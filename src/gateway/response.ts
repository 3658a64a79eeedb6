import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * A response that has the same headers whatever is answered, also where it is written past the framework. They join the others as the
 * head is written: a response on which one was set before writes its head on a path that takes twice as long.
 */
export function responseWith(always: Readonly<Record<string, string>>): typeof ServerResponse {
  return class<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, reason?: string | Headers, more?: Headers): this {
      const headers = typeof reason === 'string' ? more : reason;
      const text = typeof reason === 'string' ? reason : undefined;
      if (!Array.isArray(headers)) return super.writeHead(status, text, { ...headers, ...always });
      for (const [name, value] of Object.entries(always)) this.setHeader(name, value);
      return super.writeHead(status, text, headers);
    }
  };
}

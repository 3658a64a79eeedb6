import { randomBytes } from 'node:crypto';
import { type IncomingMessage, maxHeaderSize, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type FastifyInstance, fastify } from 'fastify';
import { type Failure, failure } from '../engines/failure.ts';
import { JoulewrightError, reasonOf } from '../errors/error.ts';
import { errorBody, failureOf, writeFailure } from './answer.ts';
import { parseJson } from './api/json.ts';
import { Arrivals } from './arrivals.ts';
import { responseWith } from './response.ts';
import { sendFailure } from './send.ts';
import type { TlsPair } from './tls.ts';

/** How long a connection may lie idle between requests; above the 60 s of common load balancers. */
const KEEP_ALIVE_MS = 72_000;
/** How long a caller may take to send its request, and a file. */
const REQUEST_MS = 60_000;
/** How long a caller may take nothing of its answer. Our choice: systems tell of what is taken by the megabyte, and slow lines are to be waited for. */
const READER_MS = 120_000;
const UPLOAD_MS = 600_000;
/** How long it may take to send the headers alone. Our choice. */
const HEADERS_MS = 20_000;
/** How often connections are looked at for both. */
const CHECK_EVERY_MS = 5_000;
/** A browser that has been here by TLS comes by nothing else for a year, which is what lists of such sites ask for. */
const STRICT_TRANSPORT = 'max-age=31536000';

export interface AppOptions {
  /** Largest body, bytes. */
  readonly bodyLimit: number;
  /** How long a caller may take to send its request, ms; default a minute. */
  readonly requestMs?: number;
  /** How long a caller may take nothing of an answer that waits for it, ms; default two minutes. */
  readonly readerMs?: number;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed; default: none. */
  readonly trustedProxies?: readonly string[];
  /** Speaks TLS with these; default: HTTP in the clear. */
  readonly tls?: TlsPair;
}

/** The web framework, and how it takes another certificate. */
export interface App {
  readonly app: FastifyInstance;
  /** Speaks with this one on new connections; those that stand stay as they are. Nothing where TLS is not spoken. */
  takeTls(pair: TlsPair): void;
}

/** Ids of requests: unique over restarts by their random part, and cheap. */
export function requestIds(): () => string {
  const boot = randomBytes(6).toString('hex');
  let count = 0;
  return () => {
    count += 1;
    return `req_${boot}${count.toString(36).padStart(6, '0')}`;
  };
}

/** Why bytes on a socket did not become a request. */
function brokenRequest(error: Error & { readonly code?: string }, headersMs: number): Failure {
  if (error.code === 'HPE_HEADER_OVERFLOW') return failure('JW_REQUEST_HEADERS', { limit: maxHeaderSize });
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return failure('JW_REQUEST_SLOW', { seconds: headersMs / 1000 });
  return failure('JW_REQUEST_BROKEN', { reason: reasonOf(error) });
}

/** A response to bytes that were not HTTP, for a socket that has no response object. */
function rawFailure(why: Failure, requestId: string): string {
  const body = JSON.stringify(errorBody(why));
  return [
    `HTTP/1.1 ${why.http} ${STATUS_CODES[why.http] ?? 'Error'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

/** Cuts off a caller that has not sent its request whole in time. */
function cutOff(request: IncomingMessage, requestId: string, limitMs: number): void {
  const why = failure('JW_REQUEST_SLOW', { seconds: limitMs / 1000 });
  request.socket.end(rawFailure(why, requestId), () => request.socket.destroy());
}

/** The web framework with our rules: JSON bodies parsed once, every error an OpenAI error object with a request id. */
export function createApp({
  bodyLimit,
  requestMs = REQUEST_MS,
  readerMs = READER_MS,
  trustedProxies = [],
  tls,
}: AppOptions): App {
  const nextId = requestIds();
  const headersMs = Math.min(HEADERS_MS, requestMs);
  const times = {
    headersTimeout: headersMs,
    connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, requestMs),
    // What comes after the headers is limited by path
    requestTimeout: UPLOAD_MS + HEADERS_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    ServerResponse: responseWith(
      {
        'x-content-type-options': 'nosniff',
        ...(tls === undefined ? {} : { 'strict-transport-security': STRICT_TRANSPORT }),
      },
      readerMs,
    ),
  };
  // One for each address that a name stands for
  const tlsServers: ReturnType<typeof createTlsServer>[] = [];
  let pair = tls;
  const tlsServer = (handler: RequestListener): Server => {
    const server = createTlsServer({ ...times, ...pair, handshakeTimeout: headersMs }, handler);
    tlsServers.push(server);
    return server;
  };
  const app = fastify({
    logger: false,
    bodyLimit,
    genReqId: nextId,
    requestIdHeader: false,
    keepAliveTimeout: times.keepAliveTimeout,
    requestTimeout: times.requestTimeout,
    http: times,
    ...(tls === undefined ? {} : { serverFactory: tlsServer }),
    ...(trustedProxies.length === 0 ? {} : { trustProxy: [...trustedProxies] }),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: (error, request, reply) => {
      const why = failureOf(error, bodyLimit);
      reply.hijack();
      writeFailure(reply.raw, request.id, why);
    },
    clientErrorHandler: (error, socket) => {
      const why = brokenRequest(error, headersMs);
      if (socket.writable) socket.end(rawFailure(why, nextId()));
      else socket.destroy();
    },
  });
  const arrivals = new Arrivals(requestMs, cutOff);
  app.addHook('onClose', async () => arrivals.close());
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    request.bodyChars = text.length;
    const parsed = parseJson(text.toString());
    if ('why' in parsed) done(new JoulewrightError([parsed.why.fault]));
    else done(null, parsed.value);
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (request.method !== 'GET') {
      arrivals.add(request.raw, request.id, request.url.startsWith('/v1/files') ? UPLOAD_MS : requestMs);
    }
    done();
  });
  app.setErrorHandler((error, _request, reply) => {
    const why = failureOf(error, bodyLimit);
    return sendFailure(reply, why);
  });
  return {
    app,
    takeTls(next) {
      pair = next;
      for (const server of tlsServers) server.setSecureContext(next);
    },
  };
}

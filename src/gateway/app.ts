import { randomBytes } from 'node:crypto';
import { type IncomingMessage, maxHeaderSize, STATUS_CODES } from 'node:http';
import { type FastifyInstance, fastify } from 'fastify';
import { type Failure, failure } from '../engines/failure.ts';
import { JoulewrightError, reasonOf } from '../errors/error.ts';
import { errorBody, failureOf, writeFailure } from './answer.ts';
import { parseJson } from './api/json.ts';
import { sendFailure } from './send.ts';

/** How long a connection may lie idle between requests; above the 60 s of common load balancers. */
const KEEP_ALIVE_MS = 72_000;
/** How long a caller may take to send its request, and a file. */
const REQUEST_MS = 60_000;
const UPLOAD_MS = 600_000;
/** How long it may take to send the headers alone. Our choice. */
const HEADERS_MS = 20_000;
/** How often connections are looked at for both. */
const CHECK_EVERY_MS = 5_000;

export interface AppOptions {
  /** Largest body, bytes. */
  readonly bodyLimit: number;
  /** How long a caller may take to send its request, ms; default a minute. */
  readonly requestMs?: number;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed; default: none. */
  readonly trustedProxies?: readonly string[];
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

/** Cuts off a caller that does not send its request whole in time. */
function limitTime(request: IncomingMessage, requestId: string, limitMs: number): void {
  const timer = setTimeout(() => {
    if (request.complete) return;
    const why = failure('JW_REQUEST_SLOW', { seconds: limitMs / 1000 });
    request.socket.end(rawFailure(why, requestId), () => request.socket.destroy());
  }, limitMs);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

/** The web framework with our rules: JSON bodies parsed once, every error an OpenAI error object with a request id. */
export function createApp({ bodyLimit, requestMs = REQUEST_MS, trustedProxies = [] }: AppOptions): FastifyInstance {
  const nextId = requestIds();
  const headersMs = Math.min(HEADERS_MS, requestMs);
  const app = fastify({
    logger: false,
    bodyLimit,
    genReqId: nextId,
    requestIdHeader: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // What comes after the headers is limited by path
    requestTimeout: UPLOAD_MS + HEADERS_MS,
    http: {
      headersTimeout: headersMs,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, requestMs),
    },
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
      limitTime(request.raw, request.id, request.url.startsWith('/v1/files') ? UPLOAD_MS : requestMs);
    }
    // On the response itself, so that answers have it which are written past the framework
    reply.raw.setHeader('x-content-type-options', 'nosniff');
    done();
  });
  app.setErrorHandler((error, _request, reply) => {
    const why = failureOf(error, bodyLimit);
    return sendFailure(reply, why);
  });
  return app;
}

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
function brokenRequest(error: Error & { readonly code?: string }): Failure {
  if (error.code === 'HPE_HEADER_OVERFLOW') return failure('JW_REQUEST_HEADERS', { limit: maxHeaderSize });
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return failure('JW_REQUEST_SLOW', { seconds: UPLOAD_MS / 1000 });
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
function limitTime(request: IncomingMessage, requestId: string): void {
  const timer = setTimeout(() => {
    if (request.complete) return;
    const why = failure('JW_REQUEST_SLOW', { seconds: REQUEST_MS / 1000 });
    request.socket.end(rawFailure(why, requestId), () => request.socket.destroy());
  }, REQUEST_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

/** The web framework with our rules: JSON bodies parsed once, every error an OpenAI error object with a request id. */
export function createApp(bodyLimit: number): FastifyInstance {
  const nextId = requestIds();
  const app = fastify({
    logger: false,
    bodyLimit,
    genReqId: nextId,
    requestIdHeader: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: UPLOAD_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: (error, request, reply) => {
      const why = failureOf(error, bodyLimit);
      reply.hijack();
      writeFailure(reply.raw, request.id, why);
    },
    clientErrorHandler: (error, socket) => {
      const why = brokenRequest(error);
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
    if (request.method !== 'GET' && !request.url.startsWith('/v1/files')) limitTime(request.raw, request.id);
    done();
  });
  app.setErrorHandler((error, _request, reply) => {
    const why = failureOf(error, bodyLimit);
    return sendFailure(reply, why);
  });
  return app;
}

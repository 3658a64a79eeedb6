import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { failure } from '../engines/failure.ts';
import { addAdmin } from './adminRoutes.ts';
import { ENDPOINTS } from './api/index.ts';
import { COUNT_PATH } from './counting.ts';
import type { DirectiveHolder } from './directive.ts';
import { sendFrontPage } from './frontPage.ts';
import type { HealthBoard } from './health.ts';
import type { Hosts } from './hosts.ts';
import type { LiveFeed } from './live.ts';
import { addV1, pathOf, type V1Parts } from './routes-v1.ts';
import { sendFailure } from './send.ts';
import type { StaticFiles } from './static.ts';
import type { Principal } from './tenants/principal.ts';
import type { Tenancy } from './tenants/tenancy.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key the request carries. */
    principal: Principal;
    /** Characters of the body. */
    bodyChars: number;
  }
}

/** What the routes answer from. */
export interface RouteParts extends V1Parts {
  readonly directives: DirectiveHolder;
  readonly live: LiveFeed;
  readonly hosts: Hosts;
  readonly tenancy: Tenancy | undefined;
  readonly health: HealthBoard;
  readonly files: StaticFiles | null;
  readonly site: { readonly day: object | null; readonly plan: object | null; readonly stopping: boolean };
  readonly metricsText: () => string;
}

const ALLOWED: Readonly<Record<string, string>> = {
  '/v1/models': 'GET, HEAD',
  [`/v1${COUNT_PATH}`]: 'POST',
  ...Object.fromEntries(ENDPOINTS.map(({ path }) => [`/v1${path}`, 'POST'])),
  '/v1/files': 'GET, HEAD, POST',
  '/v1/batches': 'GET, HEAD, POST',
  '/healthz': 'GET, HEAD',
  '/metrics': 'GET, HEAD',
  '/api/live': 'GET',
  '/api/day': 'GET, HEAD',
  '/api/plan': 'GET, HEAD',
  '/api/directive': 'GET, HEAD',
};

/** Registers every endpoint. */
export function addRoutes(app: FastifyInstance, parts: RouteParts): void {
  app.decorateRequest('principal');
  app.decorateRequest('bodyChars', 0);
  app.addHook('onRequest', (request, reply, done) => {
    const why = parts.hosts.refusal(request.headers.host, request.headers.origin);
    if (why !== null) {
      sendFailure(reply, why);
      return;
    }
    if (!parts.site.stopping) return done();
    reply.header('connection', 'close');
    sendFailure(reply, failure('JW_STOPPING', {}, { retryAfterS: 5, retry: true }));
  });
  app.register((v1, _options, done) => {
    addV1(v1, parts);
    done();
  });
  if (parts.tenancy !== undefined) addAdmin(app, parts.door, parts.tenancy);
  addOperations(app, parts);
  addLive(app, parts);
  app.setNotFoundHandler((request, reply) => notFound(request, reply, parts));
}

function addOperations(app: FastifyInstance, parts: RouteParts): void {
  app.get('/healthz', async (_request, reply) => {
    const report = await parts.health.report();
    return reply.code(report.status === 'serving' ? 200 : 503).send(report);
  });
  app.get('/metrics', (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(parts.metricsText()),
  );
}

function addLive(app: FastifyInstance, { live, site, directives }: RouteParts): void {
  app.get('/api/live', { exposeHeadRoute: false }, (request, reply) => {
    reply.hijack();
    live.watch(reply.raw, request.id);
  });
  app.get('/api/day', (_request, reply) =>
    site.day === null ? sendFailure(reply, failure('JW_NOTHING_YET', { what: 'day' })) : reply.send(site.day),
  );
  app.get('/api/plan', (_request, reply) =>
    site.plan === null ? sendFailure(reply, failure('JW_NOTHING_YET', { what: 'plan' })) : reply.send(site.plan),
  );
  app.get('/api/directive', (_request, reply) => {
    const { newest, stale, ageS } = directives;
    if (newest === undefined) return sendFailure(reply, failure('JW_NOTHING_YET', { what: 'directive' }));
    return reply.send({ ...newest, stale, ageS });
  });
}

function notFound(request: FastifyRequest, reply: FastifyReply, { files }: RouteParts): FastifyReply {
  const path = pathOf(request);
  const { method } = request;
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && files?.has(path) === true) {
    reply.hijack();
    files.serve(path, request.raw, reply.raw, request.id);
    return reply;
  }
  if (reads && path === '/') return sendFrontPage(request, reply);
  const allow = ALLOWED[path] ?? (files?.has(path) === true ? 'GET, HEAD' : undefined);
  if (allow !== undefined) {
    reply.header('allow', allow);
    return sendFailure(reply, failure('JW_METHOD', { path, method, allow }));
  }
  return sendFailure(reply, failure('JW_ROUTE_UNKNOWN', { method, path: path.slice(0, 200) }));
}

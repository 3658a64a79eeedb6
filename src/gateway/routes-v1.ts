import type { FastifyInstance, FastifyRequest } from 'fastify';
import { failure } from '../engines/failure.ts';
import { addUsage, principalOf } from './adminRoutes.ts';
import { ENDPOINTS } from './api/index.ts';
import type { BatchOffice } from './batch/office.ts';
import { addBatches, type Note } from './batch/routes.ts';
import type { FoundUsage, ModelEntry } from './contract.ts';
import { addCounting, type TokenCounter } from './counting.ts';
import { sendFailure } from './send.ts';
import type { Asked, Service } from './service.ts';
import type { Door } from './tenants/door.ts';
import type { Principal } from './tenants/principal.ts';
import { traceOf } from './trace.ts';

/** What the API answers from. */
export interface V1Parts {
  readonly service: Service;
  readonly models: () => readonly ModelEntry[];
  readonly counter: TokenCounter;
  readonly door: Door;
  readonly usageOf: ((requestId: string) => Promise<FoundUsage | null>) | undefined;
  readonly createdS: number;
  readonly batches: BatchOffice | undefined;
  /** For the audit trail. */
  readonly note: Note;
}

/** The path of a request without its query. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}

function askedOf({ id: requestId, principal, bodyChars, headers }: FastifyRequest): Asked {
  return { requestId, principal, bodyChars, trace: traceOf(headers), ...sessionOf(headers) };
}

/** The header by which a caller ties requests together, so that one engine serves them. */
function sessionOf(headers: FastifyRequest['headers']): { session?: string } {
  const named = headers['x-session-id'];
  return typeof named === 'string' && named !== '' ? { session: named.slice(0, 200) } : {};
}

/** Registers what lies under `/v1`; all of it asks for a key. */
export function addV1(app: FastifyInstance, parts: V1Parts): void {
  app.addHook('onRequest', (request, reply, done) => {
    const principal = principalOf(parts.door, request);
    if ('fault' in principal) {
      sendFailure(reply, principal);
      return;
    }
    request.principal = principal;
    done();
  });
  if (parts.usageOf !== undefined) addUsage(app, parts.usageOf);
  addModels(app, parts);
  if (parts.batches !== undefined) addBatches(app, parts.batches, parts.note);
  for (const endpoint of ENDPOINTS) {
    app.post(`/v1${endpoint.path}`, (request, reply) => {
      reply.hijack();
      parts.service.handle(endpoint, request.body, askedOf(request), reply.raw);
    });
  }
  addCounting(app, parts.counter);
  app.register((relayed, _options, done) => {
    addRelayed(relayed, parts.service);
    done();
  });
}

function addModels(app: FastifyInstance, { models, createdS }: V1Parts): void {
  const seenBy = (may: Principal['models']) =>
    models()
      .filter(({ name }) => may?.has(name) !== false)
      .map(({ name, parent }) => ({
        id: name,
        object: 'model',
        created: createdS,
        owned_by: 'joulewright',
        ...(parent === undefined ? {} : { parent }),
      }));
  app.get('/v1/models', ({ principal }, reply) => reply.send({ object: 'list', data: seenBy(principal.models) }));
  // Names of models may have slashes
  app.get<{ Params: { '*': string } }>('/v1/models/*', (request, reply) => {
    const model = request.params['*'];
    const seen = seenBy(request.principal.models);
    const found = seen.find(({ id }) => id === model);
    if (found !== undefined) return reply.send(found);
    const known = seen.map(({ id }) => id).join(', ');
    const why = failure('JW_MODEL_UNKNOWN', { model: model.slice(0, 100), models: known }, { where: 'model' });
    return sendFailure(reply, why);
  });
}

/** Whatever else an engine serves, its body JSON or a form. */
function addRelayed(app: FastifyInstance, service: Service): void {
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    request.bodyChars = body.length;
    done(null, body);
  });
  app.post('/v1/*', (request, reply) => {
    const path = pathOf(request).slice('/v1'.length);
    if (!service.relays(path)) {
      reply.callNotFound();
      return;
    }
    reply.hijack();
    service.relay(path, request.body, request.headers['content-type'] ?? '', askedOf(request), reply.raw);
  });
}

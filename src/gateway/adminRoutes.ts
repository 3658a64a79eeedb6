import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Failure, failure } from '../engines/failure.ts';
import type { FoundUsage } from './contract.ts';
import { sendFailure } from './send.ts';
import { insist } from './tenants/adminCall.ts';
import type { Door } from './tenants/door.ts';
import type { Principal } from './tenants/principal.ts';
import { refusal, seesAll } from './tenants/roles.ts';
import type { Tenancy } from './tenants/tenancy.ts';
import { usageView } from './tenants/usageView.ts';

/** Where the administration lies. */
export const ADMIN = '/api/admin';

/** Whose request it is, by its headers. */
export function principalOf(door: Door, request: FastifyRequest): Principal | Failure {
  const key = request.headers['x-api-key'];
  return door.principal(request.headers.authorization, Array.isArray(key) ? key[0] : key, request.ip);
}

/** Registers `/api/admin/...`. Requests without a key are nobody there, wherever they come from. */
export function addAdmin(app: FastifyInstance, door: Door, { admin }: Tenancy): void {
  app.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: `${ADMIN}/*`,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { principal } = request;
      const url = new URL(request.url, 'http://site');
      const answer = await admin.answer({
        method: request.method,
        path: url.pathname.slice(ADMIN.length),
        query: url.searchParams,
        body: request.body,
        principal,
        actor: `key ${principal.keyId} (${principal.name})`,
      });
      reply.header('cache-control', 'no-store');
      return reply
        .code(answer.status)
        .type(answer.type ?? 'application/json; charset=utf-8')
        .send(answer.body);
    },
    onRequest: (request, reply, done) => {
      const principal = principalOf(door, request);
      if ('fault' in principal) sendFailure(reply, principal);
      else if (principal.keyId === 'anonymous') sendFailure(reply, failure('JW_KEY_MISSING'));
      else {
        request.principal = principal;
        done();
      }
    },
  });
}

/** Registers `GET /v1/usage/{request_id}`, inside `/v1` where the principal is known. */
export function addUsage(app: FastifyInstance, find: (requestId: string) => Promise<FoundUsage | null>): void {
  app.get<{ Params: { id: string } }>('/v1/usage/:id', async (request, reply) => {
    const { principal } = request;
    const unknown = failure('JW_USAGE_UNKNOWN', { id: request.params.id.slice(0, 80) });
    const found = await find(request.params.id);
    if (found === null) return sendFailure(reply, unknown);
    const { row, pending } = found;
    const own = row.project === principal.project;
    // Requests without a key are all of one project, and so is their usage
    if (own && principal.keyId !== 'anonymous') insist(refusal(principal, 'usage.own'));
    const may =
      own ||
      (refusal(principal, 'usage.read') === null &&
        (seesAll(principal) || row.organisation === principal.organisation));
    if (!may) return sendFailure(reply, unknown);
    return reply.header('cache-control', 'no-store').send(usageView(row, pending));
  });
}

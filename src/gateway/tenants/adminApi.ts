import { fail } from '../../errors/error.ts';
import type { Json } from '../../store/rows.ts';
import {
  type AdminAnswer,
  type AdminParts,
  type AdminRequest,
  type Call,
  type Handler,
  type Handlers,
  insist,
  ok,
  wrongField,
} from './adminCall.ts';
import { keyHandlers } from './adminKeys.ts';
import { limitHandlers } from './adminLimits.ts';
import { operateHandlers } from './adminOperate.ts';
import { tenantHandlers } from './adminTenants.ts';
import { trailHandlers } from './adminTrail.ts';
import { usageHandlers } from './adminUsage.ts';
import type { Principal } from './principal.ts';
import { refusal } from './roles.ts';

const HANDLERS: Handlers = {
  'GET /me': ({ principal }) => ok(principalView(principal)),
  ...tenantHandlers,
  ...keyHandlers,
  ...limitHandlers,
  ...usageHandlers,
  ...trailHandlers,
  ...operateHandlers,
};

/** A principal as its holder may see it. */
export function principalView(principal: Principal): { readonly [key: string]: Json } {
  const { organisation, project, keyId, name, role, residency } = principal;
  const sets = {
    scopes: [...principal.scopes],
    classes: [...principal.classes],
    models: principal.models === null ? null : [...principal.models],
  };
  return { object: 'principal', organisation, project, key: keyId, name, role, residency, ...sets };
}

/** The administration: every right is checked here, whoever asks. Changes are made one after another. */
export class AdminApi {
  readonly parts: AdminParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: AdminParts) {
    this.parts = parts;
  }

  /** Answers a request. Rejects with JW_FORBIDDEN, JW_TENANT_FIELD, JW_TENANT_UNKNOWN, JW_TENANT_EXISTS, JW_TENANT_KEPT, JW_ROUTE_UNKNOWN or the store's errors. */
  async answer(request: AdminRequest): Promise<AdminAnswer> {
    const found = find(request.method, request.path);
    if (found === undefined) {
      return fail('JW_ROUTE_UNKNOWN', { method: request.method, path: `/api/admin${request.path.slice(0, 200)}` });
    }
    const run = async (): Promise<AdminAnswer> => found.handler(this.#call(request, found.id));
    if (request.method === 'GET') return run();
    // One at a time: each change starts from what the one before it has left
    const turn = this.#last.then(run, run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #call(request: AdminRequest, id: string): Call {
    return {
      ...request,
      parts: this.parts,
      id,
      allow: (action, organisation) => insist(refusal(request.principal, action, organisation)),
      change: (why, changes) => this.parts.registry.change({ ...why, actor: request.actor }, changes),
      read: (schema) => {
        const parsed = schema.safeParse(request.body ?? {});
        if (parsed.success) return parsed.data;
        const [issue] = parsed.error.issues;
        return wrongField(issue!.path.join('.') || 'the body', issue!.message);
      },
    };
  }
}

function find(method: string, path: string): { handler: Handler; id: string } | undefined {
  const exact = HANDLERS[`${method} ${path}`];
  if (exact !== undefined) return { handler: exact, id: '' };
  const cut = path.lastIndexOf('/');
  const handler = HANDLERS[`${method} ${path.slice(0, cut)}/:id`];
  const id = decoded(path.slice(cut + 1));
  return handler === undefined || id === '' ? undefined : { handler, id };
}

/** A part of a path without its escapes; empty where they are broken. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

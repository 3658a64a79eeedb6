import { z } from 'zod';
import { fail } from '../../errors/error.ts';
import type { Standing } from './account.ts';
import type { Call, Handlers } from './adminCall.ts';
import { ok, timeText } from './adminCall.ts';
import { organisationOf, projectOf } from './adminTenants.ts';
import { limitsSchema } from './objects.ts';
import type { Action } from './roles.ts';

/** An owner of limits: `organisation:shop`, `project:shop-web`, `key:key_12`. */
interface Owner {
  readonly owner: string;
  readonly organisation: string;
  /** What it takes to change its limits. */
  readonly action: Action;
}

function ownerOf(call: Call): Owner {
  const [kind, id = ''] = call.id.split(':', 2);
  const { registry } = call.parts;
  if (kind === 'organisation') {
    // Others' organisations do not exist for those who see one only
    call.allow('tenants.read', id);
    return { owner: `organisation:${id}`, organisation: organisationOf(call, id).id, action: 'grants.write' };
  }
  const key = kind === 'key' ? registry.keys.get(id) : undefined;
  if (key === undefined && kind !== 'project') {
    return fail('JW_TENANT_UNKNOWN', { what: 'owner of limits', id: call.id.slice(0, 100) });
  }
  const project = projectOf(call, key?.project ?? id);
  return { owner: `${kind}:${id}`, organisation: project.organisation, action: 'limits.write' };
}

/** A limit with what stands against it. */
export function standingView({ limit, used, remaining, resetMs }: Standing) {
  return { ...limit, used, remaining, resets: timeText(resetMs) };
}

const limitsRequest = z.strictObject({ limits: limitsSchema });

export const limitHandlers: Handlers = {
  'GET /limits/:id': (call) => {
    call.allow('tenants.read');
    const { owner } = ownerOf(call);
    return ok({ object: 'limits', owner, limits: call.parts.limits.standing(owner).map(standingView) });
  },
  'PUT /limits/:id': async (call) => {
    call.allow('tenants.read');
    const { owner, organisation, action } = ownerOf(call);
    call.allow(action, organisation);
    const { limits } = call.read(limitsRequest);
    const detail = { limits: limits.map((limit) => ({ ...limit })) };
    const why = { action: 'limits.set', target: owner.replace(':', ' '), organisation, detail };
    await call.change(why, [{ kind: 'limits', owner, object: limits }]);
    call.parts.limits.set(owner, limits);
    return ok({ object: 'limits', owner, limits: call.parts.limits.standing(owner).map(standingView) });
  },
};

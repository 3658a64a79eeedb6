import { z } from 'zod';
import { fail } from '../../errors/error.ts';
import type { Call, Handlers } from './adminCall.ts';
import { insist, list, made, ok, timeText, wrongField } from './adminCall.ts';
import { projectOf } from './adminTenants.ts';
import { type KeyRecord, label, slug } from './objects.ts';
import { ROLES, SCOPES, SITE_ORGANISATION } from './principal.ts';
import type { Registry } from './registry.ts';
import { refusalOfRole, SITE_ROLES, scopesOf } from './roles.ts';
import { digestOf, newKey, newKeyId } from './secretKey.ts';

const LONGEST_S = 10 * 366 * 86_400;

const keyRequest = z.strictObject({
  name: label,
  project: slug,
  role: z.enum(ROLES).default('member'),
  scopes: z.array(z.enum(SCOPES)).min(1).nullable().default(null),
  /** Seconds from now; null = it does not expire. */
  expires_in_s: z.number().int().min(1).max(LONGEST_S).nullable().default(null),
});

/** A key as others see it: without what it is. */
function keyView(registry: Registry, key: KeyRecord) {
  const expired = key.expiresMs !== null && key.expiresMs <= registry.nowMs();
  return {
    object: 'key',
    id: key.id,
    name: key.name,
    organisation: registry.projects.get(key.project)?.organisation ?? null,
    project: key.project,
    role: key.role,
    scopes: key.scopes ?? scopesOf(key.role),
    status: key.revokedMs !== null ? 'revoked' : expired ? 'expired' : 'active',
    created: timeText(key.createdMs),
    created_by: key.createdBy,
    expires: timeText(key.expiresMs),
    revoked: timeText(key.revokedMs),
  };
}

/** A key and its record. The key itself is nowhere but in what this returns. */
export function makeKey(
  registry: Registry,
  fields: z.output<typeof keyRequest>,
  createdBy: string,
): { readonly key: string; readonly record: KeyRecord } {
  const key = newKey();
  const createdMs = registry.nowMs();
  const { name, project, role, scopes, expires_in_s: lifeS } = fields;
  const expiresMs = lifeS === null ? null : createdMs + lifeS * 1000;
  const times = { createdMs, expiresMs, revokedMs: null };
  return { key, record: { id: newKeyId(), project, name, digest: digestOf(key), role, scopes, ...times, createdBy } };
}

/** The first key of a site that has none: an admin of the site's own project. Null where there is one already. */
export async function firstAdminKey(registry: Registry): Promise<string | null> {
  if (registry.hasAdmin) return null;
  const fields = {
    name: 'first admin',
    project: SITE_ORGANISATION,
    role: 'admin',
    scopes: null,
    expires_in_s: null,
  } as const;
  const { key, record } = makeKey(registry, fields, 'system');
  const why = { actor: 'system', action: 'key.create', target: `key ${record.id}`, organisation: SITE_ORGANISATION };
  await registry.change({ ...why, detail: { name: record.name, role: record.role } }, [
    { kind: 'key', object: record },
  ]);
  return key;
}

function checkScopes(role: KeyRecord['role'], scopes: KeyRecord['scopes']): void {
  const beyond = scopes?.find((scope) => !scopesOf(role).includes(scope));
  if (beyond !== undefined) wrongField('scopes', `${beyond} is not among those of the role ${role}`);
}

function keyOf(call: Call): KeyRecord {
  const key = call.parts.registry.keys.get(call.id);
  if (key === undefined) return fail('JW_TENANT_UNKNOWN', { what: 'key', id: call.id.slice(0, 40) });
  projectOf(call, key.project);
  return key;
}

export const keyHandlers: Handlers = {
  'GET /keys': (call) => {
    call.allow('tenants.read');
    const { registry } = call.parts;
    const project = call.query.get('project');
    const views = [...registry.keys.values()].map((key) => keyView(registry, key));
    const { organisation } = call.principal;
    const own = call.principal.organisation === SITE_ORGANISATION;
    return list(views.filter((v) => (own || v.organisation === organisation) && (project ?? v.project) === v.project));
  },
  'POST /keys': async (call) => {
    call.allow('keys.write');
    const { registry } = call.parts;
    const fields = call.read(keyRequest);
    const project = projectOf(call, fields.project);
    call.allow('keys.write', project.organisation);
    insist(refusalOfRole(call.principal, fields.role));
    if (project.closed) wrongField('project', 'is closed');
    if (SITE_ROLES.has(fields.role) && project.organisation !== SITE_ORGANISATION) {
      wrongField('role', `${fields.role} is a role of the organisation "${SITE_ORGANISATION}" only`);
    }
    checkScopes(fields.role, fields.scopes);
    const { key, record } = makeKey(registry, fields, call.actor);
    const why = { action: 'key.create', target: `key ${record.id}`, organisation: project.organisation };
    const { name, role, scopes } = record;
    const detail = { project: project.id, name, role, scopes, expires: timeText(record.expiresMs) };
    await call.change({ ...why, detail }, [{ kind: 'key', object: record }]);
    return made({ ...keyView(registry, record), key });
  },
  'DELETE /keys/:id': async (call) => {
    call.allow('keys.write');
    const { registry } = call.parts;
    const was = keyOf(call);
    const project = projectOf(call, was.project);
    call.allow('keys.write', project.organisation);
    insist(refusalOfRole(call.principal, was.role));
    if (was.revokedMs !== null) return ok(keyView(registry, was));
    if (was.role === 'admin' && !otherAdmin(registry, was.id)) {
      return fail('JW_TENANT_KEPT', { what: 'the last key that can administer the site', action: 'revoked' });
    }
    const record: KeyRecord = { ...was, revokedMs: registry.nowMs() };
    const why = { action: 'key.revoke', target: `key ${was.id}`, organisation: project.organisation };
    await call.change({ ...why, detail: { project: project.id, name: was.name } }, [{ kind: 'key', object: record }]);
    return ok(keyView(registry, record));
  },
};

function otherAdmin(registry: Registry, id: string): boolean {
  const nowMs = registry.nowMs();
  return [...registry.keys.values()].some(
    (key) =>
      key.role === 'admin' &&
      key.id !== id &&
      key.scopes === null &&
      key.revokedMs === null &&
      (key.expiresMs === null || key.expiresMs > nowMs),
  );
}

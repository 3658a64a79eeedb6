import type { TrafficClass } from '../../control/contract.ts';
import { type Failure, failure } from '../../engines/failure.ts';
import { type Principal, type Role, type Scope, SITE_ORGANISATION } from './principal.ts';

/** What may be done, and the scope that a key needs for it. */
export const ACTIONS = {
  /** Requests under /v1 other than batches. */
  inference: 'inference',
  /** Files and batches. */
  batch: 'batch',
  /** Usage of the own project. */
  'usage.own': 'usage',
  'usage.read': 'usage',
  'tenants.read': 'tenants',
  'organisations.write': 'tenants',
  'projects.write': 'tenants',
  'keys.write': 'keys',
  /** Limits of an organisation: what the site grants it. */
  'grants.write': 'limits',
  /** Limits of projects and keys, within what the organisation has. */
  'limits.write': 'limits',
  'audit.read': 'audit',
  /** What levers of the site are pulled, and what one would do. */
  'site.read': 'operate',
  /** To pull them. */
  'site.operate': 'operate',
} as const satisfies Record<string, Scope>;
export type Action = keyof typeof ACTIONS;

const USE: readonly Action[] = ['inference', 'batch', 'usage.own'];
const READ: readonly Action[] = ['usage.own', 'usage.read', 'tenants.read', 'audit.read'];
const TENANT: readonly Action[] = [...READ, 'projects.write', 'keys.write', 'limits.write'];

/** The table of roles. An organisation's own admin is `tenant-admin`; `admin` and `operator` exist in the site's organisation only. */
export const MAY: Readonly<Record<Role, ReadonlySet<Action>>> = {
  admin: new Set(Object.keys(ACTIONS) as Action[]),
  operator: new Set<Action>([
    ...USE,
    ...READ,
    'keys.write',
    'grants.write',
    'limits.write',
    'site.read',
    'site.operate',
  ]),
  'tenant-admin': new Set<Action>([...USE, ...TENANT]),
  member: new Set(USE),
  auditor: new Set(READ),
};

/** Roles that a key of a role may make or revoke: nobody makes what is above them. */
const MAKES: Readonly<Record<Role, readonly Role[]>> = {
  admin: ['admin', 'operator', 'tenant-admin', 'member', 'auditor'],
  operator: ['member'],
  'tenant-admin': ['tenant-admin', 'member', 'auditor'],
  member: [],
  auditor: [],
};

/** Roles that only keys of the site's own organisation can have. */
export const SITE_ROLES: ReadonlySet<Role> = new Set<Role>(['admin', 'operator']);

/** Whether a principal sees every organisation, not just its own. */
export function seesAll({ organisation, role }: Principal): boolean {
  return organisation === SITE_ORGANISATION && (role === 'admin' || role === 'operator' || role === 'auditor');
}

/**
 * Why a principal may not do something to an organisation; null when it may. What lies in another organisation is answered as
 * if it were not allowed, whether it exists or not.
 */
export function refusal(
  principal: Principal,
  action: Action,
  organisation: string = principal.organisation,
): Failure | null {
  const { role, scopes, name } = principal;
  const no = (reason: string): Failure => failure('JW_FORBIDDEN', { reason });
  if (!MAY[role].has(action)) return no(`the role ${role} of key "${name}" does not include ${action}`);
  if (!scopes.has(ACTIONS[action])) return no(`key "${name}" is narrowed to other scopes than ${ACTIONS[action]}`);
  if (organisation !== principal.organisation && !seesAll(principal)) {
    return no(`key "${name}" belongs to another organisation`);
  }
  return null;
}

/** Why a principal may not make or revoke a key of a role; null when it may. */
export function refusalOfRole(principal: Principal, role: Role): Failure | null {
  if (MAKES[principal.role].includes(role)) return null;
  return failure('JW_FORBIDDEN', { reason: `the role ${principal.role} does not manage keys of the role ${role}` });
}

/** Scopes that a role can have at most. */
export function scopesOf(role: Role): Scope[] {
  return [...new Set([...MAY[role]].map((action): Scope => ACTIONS[action]))];
}

/** Why a principal may not send a request of this model and class; null when it may. */
export function refusalOfRequest(
  principal: Principal,
  request: { readonly model: string; readonly class: TrafficClass },
): Failure | null {
  const why = refusal(principal, request.class === 'batch' ? 'batch' : 'inference');
  if (why !== null) return why;
  const { project, models, classes } = principal;
  if (models !== null && !models.has(request.model)) {
    return failure(
      'JW_FORBIDDEN',
      { reason: `project ${project} may not use the model "${request.model.slice(0, 100)}"` },
      { where: 'model' },
    );
  }
  if (!classes.has(request.class)) {
    return failure(
      'JW_FORBIDDEN',
      { reason: `project ${project} may not use the class ${request.class}` },
      { where: 'service_tier' },
    );
  }
  return null;
}

import { TRAFFIC_CLASSES, type TrafficClass } from '../../control/contract.ts';

/** What the holder of a key is, widest first. `docs/security.md` has the table of what each may do. */
export const ROLES = ['admin', 'operator', 'tenant-admin', 'member', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** What a key can be narrowed to. A key never gets more than its role has. */
export const SCOPES = ['inference', 'batch', 'usage', 'tenants', 'keys', 'limits', 'audit', 'operate'] as const;
export type Scope = (typeof SCOPES)[number];

/** Id of the organisation that owns the site: its admins, operators and auditors see all organisations. */
export const SITE_ORGANISATION = 'site';
/** Organisation and project of requests without a key, where the site takes them. */
export const ANONYMOUS = 'anonymous';

/**
 * Whose request it is. Made when a key is made or changed, not per request: everybody who holds the same key gets the same
 * object, so that it can be compared by identity.
 */
export interface Principal {
  /** Id of the organisation. */
  readonly organisation: string;
  /** Id of the project; unique over all organisations. What belongs to a caller (files, batches, usage) belongs to the project. */
  readonly project: string;
  /** Id of the key, never the key; `anonymous` where the request carried none. */
  readonly keyId: string;
  /** Name of the key, for people. */
  readonly name: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** Labels of sites where the data of this project may lie; null = anywhere. */
  readonly residency: readonly string[] | null;
  /** Classes of traffic that it may ask for. */
  readonly classes: ReadonlySet<TrafficClass>;
  /** Names of models that it may use; null = all. */
  readonly models: ReadonlySet<string> | null;
}

const NOTHING_BUT_USE: ReadonlySet<Scope> = new Set(['inference', 'batch', 'usage']);

/** A member of a project of the same name as its organisation, without restrictions. */
export function plainPrincipal(name: string): Principal {
  return {
    organisation: name,
    project: name,
    keyId: name,
    name,
    role: 'member',
    scopes: NOTHING_BUT_USE,
    residency: null,
    classes: new Set(TRAFFIC_CLASSES),
    models: null,
  };
}

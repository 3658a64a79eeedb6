import { TRAFFIC_CLASSES } from '../../control/contract.ts';
import { fail } from '../../errors/error.ts';
import { type Clock, systemClock } from '../../series/clock.ts';
import type { Json, TenantObject } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Limit } from './account.ts';
import {
  type KeyRecord,
  keySchema,
  limitsSchema,
  type Organisation,
  organisationSchema,
  type Project,
  projectSchema,
} from './objects.ts';
import { ANONYMOUS, type Principal, SITE_ORGANISATION } from './principal.ts';
import { scopesOf } from './roles.ts';

/** A key as the door looks it up. */
export interface Holder {
  readonly principal: Principal;
  readonly expiresMs: number | null;
  /** Why it opens nothing any more; null while it does. */
  readonly shut: 'was revoked' | 'belongs to a project that is closed' | null;
}

/** One thing to be stored, with what it replaces in memory. */
export type Change =
  | { readonly kind: 'organisation'; readonly object: Organisation }
  | { readonly kind: 'project'; readonly object: Project }
  | { readonly kind: 'key'; readonly object: KeyRecord }
  | { readonly kind: 'limits'; readonly owner: string; readonly object: readonly Limit[] };

/** What the trail says of a change. */
export interface Why {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly organisation: string;
  readonly detail?: Readonly<Record<string, Json>>;
}

/** What is stored of a change, as plain JSON. */
function storedOf({ kind, object }: Change): Json {
  return kind === 'limits' ? object.map((limit) => ({ ...limit })) : { ...object };
}

/**
 * Organisations, projects, keys and limits: all in memory, every change on the disk (with its entry in the trail) before it
 * holds. Keys are found by digest in a map.
 */
export class Registry {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly organisations = new Map<string, Organisation>();
  readonly projects = new Map<string, Project>();
  readonly keys = new Map<string, KeyRecord>();
  readonly limits = new Map<string, readonly Limit[]>();
  #holders = new Map<string, Holder>();
  #anonymous: Holder | undefined;

  private constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Reads the tenants of a store; the site's own organisation and that of requests without a key are made if need be. */
  static async open(store: Store, clock: Clock = systemClock): Promise<Registry> {
    const registry = new Registry(store, clock);
    for (const object of await store.tenants()) registry.#load(object);
    const missing = [SITE_ORGANISATION, ANONYMOUS].filter((id) => !registry.organisations.has(id));
    if (missing.length > 0) {
      const why = { actor: 'system', action: 'site.create', target: `organisation ${missing.join(', ')}` };
      await registry.change(
        { ...why, organisation: SITE_ORGANISATION },
        missing.flatMap((id) => builtIn(id, clock.nowMs())),
      );
    }
    registry.#rebuild();
    return registry;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Share of an organisation beside others in the queue. */
  shareOf(organisation: string): number {
    return this.organisations.get(organisation)?.share ?? 1;
  }

  /** Who holds a key of this digest. */
  holder(digest: string): Holder | undefined {
    return this.#holders.get(digest);
  }

  /** Who sends requests without a key. */
  get anonymous(): Holder {
    return this.#anonymous!;
  }

  /** Whether any key could administer the site. */
  get hasAdmin(): boolean {
    const nowMs = this.#clock.nowMs();
    for (const { principal, expiresMs, shut } of this.#holders.values()) {
      if (principal.role === 'admin' && shut === null && (expiresMs === null || expiresMs > nowMs)) return true;
    }
    return false;
  }

  /** Stores a change and its entry in the trail; it holds from when this resolves. Rejects with the store's errors, and then nothing has changed. */
  async change(why: Why, changes: readonly Change[]): Promise<void> {
    const objects: TenantObject[] = changes.map((change) => {
      const id = change.kind === 'limits' ? change.owner : change.object.id;
      return { kind: change.kind, id, value: storedOf(change) };
    });
    const { actor, action, target, organisation } = why;
    const detail = { organisation, ...why.detail };
    await this.#store.append('change', [{ tsMs: this.#clock.nowMs(), actor, action, target, detail, objects }]);
    for (const change of changes) this.#adopt(change);
    if (changes.some(({ kind }) => kind !== 'limits')) this.#rebuild();
  }

  #adopt(change: Change): void {
    switch (change.kind) {
      case 'organisation':
        this.organisations.set(change.object.id, change.object);
        break;
      case 'project':
        this.projects.set(change.object.id, change.object);
        break;
      case 'key':
        this.keys.set(change.object.id, change.object);
        break;
      case 'limits':
        this.limits.set(change.owner, change.object);
        break;
    }
  }

  #load({ kind, id, value }: TenantObject): void {
    try {
      if (kind === 'organisation') this.organisations.set(id, organisationSchema.parse(value));
      else if (kind === 'project') this.projects.set(id, projectSchema.parse(value));
      else if (kind === 'key') this.keys.set(id, keySchema.parse(value));
      else if (kind === 'limits') this.limits.set(id, limitsSchema.parse(value));
    } catch (error) {
      // A key or limit that cannot be read must not silently become "no key" or "no limit"
      const reason = `${kind} ${id} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      fail('JW_STORE_CORRUPT', { file: this.#store.file, reason }, '', error);
    }
  }

  /** Makes all principals anew, so that each says what holds now. */
  #rebuild(): void {
    const holders = new Map<string, Holder>();
    for (const key of this.keys.values()) holders.set(key.digest, this.#holderOf(key));
    this.#holders = holders;
    this.#anonymous = this.#holderOf({
      id: ANONYMOUS,
      project: ANONYMOUS,
      name: ANONYMOUS,
      digest: '',
      role: 'member',
      scopes: ['inference', 'batch'],
      expiresMs: null,
      revokedMs: null,
      createdMs: 0,
      createdBy: 'system',
    });
  }

  #holderOf(key: KeyRecord): Holder {
    const project = this.projects.get(key.project);
    const organisation = this.organisations.get(project?.organisation ?? '');
    if (project === undefined || organisation === undefined) {
      const reason = `key ${key.id} has no project or organisation`;
      return fail('JW_STORE_CORRUPT', { file: this.#store.file, reason });
    }
    const closed = project.closed || organisation.closed;
    const allowed = scopesOf(key.role);
    return {
      principal: {
        organisation: organisation.id,
        project: project.id,
        keyId: key.id,
        name: key.name,
        role: key.role,
        scopes: new Set(key.scopes === null ? allowed : key.scopes.filter((scope) => allowed.includes(scope))),
        residency: both(organisation.residency, project.residency),
        classes: new Set(project.classes ?? TRAFFIC_CLASSES),
        models: project.models === null ? null : new Set(project.models),
      },
      expiresMs: key.expiresMs,
      shut: key.revokedMs !== null ? 'was revoked' : closed ? 'belongs to a project that is closed' : null,
    };
  }
}

/** Sites that both allow; an empty list where they have none in common: then no site may hold the data. */
function both(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  return a.filter((site) => b.includes(site));
}

/** An organisation that every site has, with a project of the same id. */
function builtIn(id: string, createdMs: number): Change[] {
  const name = id === SITE_ORGANISATION ? 'The site’s own' : 'Requests without a key';
  const both = { id, name, residency: null, closed: false, createdMs };
  return [
    { kind: 'organisation', object: { ...both, share: 1 } },
    { kind: 'project', object: { ...both, organisation: id, models: null, classes: null } },
  ];
}

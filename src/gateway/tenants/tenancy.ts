import type { Clock } from '../../series/clock.ts';
import type { Store } from '../../store/store.ts';
import { AdminApi } from './adminApi.ts';
import type { Operate } from './adminCall.ts';
import { firstAdminKey } from './adminKeys.ts';
import { WINDOWS } from './calendar.ts';
import { type BudgetWarning, Limits } from './limits.ts';
import { Registry } from './registry.ts';

/** The tenants of a running gateway: who they are, what they may use, and their administration. */
export interface Tenancy {
  readonly registry: Registry;
  readonly limits: Limits;
  readonly admin: AdminApi;
  /** The admin key of a site that had none, just made; null otherwise. It is nowhere else. */
  readonly firstKey: string | null;
  /** Writes to the trail what changes no tenant; failures are the store's to tell. @param actor who did it; default: the system */
  note(
    action: string,
    target: string,
    organisation: string,
    detail: Readonly<Record<string, string | number>>,
    actor?: string,
  ): void;
}

export interface TenancyOptions {
  /** IANA zone of the site. */
  readonly zone: string;
  readonly currency: string;
  readonly clock: Clock;
  /** Whether a site without an admin key is given its first one: where it can be shown. */
  readonly firstKey: boolean;
  /** Asks the controller, where one runs. */
  readonly operate?: Operate;
}

/** Opens the tenants of a store: reads them, makes the first admin key if there is none and one is wanted, and counts what was used in the present windows. */
export async function openTenancy(store: Store, options: TenancyOptions): Promise<Tenancy> {
  const { zone, currency, clock } = options;
  const registry = await Registry.open(store, clock);
  const warn = ({ owner, limit, used }: BudgetWarning): void => {
    const { metric, window, amount } = limit;
    note('budget.warning', owner.replace(':', ' '), organisationOf(registry, owner), { metric, window, amount, used });
  };
  const limits = new Limits(zone, clock, warn);
  const note: Tenancy['note'] = (action, target, organisation, detail, actor = 'system') => {
    // A failure is told to the store's onFailure
    registry.change({ actor, action, target, organisation, detail }, []).catch(() => undefined);
  };
  for (const [owner, list] of registry.limits) limits.set(owner, list);
  const starts = limits.windows();
  for (const window of WINDOWS) limits.restore(window, await store.keySums(starts[window], window !== 'minute'));
  const firstKey = options.firstKey ? await firstAdminKey(registry) : null;
  const { operate } = options;
  const parts = { registry, limits, store, zone, currency, clock, ...(operate === undefined ? {} : { operate }) };
  return { registry, limits, admin: new AdminApi(parts), firstKey, note };
}

/** The organisation of an owner of limits. */
function organisationOf({ projects, keys }: Registry, owner: string): string {
  const [kind, id = ''] = owner.split(':', 2);
  if (kind === 'organisation') return id;
  const project = kind === 'key' ? keys.get(id)?.project : id;
  return projects.get(project ?? '')?.organisation ?? '';
}

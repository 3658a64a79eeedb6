import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JoulewrightError } from '../../errors/error.ts';
import { ManualClock } from '../../series/clock.ts';
import { T0, usage } from '../../store/fixtures/usage.ts';
import { openStore, type Store } from '../../store/store.ts';
import { Door } from './door.ts';
import type { Principal, Role } from './principal.ts';
import { openTenancy, type Tenancy } from './tenancy.ts';

let folder: string;
let store: Store;
let tenancy: Tenancy;
let clock: ManualClock;
let admin: Principal;

const open = (firstKey = true): Promise<Tenancy> =>
  openTenancy(store, { zone: 'Asia/Samarkand', currency: 'USD', clock, firstKey });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-admin-'));
  store = await openStore(join(folder, 'usage.db'));
  clock = new ManualClock(T0 + 12 * 3_600_000);
  tenancy = await open();
  admin = holder(tenancy.firstKey!);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function holder(key: string): Principal {
  const door = new Door({ registry: tenancy.registry, open: false, residency: ['uz', 'here'], clock });
  const found = door.principal(`Bearer ${key}`, undefined, '127.0.0.1');
  if ('fault' in found) throw new Error(found.fault.code);
  return found;
}

function knock(key: string, residency = ['uz']): string {
  const door = new Door({ registry: tenancy.registry, open: false, residency, clock });
  const found = door.principal(`Bearer ${key}`, undefined, '127.0.0.1');
  return 'fault' in found ? found.fault.code : found.keyId;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly [name: string]: unknown } & { readonly data: readonly Record<string, unknown>[] };
}

async function ask(principal: Principal, method: string, where: string, body?: object): Promise<Answer> {
  const { pathname: path, searchParams: query } = new URL(where, 'http://site');
  const actor = `key ${principal.keyId}`;
  return (await tenancy.admin.answer({ method, path, query, body, principal, actor })) as Answer;
}

/** Status and code of a refusal, or the status of an answer. */
async function outcome(principal: Principal, method: string, where: string, body?: object): Promise<string> {
  try {
    return String((await ask(principal, method, where, body)).status);
  } catch (error) {
    if (error instanceof JoulewrightError) return `${error.http} ${error.code}`;
    throw error;
  }
}

async function keyOf(role: Role, project: string, by = admin): Promise<Principal> {
  const { body } = await ask(by, 'POST', '/keys', { name: role, project, role });
  return holder(String(body['key']));
}

async function shops(): Promise<void> {
  for (const id of ['shop', 'bank']) {
    await ask(admin, 'POST', '/organisations', { id });
    await ask(admin, 'POST', '/projects', { id: `${id}-web`, organisation: id });
  }
}

describe('the administration', () => {
  it('makes one admin key at the first start, and keeps its digest only', async () => {
    expect(tenancy.firstKey).toMatch(/^jw-[\w-]{43}$/);
    expect(admin).toMatchObject({ organisation: 'site', role: 'admin' });
    expect(JSON.stringify(await store.tenants())).not.toContain(tenancy.firstKey!.slice(3));
    expect(JSON.stringify(await store.trail(100, 100))).not.toContain(tenancy.firstKey!.slice(3));
    const before = tenancy.firstKey!;
    tenancy = await open();
    expect(tenancy.firstKey).toBeNull();
    expect(holder(before)).toMatchObject({ role: 'admin' });
  });

  it('makes organisations, projects and keys that survive a restart, each with its entry in the trail', async () => {
    await shops();
    const made = await ask(admin, 'POST', '/keys', { name: 'web shop', project: 'shop-web', scopes: ['inference'] });
    expect(made).toMatchObject({ status: 201, body: { role: 'member', status: 'active', organisation: 'shop' } });
    const key = String(made.body['key']);
    const { body } = await ask(admin, 'GET', '/keys?project=shop-web');
    expect(body.data).toHaveLength(1);
    expect(JSON.stringify(body)).not.toMatch(/digest|jw-/);
    tenancy = await open(false);
    expect(holder(key)).toMatchObject({ project: 'shop-web', organisation: 'shop', scopes: new Set(['inference']) });
    const trail = await store.trail(100, 100);
    expect(trail.map(({ action }) => action)).toEqual([
      'key.create',
      'project.create',
      'organisation.create',
      'project.create',
      'organisation.create',
      'key.create',
      'site.create',
    ]);
    expect(trail[0]).toMatchObject({ actor: `key ${admin.keyId}`, detail: { organisation: 'shop', name: 'web shop' } });
    expect(await store.verifyTrail()).toMatchObject({ broken: null, entries: 7 });
  });

  it('ends keys by revoking, expiry, closing of project or organisation, and residency', async () => {
    await shops();
    const make = async (more: object) => {
      const { body } = await ask(admin, 'POST', '/keys', { name: 'k', project: 'shop-web', ...more });
      return { id: String(body['id']), key: String(body['key']) };
    };
    const [a, b] = [await make({}), await make({ expires_in_s: 60 })];
    expect([knock(a.key), knock(b.key)]).toEqual([a.id, b.id]);
    clock.advanceMs(60_000);
    expect([knock(a.key), knock(b.key)]).toEqual([a.id, 'JW_KEY_SHUT']);
    await ask(admin, 'PATCH', '/projects/shop-web', { closed: true });
    expect(knock(a.key)).toBe('JW_KEY_SHUT');
    await ask(admin, 'PATCH', '/projects/shop-web', { closed: false });
    await ask(admin, 'PATCH', '/organisations/shop', { residency: ['uz', 'kz'] });
    expect([knock(a.key), knock(a.key, ['de'])]).toEqual([a.id, 'JW_RESIDENCY']);
    await ask(admin, 'PATCH', '/projects/shop-web', { residency: ['de'] });
    // Organisation and project have no site in common
    expect([knock(a.key), knock(a.key, ['de'])]).toEqual(['JW_RESIDENCY', 'JW_RESIDENCY']);
    await ask(admin, 'PATCH', '/projects/shop-web', { residency: null });
    await ask(admin, 'DELETE', `/keys/${a.id}`);
    expect(knock(a.key)).toBe('JW_KEY_SHUT');
    expect(await outcome(admin, 'DELETE', `/keys/${a.id}`)).toBe('200');
  });

  it('does not let the last admin key, or the site’s own organisation, go', async () => {
    expect(await outcome(admin, 'DELETE', `/keys/${admin.keyId}`)).toBe('409 JW_TENANT_KEPT');
    expect(await outcome(admin, 'PATCH', '/organisations/site', { closed: true })).toBe('409 JW_TENANT_KEPT');
    expect(await outcome(admin, 'PATCH', '/projects/site', { closed: true })).toBe('409 JW_TENANT_KEPT');
    const second = await keyOf('admin', 'site');
    expect(await outcome(second, 'DELETE', `/keys/${admin.keyId}`)).toBe('200');
  });

  it('lets each role do what the table says, and no more', async () => {
    await shops();
    const roles: [string, Principal][] = [
      ['admin', admin],
      ['operator', await keyOf('operator', 'site')],
      ['site auditor', await keyOf('auditor', 'site')],
      ['tenant-admin', await keyOf('tenant-admin', 'shop-web')],
      ['auditor', await keyOf('auditor', 'shop-web')],
      ['member', await keyOf('member', 'shop-web')],
    ];
    const limits = { limits: [{ metric: 'tokens', window: 'day', amount: 5 }] };
    const key = (role: string, project: string) => ({ name: 'x', project, role });
    // Columns: admin, operator, site auditor, tenant-admin, auditor, member; y = allowed, n = refused
    const table: [string, string, object | undefined, string][] = [
      ['POST', '/organisations', { id: 'new-#' }, 'ynnnnn'],
      ['PATCH', '/organisations/shop', { name: 'Shop' }, 'ynnnnn'],
      ['POST', '/projects', { id: 'app-#', organisation: 'shop' }, 'ynnynn'],
      ['POST', '/projects', { id: 'bapp-#', organisation: 'bank' }, 'ynnnnn'],
      ['PATCH', '/projects/shop-web', { name: 'Web' }, 'ynnynn'],
      ['PATCH', '/projects/bank-web', { name: 'Web' }, 'ynnnnn'],
      ['POST', '/keys', key('member', 'shop-web'), 'yynynn'],
      ['POST', '/keys', key('tenant-admin', 'shop-web'), 'ynnynn'],
      ['POST', '/keys', key('member', 'bank-web'), 'yynnnn'],
      ['POST', '/keys', key('operator', 'site'), 'ynnnnn'],
      ['POST', '/keys', key('admin', 'shop-web'), 'nnnnnn'],
      ['PUT', '/limits/organisation:shop', limits, 'yynnnn'],
      ['PUT', '/limits/project:shop-web', limits, 'yynynn'],
      ['PUT', '/limits/project:bank-web', limits, 'yynnnn'],
      ['GET', '/limits/organisation:shop', undefined, 'yyyyyn'],
      ['GET', '/limits/organisation:bank', undefined, 'yyynnn'],
      ['GET', '/projects', undefined, 'yyyyyn'],
      ['GET', '/keys', undefined, 'yyyyyn'],
      ['GET', '/audit', undefined, 'yyyyyn'],
      ['GET', '/audit/verify', undefined, 'yyyyyn'],
      ['GET', '/usage?organisation=shop', undefined, 'yyyyyy'],
      ['GET', '/usage?organisation=bank', undefined, 'yyynnn'],
      ['GET', '/usage?project=bank-web', undefined, 'yyynnn'],
      ['GET', '/me', undefined, 'yyyyyy'],
    ];
    for (const [method, where, body, allowed] of table) {
      for (const [i, [name, principal]] of roles.entries()) {
        const own = body === undefined ? undefined : JSON.parse(JSON.stringify(body).replace('#', String(i)));
        const found = await outcome(principal, method, where, own);
        expect(/^20/.test(found) ? 'y' : 'n', `${name}: ${method} ${where} ${JSON.stringify(own)}: ${found}`).toBe(
          allowed[i],
        );
      }
    }
  });

  it('narrows a key to its scopes, and shows an organisation to its own people only', async () => {
    await shops();
    const { body } = await ask(admin, 'POST', '/keys', {
      name: 'reader',
      project: 'site',
      role: 'admin',
      scopes: ['usage'],
    });
    const reader = holder(String(body['key']));
    expect(await outcome(reader, 'GET', '/usage')).toBe('200');
    expect(await outcome(reader, 'GET', '/keys')).toBe('403 JW_FORBIDDEN');
    expect(await outcome(admin, 'POST', '/keys', { name: 'm', project: 'shop-web', scopes: ['keys'] })).toBe(
      '400 JW_TENANT_FIELD',
    );
    const shop = await keyOf('tenant-admin', 'shop-web');
    const ids = async (where: string) => (await ask(shop, 'GET', where)).body.data.map(({ id }) => id);
    expect(await ids('/organisations')).toEqual(['shop']);
    expect(await ids('/projects?organisation=bank')).toEqual(['shop-web']);
    expect(await ids('/keys')).toEqual([shop.keyId]);
    const entries = (await ask(shop, 'GET', '/audit')).body.data;
    expect(entries.every(({ detail }) => (detail as { organisation: string }).organisation === 'shop')).toBe(true);
  });

  it('says which field is wrong, and what is there already or is not', async () => {
    await shops();
    const cases: [string, string, object, string][] = [
      ['POST', '/organisations', { id: 'Shop!' }, '400 JW_TENANT_FIELD'],
      ['POST', '/organisations', { id: 'shop' }, '409 JW_TENANT_EXISTS'],
      ['POST', '/organisations', { id: 'x', colour: 'red' }, '400 JW_TENANT_FIELD'],
      ['POST', '/projects', { id: 'p', organisation: 'nobody' }, '404 JW_TENANT_UNKNOWN'],
      ['POST', '/keys', { name: 'a\u001b[2J', project: 'shop-web' }, '400 JW_TENANT_FIELD'],
      ['POST', '/keys', { name: 'a', project: 'nobody' }, '404 JW_TENANT_UNKNOWN'],
      ['POST', '/keys', { name: 'a', project: 'shop-web', expires_in_s: -1 }, '400 JW_TENANT_FIELD'],
      [
        'PUT',
        '/limits/project:shop-web',
        { limits: [{ metric: 'watts', window: 'day', amount: 1 }] },
        '400 JW_TENANT_FIELD',
      ],
      ['PUT', '/limits/nothing', { limits: [] }, '404 JW_TENANT_UNKNOWN'],
      ['GET', '/usage?from=2026-02-30', {}, '400 JW_TENANT_FIELD'],
      ['GET', '/usage?from=2026-02-03&to=2026-02-01', {}, '400 JW_TENANT_FIELD'],
      ['GET', '/usage?by=colour', {}, '400 JW_TENANT_FIELD'],
      ['DELETE', '/organisations/shop', {}, '404 JW_ROUTE_UNKNOWN'],
      ['DELETE', '/keys/%E0%A4%A', {}, '404 JW_ROUTE_UNKNOWN'],
    ];
    for (const [method, where, body, expected] of cases) {
      expect(await outcome(admin, method, where, body), `${method} ${where}`).toBe(expected);
    }
  });

  it('reports usage by local day as JSON and CSV, money exact', async () => {
    const dayMs = T0 - 5 * 3_600_000;
    const row = { organisation: 'shop', project: 'shop-web', dayMs, moneyMicro: 1_234_567 };
    await store.append('usage', [usage(1, row), usage(2, row), usage(3, { ...row, dayMs: dayMs + 86_400_000 })]);
    const { body } = await ask(admin, 'GET', '/usage?from=2026-01-14&to=2026-01-15&by=day,model');
    expect(body).toMatchObject({
      zone: 'Asia/Samarkand',
      currency: 'USD',
      data: [
        { day: '2026-01-14', model: 'chat', requests: 2, input_tokens: 200, facility_joules: 120, cost: '2.469134' },
        { day: '2026-01-15', model: 'chat', requests: 1, cost: '1.234567' },
      ],
    });
    const csv = await ask(admin, 'GET', '/usage?from=2026-01-14&to=2026-01-14&by=project&format=csv');
    expect(csv.body).toBe(
      'project,requests,succeeded,input_tokens,output_tokens,it_joules,facility_joules,co2_g,water_l,cost,currency\n' +
        'shop-web,2,2,200,20,100,120,0.02,0.002,2.469134,USD\n',
    );
  });

  it('counts what was used before a restart against limits, and warns of budgets in the trail', async () => {
    await shops();
    const shop = await keyOf('member', 'shop-web');
    const limits = [
      { metric: 'tokens', window: 'month', amount: 1000, budget: true, warn: 0.5 },
      { metric: 'requests', window: 'day', amount: 10 },
    ];
    await ask(admin, 'PUT', '/limits/project:shop-web', { limits });
    const dayMs = T0 - 5 * 3_600_000;
    const row = { organisation: 'shop', project: 'shop-web', key: shop.keyId };
    await store.append('usage', [
      usage(1, { ...row, startMs: T0, dayMs, inputTokens: 300, outputTokens: 0 }),
      usage(2, { ...row, startMs: T0 - 86_400_000, dayMs: dayMs - 86_400_000, inputTokens: 100, outputTokens: 0 }),
    ]);
    tenancy = await open(false);
    expect(tenancy.limits.standing('project:shop-web')).toMatchObject([{ used: 400 }, { used: 1 }]);
    tenancy.limits.enter('r9', shop, { tokens: 150, joules: 0, money: 0 });
    tenancy.limits.settle('r9', { tokens: 150, joules: 0, money: 0 });
    await store.flush();
    const [entry] = await store.trail(100, 1);
    expect(entry).toMatchObject({
      actor: 'system',
      action: 'budget.warning',
      detail: { used: 550, organisation: 'shop' },
    });
  });
});

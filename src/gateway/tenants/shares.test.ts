import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../series/clock.ts';
import { openStore, type Store } from '../../store/store.ts';
import { Door } from './door.ts';
import { openTenancy } from './tenancy.ts';

let folder: string;
let store: Store;
const clock = new ManualClock(Date.UTC(2026, 6, 14));
const open = () => openTenancy(store, { zone: 'Asia/Samarkand', currency: 'USD', clock, firstKey: true });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-shares-'));
  store = await openStore(join(folder, 'usage.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

it('whoever administers the site, and nobody else, gives an organisation its share of the engines', async () => {
  const tenancy = await open();
  const holder = (key: string) => {
    const found = new Door({ registry: tenancy.registry, open: false, clock }).principal(
      `Bearer ${key}`,
      undefined,
      '::1',
    );
    if ('fault' in found) throw new Error(found.fault.code);
    return found;
  };
  const admin = holder(tenancy.firstKey!);
  const ask = (method: string, path: string, body: object, principal = admin) =>
    tenancy.admin.answer({ method, path, query: new URLSearchParams(), body, principal, actor: 'test' });
  await ask('POST', '/organisations', { id: 'shop' });
  await ask('POST', '/projects', { id: 'web', organisation: 'shop' });
  expect(tenancy.registry.shareOf('shop')).toBe(1);
  expect((await ask('PATCH', '/organisations/shop', { share: 3 })).body).toMatchObject({ share: 3 });
  await ask('PATCH', '/organisations/shop', { name: 'a shop' });
  expect(tenancy.registry.shareOf('shop')).toBe(3);
  for (const share of [0, -1, 101, '2', null]) {
    await expect(ask('PATCH', '/organisations/shop', { share })).rejects.toMatchObject({ code: 'JW_TENANT_FIELD' });
  }
  const { body } = await ask('POST', '/keys', { name: 'k', project: 'web', role: 'tenant-admin' });
  const owner = holder(String((body as { key: string }).key));
  await expect(ask('PATCH', '/organisations/shop', { share: 9 }, owner)).rejects.toMatchObject({
    code: 'JW_FORBIDDEN',
  });
  expect(tenancy.registry.shareOf('nobody')).toBe(1);
  expect((await open()).registry.shareOf('shop')).toBe(3);
});

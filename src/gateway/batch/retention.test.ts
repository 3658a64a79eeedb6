import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  answered,
  type Execute,
  idOf,
  line,
  openOffice,
  order,
  overOf,
  shop,
  temporary,
  work,
} from './fixtures/office.ts';
import type { BatchOffice } from './office.ts';
import type { Work } from './work.ts';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function office(execute: Execute, more: Partial<Work> = {}, nowMs?: () => number): Promise<BatchOffice> {
  const { folder, remove } = temporary();
  const made = await openOffice(folder, undefined, nowMs === undefined ? undefined : { nowMs });
  made.start(work(execute, more));
  open.push(remove, () => made.close());
  return made;
}

describe('retention', () => {
  it('takes files away when their time is over, but not the input of a batch that runs', async () => {
    let nowMs = Date.now();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const made = await office(
      async ({ body }) => {
        await held;
        return answered(idOf(body));
      },
      {},
      () => nowMs,
    );
    const draft = await made.files.draft();
    await draft.write(Buffer.from(line('a')));
    const { organisation, project } = shop;
    const about = { organisation, project, createdMs: nowMs, filename: 'a', purpose: 'batch' as const };
    const { id: file } = await draft.commit({ ...about, expiresMs: nowMs + 1000 });
    const batch = await made.create(shop, order(file, { outputLifeS: 5000 }));
    nowMs += 2000;
    await made.sweep();
    expect(made.files.get(file)).toBeDefined();
    release();
    const { outputFileId } = await overOf(made, batch.id);
    await made.sweep();
    expect(made.files.get(file)).toBeUndefined();
    expect(made.files.get(outputFileId!)).toBeDefined();
    nowMs += 5_001_000;
    await made.sweep();
    expect(made.files.get(outputFileId!)).toBeUndefined();
    expect(readdirSync(join(made.files.pathOf(file), '..'))).toEqual([]);
    nowMs += 91 * 86_400_000;
    await made.sweep();
    expect(made.batches.get(batch.id)).toBeUndefined();
  });
});

import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { fail, JoulewrightError, reasonOf } from '../errors/error.ts';
import { copyDatabase, flushToDisk } from '../store/copy.ts';
import { makeFolder } from '../store/folder.ts';
import { openStore } from '../store/store.ts';
import { dataFiles, sha256Of } from './dataFiles.ts';
import { reviveTrail, TRAIL_KEY } from './state.ts';

export const MANIFEST = 'backup.json';

const trailHead = z.strictObject({ seq: z.number().int(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** What a backup says of itself. */
export const manifestSchema = z.strictObject({
  format: z.literal(1),
  /** ISO instant. */
  created: z.string(),
  files: z.array(
    z.strictObject({
      path: z.string().regex(/^(?!\.{1,2}(\/|$))[^/\\\0]+(\/(?!\.{1,2}(\/|$))[^/\\\0]+)*$/),
      bytes: z.number().int(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  /** The newest entry of the audit trail; null where there is none. */
  trail: trailHead.nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Databases that hang together, in the order in which they are copied: what is copied first may not be ahead of what follows. */
const SITE_DB = 'site.db';
const USAGE_DB = 'usage.db';

/**
 * The newest entry of the audit trail in a folder of copies, once the databases are found sound and true to each other: every
 * hash of the trail follows, and the entry that the main process has noted is in it. Brings the copies to the newest format.
 *
 * @throws JoulewrightError JW_TRAIL_BROKEN, or what opening a database throws
 */
export async function checkCopies(folder: string): Promise<Manifest['trail']> {
  let noted: { readonly seq: number; readonly hash: string } | undefined;
  if (existsSync(path.join(folder, SITE_DB))) {
    const store = await openStore(path.join(folder, SITE_DB));
    noted = reviveTrail((await store.lastCheckpoint(TRAIL_KEY))?.value);
    await store.close();
  }
  if (!existsSync(path.join(folder, USAGE_DB))) return null;
  const store = await openStore(path.join(folder, USAGE_DB));
  try {
    const { broken, lastSeq, lastHash } = await store.verifyTrail();
    if (broken !== null) fail('JW_TRAIL_BROKEN', { ...broken });
    if (noted !== undefined) {
      const [entry] = await store.trail(noted.seq + 1, 1);
      const same = entry?.seq === noted.seq && entry.hash === noted.hash;
      if (!same) fail('JW_TRAIL_BROKEN', { seq: noted.seq, reason: 'it is not the one that the main process noted' });
    }
    return lastSeq === 0 ? null : { seq: lastSeq, hash: lastHash };
  } finally {
    await store.close();
  }
}

/** Removes what opening the databases has left beside them. */
export function removeLocks(folder: string): void {
  for (const name of [SITE_DB, USAGE_DB]) rmSync(path.join(folder, `${name}-lock`), { force: true });
}

/** A file that is there no more was taken away meanwhile, as finished work is: the copy is one without it. */
function copyPlain(from: string, to: string): void {
  try {
    copyFileSync(from, to);
    flushToDisk(to);
  } catch (error) {
    if (!existsSync(from)) return;
    fail('JW_STORE_BACKUP', { file: to, reason: reasonOf(error) }, '', error);
  }
}

/**
 * Copies the data of a site into a new folder, while the site runs or while it does not. `site.db` is copied before `usage.db`,
 * so that the trail's entry that the one notes is in the other; other files come in order of name before both. The folder is whole
 * or absent.
 *
 * @throws JoulewrightError JW_BACKUP_NOTHING, JW_STORE_BACKUP, JW_TRAIL_BROKEN
 */
export async function backupSite(dataDir: string, target: string, nowMs: number): Promise<Manifest> {
  const databases = [SITE_DB, USAGE_DB].filter((name) => existsSync(path.join(dataDir, name)));
  if (databases.length === 0) fail('JW_BACKUP_NOTHING', { folder: dataDir });
  if (existsSync(target)) fail('JW_STORE_BACKUP', { file: target, reason: 'it exists already' });
  const part = `${target}.part`;
  try {
    rmSync(part, { recursive: true, force: true });
    makeFolder(part);
    for (const name of dataFiles(dataDir)) {
      if (databases.includes(name)) continue;
      mkdirSync(path.dirname(path.join(part, name)), { recursive: true });
      copyPlain(path.join(dataDir, name), path.join(part, name));
    }
    for (const name of databases) copyDatabase(path.join(dataDir, name), path.join(part, name));
    const trail = await checkCopies(part);
    removeLocks(part);
    const files: Manifest['files'] = [];
    for (const name of dataFiles(part)) {
      const file = path.join(part, name);
      files.push({ path: name, bytes: statSync(file).size, sha256: await sha256Of(file) });
    }
    const manifest: Manifest = { format: 1, created: new Date(nowMs).toISOString(), files, trail };
    writeFileSync(path.join(part, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    flushToDisk(path.join(part, MANIFEST));
    flushToDisk(part);
    renameSync(part, target);
    return manifest;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    if (error instanceof JoulewrightError) throw error;
    return fail('JW_STORE_BACKUP', { file: target, reason: reasonOf(error) }, '', error);
  }
}

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fail, JoulewrightError, reasonOf } from '../errors/error.ts';
import { flushToDisk } from '../store/copy.ts';
import { makeFolder } from '../store/folder.ts';
import { type Lock, takeLock } from '../store/lock.ts';
import { checkCopies, MANIFEST, type Manifest, manifestSchema, removeLocks } from './backup.ts';
import { dataFiles, sha256Of } from './dataFiles.ts';

export interface RestoreOptions {
  /** Moves what is in the data folder aside instead of refusing. */
  readonly force: boolean;
  readonly nowMs: number;
}

/** What a restore did. */
export interface Restored {
  readonly manifest: Manifest;
  /** Where the data lies that was there before; null when there was none. */
  readonly aside: string | null;
}

function manifestOf(backup: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path.join(backup, MANIFEST), 'utf8')));
  } catch (error) {
    const reason = existsSync(path.join(backup, MANIFEST)) ? `${MANIFEST} cannot be read` : `it has no ${MANIFEST}`;
    return fail('JW_BACKUP_BROKEN', { folder: backup, reason }, '', error);
  }
}

/** Copies the files of a backup, each held against its sum, and checks the copies as the site would open them. */
async function fetchCopies(backup: string, manifest: Manifest, into: string): Promise<void> {
  try {
    for (const { path: name, sha256 } of manifest.files) {
      const to = path.join(into, name);
      mkdirSync(path.dirname(to), { recursive: true });
      copyFileSync(path.join(backup, name), to);
      if ((await sha256Of(to)) !== sha256) throw new Error(`${name} is not as it was written`);
    }
    const trail = await checkCopies(into);
    if (trail?.seq !== manifest.trail?.seq || trail?.hash !== manifest.trail?.hash) {
      throw new Error('its audit trail does not end where it is said to');
    }
    removeLocks(into);
    for (const { path: name } of manifest.files) flushToDisk(path.join(into, name));
  } catch (error) {
    fail('JW_BACKUP_BROKEN', { folder: backup, reason: reasonOf(error) }, '', error);
  }
}

/** Names in the order in which they are moved: databases last, so that a half-moved folder is not taken for a site's data. */
function movable(folder: string): string[] {
  const kept = /-lock$|^\.restore$|^before-restore-/;
  const names = readdirSync(folder).filter((name) => !kept.test(name));
  return [...names.filter((name) => !name.endsWith('.db')), ...names.filter((name) => name.endsWith('.db'))];
}

/**
 * Puts the data of a backup in the place of a stopped site's data. The backup is checked whole before anything is touched: sums,
 * databases, the chain of the audit trail. What was there is moved aside, never deleted.
 *
 * @throws JoulewrightError JW_BACKUP_BROKEN, JW_RESTORE_OCCUPIED, JW_RESTORE_FAILED, JW_STORE_LOCKED where the site runs
 */
export async function restoreSite(backup: string, dataDir: string, options: RestoreOptions): Promise<Restored> {
  const manifest = manifestOf(backup);
  const locks: Lock[] = [];
  const fresh = path.join(dataDir, '.restore');
  try {
    makeFolder(dataDir);
    for (const name of ['site.db', 'usage.db']) locks.push(takeLock(path.join(dataDir, name)));
    const occupied = dataFiles(dataDir).length > 0;
    if (occupied && !options.force) fail('JW_RESTORE_OCCUPIED', { folder: dataDir });
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh);
    await fetchCopies(backup, manifest, fresh);
    const aside = occupied
      ? path.join(dataDir, `before-restore-${new Date(options.nowMs).toISOString().replaceAll(':', '')}`)
      : null;
    if (aside !== null) {
      mkdirSync(aside);
      for (const name of movable(dataDir)) renameSync(path.join(dataDir, name), path.join(aside, name));
    }
    for (const name of movable(fresh)) renameSync(path.join(fresh, name), path.join(dataDir, name));
    flushToDisk(dataDir);
    return { manifest, aside };
  } catch (error) {
    if (error instanceof JoulewrightError) throw error;
    return fail('JW_RESTORE_FAILED', { folder: dataDir, reason: reasonOf(error) }, '', error);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    for (const lock of locks) lock.release();
  }
}

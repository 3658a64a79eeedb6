import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { fail, reasonOf } from '../errors/error.ts';

/** A name beside the target, so that the rename stays within one file system. */
function tempName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
}

/** Takes a half-written file away when the program is told to end, unless somebody else sees to that. Returns the undoing. */
function removedOnSignal(temp: string): () => void {
  const handlers = (['SIGINT', 'SIGTERM'] as const)
    .filter((signal) => process.listenerCount(signal) === 0)
    .map((signal) => {
      const handler = () => {
        rmSync(temp, { force: true });
        process.exit(128 + constants.signals[signal]);
      };
      process.once(signal, handler);
      return () => process.removeListener(signal, handler);
    });
  return () => {
    for (const undo of handlers) undo();
  };
}

async function writing(file: string, produce: (temp: string) => Promise<void>): Promise<void> {
  const temp = tempName(file);
  const settled = removedOnSignal(temp);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await produce(temp);
    const handle = await open(temp, 'r');
    // Without the sync a power cut after the rename could leave an empty file under the final name.
    await handle.sync().finally(() => handle.close());
    await rename(temp, file);
  } catch (error) {
    // What went wrong first is what the user must hear; a rest that cannot be removed either says nothing new.
    await rm(temp, { force: true }).catch(() => undefined);
    fail('JW_FILE_UNWRITABLE', { file, reason: reasonOf(error) }, '', error);
  } finally {
    settled();
  }
}

/**
 * Writes a whole file or nothing: to a temporary name beside it, then renamed. Makes missing folders.
 * @throws JW_FILE_UNWRITABLE
 */
export async function writeAtomic(file: string, data: string | Uint8Array): Promise<void> {
  await writing(file, (temp) => writeFile(temp, data));
}

/**
 * Writes pieces as they come, waiting while the disk is behind, so that a year at one second never stands in memory.
 * @throws JW_FILE_UNWRITABLE; the target is untouched when a piece throws
 */
export async function writePieces(file: string, pieces: Iterable<string> | AsyncIterable<string>): Promise<void> {
  await writing(file, async (temp) => {
    const stream = createWriteStream(temp, { flags: 'wx' });
    const done = finished(stream);
    // The wait below is where a failure is told; without this the process would end over an unhandled rejection first.
    done.catch(() => stream.destroy());
    try {
      for await (const piece of pieces) {
        if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), done]);
      }
      stream.end();
    } catch (error) {
      stream.destroy();
      throw error;
    }
    await done;
  });
}

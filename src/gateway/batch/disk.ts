import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { platform } from 'node:process';

/** A file that is written. */
export interface DiskFile {
  /** Writes all of it at this place of the file. */
  write(data: Uint8Array, position: number): Promise<void>;
  /** Resolves when what was written survives a loss of power. */
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** A file whose pieces are read. */
export interface Pieces {
  /** Throws where the file ends before. */
  read(offset: number, bytes: number): Promise<string>;
  close(): Promise<void>;
}

/** Everything that batches change on the disk goes through here, so that a test can let any of it fail. */
export interface Disk {
  folder(path: string): Promise<void>;
  /** Opens a file to write; it is made if need be, and emptied if `fresh`. */
  open(path: string, fresh: boolean): Promise<DiskFile>;
  pieces(path: string): Promise<Pieces>;
  /** Puts a file in the place of another in one step, and makes that last. */
  rename(from: string, to: string): Promise<void>;
  /** Takes a file or folder away, if it is there. */
  remove(path: string): Promise<void>;
}

/** Only the owner of the process reads what tenants have sent. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

async function writeAll(handle: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await handle.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}

async function readPiece(handle: FileHandle, offset: number, bytes: number): Promise<string> {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, offset + done);
    if (bytesRead === 0) throw new Error(`the file ends ${bytes - done} bytes early`);
    done += bytesRead;
  }
  return buffer.toString();
}

/** Makes the names in a folder last. Windows has no such call; NTFS keeps its own journal of names. */
async function syncFolder(path: string): Promise<void> {
  if (platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The disk of this machine. */
export const realDisk: Disk = {
  async folder(path) {
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    await syncFolder(dirname(path));
  },
  async open(path, fresh) {
    let handle: FileHandle;
    if (fresh) handle = await open(path, 'w', FILE_MODE);
    else {
      // 'r+' wants the file to be there, and 'a' ignores positions
      await (await open(path, 'a', FILE_MODE)).close();
      handle = await open(path, 'r+');
    }
    return {
      write: (data, position) => writeAll(handle, data, position),
      sync: () => handle.datasync(),
      truncate: (bytes) => handle.truncate(bytes),
      close: () => handle.close(),
    };
  },
  async pieces(path) {
    const handle = await open(path, 'r');
    return {
      read: (offset, bytes) => readPiece(handle, offset, bytes),
      close: () => handle.close(),
    };
  },
  async rename(from, to) {
    await rename(from, to);
    await syncFolder(dirname(to));
  },
  async remove(path) {
    await rm(path, { recursive: true, force: true });
    await syncFolder(dirname(path));
  },
};

/** Ending of files that are not whole yet; what a crash leaves of them is swept at the next start. */
export const PART = '.part';

/** Writes a small file so that, whatever happens, it is there whole as it was or whole as it is to be. */
export async function replaceFile(disk: Disk, path: string, text: string): Promise<void> {
  const part = `${path}.${randomBytes(4).toString('hex')}${PART}`;
  const file = await disk.open(part, true);
  try {
    await file.write(Buffer.from(text), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(part, path);
}

/** Takes away what writes that were cut short have left in a folder. */
export async function sweepParts(disk: Disk, folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith(PART)) await disk.remove(join(folder, name));
}

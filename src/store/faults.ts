import { type Fault, fault, JoulewrightError, reasonOf } from '../errors/error.ts';

/** SQLite's primary result codes that mean something to the user (sqlite.org/rescode.html). */
const SQLITE = { busy: 5, readonly: 8, corrupt: 11, full: 13, cantOpen: 14, constraint: 19, mismatch: 20, notADb: 26 };

/** Primary result code of what node:sqlite threw; undefined when SQLite did not throw it. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** True when SQLite refused one row for what it holds, and the rest of the transaction can go on. */
export function isRowFault(error: unknown): boolean {
  const code = resultCode(error);
  return (
    code === SQLITE.constraint || code === SQLITE.mismatch || error instanceof TypeError || error instanceof RangeError
  );
}

/** True when another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === SQLITE.busy;
}

/** What SQLite threw, in the user's words. `doing` tells opening from writing, which ask different things of the user. */
export function storeFault(error: unknown, file: string, doing: 'open' | 'write'): Fault {
  if (error instanceof JoulewrightError) return error.faults[0]!;
  const reason = reasonOf(error);
  switch (resultCode(error)) {
    case SQLITE.notADb:
      return fault('JW_STORE_FOREIGN', { file });
    case SQLITE.corrupt:
      return fault('JW_STORE_CORRUPT', { file, reason });
    case SQLITE.full:
      return fault('JW_STORE_FULL', { file });
    case SQLITE.busy:
      return fault('JW_STORE_LOCKED', { file, holder: 'another program' });
    default:
      return fault(doing === 'open' ? 'JW_STORE_OPEN' : 'JW_STORE_WRITE', { file, reason });
  }
}

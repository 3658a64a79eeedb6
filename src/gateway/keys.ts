import { createHash } from 'node:crypto';
import { type Failure, failure } from '../engines/failure.ts';
import type { ApiKey } from './contract.ts';

const ANONYMOUS = 'anonymous';

const digest = (key: string): string => createHash('sha256').update(key).digest('base64');

/** Tells whose a key is. Keys are compared by their hashes, so that the time a look-up takes tells nothing about them. */
export class KeyRing {
  readonly #names: ReadonlyMap<string, string>;

  /** @param keys none = everybody is `anonymous` */
  constructor(keys: readonly ApiKey[]) {
    this.#names = new Map(keys.map(({ key, name }) => [digest(key), name]));
  }

  /** The name behind an `Authorization` header, or why it is refused. */
  tenant(authorization: string | undefined): string | Failure {
    if (this.#names.size === 0) return ANONYMOUS;
    const key = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    if (key === undefined) return failure('JW_KEY_MISSING');
    return this.#names.get(digest(key)) ?? failure('JW_KEY_WRONG');
  }
}

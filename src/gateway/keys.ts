import { createHash } from 'node:crypto';
import { type Failure, failure } from '../engines/failure.ts';
import type { ApiKey } from './contract.ts';
import { ANONYMOUS, type Principal, plainPrincipal } from './tenants/principal.ts';

const digest = (key: string): string => createHash('sha256').update(key).digest('base64');

/** Tells whose a key is. Keys are compared by their hashes, so that the time a look-up takes tells nothing about them. */
export class KeyRing {
  readonly #anonymous = plainPrincipal(ANONYMOUS);
  readonly #principals: ReadonlyMap<string, Principal>;

  /** @param keys none = everybody is `anonymous` */
  constructor(keys: readonly ApiKey[]) {
    this.#principals = new Map(keys.map(({ key, name }) => [digest(key), plainPrincipal(name)]));
  }

  /** Who is behind an `Authorization` header, or why it is refused. */
  principal(authorization: string | undefined): Principal | Failure {
    if (this.#principals.size === 0) return this.#anonymous;
    const key = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    if (key === undefined) return failure('JW_KEY_MISSING');
    return this.#principals.get(digest(key)) ?? failure('JW_KEY_WRONG');
  }
}

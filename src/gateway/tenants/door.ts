import { type Failure, failure } from '../../engines/failure.ts';
import { type Clock, systemClock } from '../../series/clock.ts';
import type { ApiKey } from '../contract.ts';
import { Guesses } from './guesses.ts';
import { ANONYMOUS, type Principal, plainPrincipal } from './principal.ts';
import type { Holder, Registry } from './registry.ts';
import { digestOf } from './secretKey.ts';

export interface DoorOptions {
  /** Keys that are configured besides those of the tenants. */
  readonly apiKeys?: readonly ApiKey[];
  readonly registry?: Registry;
  /** Whether requests without a key are let in, as the project `anonymous`. */
  readonly open: boolean;
  /** Labels of this site, its id among them. */
  readonly residency?: readonly string[];
  readonly clock?: Clock;
  /** Told once when an address begins to be refused for guessing. */
  readonly onGuessing?: (address: string) => void;
}

const BEARER = /^Bearer\s+(\S+)\s*$/i;

/** Tells whose request it is by its key, and keeps out keys that are wrong, have expired or may not be used at this site. */
export class Door {
  readonly #fixed = new Map<string, Principal>();
  readonly #fixedById = new Map<string, Principal>();
  readonly #registry: Registry | undefined;
  #open: boolean;
  #sites: readonly string[];
  readonly #clock: Clock;
  readonly #guesses: Guesses;
  readonly #told = new Set<string>();
  readonly #onGuessing: (address: string) => void;
  readonly #nobody = plainPrincipal(ANONYMOUS);

  constructor(options: DoorOptions) {
    for (const { key, name } of options.apiKeys ?? []) {
      const principal = plainPrincipal(name);
      this.#fixed.set(digestOf(key), principal);
      this.#fixedById.set(principal.keyId, principal);
    }
    this.#registry = options.registry;
    this.#open = options.open;
    this.#sites = options.residency ?? [];
    this.#clock = options.clock ?? systemClock;
    this.#guesses = new Guesses(this.#clock);
    this.#onGuessing = options.onGuessing ?? (() => undefined);
  }

  /** What the site file says of access has changed. */
  use(open: boolean, residency: readonly string[]): void {
    this.#open = open;
    this.#sites = residency;
  }

  /**
   * Who is behind the headers of a request, or why it is refused. A key that was sent must be right, also where none is asked
   * for: a typing error must not turn a tenant into somebody without a name.
   * @param key what `x-api-key` says, for clients that send the key there
   */
  principal(authorization: string | undefined, key: string | undefined, address: string): Principal | Failure {
    const sent = authorization === undefined ? key : BEARER.exec(authorization)?.[1];
    if (sent === undefined || sent === '') return this.#withoutKey(authorization);
    const digest = digestOf(sent);
    const waitS = this.#guesses.waitS(address, digest);
    if (waitS > 0) return failure('JW_KEY_GUESSING', {}, { retryAfterS: waitS, retry: false });
    const fixed = this.#fixed.get(digest);
    if (fixed !== undefined) {
      this.#guesses.right(address, digest);
      return fixed;
    }
    const holder = this.#registry?.holder(digest);
    if (holder === undefined) {
      // An open site without tenants has nothing to compare a key with: many clients insist on sending one
      if (this.#open && this.#fixed.size === 0 && !sent.startsWith('jw-')) return this.#withoutKey(undefined);
      return this.#wrong(address, digest);
    }
    this.#guesses.right(address, digest);
    return this.#admit(holder);
  }

  /**
   * Who a key stands for now, for work that was accepted in its name before. A key that has expired since still stands for what it
   * was good for then; one that was revoked, or whose project is closed or may not be here, for nobody.
   */
  holderOf(keyId: string): Principal | undefined {
    const fixed = this.#fixedById.get(keyId);
    if (fixed !== undefined) return fixed;
    if (keyId === ANONYMOUS) {
      const nobody = this.#withoutKey(undefined);
      return 'fault' in nobody ? undefined : nobody;
    }
    const digest = this.#registry?.keys.get(keyId)?.digest;
    const holder = digest === undefined ? undefined : this.#registry?.holder(digest);
    if (holder === undefined) return undefined;
    const admitted = this.#admit({ ...holder, expiresMs: null });
    return 'fault' in admitted ? undefined : admitted;
  }

  #withoutKey(authorization: string | undefined): Principal | Failure {
    if (!this.#open || authorization !== undefined) return failure('JW_KEY_MISSING');
    return this.#registry === undefined ? this.#nobody : this.#admit(this.#registry.anonymous);
  }

  #admit({ principal, expiresMs, shut }: Holder): Principal | Failure {
    if (shut !== null) return failure('JW_KEY_SHUT', { why: shut });
    if (expiresMs !== null && expiresMs <= this.#clock.nowMs()) return failure('JW_KEY_SHUT', { why: 'has expired' });
    const { residency } = principal;
    if (residency !== null && !residency.some((label) => this.#sites.includes(label))) {
      const details = { project: principal.project, sites: residency.join(', '), labels: this.#sites.join(', ') };
      return failure('JW_RESIDENCY', details);
    }
    return principal;
  }

  #wrong(address: string, digest: string): Failure {
    this.#guesses.wrong(address);
    if (this.#guesses.waitS(address, digest) > 0 && !this.#told.has(address)) {
      if (this.#told.size > 1000) this.#told.clear();
      this.#told.add(address);
      this.#onGuessing(address);
    }
    return failure('JW_KEY_WRONG');
  }
}

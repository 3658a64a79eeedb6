import { isIP } from 'node:net';
import { type Failure, failure } from '../engines/failure.ts';

/** Names seen and found good are remembered, so that a check costs one look-up; this many at most. */
const MAX_KNOWN = 1000;

/** The name in a Host header or of an origin, without port, brackets and a final dot; lower case. */
function nameOf(host: string): string {
  const bare = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, '');
  return bare.toLowerCase().replace(/\.$/, '');
}

/**
 * Which names the gateway answers to. A page on the Internet can let its own name point to a private address and so have a
 * browser speak with what listens there; the name then stands in the Host header, and gives it away. Addresses are safe: they
 * cannot be pointed elsewhere.
 */
export class Hosts {
  #names: ReadonlySet<string> = new Set();
  readonly #known = new Set<string>();

  /** @param names besides `localhost` and addresses */
  constructor(names: readonly string[] = []) {
    this.use(names);
  }

  /** Answers to these names from now on. */
  use(names: readonly string[]): void {
    this.#names = new Set(names.map((name) => name.toLowerCase()));
    this.#known.clear();
  }

  /**
   * Why a request is not answered; null when it is.
   * @param origin header `Origin`: which site's page asks, where a browser says so
   */
  refusal(host: string | undefined, origin: string | undefined): Failure | null {
    const said = host ?? '';
    if (!this.#known.has(said)) {
      if (!this.#isOurs(nameOf(said))) return failure('JW_HOST', { host: `"${said.slice(0, 100)}"` });
      if (this.#known.size < MAX_KNOWN) this.#known.add(said);
    }
    if (origin === undefined || isSame(origin, said)) return null;
    return failure('JW_ORIGIN', { origin: origin.slice(0, 100) });
  }

  #isOurs(name: string): boolean {
    return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || this.#names.has(name);
  }
}

/** Whether an origin is the site itself, by whatever scheme: a proxy in front may speak TLS. */
function isSame(origin: string, host: string): boolean {
  const cut = origin.indexOf('://');
  return cut > 0 && origin.slice(cut + 3).toLowerCase() === host.toLowerCase();
}

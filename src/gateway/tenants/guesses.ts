import { isIPv6 } from 'node:net';
import { type Clock, systemClock } from '../../series/clock.ts';

/** Wrong keys that an address may send at once, and the time after which it may send one more, ms. */
const BURST = 10;
const REFILL_MS = 6_000;
/** Addresses that are remembered; the one that was quiet longest makes room. */
const MAX_ADDRESSES = 10_000;

interface Guesser {
  /** Wrong keys that it may still send. */
  left: number;
  atMs: number;
}

/** An IPv6 host has a whole network of addresses: the first four groups tell networks apart. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  return address.split(':').slice(0, 4).join(':');
}

/** Slows down whoever tries keys: an address that sent too many wrong ones is not heard with unknown keys for a while. */
export class Guesses {
  readonly #clock: Clock;
  readonly #guessers = new Map<string, Guesser>();
  /** Address from which each right key came last: whoever shares an address with a guesser goes on working. */
  readonly #lastOf = new Map<string, string>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Seconds that an address must wait before this key is looked up; 0 = none. */
  waitS(address: string, digest: string): number {
    if (this.#guessers.size === 0) return 0;
    const guesser = this.#guessers.get(networkOf(address));
    if (guesser === undefined || this.#lastOf.get(digest) === address) return 0;
    this.#refill(guesser);
    return guesser.left >= 1 ? 0 : ((1 - guesser.left) * REFILL_MS) / 1000;
  }

  /** A key was wrong. */
  wrong(address: string): void {
    const network = networkOf(address);
    const guesser = this.#guessers.get(network) ?? { left: BURST, atMs: this.#clock.nowMs() };
    this.#refill(guesser);
    guesser.left = Math.max(0, guesser.left - 1);
    // Put last: the first of the map was quiet longest
    this.#guessers.delete(network);
    this.#guessers.set(network, guesser);
    if (this.#guessers.size <= MAX_ADDRESSES) return;
    for (const oldest of this.#guessers.keys()) {
      this.#guessers.delete(oldest);
      break;
    }
  }

  /** A key was right. */
  right(address: string, digest: string): void {
    if (this.#lastOf.get(digest) !== address) this.#lastOf.set(digest, address);
  }

  #refill(guesser: Guesser): void {
    const nowMs = this.#clock.nowMs();
    guesser.left = Math.min(BURST, guesser.left + Math.max(0, nowMs - guesser.atMs) / REFILL_MS);
    guesser.atMs = nowMs;
  }
}

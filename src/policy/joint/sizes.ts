import type { Offer } from '../../components/contract.ts';
import type { ItUnit } from '../../components/unit.ts';
import { type Size, sizeAt } from '../tuned/sizes.ts';
import { JOINT } from './parameters.ts';

/** Rates are rounded up to the next of these steps, so that sizes are worked out once. */
const RATE_STEP = 1.01;
/** Steps in which a share of batch is found. */
const HALVINGS = 5;
/** Of so many replicas it does not matter that the last one is not full. */
const MANY = 24;
/** Sizes that are kept; a year of real demand has more. */
const MOST_KEPT = 20_000;

const roundUp = (perS: number): number =>
  perS <= 0 ? 0 : RATE_STEP ** Math.ceil(Math.log(perS) / Math.log(RATE_STEP) - 1e-9);

function rounded(offered: readonly Offer[]): Offer[] {
  return offered.map((o) => ({ ...o, requestsPerS: roundUp(o.requestsPerS), batchPerS: roundUp(o.batchPerS) }));
}

/** A size, and whether it serves all that is offered within the targets. */
export interface ClockedSize extends Size {
  readonly suffices: boolean;
}

/**
 * Replicas and clock of one deployment for what is offered: of all clocks the one at which the offers are served with the least
 * electricity, found from the clock of the rate before.
 */
export class ClockedSizes {
  readonly #unit: ItUnit;
  readonly #known = new Map<string, ClockedSize>();
  readonly #knownAt = new Map<string, NonNullable<ReturnType<typeof sizeAt>> | 'none'>();
  readonly #isLocked: boolean;
  #at = 0;
  #hasLock = false;

  /** @param isLocked the clock that was best for what was offered first stays, as the tuned silos have it */
  constructor(unit: ItUnit, isLocked = false) {
    this.#unit = unit;
    this.#isLocked = isLocked;
  }

  of(offered: readonly Offer[]): ClockedSize {
    const offers = rounded(offered);
    if (offers.every((o) => o.requestsPerS + o.batchPerS === 0))
      return { replicas: 0, clock: undefined, suffices: true };
    if (offers.some((o) => !Number.isFinite(o.batchPerS)))
      return { replicas: this.#unit.installed, clock: undefined, suffices: false };
    const key = offers.map((o) => `${o.requestsPerS} ${o.batchPerS}`).join(' ');
    let size = this.#known.get(key);
    if (size === undefined) {
      size = this.#best(offers);
      if (this.#known.size >= MOST_KEPT) this.#known.clear();
      this.#known.set(key, size);
    }
    return size;
  }

  /**
   * The largest batch of what is offered that so many replicas bear beside the interactive requests, as a share of it, 0..1.
   *
   * @param replicas that serve in this step
   */
  batchShare(offered: readonly Offer[], replicas: number): number {
    const fits = (share: number): boolean => {
      const { replicas: needed, suffices } = this.of(offered.map((o) => ({ ...o, batchPerS: share * o.batchPerS })));
      return suffices && needed <= replicas;
    };
    if (offered.every((o) => o.batchPerS <= 0) || fits(1)) return 1;
    if (!fits(0)) return 0;
    let [low, high] = [0, 1];
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (low + high) / 2;
      if (fits(middle)) low = middle;
      else high = middle;
    }
    return low;
  }

  /**
   * The least clock at which so many replicas serve the offers, for as long as those that are to join them boot; the largest where none does.
   *
   * @param replicas that serve already
   */
  clockOf(offered: readonly Offer[], replicas: number): number {
    const { clocks } = JOINT;
    const offers = rounded(offered);
    for (let c = clocks.length - 1; c > 0; c--) {
      const size = this.#sizedAt(offers, c);
      if (size !== undefined && size.replicas <= replicas) return clocks[c]!;
    }
    return clocks[0]!;
  }

  /** Walks from clock to clock while the next one draws less. */
  #best(offers: readonly Offer[]): ClockedSize {
    const { clocks } = JOINT;
    const tried = new Map<number, ReturnType<typeof sizeAt>>();
    const kwAt = (c: number): number => {
      if (c < 0 || c >= clocks.length) return Number.POSITIVE_INFINITY;
      if (!tried.has(c)) tried.set(c, this.#sizeAt(offers, clocks[c]!));
      return tried.get(c)?.kw ?? Number.POSITIVE_INFINITY;
    };
    let c = this.#at;
    if (this.#hasLock) {
      const locked = Number.isFinite(kwAt(c)) ? tried.get(c) : undefined;
      return locked === undefined
        ? this.#unclocked(offers)
        : { replicas: locked.replicas, clock: clocks[c]!, suffices: true };
    }
    // Where the clock is too slow for the offers, a faster one is.
    while (c > 0 && !Number.isFinite(kwAt(c))) c--;
    while (kwAt(c + 1) < kwAt(c)) c++;
    while (kwAt(c - 1) < kwAt(c)) c--;
    const found = tried.get(c);
    if (found === undefined) return this.#unclocked(offers);
    this.#at = c;
    this.#hasLock = this.#isLocked;
    return { replicas: found.replicas, clock: clocks[c]!, suffices: true };
  }

  /** Replicas at a clock of the list, worked out once. */
  #sizedAt(offers: readonly Offer[], c: number): ReturnType<typeof sizeAt> {
    const key = `${c} ${offers.map((o) => `${o.requestsPerS} ${o.batchPerS}`).join(' ')}`;
    const known = this.#knownAt.get(key);
    if (known !== undefined) return known === 'none' ? undefined : known;
    const size = sizeAt(this.#unit, offers, JOINT.clocks[c]!, JOINT.attainment);
    if (this.#knownAt.size >= MOST_KEPT) this.#knownAt.clear();
    this.#knownAt.set(key, size ?? 'none');
    return size;
  }

  /** Replicas at a clock, and what they draw together; of few replicas with what the last one has idle. */
  #sizeAt(offers: readonly Offer[], clock: number): ReturnType<typeof sizeAt> {
    const { attainment } = JOINT;
    const size = sizeAt(this.#unit, offers, clock, attainment);
    if (size === undefined || size.replicas >= MANY) return size;
    const { replicas } = size;
    const at = (share: number) =>
      this.#unit.levels(offers, { replicas, attainment, shares: [share], clocks: [clock], keepAll: true }).at(-1);
    const full = at(1);
    if (full === undefined || full.scale <= 0) return size;
    const level = at(Math.min(1, 1 / (replicas * full.scale)));
    return level === undefined ? size : { replicas, kw: replicas * level.powerKw };
  }

  /** At the deployment's own clock. */
  #unclocked(offers: readonly Offer[]): ClockedSize {
    const replicas = this.#unit.replicasFor(offers, JOINT.attainment);
    return { replicas: replicas ?? this.#unit.installed, clock: undefined, suffices: replicas !== undefined };
  }
}

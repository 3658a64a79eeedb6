import type { Offer } from '../../components/contract.ts';
import type { ItUnit } from '../../components/unit.ts';
import type { Size } from '../tuned/sizes.ts';
import { JOINT } from './parameters.ts';

/** Rates are rounded up to the next of these steps, so that sizes are worked out once. */
const RATE_STEP = 1.01;
/** Steps in which a share of batch is found. */
const HALVINGS = 5;
/** Sizes that are kept; a year of real demand has more. */
const MOST_KEPT = 20_000;

const roundUp = (perS: number): number =>
  perS <= 0 ? 0 : RATE_STEP ** Math.ceil(Math.log(perS) / Math.log(RATE_STEP) - 1e-9);

function rounded(offered: readonly Offer[]): Offer[] {
  return offered.map((o) => ({ ...o, requestsPerS: roundUp(o.requestsPerS), batchPerS: roundUp(o.batchPerS) }));
}

/** Shares of what is offered are told apart by so much. */
const SHARE_STEP = 0.05;

/** A size, and whether it serves all that is offered within the targets. */
export interface ClockedSize extends Size {
  readonly suffices: boolean;
  /** Share of the full rate up to which the router fills a replica before it takes the next one; spread evenly where undefined. */
  readonly fill: number | undefined;
}

/** Replicas at a clock, what they draw together, and how they are filled. */
interface Sized {
  readonly replicas: number;
  readonly kw: number;
  readonly fill: number | undefined;
}

/**
 * Replicas and clock of one deployment for what is offered: of all clocks the one at which the offers are served with the least
 * electricity, found from the clock of the rate before.
 */
export class ClockedSizes {
  readonly #unit: ItUnit;
  readonly #known = new Map<string, ClockedSize>();
  readonly #knownAt = new Map<string, number | 'none'>();
  readonly #isLocked: boolean;
  /** What was found last at each clock: the next is not far from it. */
  readonly #before: { readonly replicas: number; readonly perS: number }[] = [];
  #at = 0;
  #hasLock = false;

  /** @param isLocked the clock that was best for what was offered first stays, as the tuned silos have it */
  constructor(unit: ItUnit, isLocked = false) {
    this.#unit = unit;
    this.#isLocked = isLocked;
  }

  /**
   * @param usual share of the offers that is expected to come, 0..1: the rest is margin
   */
  of(offered: readonly Offer[], usual = 1): ClockedSize {
    const offers = rounded(offered);
    if (offers.every((o) => o.requestsPerS + o.batchPerS === 0))
      return { replicas: 0, clock: undefined, fill: undefined, suffices: true };
    if (offers.some((o) => !Number.isFinite(o.batchPerS)))
      return { replicas: this.#unit.installed, clock: undefined, fill: undefined, suffices: false };
    const share = Math.max(SHARE_STEP, SHARE_STEP * Math.round(Math.min(1, usual) / SHARE_STEP));
    const key = `${share.toFixed(2)} ${offers.map((o) => `${o.requestsPerS} ${o.batchPerS}`).join(' ')}`;
    let size = this.#known.get(key);
    if (size === undefined) {
      size = this.#best(offers, share);
      if (this.#known.size >= MOST_KEPT) this.#known.clear();
      this.#known.set(key, size);
    }
    return size;
  }

  /**
   * The largest batch of what is offered that so many replicas bear beside the interactive requests, as a share of it, 0..1.
   *
   * @param replicas that serve in this step
   * @param clock that they are set to
   */
  batchShare(offered: readonly Offer[], replicas: number, clock: number | undefined): number {
    const clocks: readonly number[] = JOINT.clocks;
    const c = Math.max(0, clocks.indexOf(clock ?? 1));
    const fits = (share: number): boolean => {
      const needed = this.#replicasAt(rounded(offered.map((o) => ({ ...o, batchPerS: share * o.batchPerS }))), c);
      return needed !== undefined && needed <= replicas;
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

  /** The fewest replicas that serve the offers at a clock; all installed ones where they do not suffice. */
  fewest(offered: readonly Offer[], clock: number | undefined): number {
    const clocks: readonly number[] = JOINT.clocks;
    if (offered.every((o) => o.requestsPerS + o.batchPerS === 0)) return 0;
    return this.#replicasAt(rounded(offered), Math.max(0, clocks.indexOf(clock ?? 1))) ?? this.#unit.installed;
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
      const needed = this.#replicasAt(offers, c);
      if (needed !== undefined && needed <= replicas) return clocks[c]!;
    }
    return clocks[0]!;
  }

  /** Walks from clock to clock while the next one draws less. */
  #best(offers: readonly Offer[], usual: number): ClockedSize {
    const { clocks } = JOINT;
    const tried = new Map<number, Sized | undefined>();
    const kwAt = (c: number): number => {
      if (c < 0 || c >= clocks.length) return Number.POSITIVE_INFINITY;
      if (!tried.has(c)) tried.set(c, this.#sizeAt(offers, c, usual));
      return tried.get(c)?.kw ?? Number.POSITIVE_INFINITY;
    };
    let c = this.#at;
    if (this.#hasLock) {
      const locked = Number.isFinite(kwAt(c)) ? tried.get(c) : undefined;
      return locked === undefined
        ? this.#unclocked(offers)
        : { replicas: locked.replicas, clock: clocks[c]!, fill: locked.fill, suffices: true };
    }
    // Where the clock is too slow for the offers, a faster one is.
    while (c > 0 && !Number.isFinite(kwAt(c))) c--;
    while (kwAt(c + 1) < kwAt(c)) c++;
    while (kwAt(c - 1) < kwAt(c)) c--;
    const found = tried.get(c);
    if (found === undefined) return this.#unclocked(offers);
    this.#at = c;
    this.#hasLock = this.#isLocked;
    return { replicas: found.replicas, clock: clocks[c]!, fill: found.fill, suffices: true };
  }

  /** The fewest replicas at a clock of the list, worked out once; undefined where those installed do not suffice. */
  #replicasAt(offers: readonly Offer[], c: number): number | undefined {
    const key = `${c} ${offers.map((o) => `${o.requestsPerS} ${o.batchPerS}`).join(' ')}`;
    const known = this.#knownAt.get(key);
    if (known !== undefined) return known === 'none' ? undefined : known;
    const before = this.#before[c];
    const perS = offers.reduce((sum, o) => sum + o.requestsPerS + o.batchPerS, 0);
    const guess = before && (before.replicas * perS) / before.perS;
    const replicas = this.#unit.replicasFor(offers, JOINT.attainment, JOINT.clocks[c]!, guess);
    if (replicas !== undefined && replicas > 0) this.#before[c] = { replicas, perS };
    if (this.#knownAt.size >= MOST_KEPT) this.#knownAt.clear();
    this.#knownAt.set(key, replicas ?? 'none');
    return replicas;
  }

  /** Replicas at a clock for the offers, and what they draw while the expected part of these comes. */
  #sizeAt(offers: readonly Offer[], c: number, usual: number): Sized | undefined {
    const replicas = this.#replicasAt(offers, c);
    if (replicas === undefined) return undefined;
    const expected = offers.map((o) => ({
      ...o,
      requestsPerS: usual * o.requestsPerS,
      batchPerS: usual * o.batchPerS,
    }));
    const { powerKw, fill } = this.#unit.pool(expected, { replicas, clock: JOINT.clocks[c]!, filling: JOINT.filling });
    return { replicas, kw: powerKw, fill };
  }

  /** At the deployment's own clock. */
  #unclocked(offers: readonly Offer[]): ClockedSize {
    const replicas = this.#unit.replicasFor(offers, JOINT.attainment);
    return {
      replicas: replicas ?? this.#unit.installed,
      clock: undefined,
      fill: undefined,
      suffices: replicas !== undefined,
    };
  }
}

import type { Offer, Turned } from '../../components/contract.ts';
import type { ItUnit } from '../../components/unit.ts';
import type { Size } from '../tuned/sizes.ts';
import { JOINT } from './parameters.ts';

/** Rates are rounded up to the next of these steps, so that sizes are worked out once. */
const RATE_STEP = 1.01;
/** Steps in which a share of batch is found. */
const HALVINGS = 5;
/** So many sizes in a row no cap must have drawn less until only one in so many looks for one. */
const TRIES = 16;
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
  /** Power cap of one accelerator, W; its own where undefined. */
  readonly capW: number | undefined;
}

/** Replicas at a setting, what they draw together, and how they are filled. */
interface Sized {
  readonly replicas: number;
  readonly kw: number;
  readonly fill: number | undefined;
}

/**
 * Replicas, clock and power cap of one deployment for what is offered: of all clocks, and of all caps at the largest clock, the one at which
 * the offers are served with the least electricity, found from that of the rate before.
 */
export class ClockedSizes {
  readonly #unit: ItUnit;
  readonly #known = new Map<string, ClockedSize>();
  readonly #knownAt = new Map<string, number | 'none'>();
  readonly #isLocked: boolean;
  /** What was found last at each clock: the next is not far from it. */
  readonly #before: { readonly replicas: number; readonly perS: number }[] = [];
  /** Clocks, and after them caps at the largest clock. */
  readonly #settings: readonly Turned[];
  #at = 0;
  #atCap = JOINT.clocks.length;
  /** Sizes since a cap drew less than every clock. */
  #withoutCap = 0;
  #hasLock = false;

  /** @param isLocked the clock that was best for what was offered first stays, as the tuned silos have it */
  constructor(unit: ItUnit, isLocked = false) {
    this.#unit = unit;
    this.#isLocked = isLocked;
    const caps = isLocked ? [] : unit.capsW.slice(1);
    this.#settings = [
      ...JOINT.clocks.map((clock) => ({ clock })),
      ...caps.map((capW) => ({ clock: JOINT.clocks[0], capW })),
    ];
  }

  /**
   * @param usual share of the offers that is expected to come, 0..1: the rest is margin
   */
  of(offered: readonly Offer[], usual = 1): ClockedSize {
    const offers = rounded(offered);
    if (offers.every((o) => o.requestsPerS + o.batchPerS === 0))
      return { replicas: 0, clock: undefined, capW: undefined, fill: undefined, suffices: true };
    if (offers.some((o) => !Number.isFinite(o.batchPerS)))
      return { replicas: this.#unit.installed, clock: undefined, capW: undefined, fill: undefined, suffices: false };
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
   * @param turned what they are set to
   */
  batchShare(offered: readonly Offer[], replicas: number, turned: Turned): number {
    const c = this.#placeOf(turned);
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

  #placeOf({ clock, capW }: Turned): number {
    const place = this.#settings.findIndex((own) => own.clock === (clock ?? 1) && own.capW === capW);
    return Math.max(0, place);
  }

  /** The fewest replicas that serve the offers at a setting; all installed ones where they do not suffice. */
  fewest(offered: readonly Offer[], turned: Turned): number {
    if (offered.every((o) => o.requestsPerS + o.batchPerS === 0)) return 0;
    return this.#replicasAt(rounded(offered), this.#placeOf(turned)) ?? this.#unit.installed;
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

  /** Walks from clock to clock while the next one draws less, and from cap to cap. */
  #best(offers: readonly Offer[], usual: number): ClockedSize {
    const { clocks } = JOINT;
    const tried = new Map<number, Sized | undefined>();
    const kwAt = (c: number, least = 0, end: number = clocks.length): number => {
      if (c < least || c >= end) return Number.POSITIVE_INFINITY;
      if (!tried.has(c)) tried.set(c, this.#sizeAt(offers, c, usual));
      return tried.get(c)?.kw ?? Number.POSITIVE_INFINITY;
    };
    let c = this.#at;
    if (this.#hasLock) {
      const locked = Number.isFinite(kwAt(c)) ? tried.get(c) : undefined;
      return locked === undefined
        ? this.#unclocked(offers)
        : { ...locked, clock: clocks[c]!, capW: undefined, suffices: true };
    }
    // Where the clock is too slow for the offers, a faster one is.
    while (c > 0 && !Number.isFinite(kwAt(c))) c--;
    while (kwAt(c + 1) < kwAt(c)) c++;
    while (kwAt(c - 1) < kwAt(c)) c--;
    const found = tried.get(c);
    if (found === undefined) return this.#unclocked(offers);
    this.#at = c;
    this.#hasLock = this.#isLocked;
    const k = this.#bestCap((at) => kwAt(at, clocks.length, this.#settings.length), found.kw);
    const best = k === undefined ? found : tried.get(k)!;
    return { ...best, clock: clocks[k === undefined ? c : 0]!, capW: this.#settings[k ?? c]!.capW, suffices: true };
  }

  /** The cap that draws less than any clock, walked to from the last one; where none did for long, it is looked for now and then. */
  #bestCap(kwAt: (at: number) => number, leastKw: number): number | undefined {
    if (this.#settings.length === JOINT.clocks.length) return undefined;
    const isTurn = this.#withoutCap < TRIES || this.#withoutCap % TRIES === 0;
    this.#withoutCap++;
    if (!isTurn) return undefined;
    let k = this.#atCap;
    while (k > JOINT.clocks.length && !Number.isFinite(kwAt(k))) k--;
    while (kwAt(k + 1) < kwAt(k)) k++;
    while (kwAt(k - 1) < kwAt(k)) k--;
    this.#atCap = k;
    if (kwAt(k) >= leastKw) return undefined;
    this.#withoutCap = 0;
    return k;
  }

  /** The fewest replicas at a setting of the list, worked out once; undefined where those installed do not suffice. */
  #replicasAt(offers: readonly Offer[], c: number): number | undefined {
    const key = `${c} ${offers.map((o) => `${o.requestsPerS} ${o.batchPerS}`).join(' ')}`;
    const known = this.#knownAt.get(key);
    if (known !== undefined) return known === 'none' ? undefined : known;
    const before = this.#before[c];
    const perS = offers.reduce((sum, o) => sum + o.requestsPerS + o.batchPerS, 0);
    const guess = before && (before.replicas * perS) / before.perS;
    const replicas = this.#unit.replicasFor(offers, JOINT.attainment, this.#settings[c]!, guess);
    if (replicas !== undefined && replicas > 0) this.#before[c] = { replicas, perS };
    if (this.#knownAt.size >= MOST_KEPT) this.#knownAt.clear();
    this.#knownAt.set(key, replicas ?? 'none');
    return replicas;
  }

  /** Replicas at a setting for the offers, and what they draw while the expected part of these comes. */
  #sizeAt(offers: readonly Offer[], c: number, usual: number): Sized | undefined {
    const replicas = this.#replicasAt(offers, c);
    if (replicas === undefined) return undefined;
    const expected = offers.map((o) => ({
      ...o,
      requestsPerS: usual * o.requestsPerS,
      batchPerS: usual * o.batchPerS,
    }));
    const { powerKw, fill } = this.#unit.pool(expected, { ...this.#settings[c]!, replicas, filling: JOINT.filling });
    return { replicas, kw: powerKw, fill };
  }

  /** At the deployment's own clock. */
  #unclocked(offers: readonly Offer[]): ClockedSize {
    const replicas = this.#unit.replicasFor(offers, JOINT.attainment);
    return {
      replicas: replicas ?? this.#unit.installed,
      clock: undefined,
      capW: undefined,
      fill: undefined,
      suffices: replicas !== undefined,
    };
  }
}

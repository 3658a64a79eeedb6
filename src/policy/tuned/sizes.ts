import type { LoadLevel, Offer } from '../../components/contract.ts';
import type { ItUnit } from '../../components/unit.ts';
import { TUNED } from './parameters.ts';

/** How a deployment is to run: replicas, and the clock over the largest; the deployment's own where undefined. */
export interface Size {
  readonly replicas: number;
  readonly clock: number | undefined;
}

/** Rates are rounded up to the next of these steps, so that sizes are worked out once. */
const RATE_STEP = 1.02;

const roundUp = (perS: number): number =>
  perS <= 0 ? 0 : RATE_STEP ** Math.ceil(Math.log(perS) / Math.log(RATE_STEP) - 1e-9);

/** The full load of one replica of a pool at a clock; undefined where the targets do not hold at any load. */
function fullLevel(
  unit: ItUnit,
  offers: readonly Offer[],
  replicas: number,
  clock: number,
  attainment: number,
): LoadLevel | undefined {
  const levels = unit.levels(offers, {
    replicas,
    attainment,
    shares: [1],
    clocks: [clock],
    keepAll: true,
  });
  const full = levels[levels.length - 1];
  return full !== undefined && full.share > 0 && full.scale > 0 ? full : undefined;
}

/** The fewest replicas that serve the offers at a clock, and what they draw, kW; undefined where those installed do not suffice. */
export function sizeAt(unit: ItUnit, offers: readonly Offer[], clock: number, attainment: number = TUNED.attainment) {
  let replicas = unit.installed;
  let full = fullLevel(unit, offers, replicas, clock, attainment);
  if (full === undefined || replicas * full.scale < 1 - 1e-9) return undefined;
  // A large pool waits less than a small one, so that each round asks for no fewer.
  let wanted = Math.max(1, Math.ceil(1 / full.scale - 1e-9));
  while (wanted < unit.installed) {
    replicas = wanted;
    full = fullLevel(unit, offers, replicas, clock, attainment);
    if (full !== undefined && replicas * full.scale >= 1 - 1e-9) return { replicas, kw: full.powerKw / full.scale };
    wanted = full === undefined ? 2 * replicas : Math.max(replicas + 1, Math.ceil(1 / full.scale - 1e-9));
  }
  const all = fullLevel(unit, offers, unit.installed, clock, attainment);
  return all === undefined ? undefined : { replicas: unit.installed, kw: all.powerKw / all.scale };
}

/** Sizes of one deployment by what is offered. Its clock is locked once, at the one that serves what was offered first with the least power. */
export class Sizes {
  readonly #unit: ItUnit;
  readonly #known = new Map<string, Size>();
  #clock: number | undefined;

  constructor(unit: ItUnit, clock: number | undefined) {
    this.#unit = unit;
    this.#clock = clock;
  }

  /** The locked clock; undefined before anything was offered. */
  get clock(): number | undefined {
    return this.#clock;
  }

  of(offered: readonly Offer[]): Size {
    const offers = offered.map((o) => ({
      ...o,
      requestsPerS: roundUp(o.requestsPerS),
      batchPerS: roundUp(o.batchPerS),
    }));
    const nothing = offers.every((o) => o.requestsPerS + o.batchPerS === 0);
    if (nothing || offers.some((o) => !Number.isFinite(o.batchPerS))) {
      return { replicas: nothing ? 0 : this.#unit.installed, clock: undefined };
    }
    const key = offers.map((o) => `${o.requestsPerS} ${o.batchPerS}`).join(' ');
    let size = this.#known.get(key);
    if (size === undefined) {
      this.#clock ??= this.#lock(offers);
      const slow = sizeAt(this.#unit, offers, this.#clock);
      // More than the slow clock can serve: the deployment's own, and all if need be.
      size =
        slow === undefined
          ? {
              replicas: this.#unit.replicasFor(offers, TUNED.attainment) ?? this.#unit.installed,
              clock: undefined,
            }
          : { replicas: slow.replicas, clock: this.#clock };
      this.#known.set(key, size);
    }
    return size;
  }

  #lock(offers: readonly Offer[]): number {
    let best = 1;
    let least = Number.POSITIVE_INFINITY;
    for (const clock of TUNED.clocks) {
      const size = sizeAt(this.#unit, offers, clock);
      if (size !== undefined && size.kw < least) {
        least = size.kw;
        best = clock;
      }
    }
    return best;
  }
}

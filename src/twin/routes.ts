import type { Conditions, ItSetPoint, ItStepped, Offer, ServiceOutcome } from '../components/contract.ts';
import type { Decision } from './decision.ts';
import type { RunningHall } from './hall.ts';
import type { Plant } from './plant.ts';

/** Where a service is served: index of hall and deployment. */
interface Place {
  readonly hall: number;
  readonly it: number;
  /** Its position among the offers to that deployment. */
  readonly offer: number;
}

/** A set point whose offers are still being collected. */
interface OpenSetPoint extends ItSetPoint {
  readonly offers: Offer[];
}

/** The key of an offer that is moved from one deployment to another. */
type Moved = 'requestsPerS' | 'batchPerS';

/** Requests below this share of what arrived are rounding and do not move. */
const NOTHING_SHARE = 1e-9;
/** Halvings in which the room of a deployment is found: to 1/256 of what is left over elsewhere. */
const HALVINGS = 8;

/**
 * Which deployment serves which requests in a step. What a deployment of a service leaves over goes to another one of it that has room:
 * with replicas that serve or can be woken, not cut itself, and without shedding requests of anybody.
 */
export class Routes {
  /** Set points of the step, by hall and deployment. */
  readonly #set: OpenSetPoint[][];
  readonly #halls: readonly RunningHall[];
  readonly #places: readonly (readonly Place[])[];
  /** Services with a choice. */
  readonly #routed: readonly number[];

  constructor(plant: Plant, halls: readonly RunningHall[]) {
    this.#halls = halls;
    this.#places = placesOf(plant);
    this.#routed = this.#places.flatMap((places, s) => (places.length > 1 ? [s] : []));
    this.#set = plant.halls.map((hall) => hall.it.map(() => ({ replicas: 0, offers: [], limitKw: 0 })));
  }

  /** Begins a step: set points without offers and without limits. */
  begin(decision: Decision): void {
    for (let h = 0; h < this.#set.length; h++) {
      for (let i = 0; i < this.#set[h]!.length; i++) {
        const replicas = decision.replicas[h]![i]!;
        const asleep = decision.asleep?.[h]?.[i];
        const limitKw = Number.POSITIVE_INFINITY;
        this.#set[h]![i] = { ...decision.knobs?.[h]?.[i], replicas, asleep, offers: [], limitKw };
      }
    }
  }

  /** Offers a service to its deployments; services come in their order. */
  offer(s: number, service: string, requestsPerS: number, batchPerS: number, shares?: readonly number[]): void {
    const places = this.#places[s]!;
    const parts = places.length === 1 ? [1] : this.#partsOf(places, shares);
    for (let d = 0; d < places.length; d++) {
      const part = parts[d]!;
      this.#at(places[d]!).offers.push({ service, requestsPerS: part * requestsPerS, batchPerS: part * batchPerS });
    }
  }

  /** Parts that sum to 1: as told, else by the replicas that are to serve, else equal. */
  #partsOf(places: readonly Place[], shares: readonly number[] | undefined): number[] {
    for (const wish of [shares, places.map((place) => this.#at(place).replicas)]) {
      const parts = places.map((_, d) => Math.max(0, wish?.[d] ?? 0));
      const sum = parts.reduce((all, part) => all + part, 0);
      if (sum > 0 && Number.isFinite(sum)) return parts.map((part) => part / sum);
    }
    return places.map(() => 1 / places.length);
  }

  /** Limits a hall's deployments to a share of what each drew in the last preview. */
  limit(h: number, share: number): void {
    const set = this.#set[h]!;
    for (let i = 0; i < set.length; i++) {
      const drawnKw = -this.#halls[h]!.lastIt[i]!.flows['power']!;
      set[i] = { ...set[i]!, limitKw: drawnKw * share };
    }
  }

  /** Previews every deployment of a hall with what it was offered. */
  preview(h: number, conditions: Conditions): void {
    const set = this.#set[h]!;
    for (let i = 0; i < set.length; i++) this.#halls[h]!.previewIt(i, set[i]!, conditions);
  }

  /** Moves what deployments left over in the preview to others of the same service that have room, and previews these anew. */
  overflow(conditions: Conditions): void {
    for (const s of this.#routed) {
      const places = this.#places[s]!;
      for (const key of ['requestsPerS', 'batchPerS'] as const) {
        const least = NOTHING_SHARE * places.reduce((sum, place) => sum + this.#offerAt(place)[key], 0);
        for (const from of places) {
          let left = this.#leftAt(from, key);
          if (left <= least) continue;
          for (const to of places) {
            if (to === from || left <= least) continue;
            const moved = this.#move(to, key, left, least, conditions);
            if (moved > 0) this.#add(from, key, -moved);
            left -= moved;
          }
          this.#again(from, conditions);
        }
      }
    }
  }

  /** What became of a service at each of its deployments, in the last preview. */
  outcomes(s: number, to: (ServiceOutcome | undefined)[]): void {
    const places = this.#places[s]!;
    for (let d = 0; d < places.length; d++) {
      const { hall, it, offer } = places[d]!;
      to[d] = this.#halls[hall]!.lastIt[it]!.services[offer];
    }
  }

  /** Adds as much of what is left over to a deployment as it has room for; returns how much. */
  #move(to: Place, key: Moved, left: number, least: number, conditions: Conditions): number {
    const { replicas, asleep, limitKw } = this.#at(to);
    if (replicas + (asleep ?? 0) < 1 || Number.isFinite(limitKw) || this.#unserved(to, key) > least) return 0;
    const before = this.#offerAt(to)[key];
    const fits = (extra: number): boolean => {
      this.#setOffer(to, key, before + extra);
      this.#again(to, conditions);
      return this.#unserved(to, key) <= least;
    };
    if (fits(left)) return left;
    let [low, high] = [0, left];
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (low + high) / 2;
      if (fits(middle)) low = middle;
      else high = middle;
    }
    this.#setOffer(to, key, before + low);
    this.#again(to, conditions);
    return low;
  }

  #at({ hall, it }: Place): OpenSetPoint {
    return this.#set[hall]![it]!;
  }

  #offerAt(place: Place): Offer {
    return this.#at(place).offers[place.offer]!;
  }

  #last({ hall, it }: Place): ItStepped<unknown> {
    return this.#halls[hall]!.lastIt[it]!;
  }

  /** Requests/s of one offer that were not served. */
  #leftAt(place: Place, key: Moved): number {
    const { shedPerS, batchServedPerS } = this.#last(place).services[place.offer]!;
    return key === 'requestsPerS' ? shedPerS : this.#offerAt(place).batchPerS - batchServedPerS;
  }

  /** The same of all offers to a deployment: who has none is without room. */
  #unserved(place: Place, key: Moved): number {
    return this.#at(place).offers.reduce((sum, _, offer) => sum + this.#leftAt({ ...place, offer }, key), 0);
  }

  #add(place: Place, key: Moved, more: number): void {
    this.#setOffer(place, key, Math.max(0, this.#offerAt(place)[key] + more));
  }

  #setOffer(place: Place, key: Moved, perS: number): void {
    const set = this.#at(place);
    const offers = set.offers.map((offer, k) => (k === place.offer ? { ...offer, [key]: perS } : offer));
    this.#set[place.hall]![place.it] = { ...set, offers };
  }

  #again(place: Place, conditions: Conditions): void {
    this.#halls[place.hall]!.previewIt(place.it, this.#at(place), conditions);
  }
}

function placesOf(plant: Plant): Place[][] {
  const offers = new Map<string, number>();
  return plant.services.map(({ deployments }) =>
    deployments.map((deployment): Place => {
      const offer = offers.get(deployment) ?? 0;
      offers.set(deployment, offer + 1);
      for (let hall = 0; hall < plant.halls.length; hall++) {
        const it = plant.halls[hall]!.it.findIndex((unit) => unit.id === deployment);
        if (it >= 0) return { hall, it, offer };
      }
      throw new Error(`no deployment ${deployment} in any hall: the site check lets none through`);
    }),
  );
}

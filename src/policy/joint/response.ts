import type { Offer } from '../../components/contract.ts';
import type { ItUnit } from '../../components/unit.ts';
import { JOINT } from './parameters.ts';

/** Loads that are looked at, over what the pool is sized for: a large pool is at ease until it is full, and then at once is not. */
const WITHIN = [0.02, 0.1, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1];
/** And beyond, over the load at which half of the requests miss a target. */
const BEYOND = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1];
/** So many points per unit of load over what the pool is sized for. */
const POINTS = 200;

/**
 * What share of a service's requests misses a target because the pool is too small for its load: a table over the load, 1 where the pool
 * is sized for it. What also an almost idle pool would miss (prompts too long for the chip) is no fault of its size and left out.
 */
export class Response {
  readonly #missed: Float64Array;
  readonly #last: number;

  /** What one replica of the pool is sized for, requests/s. */
  readonly eachPerS: number;

  private constructor(missed: Float64Array, last: number, eachPerS: number) {
    this.#missed = missed;
    this.#last = last;
    this.eachPerS = eachPerS;
  }

  /**
   * Of a pool as large as the offers need; undefined where no pool serves them within the targets.
   *
   * @param offered mean rates of all interactive services of the pool
   * @param service one of them
   */
  static of(unit: ItUnit, offered: readonly Offer[], service: string): Response | undefined {
    const replicas = unit.replicasFor(offered, JOINT.attainment);
    if (replicas === undefined || replicas === 0) return undefined;
    const at = (attainment: number, shares: readonly number[]) =>
      unit.levels(offered, { replicas, attainment, shares, keepAll: true });
    const sized = at(JOINT.attainment, [1]).at(-1)?.scale ?? 0;
    if (sized <= 0) return undefined;
    const pointsOf = (levels: ReturnType<typeof at>) =>
      levels.flatMap(({ scale, services }) => {
        const own = services.find((s) => s.service === service);
        return scale > 0 && own !== undefined ? [{ load: scale / sized, missed: 1 - own.attainment }] : [];
      });
    const beyond = pointsOf(at(0.5, BEYOND)).filter(({ load }) => load > 1);
    const points = [...pointsOf(at(JOINT.attainment, WITHIN)), ...beyond];
    if (points.length === 0) return undefined;
    const least = points[0]!.missed;
    const last = points.at(-1)!.load;
    const missed = new Float64Array(Math.ceil(last * POINTS) + 1);
    let k = 0;
    let most = 0;
    for (let i = 0; i < missed.length; i++) {
      const load = i / POINTS;
      while (k < points.length - 1 && points[k + 1]!.load <= load) k++;
      const [from, to] = [points[k]!, points[Math.min(k + 1, points.length - 1)]!];
      const part = to.load > from.load ? Math.min(1, Math.max(0, (load - from.load) / (to.load - from.load))) : 0;
      // More load never serves better.
      most = Math.max(most, from.missed + part * (to.missed - from.missed) - least);
      missed[i] = most;
    }
    const own = offered.find((o) => o.service === service)?.requestsPerS ?? 0;
    return new Response(missed, missed.length - 1, sized * own);
  }

  /** Share of the requests that miss for the size of the pool, 0..1. @param load over what the pool is sized for, >= 0 */
  missed(load: number): number {
    const at = load * POINTS;
    if (at < this.#last) {
      const i = Math.floor(at);
      return this.#missed[i]! + (at - i) * (this.#missed[i + 1]! - this.#missed[i]!);
    }
    // What comes beyond the last is not served at all.
    const most = this.#missed[this.#last]!;
    return 1 - ((1 - most) * this.#last) / Math.max(at, this.#last);
  }
}

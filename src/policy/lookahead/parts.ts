import type { BalancePart, Horizon } from '../../components/model.ts';
import type { AheadSite } from './site.ts';

/** Mean arrivals that differ by less are the same to a deployment's load levels. */
const SAME_SHARE = 0.1;

interface Kept {
  readonly means: readonly number[];
  readonly part: BalancePart;
}

/**
 * Parts of a site's devices over a horizon. Load levels of deployments follow from the mean demand alone, and are kept while it is
 * about the same: then the matrix has the same columns from one look ahead to the next.
 */
export class Parts {
  readonly #site: AheadSite;
  readonly #kept = new Map<string, Kept>();

  constructor(site: AheadSite) {
    this.#site = site;
  }

  /** @param services ids of all services */
  of(horizon: Horizon, services: readonly string[]): { readonly id: string; readonly part: BalancePart }[] {
    const means = services.map((id) => meanOf(horizon.arrivals(id)));
    return this.#site.units.map((unit) => {
      if (!this.#site.deployments.has(unit.id)) return { id: unit.id, part: unit.balance(horizon) };
      const kept = this.#kept.get(unit.id);
      if (kept !== undefined && alike(kept.means, means)) return { id: unit.id, part: kept.part };
      const part = unit.balance(horizon);
      this.#kept.set(unit.id, { means, part });
      return { id: unit.id, part };
    });
  }
}

function meanOf(values: Float64Array | undefined): number {
  if (values === undefined || values.length === 0) return 0;
  let sum = 0;
  for (const v of values) sum += v;
  return sum / values.length;
}

function alike(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((v, i) => Math.abs(v - b[i]!) <= SAME_SHARE * Math.max(v, b[i]!));
}

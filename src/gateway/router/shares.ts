import type { ServiceShares } from '../../control/contract.ts';

/** Most requests that a deployment is owed, or has had too many of: what it missed while it was full or down is not made up for at once. Our choice. */
const MOST_OWED = 4;

/**
 * Keeps the requests of each model at the shares that the controller asks of its deployments: the next one goes to whoever is owed the most, as
 * smooth weighted round robin has it.
 */
export class ShareKeeper {
  /** Requests owed, by model and deployment. */
  readonly #owed = new Map<string, Map<string, number>>();

  /** What a deployment would be owed with the next request of a model. */
  owed(model: string, deployment: string, share: number): number {
    return (this.#owed.get(model)?.get(deployment) ?? 0) + share;
  }

  /** A request of a model went to a deployment. @param shares of all that serve it, together 1 */
  took(model: string, deployment: string, shares: ReadonlyMap<string, number>): void {
    const before = this.#owed.get(model);
    const after = new Map<string, number>();
    for (const [id, share] of shares) {
      const owed = (before?.get(id) ?? 0) + share - (id === deployment ? 1 : 0);
      after.set(id, Math.min(MOST_OWED, Math.max(-MOST_OWED, owed)));
    }
    this.#owed.set(model, after);
  }
}

/**
 * The shares that hold for a model: those of the service of its name, else of a service that the same deployments serve. Undefined where none are asked
 * of just these deployments.
 *
 * @param deployments of the site that serve the model
 */
export function sharesFor(
  asked: readonly ServiceShares[] | undefined,
  model: string,
  deployments: ReadonlySet<string>,
): ReadonlyMap<string, number> | undefined {
  const fits = (asked ?? []).filter(
    ({ engines }) => engines.length === deployments.size && engines.every(({ id }) => deployments.has(id)),
  );
  const found = fits.find(({ service }) => service === model) ?? fits[0];
  return found && new Map(found.engines.map(({ id, share }) => [id, share]));
}

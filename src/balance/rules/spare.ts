import type { Rule } from './rule.ts';

/** A pool of which something is kept free, so that the loss of a node is not felt (N+1). */
export interface Spare {
  /** The pool, in the site file's words. */
  readonly pool: string;
  /** Deployments of the pool with what one replica takes of it. */
  readonly takes: readonly { readonly unit: string; readonly key: string; readonly each: number }[];
  /** Kept free, in the pool's units. */
  readonly kept: number;
  /** Name of those units: accelerators. */
  readonly of: string;
  /** Money of a unit not kept for an hour, as a multiple of what a kWh not fed costs. */
  readonly penalty: number;
}

/** I2, spare of a pool: sum of each x replicas in use <= sum of each x replicas - kept, in every step. */
export function spareRule({ pool, takes, kept, of, penalty }: Spare): Rule {
  return {
    add(model, { shortPerKwh }) {
      const rows = model.rows('I2', `${pool}: spare`, Number.NEGATIVE_INFINITY, -kept);
      for (const { unit, key, each } of takes) {
        model.listen(`busy ${unit}`, [{ at: rows, factor: each }]);
        model.putSize(rows, model.size(unit, key), -each);
      }
      model.slack(`${pool}: spare missed`, of, rows, -1, penalty * shortPerKwh);
    },
  };
}

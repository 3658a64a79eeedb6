import type { LinearModel } from '../linearModel.ts';

/** Penalties of what must not happen, money; far above any honest price. */
export interface Penalties {
  /** Per kWh of standing load that is not fed. */
  readonly shortPerKwh: number;
  /** What limits and duties are missed for counts by this in its place, where it is another: sizes that are given leave less of a choice. */
  readonly limitPerKwh?: number;
}

/** Rows of a site beyond its devices' own: reserve, limits, duties. It knows no device kind, only what devices tell. */
export interface Rule {
  /** Base series that a segment must not merge across. */
  readonly sharp?: readonly Float64Array[];
  /** Writes its rows after the devices, before what they tell has landed. */
  add(model: LinearModel, penalties: Penalties): void;
}

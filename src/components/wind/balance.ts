import { availablePart } from '../available.ts';
import type { BalancePart, Horizon, Standing } from '../model.ts';
import type { WindSpec } from './spec.ts';
import { windFeasible, windInitial } from './twin.ts';

/** Turbines in the linear model: W1, what is used is at most what the wind gives per kW rated, times the rating. */
export function windBalance(spec: WindSpec, place: Standing, horizon: Horizon): BalancePart {
  const state = windInitial();
  return availablePart(
    place.id,
    'W1',
    'wind',
    spec.ownership,
    { key: 'rated', unit: 'kW', given: spec.ratedKw },
    horizon,
    (c) => windFeasible(spec, state, c).maxKw,
  );
}

import { availablePart } from '../available.ts';
import type { BalancePart, Horizon, Standing } from '../model.ts';
import type { SolarSpec } from './spec.ts';
import { solarFeasible, solarInitial } from './twin.ts';

/**
 * The field in the linear model: S1, what is used is at most what sun and inverter give per kW of peak, times the peak. Age and
 * dust are those of a new, clean field.
 */
export function solarBalance(spec: SolarSpec, place: Standing, horizon: Horizon): BalancePart {
  const state = solarInitial();
  return availablePart(
    place.id,
    'S1',
    'sun',
    spec.ownership,
    { key: 'peak', unit: 'kW', given: spec.peakKw },
    horizon,
    (c) => solarFeasible(spec, state, c).maxKw,
  );
}

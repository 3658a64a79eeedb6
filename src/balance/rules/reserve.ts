import type { Landing } from '../../components/model.ts';
import type { Rule } from './rule.ts';

/** What reserve the balance holds against the loss of the grid without notice, in every step. */
export interface Reserve {
  /** Hours that stored energy must last with what runs beside it, > 0. */
  readonly hours: number;
  /** Share of the load that must go on, 0..1. */
  readonly share: number;
  /** Added to that load for what it may grow before anybody can act, share of it. */
  readonly margin: number;
  /** Share of what sun and wind could give in that hour that is counted on. */
  readonly firmSun: number;
  readonly firmWind: number;
  /** Money of a missing kW for an hour, as a multiple of what a kWh not fed costs. */
  readonly penalty: number;
}

/**
 * Shares that NREL REopt.jl holds as operating reserve off the grid (`operating_reserve_required_fraction`): 25 % of the sun,
 * 50 % of the wind and 10 % of the load are uncertain. All of the load is protected; to miss it for a single hour is dearer than to build it.
 */
export const RESERVE_DEFAULTS = { share: 1, margin: 0.1, firmSun: 0.75, firmWind: 0.5, penalty: 10 } as const;

/**
 * What can be called without notice holds the protected load if the grid fails in this step. Z1, power: what generators can give
 * in that air + converters of stores + firm share of sun and wind >= protected load. Z2, energy: the same with the energy that
 * stores hold when the step begins, as it reaches the bus, over the hours of the reserve, instead of their converters.
 */
export function reserveRule({ hours, share, margin, firmSun, firmWind, penalty }: Reserve): Rule {
  return {
    add(model, { shortPerKwh }) {
      const infinite = Number.POSITIVE_INFINITY;
      const power = model.rows('Z1', 'reserve of power', 0, infinite);
      const energy = model.rows('Z2', 'reserve of energy', 0, infinite);
      const both = (factor: number): Landing[] => [
        { at: power, factor },
        { at: energy, factor },
      ];
      model.listen('ready', both(1));
      model.listen('ready power', [{ at: power, factor: 1 }]);
      model.listen('ready energy', [{ at: energy, factor: 1 / hours }]);
      model.listen('sun', both(firmSun));
      model.listen('wind', both(firmWind));
      // What is drawn is negative.
      model.listen('load', both(share * (1 + margin)));
      const perHour = penalty * shortPerKwh;
      model.slack('reserve of power missed', 'kW', power, 1, perHour);
      model.slack('reserve of energy missed', 'kW', energy, 1, perHour);
    },
  };
}

/** What a meter of a component tells beside its flows. */
export interface MeterDef {
  /** Unit as printed: 'kW', '°C', 'L', 'USD' is written 'money'. */
  readonly unit: string;
  /** How the figure relates to the step: mean over it, its value at the end, or the sum over it. */
  readonly what: 'mean' | 'end' | 'sum';
  readonly about: string;
}

/**
 * Meters with one meaning for every kind; a component reports those that apply, all `sum` over the step.
 * costMoney: running cost (energy bought, fuel, wear) in the site's currency, negative = income.
 * co2Kg: emissions at the site or of bought energy. waterL: water used. fuelKwh: fuel burnt, LHV.
 */
export const COMMON_METERS = {
  costMoney: { unit: 'money', what: 'sum', about: 'running cost in the site’s currency' },
  co2Kg: { unit: 'kg', what: 'sum', about: 'CO2 emitted here or by the energy bought' },
  waterL: { unit: 'L', what: 'sum', about: 'water used' },
  fuelKwh: { unit: 'kWh', what: 'sum', about: 'fuel burnt, lower heating value' },
} as const satisfies Record<string, MeterDef>;

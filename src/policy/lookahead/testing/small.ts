import type { BalanceService } from '../../../balance/services.ts';
import type { BalanceUnit } from '../../../balance/siteModel.ts';
import { mildHorizon } from '../../../balance/testing/units.ts';
import type { Outlook } from '../looking.ts';
import { AHEAD } from '../shape.ts';
import { type AheadSite, orderRules } from '../site.ts';

/** Small sites for tests of the look ahead. */

export const NOON = Date.UTC(2025, 0, 1, 12);
/** The end worth nothing, so that an optimum can be written down by hand. */
export const WORTHLESS = new Map([
  ['bess energy', 0],
  ['bulk backlog', 0],
]);
/** A battery that loses a tenth each way. */
export const EFFICIENT = {
  energy: '200 kWh',
  power: '100 kW',
  soc_min: '0 %',
  soc_max: '100 %',
  charge_efficiency: '90 %',
  discharge_efficiency: '90 %',
} as const;
export const TWO_PRICES = {
  energy: '0.05 USD/kWh',
  periods: [{ name: 'peak', hours: [[17, 22]], price: '0.15 USD/kWh' }],
} as const;

const STEP_H = AHEAD.stepMs / 3_600_000;
export const STEPS = AHEAD.hours / STEP_H;

/** Two days in mild air. */
export function mildOutlook(startMs: number, arrivals: Readonly<Record<string, Float64Array>> = {}): Outlook {
  const { grid, conditions } = mildHorizon(STEPS, { startMs, stepH: STEP_H });
  return { grid, conditions, arrivals: new Map(Object.entries(arrivals)) };
}

/** A value by hours from the start. */
export function byHour(of: (hour: number) => number): Float64Array {
  return Float64Array.from({ length: STEPS }, (_, i) => of(i * STEP_H));
}

export function smallSite(
  units: readonly BalanceUnit[],
  services: readonly BalanceService[] = [],
  deployments: readonly string[] = [],
): AheadSite {
  return {
    units,
    deployments: new Set(deployments),
    carbonPerKg: 0,
    attainment: 0.99,
    asked: () => ({ services, penalties: { shortPerKwh: 50 } }),
    rules: (horizon, _start, limits) => orderRules(horizon, limits),
  };
}

/** Machines that serve a request with a kWs of electricity, up to `most` requests/s. */
export function machineUnit(id: string, service: string, most: number): BalanceUnit {
  return {
    id,
    balance: () => ({
      sizes: [],
      sharp: [],
      shape: [],
      add(model) {
        const replicas = model.columns(`${id} at work`, 'replicas', 0, most, 0);
        model.flow('mv', replicas, -1);
        model.flow(`requests:${service}`, replicas, 1);
        model.tell(`busy ${id}`, replicas, 1);
      },
    }),
  };
}

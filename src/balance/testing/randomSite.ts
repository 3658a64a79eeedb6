import fc from 'fast-check';
import type { Penalties } from '../rules/rule.ts';
import { SiteBalance, type SizeChoice } from '../siteModel.ts';
import { batteryUnit, freeUnit, generatorUnit, gridUnit, loadUnit, mildHorizon } from './units.ts';

/** A small site with a load, sun, a battery, generators and a grid, their sizes free; prices and series are drawn. */
export interface RandomSite {
  readonly balance: SiteBalance;
  readonly choices: readonly SizeChoice[];
}

const PENALTIES: Penalties = { shortPerKwh: 5 };
/** The horizon crosses the end of a month, so that there are two billing periods. */
const START_MS = Date.UTC(2025, 0, 30);

const COINCIDENT = [
  {
    name: 'winter peak',
    price: '5 USD/kW',
    windows: [
      { from: '2025-01-30T17:00', to: '2025-01-30T20:00' },
      { from: '2025-02-01T07:00', to: '2025-02-01T09:00' },
    ],
  },
];

const share = fc.integer({ min: 0, max: 100 }).map((v) => v / 100);

/**
 * Sites over 60 to 120 hours in one block or two, billed in two months.
 *
 * @param wear whether the battery may wear out, which ties the windows together by a budget
 */
export function randomSites(wear = true): fc.Arbitrary<RandomSite> {
  return fc
    .record({
      hours: fc.integer({ min: 60, max: 120 }),
      blocks: fc.boolean(),
      series: fc.array(fc.tuple(share, share), { minLength: 120, maxLength: 120 }),
      peak: fc.boolean(),
      demand: fc.integer({ min: 0, max: 12 }),
      fuel: fc.integer({ min: 1, max: 20 }),
      sun: fc.integer({ min: 10, max: 200 }),
      cells: fc.integer({ min: 1, max: 60 }),
      converter: fc.integer({ min: 1, max: 20 }),
      cycles: fc.integer({ min: 1, max: 60 }),
      outage: fc.boolean(),
      tariff: fc.constantFrom('plain', 'tiers', 'lookback', 'coincident', 'netted'),
    })
    .map((draw) => {
      const horizon = mildHorizon(draw.hours, {
        startMs: START_MS,
        blocks: draw.blocks ? [0, Math.floor(draw.hours / 2)] : [0],
      });
      const of = (k: 0 | 1) => Float64Array.from({ length: draw.hours }, (_, i) => draw.series[i]![k]);
      const dark = (i: number) => Math.max(0, Math.sin((Math.PI * ((i % 24) - 6)) / 12));
      const sun = of(1).map((v, i) => v * dark(i));
      const balance = new SiteBalance(
        [
          loadUnit(
            'load',
            of(0).map((v) => 40 + 60 * v),
          ),
          freeUnit('pv', sun),
          batteryUnit('bess', {
            energy: '100 kWh',
            power: '50 kW',
            capex_energy: '100 USD/kWh',
            cycles: wear ? 100 * draw.cycles : 1e9,
          }),
          generatorUnit('gensets', { rated: '100 kW', fuel_price: `${draw.fuel / 10} USD/L` }),
          gridUnit('grid', {
            import_limit: '60 kW',
            export_limit: '20 kW',
            export:
              draw.tariff === 'netted' ? { rule: 'net_metering' } : { rule: 'net_billing', price: '0.01 USD/kWh' },
            tariff: {
              energy: '0.05 USD/kWh',
              ...(draw.peak ? { periods: [{ name: 'peak', hours: [[17, 22]], price: '0.15 USD/kWh' }] } : {}),
              demand_charges: [
                {
                  name: 'peak',
                  price: `${draw.demand} USD/kW/month`,
                  ...(draw.tariff === 'lookback' ? { lookback: { share: '80 %' } } : {}),
                },
              ],
              ...(draw.tariff === 'tiers' ? { tiers: [{ above: '1 MWh', price: '0.08 USD/kWh' }] } : {}),
            },
            ...(draw.tariff === 'coincident' ? { coincident_peaks: COINCIDENT } : {}),
            ...(draw.outage ? { outages: { announced: [{ from: '2025-01-31T03:00', to: '2025-01-31T09:00' }] } } : {}),
          }),
        ],
        [],
        horizon,
        PENALTIES,
      );
      const cost: Readonly<Record<string, number>> = {
        'pv.peak': draw.sun,
        'bess.energy': draw.cells,
        'bess.power': draw.converter,
        'gensets.rated': 5,
        'grid.import_limit': 1,
      };
      const choices = balance.sizes.map((s) => ({
        lower: 0,
        upper: s.key === 'import_limit' ? 60 : 500,
        costPerYear: cost[`${s.unitId}.${s.key}`]!,
      }));
      return { balance, choices };
    });
}

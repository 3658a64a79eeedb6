import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  batteryUnit,
  freeUnit,
  generatorUnit,
  gridUnit,
  loadUnit,
  mildHorizon,
} from '../../../src/balance/testing/units.ts';
import { compare, type Row } from '../row.ts';
import type { Suite } from '../suite.ts';
import { free, PeerPlan } from './balanceSite.ts';

const money = z.number();
/** A site with its prices over the horizon, and what PyPSA found. */
const site = z.strictObject({
  id: z.number(),
  /** kW, and per kW of peak, by hour. */
  load: z.array(z.number()),
  sun: z.array(z.number()),
  pvMoney: money,
  cellsMoney: money,
  converterMoney: money,
  gensetMoney: money,
  fuelPerKwh: money,
  pricePerKwh: money,
  peakPricePerKwh: money,
  exportPerKwh: money,
  demandPerKw: money,
  importKw: z.number(),
  exportKw: z.number(),
  shortPerKwh: money,
  charge: z.number(),
  discharge: z.number(),
  optimum: money,
});
const file = z.strictObject({ sites: z.array(site), solvedWith: z.string() });

/** The same site in our own parts. */
function ours(s: z.output<typeof site>): number {
  const plan = new PeerPlan({
    horizon: mildHorizon(s.load.length),
    units: [
      loadUnit('load', Float64Array.from(s.load)),
      freeUnit('pv', Float64Array.from(s.sun)),
      batteryUnit('bess', {
        energy: '1 kWh',
        power: '1 kW',
        charge_efficiency: s.charge,
        discharge_efficiency: s.discharge,
        soc_min: 0,
        capex_energy: '1 USD/kWh',
        cycles: 1e12,
      }),
      generatorUnit('genset', {
        rated: '1 kW',
        lhv_kwh_per_l: 10,
        efficiency_full: 0.5,
        efficiency_half: 0.5,
        fuel_price: `${5 * s.fuelPerKwh} USD/L`,
      }),
      gridUnit('grid', {
        import_limit: `${s.importKw} kW`,
        export_limit: `${s.exportKw} kW`,
        export: { rule: 'net_billing', price: `${s.exportPerKwh} USD/kWh` },
        tariff: {
          energy: `${s.pricePerKwh} USD/kWh`,
          periods: [{ name: 'peak', hours: [[17, 22]], price: `${s.peakPricePerKwh} USD/kWh` }],
          demand: `${s.demandPerKw} USD/kW/month`,
        },
      }),
    ],
    sizes: {
      'pv.peak': free(s.pvMoney),
      'bess.energy': free(s.cellsMoney),
      'bess.power': free(s.converterMoney),
      'genset.rated': free(s.gensetMoney),
      'grid.import_limit': { lower: s.importKw, upper: s.importKw },
    },
    shortPerKwh: s.shortPerKwh,
  });
  return plan.solved.objective;
}

export const pypsaSites: Suite = {
  title: 'The balance: the same sites in PyPSA',
  about:
    'Twelve sites drawn at random (load, sun, a battery, generators, a grid with peak hours and a demand charge; all sizes free), put together in PyPSA too. The sites and its optima are in `test/validation/data/pypsa-sites.json`, the script that computes them beside it.',
  run(): readonly Row[] {
    const path = new URL('../data/pypsa-sites.json', import.meta.url);
    const { sites, solvedWith } = file.parse(JSON.parse(readFileSync(path, 'utf8')));
    return sites.map((s) =>
      compare(
        { id: `peer site ${s.id}`, what: `least cost over ${s.load.length} hours`, source: solvedWith },
        s.optimum,
        ours(s),
        { rel: 1e-6 },
      ),
    );
  },
};

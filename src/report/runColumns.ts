import type { Run } from '../simulate/simulate.ts';
import type { Site } from '../site/site.ts';
import type { Plant } from '../twin/plant.ts';
import type { WeatherYear } from '../weather/year.ts';
import type { Column } from './csv.ts';

/** The ledger as CSV columns: `name_unit` would repeat the unit that most names carry, so the unit stands beside. */
export function ledgerCsvColumns(run: Run): Record<string, Column> {
  const columns: Record<string, Column> = {};
  run.ledger.columns.forEach((column, i) => {
    columns[column.name] = { unit: column.unit, values: run.ledger.values[i]! };
  });
  return columns;
}

/** Sums ledger columns step by step. */
function sum(run: Run, names: readonly string[]): Float64Array {
  const total = new Float64Array(run.ledger.grid.count);
  for (const name of names) {
    const values = run.ledger.get(name);
    for (let i = 0; i < total.length; i++) total[i] = total[i]! + values[i]!;
  }
  return total;
}

/** The curves that a report draws. */
export function reportColumns(run: Run, plant: Plant): Readonly<Record<string, Column>> {
  const ids = (of: (unit: Plant['dispatch'][number]) => boolean, column: string) =>
    plant.dispatch.filter(of).map((unit) => `${unit.id}.${column}`);
  const halls = (column: string) => plant.halls.map((hall) => `${hall.id}.${column}`);
  const kw = (names: readonly string[]): Column => ({ unit: 'kW', values: sum(run, names) });
  const stores = ids((u) => u.role === 'store', 'energyKwh');
  const energy = sum(run, stores);
  const share = ids((u) => u.role === 'store', 'socShare').map((name) => run.ledger.get(name));
  const soc = energy.map((_, i) => {
    // Several stores: weighted by their capacity, which is energy over state of charge.
    let capacity = 0;
    stores.forEach((name, s) => {
      const filled = share[s]![i]!;
      capacity += filled > 0 ? run.ledger.get(name)[i]! / filled : 0;
    });
    return capacity > 0 ? energy[i]! / capacity : 0;
  });
  const aux = kw(plant.dispatch.map((unit) => `${unit.id}.auxKw`)).values;
  const chain = kw(halls('chainLossKw')).values;
  return {
    solarKw: kw(ids((u) => u.from === 'sun', 'powerKw')),
    windKw: kw(ids((u) => u.from === 'wind', 'powerKw')),
    generatorKw: kw(ids((u) => u.from === 'fuel', 'powerKw')),
    gridKw: kw(ids((u) => u.role === 'slack', 'powerKw')),
    batteryKw: kw(ids((u) => u.role === 'store', 'powerKw')),
    curtailedKw: kw(['site.curtailedKw']),
    itKw: kw(['site.itKw']),
    coolingKw: kw(halls('coolingKw')),
    lossesKw: { unit: 'kW', values: chain.map((v, i) => v + aux[i]!) },
    shortKw: kw(['site.shortKw']),
    ...(stores.length === 0 ? {} : { socShare: { unit: '', values: soc } }),
    tokensPerS: {
      unit: '1/s',
      values: sum(
        run,
        plant.services.map((s) => `service.${s.id}.outputTokensPerS`),
      ),
    },
  };
}

/** What was assumed and where it comes from, for the report. */
export function assumptions(
  weather: WeatherYear,
  notes: readonly (readonly [string, string])[],
  site: Site,
): (readonly [string, string])[] {
  return [
    ['weather', `${weather.about} (${weather.provenance}; ${weather.source})`],
    ...(weather.irradianceShiftH === 0
      ? []
      : [
          [
            'clock of the irradiance',
            `stamped ${weather.irradianceShiftH.toFixed(2)} h late, found from the data and corrected`,
          ] as const,
        ]),
    ...notes,
    ...site.services
      .filter((s) => !notes.some(([name]) => name === `demand of ${s.profile.id}`))
      .map((s) => [`demand of ${s.profile.id}`, `${s.rate.about} (${s.rate.provenance})`] as const),
  ];
}

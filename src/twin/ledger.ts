import type { MeterDef } from '../components/contract.ts';
import type { TimeGrid } from '../series/grid.ts';
import type { Plant } from './plant.ts';
import type { Meters, StepRecord } from './record.ts';

/** One figure per step. `what` tells how it relates to the step: mean over it, value at its end, sum over it. */
export interface LedgerColumn {
  readonly name: string;
  readonly unit: string;
  readonly what: 'mean' | 'end' | 'sum';
  readonly about: string;
  /** Where it stands in a record: a function that writes it down, or a unit's meters and the key in them. */
  readonly from: Write | MeterPlace;
}

/** Writes a figure of a record at step i; a number that were returned would be boxed, two million times a year. */
type Write = (to: Float64Array, i: number, record: StepRecord) => void;

/** A meter of a unit; all columns of one unit share `meters`. */
interface MeterPlace {
  readonly meters: (record: StepRecord) => Meters;
  readonly key: string;
}

function column(
  name: string,
  unit: string,
  what: LedgerColumn['what'],
  about: string,
  from: LedgerColumn['from'],
): LedgerColumn {
  return { name, unit, what, about, from };
}

function meterColumns(
  id: string,
  meters: Readonly<Record<string, MeterDef>>,
  currency: string,
  read: (record: StepRecord) => Meters,
): LedgerColumn[] {
  return Object.entries(meters).map(([key, def]) =>
    column(`${id}.${key}`, def.unit === 'money' ? currency : def.unit, def.what, def.about, { meters: read, key }),
  );
}

/** Columns that stand for every site: the air, the site's sums, then every hall, unit and service by its id. */
export function ledgerColumns(plant: Plant, currency: string): LedgerColumn[] {
  const columns: LedgerColumn[] = [
    column('weather.tempC', '°C', 'mean', 'dry bulb', (to, i, r) => {
      to[i] = r.conditions.tempC;
    }),
    column('weather.wetBulbC', '°C', 'mean', 'wet bulb', (to, i, r) => {
      to[i] = r.conditions.wetBulbC;
    }),
    column('weather.windMs', 'm/s', 'mean', 'wind at 10 m', (to, i, r) => {
      to[i] = r.conditions.windMs;
    }),
    column('weather.ghiWm2', 'W/m2', 'mean', 'global irradiance on the horizontal', (to, i, r) => {
      to[i] = r.conditions.ghiWm2;
    }),
    column('site.loadKw', 'kW', 'mean', 'load on the site bus that was served', (to, i, r) => {
      to[i] = r.loadKw;
    }),
    column('site.facilityKw', 'kW', 'mean', 'electricity delivered to the facility', (to, i, r) => {
      to[i] = r.facilityKw;
    }),
    column('site.itKw', 'kW', 'mean', 'electricity at the IT boundary', (to, i, r) => {
      to[i] = r.itKw;
    }),
    column('site.shortKw', 'kW', 'mean', 'facility load wanted and not delivered', (to, i, r) => {
      to[i] = r.shortKw;
    }),
    column('site.curtailedKw', 'kW', 'mean', 'sun and wind that were not used', (to, i, r) => {
      to[i] = r.curtailedKw;
    }),
    column('site.dumpKw', 'kW', 'mean', 'taken by a load bank from generators at their minimum', (to, i, r) => {
      to[i] = r.dumpKw;
    }),
    column('site.blackout', '', 'mean', '1 while the halls are dark', (to, i, r) => {
      to[i] = r.blackout ? 1 : 0;
    }),
    column('site.imbalance', '', 'end', 'largest relative imbalance of any bus', (to, i, r) => {
      to[i] = r.imbalance;
    }),
  ];
  plant.dispatch.forEach((unit, d) => {
    const id = unit.id;
    columns.push(
      column(`${id}.powerKw`, 'kW', 'mean', 'into the site bus', (to, i, r) => {
        to[i] = r.dispatch[d]!.powerKw;
      }),
    );
    columns.push(
      column(`${id}.auxKw`, 'kW', 'mean', 'what it draws for itself', (to, i, r) => {
        to[i] = r.dispatch[d]!.auxKw;
      }),
    );
    const { auxKw: _already, ...meters } = unit.meters;
    columns.push(...meterColumns(id, meters, currency, (r) => r.dispatch[d]!.meters));
  });
  plant.halls.forEach((hall, h) => {
    const id = hall.id;
    columns.push(
      column(`${id}.itKw`, 'kW', 'mean', 'electricity at the IT boundary', (to, i, r) => {
        to[i] = r.halls[h]!.itKw;
      }),
      column(`${id}.wantedItKw`, 'kW', 'mean', 'IT electricity had nothing been short', (to, i, r) => {
        to[i] = r.halls[h]!.wantedItKw;
      }),
      column(`${id}.facilityKw`, 'kW', 'mean', 'electricity into the power chain', (to, i, r) => {
        to[i] = r.halls[h]!.facilityKw;
      }),
      column(`${id}.coolingKw`, 'kW', 'mean', 'electricity of cooling', (to, i, r) => {
        to[i] = r.halls[h]!.coolingKw;
      }),
      column(`${id}.chainLossKw`, 'kW', 'mean', 'losses of the power chain', (to, i, r) => {
        to[i] = r.halls[h]!.chainLossKw;
      }),
      column(`${id}.liquidKw`, 'kW', 'mean', 'heat into the liquid loop', (to, i, r) => {
        to[i] = r.halls[h]!.liquidKw;
      }),
      column(`${id}.airKw`, 'kW', 'mean', 'heat into the hall’s air', (to, i, r) => {
        to[i] = r.halls[h]!.airKw;
      }),
      column(`${id}.rejectedKw`, 'kW', 'mean', 'heat given to the outside', (to, i, r) => {
        to[i] = r.halls[h]!.rejectedKw;
      }),
      ...meterColumns(`${id}.cooling`, hall.cooling.meters, currency, (r) => r.halls[h]!.cooling),
      ...meterColumns(`${id}.chain`, hall.chain.meters, currency, (r) => r.halls[h]!.chain),
    );
    hall.it.forEach((unit, k) => {
      columns.push(...meterColumns(unit.id, unit.meters, currency, (r) => r.halls[h]!.it[k]!));
    });
  });
  plant.services.forEach((service, s) => {
    const id = `service.${service.id}`;
    columns.push(
      column(`${id}.arrivedPerS`, 'req/s', 'mean', 'requests that arrived', (to, i, r) => {
        to[i] = r.services[s]!.arrivedPerS;
      }),
      column(`${id}.servedPerS`, 'req/s', 'mean', 'requests served', (to, i, r) => {
        to[i] = r.services[s]!.servedPerS;
      }),
      column(`${id}.shedPerS`, 'req/s', 'mean', 'requests not served', (to, i, r) => {
        to[i] = r.services[s]!.shedPerS;
      }),
      column(`${id}.backlog`, 'req', 'end', 'batch requests waiting', (to, i, r) => {
        to[i] = r.services[s]!.backlog;
      }),
      column(`${id}.late`, 'req', 'sum', 'batch requests that became late', (to, i, r) => {
        to[i] = r.services[s]!.late;
      }),
      column(`${id}.inputTokensPerS`, '1/s', 'mean', 'input tokens', (to, i, r) => {
        to[i] = r.services[s]!.inputTokensPerS;
      }),
      column(`${id}.outputTokensPerS`, '1/s', 'mean', 'output tokens', (to, i, r) => {
        to[i] = r.services[s]!.outputTokensPerS;
      }),
      column(`${id}.ttftS`, 's', 'mean', 'mean time to first token', (to, i, r) => {
        to[i] = r.services[s]!.ttftS;
      }),
      column(`${id}.tpotS`, 's', 'mean', 'mean time per output token', (to, i, r) => {
        to[i] = r.services[s]!.tpotS;
      }),
      column(`${id}.attainment`, '', 'mean', 'share of requests within their targets', (to, i, r) => {
        to[i] = r.services[s]!.attainment;
      }),
      column(`${id}.powerKw`, 'kW', 'mean', 'electricity at the IT boundary', (to, i, r) => {
        to[i] = r.services[s]!.powerKw;
      }),
    );
    if (service.deployments.length === 1) return;
    service.deployments.forEach((deployment, d) => {
      columns.push(
        column(`${id}.on.${deployment}.servedPerS`, 'req/s', 'mean', `requests served by ${deployment}`, (to, i, r) => {
          const outcome = r.services[s]!.outcomes[d];
          to[i] = outcome === undefined ? 0 : outcome.servedPerS + outcome.batchServedPerS;
        }),
      );
    });
  });
  return columns;
}

/** The columns of one unit's meters, written in one walk over what the unit reports. */
class MeterGroup {
  readonly #meters: (record: StepRecord) => Meters;
  readonly #columns = new Map<string, Float64Array>();
  /** Keys and their columns in the order in which the unit reports them. */
  #keys: string[] = [];
  #order: (Float64Array | undefined)[] = [];

  constructor(meters: (record: StepRecord) => Meters) {
    this.#meters = meters;
  }

  add(key: string, values: Float64Array): void {
    this.#columns.set(key, values);
  }

  /** What a unit does not report in a step (a dark hall reports nothing) stays 0. */
  write(step: number, record: StepRecord): void {
    const meters = this.#meters(record);
    let k = 0;
    for (const key in meters) {
      if (key !== this.#keys[k]) this.#learn(k, key);
      const column = this.#order[k++];
      if (column !== undefined) column[step] = meters[key]!;
    }
  }

  /** A unit reports its meters in the same order always, so that this happens at the first steps only. */
  #learn(k: number, key: string): void {
    this.#keys[k] = key;
    this.#order[k] = this.#columns.get(key);
  }
}

/** What happened, step by step, in typed columns. */
export class Ledger {
  readonly grid: TimeGrid;
  readonly columns: readonly LedgerColumn[];
  readonly values: readonly Float64Array[];
  readonly #plain: { readonly write: Write; readonly values: Float64Array }[] = [];
  readonly #groups: readonly MeterGroup[];

  constructor(plant: Plant, grid: TimeGrid, currency: string) {
    this.grid = grid;
    this.columns = ledgerColumns(plant, currency);
    this.values = this.columns.map(() => new Float64Array(grid.count));
    const groups = new Map<MeterPlace['meters'], MeterGroup>();
    this.columns.forEach(({ from }, c) => {
      const values = this.values[c]!;
      if (typeof from === 'function') {
        this.#plain.push({ write: from, values });
        return;
      }
      const group = groups.get(from.meters) ?? new MeterGroup(from.meters);
      groups.set(from.meters, group);
      group.add(from.key, values);
    });
    this.#groups = [...groups.values()];
  }

  /** Writes a step down. */
  write(step: number, record: StepRecord): void {
    for (const { write, values } of this.#plain) write(values, step, record);
    for (const group of this.#groups) group.write(step, record);
  }

  /** A column by its name. */
  get(name: string): Float64Array {
    const at = this.columns.findIndex((c) => c.name === name);
    if (at < 0) throw new RangeError(`the ledger has no column ${name}`);
    return this.values[at]!;
  }
}

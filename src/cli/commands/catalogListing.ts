import type { AcceleratorRow, Catalog, Format, ModelRow } from '../../catalog/catalog.ts';
import { missingOf, missingOfModel } from '../../catalog/usable.ts';
import type { TableColumn } from '../../report/table.ts';
import { formatNumber } from '../../units/quantity.ts';

export const KINDS = ['accelerators', 'models', 'climates', 'tariffs', 'carbon', 'prices', 'turbines'] as const;
export type Kind = (typeof KINDS)[number];

/** A row of a kind: what the table shows, what there is in all, and what filters look at. */
export interface Entry {
  readonly id: string;
  readonly cells: readonly string[];
  readonly item: object;
  readonly vendor: string;
  readonly complete: boolean;
  readonly unsourced: boolean;
}

export interface Listing {
  readonly columns: readonly TableColumn[];
  readonly entries: readonly Entry[];
}

const number = (value: number | undefined, digits = 4) => (value === undefined ? '' : formatNumber(value, digits));
const right = (header: string): TableColumn => ({ header, align: 'right' });
const SOURCE: TableColumn = { header: 'source', maxWidth: 60 };

/** A row of a kind without vendors or grades. */
const plain = (id: string, cells: readonly string[], item: object): Entry => ({
  id,
  cells,
  item,
  vendor: '',
  complete: true,
  unsourced: false,
});

function accelerator(a: AcceleratorRow): Entry {
  const missing = missingOf(a);
  const rate = (format: Format) => number(a.tflops[format]);
  return {
    id: a.id,
    cells: [
      a.id,
      a.vendor,
      number(a.memoryGb),
      number(a.bandwidthGbPerS),
      rate('fp16'),
      rate('fp8'),
      rate('fp4'),
      rate('int8'),
      number(a.tdpW),
      a.confidence,
      missing.join(', '),
    ],
    item: { ...a, missing },
    vendor: a.vendor,
    complete: missing.length === 0,
    unsourced: a.confidence === 'D',
  };
}

function model(m: ModelRow): Entry {
  const missing = missingOfModel(m);
  const { kvBytesPerToken: kv, window, linear } = m;
  return {
    id: m.id,
    cells: [
      m.id,
      number(m.totalParamsB),
      number(m.activeParamsB),
      number(kv === undefined ? undefined : kv / 1024),
      window === undefined ? '' : `${window.layers} x ${window.tokens}`,
      linear === undefined ? '' : number(linear.stateBytes / 2 ** 20, 3),
      m.context === undefined ? '' : String(m.context),
      m.licence ?? '',
      m.confidence,
      missing.join(', '),
    ],
    item: { ...m, missing },
    vendor: m.hub?.split('/')[0] ?? '',
    complete: missing.length === 0,
    unsourced: m.confidence === 'D',
  };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Columns and rows of a kind. */
export function listing(kind: Kind, catalog: Catalog): Listing {
  switch (kind) {
    case 'accelerators':
      return {
        columns: [
          { header: 'id' },
          { header: 'vendor' },
          right('GB'),
          right('GB/s'),
          right('FP16 TF/s'),
          right('FP8 TF/s'),
          right('FP4 TF/s'),
          right('INT8 TO/s'),
          right('W'),
          { header: 'grade' },
          { header: 'missing', maxWidth: 44 },
        ],
        entries: [...catalog.acceleratorRows.values()].map(accelerator),
      };
    case 'models':
      return {
        columns: [
          { header: 'id', maxWidth: 46 },
          right('params B'),
          right('active B'),
          right('KV KiB/token'),
          right('window'),
          right('state MiB'),
          right('context'),
          { header: 'licence', maxWidth: 28 },
          { header: 'grade' },
          { header: 'missing', maxWidth: 26 },
        ],
        entries: [...catalog.modelRows.values()].map(model),
      };
    case 'climates':
      return {
        columns: [
          { header: 'id' },
          { header: 'place' },
          { header: 'country' },
          right('mean °C'),
          right('GHI kWh/m2/y'),
          right('wind m/s'),
          SOURCE,
        ],
        entries: [...catalog.climates.values()].map((c) =>
          plain(
            c.id,
            [
              c.id,
              c.place,
              c.country,
              number(mean(c.tempMeanC)),
              number(mean(c.ghiKwhM2Day) * 365),
              number(mean(c.wind10Ms)),
              c.source,
            ],
            c,
          ),
        ),
      };
    case 'tariffs':
      return {
        columns: [
          { header: 'id' },
          { header: 'name', maxWidth: 50 },
          { header: 'from' },
          right('per kWh'),
          { header: 'currency' },
          SOURCE,
        ],
        entries: [...catalog.tariffs.values()].map((t) =>
          plain(t.id, [t.id, t.name, t.validFrom, number(t.energyPerKwh), t.currency, t.source], t),
        ),
      };
    case 'carbon':
      return {
        columns: [
          { header: 'country' },
          right('g/kWh'),
          right('low'),
          right('high'),
          { header: 'source', maxWidth: 80 },
        ],
        entries: [...catalog.carbon.values()].map((c) =>
          plain(c.country, [c.country, number(c.gPerKwh), number(c.lowGPerKwh), number(c.highGPerKwh), c.source], c),
        ),
      };
    case 'turbines':
      return {
        columns: [
          { header: 'id' },
          { header: 'name' },
          right('kW'),
          right('rotor m'),
          right('hub m'),
          right('cut-out m/s'),
          SOURCE,
        ],
        entries: [...catalog.turbines.values()].map((t) =>
          plain(
            t.id,
            [t.id, t.name, number(t.ratedKw), number(t.rotorM), number(t.hubM), number(t.speedsMs.at(-1)), t.source],
            t,
          ),
        ),
      };
    case 'prices':
      return {
        columns: [
          { header: 'id' },
          right('value'),
          { header: 'unit' },
          { header: 'year' },
          { header: 'about', maxWidth: 50 },
          SOURCE,
        ],
        entries: [...catalog.prices.values()].map((p) =>
          plain(p.id, [p.id, number(p.value), p.unit, String(p.year), p.about, p.source], p),
        ),
      };
  }
}

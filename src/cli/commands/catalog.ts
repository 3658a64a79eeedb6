import { loadCatalog } from '../../catalog/load.ts';
import { fail } from '../../errors/error.ts';
import { type TableColumn, textTable } from '../../report/table.ts';
import { formatNumber } from '../../units/quantity.ts';
import type { Command } from '../command.ts';

const KINDS = ['accelerators', 'models', 'climates', 'tariffs', 'carbon', 'prices', 'turbines'] as const;
type Kind = (typeof KINDS)[number];

const number = (value: number | undefined) => (value === undefined ? '' : formatNumber(value, 4));
const right = (header: string): TableColumn => ({ header, align: 'right' });

/** Columns and cells of each kind. */
function table(kind: Kind): { columns: TableColumn[]; rows: string[][]; items: readonly object[] } {
  const catalog = loadCatalog();
  switch (kind) {
    case 'accelerators': {
      const items = [...catalog.accelerators.values()];
      return {
        columns: [
          { header: 'id' },
          { header: 'vendor' },
          right('GB'),
          right('GB/s'),
          right('FP16 TFLOP/s'),
          right('W'),
          { header: 'grade' },
          { header: 'source', maxWidth: 60 },
        ],
        rows: items.map((a) => [
          a.id,
          a.vendor,
          number(a.memoryGb),
          number(a.bandwidthGbPerS),
          number(a.tflops.fp16),
          number(a.tdpW),
          a.confidence,
          a.source,
        ]),
        items,
      };
    }
    case 'models': {
      const items = [...catalog.models.values()];
      return {
        columns: [
          { header: 'id' },
          { header: 'family' },
          right('params B'),
          right('active B'),
          right('KV B/token'),
          right('context'),
          { header: 'licence' },
          { header: 'source', maxWidth: 60 },
        ],
        rows: items.map((m) => [
          m.id,
          m.family,
          number(m.totalParamsB),
          number(m.activeParamsB),
          String(m.kvBytesPerToken),
          String(m.context),
          m.licence ?? '',
          m.source,
        ]),
        items,
      };
    }
    case 'climates': {
      const items = [...catalog.climates.values()];
      const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      return {
        columns: [
          { header: 'id' },
          { header: 'place' },
          { header: 'country' },
          right('mean °C'),
          right('GHI kWh/m2/y'),
          right('wind m/s'),
          { header: 'source', maxWidth: 60 },
        ],
        rows: items.map((c) => [
          c.id,
          c.place,
          c.country,
          number(mean(c.tempMeanC)),
          number(mean(c.ghiKwhM2Day) * 365),
          number(mean(c.wind10Ms)),
          c.source,
        ]),
        items,
      };
    }
    case 'tariffs': {
      const items = [...catalog.tariffs.values()];
      return {
        columns: [
          { header: 'id' },
          { header: 'name', maxWidth: 50 },
          { header: 'from' },
          right('per kWh'),
          { header: 'currency' },
          { header: 'source', maxWidth: 60 },
        ],
        rows: items.map((t) => [t.id, t.name, t.validFrom, number(t.energyPerKwh), t.currency, t.source]),
        items,
      };
    }
    case 'carbon': {
      const items = [...catalog.carbon.values()];
      return {
        columns: [
          { header: 'country' },
          right('g/kWh'),
          right('low'),
          right('high'),
          { header: 'source', maxWidth: 80 },
        ],
        rows: items.map((c) => [c.country, number(c.gPerKwh), number(c.lowGPerKwh), number(c.highGPerKwh), c.source]),
        items,
      };
    }
    case 'turbines': {
      const items = [...catalog.turbines.values()];
      return {
        columns: [
          { header: 'id' },
          { header: 'name' },
          right('kW'),
          right('rotor m'),
          right('hub m'),
          right('cut-out m/s'),
          { header: 'source', maxWidth: 60 },
        ],
        rows: items.map((t) => [
          t.id,
          t.name,
          number(t.ratedKw),
          number(t.rotorM),
          number(t.hubM),
          number(t.speedsMs.at(-1)),
          t.source,
        ]),
        items,
      };
    }
    case 'prices': {
      const items = [...catalog.prices.values()];
      return {
        columns: [
          { header: 'id' },
          right('value'),
          { header: 'unit' },
          { header: 'year' },
          { header: 'about', maxWidth: 50 },
          { header: 'source', maxWidth: 60 },
        ],
        rows: items.map((p) => [p.id, number(p.value), p.unit, String(p.year), p.about, p.source]),
        items,
      };
    }
  }
}

function isKind(word: string): word is Kind {
  return KINDS.some((kind) => kind === word);
}

export const catalog: Command = {
  name: 'catalog',
  about: 'list what the product knows out of the box, each figure with its source',
  positionals: [{ name: 'KIND', about: KINDS.join(', '), required: true }],
  options: {
    search: { type: 'string', value: 'TEXT', about: 'only rows that contain the text' },
    json: { type: 'boolean', about: 'machine-readable output, all fields' },
  },
  examples: [
    'joulewright catalog accelerators',
    'joulewright catalog models --search llama',
    'joulewright catalog climates --json',
  ],
  async run(typed) {
    const kind = typed.positionals[0]!;
    if (!isKind(kind))
      fail('JW_USAGE', {
        reason: `there is no catalogue "${kind}"; there are ${KINDS.join(', ')}`,
        command: 'catalog',
      });
    const { columns, rows, items } = table(kind);
    const word = typed.text('search')?.toLowerCase();
    const keep = rows.map((row) => word === undefined || row.some((cell) => cell.toLowerCase().includes(word)));
    if (typed.flag('json'))
      process.stdout.write(
        `${JSON.stringify(
          items.filter((_, i) => keep[i]),
          null,
          2,
        )}\n`,
      );
    else
      process.stdout.write(
        `${textTable(
          columns,
          rows.filter((_, i) => keep[i]),
        )}\n`,
      );
    return 0;
  },
};

import { z } from 'zod';
import { writeAtomic } from '../../report/write.ts';
import { atOffice, OFFICE_OPTIONS } from '../admin/office.ts';
import { listAnswer, printJson, printRows } from '../admin/print.ts';
import type { Command } from '../command.ts';

const FIGURES = [
  'requests',
  'succeeded',
  'input_tokens',
  'output_tokens',
  'it_joules',
  'facility_joules',
  'co2_g',
  'water_l',
  'cost',
];

/** Six digits are enough to look at; JSON and CSV have them all. */
function short(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const pairs = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
  ]);
  return Object.fromEntries(pairs);
}

export const usage: Command = {
  name: 'usage',
  about: 'tokens, joules, CO2, water and cost of a site’s tenants, by day',
  details:
    'Days are those of the site’s clocks, both ends included; the present month by default. A key that is not the site’s own sees\n' +
    'its organisation, a member’s key its project.',
  positionals: [],
  options: {
    from: { type: 'string', value: 'DATE', about: 'first day, such as 2027-06-01' },
    to: { type: 'string', value: 'DATE', about: 'last day' },
    by: {
      type: 'string',
      value: 'COLUMN',
      about: 'day, organisation, project, key, model (default day,project)',
      multiple: true,
    },
    organisation: { type: 'string', value: 'ID', about: 'only of this one' },
    project: { type: 'string', value: 'ID', about: 'only of this one' },
    csv: { type: 'boolean', about: 'print CSV' },
    out: { type: 'string', value: 'FILE', about: 'write CSV to a file' },
    ...OFFICE_OPTIONS,
  },
  examples: [
    'joulewright usage --by organisation',
    'joulewright usage --from 2027-06-01 --to 2027-06-30 --by project,model --out june.csv',
  ],
  async run(typed) {
    const query = new URLSearchParams();
    for (const name of ['from', 'to', 'organisation', 'project']) {
      const value = typed.text(name);
      if (value !== undefined) query.set(name, value);
    }
    const by = typed.text('by') === undefined ? ['day', 'project'] : typed.texts('by');
    query.set('by', by.join(','));
    const out = typed.text('out');
    if (typed.flag('csv') || out !== undefined) query.set('format', 'csv');
    const body = await atOffice(typed, 'usage', (office) => office.ask('GET', `/usage?${query}`));
    if (typeof body === 'string') {
      if (out === undefined) printJson(body);
      else {
        await writeAtomic(out, body);
        process.stdout.write(`written: ${out}\n`);
      }
    } else if (typed.flag('json')) printJson(body);
    else {
      const { from, to, zone, currency } = z.record(z.string(), z.unknown()).parse(body);
      process.stdout.write(
        `${from} to ${to}, ${zone}; joules at IT and facility boundary, cost of energy in ${currency}\n\n`,
      );
      printRows(listAnswer.parse(body).data.map(short), [...by, ...FIGURES], new Set(FIGURES));
    }
    return 0;
  },
};

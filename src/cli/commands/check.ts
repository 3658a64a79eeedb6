import type { ItUnit } from '../../components/unit.ts';
import { fail, JoulewrightError, printFault } from '../../errors/error.ts';
import { accuracyNotes, accuracyRows } from '../../report/accuracy.ts';
import { textPairs, textTable } from '../../report/table.ts';
import { freeText } from '../../site/freeSize.ts';
import { siteJsonSchema } from '../../site/jsonSchema.ts';
import { checkSite } from '../../site/load.ts';
import { ruleStatements } from '../../site/rules.ts';
import type { Site } from '../../site/site.ts';
import { printPath } from '../../site/source.ts';
import { formatQuantity } from '../../units/quantity.ts';
import { formatCount } from '../../view/format.ts';
import type { Command } from '../command.ts';

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function summary(site: Site): string[] {
  const of = (role: string) => site.units.filter((unit) => unit.role === role);
  const full = site.units.flatMap((unit) => (unit.role === 'it' ? [unit.powerRange(unit.installed).fullKw] : []));
  const kw = full.reduce((sum, k) => sum + k, 0);
  return [
    `${site.name} (${site.id}): ${counted(site.halls.length, 'hall')}, ${counted(of('it').length, 'deployment')}, ` +
      `${counted(site.services.length, 'service')}, IT up to ${formatQuantity(kw, 'power')}`,
    `sources, stores and grid: ${[...of('source'), ...of('store'), ...of('slack')].map((unit) => unit.id).join(', ')}`,
    ...site.free.map((size) => `free ${freeText(size)}`),
    ...(site.free.length === 0
      ? []
      : [`\`joulewright plan\` chooses ${counted(site.free.length, 'size')}; all figures here are of the largest`]),
    ...ruleStatements(site).map((s) => `rule ${s.rule}: ${s.ok ? 'met' : 'NOT met'}: ${s.text}`),
  ];
}

/** What each part costs to own, after the prices that stand in for those left out, with their sources. */
function ownershipTable(site: Site): string {
  const { currency } = site.money;
  const columns = [
    { header: 'owned' },
    { header: `purchase, ${currency}`, align: 'right' },
    { header: `upkeep, ${currency} a year`, align: 'right' },
    { header: 'life, years', align: 'right' },
    { header: 'source' },
  ] as const;
  const rows = site.units.map(({ id, ownership }) => [
    id,
    formatCount(ownership.capexMoney),
    formatCount(ownership.opexMoneyPerYear),
    formatCount(ownership.lifeYears),
    ownership.source,
  ]);
  return textTable(columns, rows);
}

const itOf = (site: Site | undefined): ItUnit[] => (site?.units ?? []).filter((unit) => unit.role === 'it');

export const check: Command = {
  name: 'check',
  about: 'check a site file and say everything that is wrong with it at once',
  positionals: [{ name: 'SITE', about: 'the site file', required: false }],
  options: {
    explain: { type: 'boolean', about: 'list every value used, given or default, with its source' },
    schema: { type: 'boolean', about: 'print the JSON Schema of site files, for editors' },
    json: { type: 'boolean', about: 'machine-readable output' },
  },
  examples: [
    'joulewright check sites/bukhara.yaml',
    'joulewright check --explain sites/bukhara.yaml',
    'joulewright check --schema > site.schema.json',
  ],
  async run(typed) {
    if (typed.flag('schema')) {
      process.stdout.write(`${JSON.stringify(siteJsonSchema(), null, 2)}\n`);
      return 0;
    }
    const file = typed.positionals[0] ?? fail('JW_USAGE', { reason: 'SITE is missing', command: 'check' });
    const { site, faults, warnings, explained } = checkSite(file);
    const exit = faults.length === 0 ? 0 : new JoulewrightError(faults).exit;
    if (typed.flag('json')) {
      const told = typed.flag('explain') ? { explained, accuracy: accuracyRows(itOf(site)) } : {};
      const free = (site?.free ?? []).map(({ path, ...size }) => ({ path: printPath(path), ...size }));
      const body = { ok: site !== undefined, faults, warnings, free, ...told };
      process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
      return exit;
    }
    for (const f of faults) process.stderr.write(`error ${printFault(f)}\n`);
    for (const f of warnings) process.stderr.write(`warning ${printFault(f)}\n`);
    if (typed.flag('explain')) {
      const rows = explained.map((e) => [e.path, e.value, e.given ? 'file' : 'default', e.given ? '' : e.source]);
      const columns = [{ header: 'key' }, { header: 'value' }, { header: 'from' }, { header: 'source of the default' }];
      process.stdout.write(`${textTable(columns, rows)}\n\n`);
      if (site !== undefined) {
        process.stdout.write(`${ownershipTable(site)}\n\n`);
        process.stdout.write(`${textPairs(accuracyNotes(itOf(site)))}\n\n`);
      }
    }
    if (site === undefined) {
      process.stderr.write(`${file}: ${counted(faults.length, 'fault')}\n`);
      return exit;
    }
    process.stdout.write(`${summary(site).join('\n')}\n${file}: no faults, ${counted(warnings.length, 'warning')}\n`);
    return 0;
  },
};

import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { loadCatalog } from '../../catalog/load.ts';
import { fail } from '../../errors/error.ts';
import { writeAtomic } from '../../report/write.ts';
import { INIT_DEFAULTS, type InitAnswers, initSite } from '../../site/init.ts';
import { parseQuantity } from '../../units/quantity.ts';
import type { Command, Typed } from '../command.ts';

const SWITCHES = ['grid', 'solar', 'wind', 'battery', 'generator'] as const;

/** Answers given as flags. */
function fromFlags(typed: Typed): Partial<InitAnswers> {
  const yes = (name: string): boolean | undefined => {
    const text = typed.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (['yes', 'y', 'true', '1'].includes(text)) return true;
    if (['no', 'n', 'false', '0'].includes(text)) return false;
    return fail('JW_USAGE', { reason: `--${name} takes yes or no, not "${text}"`, command: 'init' });
  };
  const answers: Record<string, string | number | boolean> = {};
  for (const name of ['name', 'climate', 'accelerator', 'model'] as const) {
    const text = typed.text(name);
    if (text !== undefined) answers[name] = text;
  }
  const it = typed.text('it');
  if (it !== undefined) answers['itKw'] = parseQuantity(it, 'power').value;
  for (const name of SWITCHES) {
    const value = yes(name);
    if (value !== undefined) answers[name] = value;
  }
  return answers;
}

/** More names than these are not listed beside a question. */
const SHOWN = 20;

/** Asks what the flags left open; Enter keeps the default. */
async function ask(given: Partial<InitAnswers>): Promise<Partial<InitAnswers>> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answers: Record<string, string | number | boolean> = { ...given };
  const catalog = loadCatalog();
  try {
    const text = async (
      name: 'name' | 'climate' | 'accelerator' | 'model',
      question: string,
      known?: Iterable<string>,
    ) => {
      if (given[name] !== undefined) return;
      const names = known === undefined ? [] : [...known];
      const words =
        names.length === 0
          ? ''
          : `\n  (${names.length > SHOWN ? `\`joulewright catalog ${name}s\` lists ${names.length}` : names.join(', ')})`;
      const answer = (await terminal.question(`${question}${words} [${INIT_DEFAULTS[name]}] `)).trim();
      if (answer !== '') answers[name] = answer;
    };
    await text('name', 'Name of the site?');
    await text('climate', 'Climate?', catalog.climates.keys());
    if (given.itKw === undefined) {
      const answer = (await terminal.question('Full power of the IT? [1 MW] ')).trim();
      if (answer !== '') answers['itKw'] = parseQuantity(answer, 'power').value;
    }
    await text('accelerator', 'Accelerator?', catalog.accelerators.keys());
    await text('model', 'Model?', catalog.models.keys());
    for (const name of SWITCHES) {
      if (given[name] !== undefined) continue;
      const standard = INIT_DEFAULTS[name];
      const answer = (
        await terminal.question(`${name[0]!.toUpperCase()}${name.slice(1)}? [${standard ? 'Y/n' : 'y/N'}] `)
      )
        .trim()
        .toLowerCase();
      if (answer !== '') answers[name] = answer.startsWith('y');
    }
  } finally {
    terminal.close();
  }
  return answers;
}

export const init: Command = {
  name: 'init',
  about: 'write a commented site file from a few answers or flags',
  details: 'On a terminal it asks for what no flag gave; elsewhere, or with --yes, defaults stand.',
  positionals: [{ name: 'FILE', about: 'file to write (default: site.yaml); "-" prints it', required: false }],
  options: {
    name: { type: 'string', about: 'name of the site' },
    climate: { type: 'string', value: 'NAME', about: 'climate of the catalogue (`joulewright catalog climates`)' },
    it: { type: 'string', value: 'POWER', about: 'full power of the IT, "1 MW"' },
    accelerator: { type: 'string', value: 'ID', about: 'accelerator of the catalogue' },
    model: { type: 'string', value: 'ID', about: 'model of the catalogue' },
    grid: { type: 'string', value: 'yes|no', about: 'a grid connection' },
    solar: { type: 'string', value: 'yes|no', about: 'a solar field' },
    wind: { type: 'string', value: 'yes|no', about: 'a wind turbine' },
    battery: { type: 'string', value: 'yes|no', about: 'a battery' },
    generator: { type: 'string', value: 'yes|no', about: 'generators' },
    yes: { type: 'boolean', about: 'ask nothing', short: 'y' },
    force: { type: 'boolean', about: 'overwrite a file that is there' },
  },
  examples: ['joulewright init', 'joulewright init my.yaml --climate nukus --it "2 MW" --wind yes --yes'],
  async run(typed) {
    const target = typed.positionals[0] ?? 'site.yaml';
    if (target !== '-' && existsSync(target) && !typed.flag('force')) fail('JW_FILE_EXISTS', { file: target });
    const flags = fromFlags(typed);
    const answers = process.stdin.isTTY && !typed.flag('yes') && target !== '-' ? await ask(flags) : flags;
    const text = initSite(answers, loadCatalog());
    if (target === '-') {
      process.stdout.write(text);
      return 0;
    }
    await writeAtomic(path.resolve(target), text);
    process.stdout.write(
      `wrote ${target}; next:\n  joulewright check ${target}\n  joulewright simulate ${target}\n  joulewright run ${target}\n`,
    );
    return 0;
  },
};

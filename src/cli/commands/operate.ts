import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { fail } from '../../errors/error.ts';
import { LEVER_KINDS, LEVERS_ABOUT } from '../../site/lever.ts';
import { formatNumber } from '../../units/quantity.ts';
import { LEVER_OPTIONS, requestFrom } from '../admin/leverRequest.ts';
import { atOffice, OFFICE_OPTIONS, type Office } from '../admin/office.ts';
import { printJson, printRows } from '../admin/print.ts';
import type { Command, Typed } from '../command.ts';

const ACTIONS = ['list', 'preview', 'pull', 'release'] as const;
const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'operate' });
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const sums = z.record(z.string(), z.number());
const previewAnswer = z.object({
  lever: z.string(),
  from: z.string(),
  until: z.string(),
  currency: z.string(),
  without: sums,
  with: sums,
  difference: sums,
  in_the_way: z.array(z.string()),
});
const lever = z.object({ id: z.number(), lever: z.string(), from: z.string(), until: z.string(), by: z.string() });
const operation = z.object({
  mode: z.string(),
  decides: z.enum(['plan', 'rules']),
  plan: z.object({ issued: z.string(), until: z.string(), reason: z.string() }).nullable(),
  faults: z.array(z.object({ kind: z.string(), since: z.string(), text: z.string() })),
  levers: z.array(lever),
});

/** What of a preview is told, with its unit. */
const TOLD: readonly (readonly [string, string, string])[] = [
  ['site_kwh', 'electricity of the site', 'kWh'],
  ['import_kwh', 'bought from the grid', 'kWh'],
  ['generator_kwh', 'from generators', 'kWh'],
  ['money', 'running cost', ''],
  ['co2_kg', 'CO2', 'kg'],
  ['water_l', 'water', 'L'],
  ['output_tokens', 'output tokens', ''],
  ['requests_given_up', 'requests given up', ''],
  ['short_kwh', 'load not fed', 'kWh'],
];

function printEffect(body: unknown): void {
  const answer = previewAnswer.parse(body);
  const { lever: text, from, until, currency, without, with: changed, difference } = answer;
  say(`${text}, ${from} to ${until}: what the plan of the next ${formatNumber(without['hours'] ?? 0)} h becomes`);
  say('');
  const rows = TOLD.map(([key, name, unit]) => {
    const of = (list: Readonly<Record<string, number>>): string => formatNumber(list[key] ?? 0, 4);
    const sign = (difference[key] ?? 0) > 0 ? '+' : '';
    const what = key === 'money' ? currency : unit;
    return { '': name, unit: what, without: of(without), with: of(changed), difference: `${sign}${of(difference)}` };
  });
  printRows(rows, ['', 'unit', 'without', 'with', 'difference'], new Set(['without', 'with', 'difference']));
  for (const told of answer.in_the_way) say(told);
}

function printStanding(body: unknown): void {
  const { mode, decides, plan, faults, levers } = operation.parse(body);
  say(`mode ${mode}; ${decides === 'plan' ? 'the plan is followed' : 'the fast rules decide alone'}`);
  if (plan !== null) say(`plan until ${plan.until}: ${plan.reason}`);
  for (const { kind, since, text } of faults) say(`fault (${kind}) since ${since}: ${text}`);
  say('');
  printRows(levers, ['id', 'lever', 'from', 'until', 'by']);
}

/** Whether the person at the terminal agrees; nobody there means no. */
async function agrees(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question('Pull it? [y/N] ')).trim());
  } finally {
    lines.close();
  }
}

async function pull(office: Office, typed: Typed, request: object): Promise<number> {
  const json = typed.flag('json');
  if (!typed.flag('yes')) {
    const effect = await office.ask('POST', '/operate/preview', request);
    if (json) printJson(effect);
    else printEffect(effect);
    say('');
    if (!(await agrees())) {
      say('not pulled; --yes pulls it without a question');
      return 0;
    }
  }
  const body = await office.ask('POST', '/operate', request);
  if (json) printJson(body);
  else {
    const { id, lever: text, from, until } = lever.parse(body);
    say(`pulled: ${text}, ${from} to ${until}; "joulewright operate release ${id}" lets it go before`);
  }
  return 0;
}

async function run(office: Office, typed: Typed): Promise<number> {
  const [action, what] = typed.positionals;
  const json = typed.flag('json');
  const needed = (name: string): string => what ?? wrong(`${name} is missing`);
  switch (action) {
    case 'list': {
      const body = await office.ask('GET', '/operate');
      if (json) printJson(body);
      else printStanding(body);
      return 0;
    }
    case 'preview': {
      const body = await office.ask('POST', '/operate/preview', requestFrom(needed('LEVER'), typed));
      if (json) printJson(body);
      else printEffect(body);
      return 0;
    }
    case 'pull':
      return pull(office, typed, requestFrom(needed('LEVER'), typed));
    case 'release': {
      const body = await office.ask('DELETE', `/operate/${encodeURIComponent(needed('the number of the lever'))}`);
      if (json) printJson(body);
      else say(`let go: ${lever.parse(body).lever}`);
      return 0;
    }
    default:
      return wrong(`ACTION is one of ${ACTIONS.join(', ')}, not "${action}"`);
  }
}

export const operate: Command = {
  name: 'operate',
  about: 'levers of a running site: what they would change in its plan, pulling them, letting them go',
  details:
    'list             how the site is run, its faults, the levers that are pulled\n' +
    'preview LEVER    what a lever would change in the plan of the next two days: energy, money, CO2, water, tokens\n' +
    'pull LEVER       shows that, asks, and pulls it; it lets go by itself after --for\n' +
    'release ID       lets a lever go before its time\n' +
    '\n' +
    `${LEVER_KINDS.map((kind) => `${kind.padEnd(17)}${LEVERS_ABOUT[kind]}`).join('\n')}\n` +
    '\n' +
    'The key of an operator or admin is needed to pull; each pull stands in the audit trail.',
  positionals: [
    { name: 'ACTION', about: ACTIONS.join(', '), required: true, words: ACTIONS },
    { name: 'LEVER', about: 'a lever, or the number of one that is pulled', required: false, words: LEVER_KINDS },
  ],
  options: {
    ...LEVER_OPTIONS,
    yes: { type: 'boolean', about: 'pull without showing the effect and asking' },
    url: OFFICE_OPTIONS['url']!,
    json: OFFICE_OPTIONS['json']!,
  },
  examples: [
    'joulewright operate preview hold-battery --for "3 h"',
    'joulewright operate pull event --import-max "300 kW" --for "2 h"',
    'joulewright operate preview event --cut "25 %" --for "3 h"',
    'joulewright operate pull event --cut "200 kW" --start 2026-01-14T18:00 --for "3 h" --notice "30 min"',
    'joulewright operate pull drain --deployment code-32b --yes',
    'joulewright operate list',
    'joulewright operate release 3',
  ],
  run: (typed) => atOffice(typed, 'operate', (office) => run(office, typed)),
};

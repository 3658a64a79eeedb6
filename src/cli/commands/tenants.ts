import { z } from 'zod';
import { fail } from '../../errors/error.ts';
import { atOffice, OFFICE_OPTIONS, type Office } from '../admin/office.ts';
import { listAnswer, printJson, printRows } from '../admin/print.ts';
import type { Command, Typed } from '../command.ts';

const ACTIONS = ['list', 'add', 'set', 'close', 'open', 'limits'] as const;
const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'tenants' });

/** `shop` is an organisation, `shop/web` a project of it. */
function tenantOf(text: string | undefined): { organisation: string; project: string | undefined } {
  if (text === undefined) return wrong('NAME is missing: an organisation such as shop, or a project such as shop/web');
  const [organisation = '', project, more] = text.split('/');
  if (more !== undefined || project === '') return wrong(`"${text}" is neither ORGANISATION nor ORGANISATION/PROJECT`);
  return { organisation, project };
}

/** Fields that the options give; `none` takes a restriction away. */
function fieldsOf(typed: Typed, isProject: boolean): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const name = typed.text('name');
  if (name !== undefined) fields['name'] = name;
  for (const option of ['residency', 'models', 'classes']) {
    if (typed.text(option) === undefined) continue;
    if (!isProject && option !== 'residency') return wrong(`--${option} is of projects, such as shop/web`);
    const words = typed.texts(option);
    fields[option] = words.length === 1 && words[0] === 'none' ? null : words;
  }
  const share = typed.text('share');
  if (share === undefined) return fields;
  if (isProject) return wrong('--share is of organisations, such as shop');
  if (!(Number(share) > 0)) return wrong(`--share takes a number above 0, not "${share}"`);
  return { ...fields, share: Number(share) };
}

/** "tokens/day=1e6" */
function limitOf(text: string, budget: boolean, warn: number | null): object {
  const [, metric, window, amount] = /^(\w+)\/(\w+)=(\S+)$/.exec(text) ?? [];
  if (amount === undefined || !Number.isFinite(Number(amount))) {
    return wrong(`"${text}" is not a limit; write METRIC/WINDOW=AMOUNT, such as tokens/day=2e6`);
  }
  return { metric, window, amount: Number(amount), budget, warn };
}

async function limits(typed: Typed, office: Office): Promise<object | string> {
  const name = typed.positionals[1];
  const { organisation, project } = name?.startsWith('key_')
    ? { organisation: '', project: undefined }
    : tenantOf(name);
  const owner =
    organisation === '' ? `key:${name}` : project === undefined ? `organisation:${organisation}` : `project:${project}`;
  const [plain, budgets, none] = [typed.raw('limit'), typed.raw('budget'), typed.flag('none')];
  if (plain.length + budgets.length === 0 && !none) return office.ask('GET', `/limits/${encodeURIComponent(owner)}`);
  const share = Number(typed.text('warn') ?? '0.8');
  if (!(share > 0 && share <= 1)) return wrong('--warn takes a share above 0, at most 1');
  const wanted = [...plain.map((t) => limitOf(t, false, null)), ...budgets.map((t) => limitOf(t, true, share))];
  return office.ask('PUT', `/limits/${encodeURIComponent(owner)}`, { limits: wanted });
}

async function change(typed: Typed, office: Office): Promise<object | string> {
  const action = typed.positionals[0];
  const { organisation, project } = tenantOf(typed.positionals[1]);
  const fields = fieldsOf(typed, project !== undefined);
  if (action === 'close' || action === 'open') fields['closed'] = action === 'close';
  const kind = project === undefined ? '/organisations' : '/projects';
  const path = action === 'add' ? kind : `${kind}/${project ?? organisation}`;
  const whose = project === undefined ? {} : { organisation };
  const made = action === 'add' ? { id: project ?? organisation, ...whose } : {};
  const body = await office.ask(action === 'add' ? 'POST' : 'PATCH', path, { ...made, ...fields });
  if (typed.raw('models').length > 0) await warnOfModels(body, office);
  return body;
}

/** A name that nobody serves may be one that comes later, but mostly it is mistyped. */
async function warnOfModels(body: unknown, office: Office): Promise<void> {
  const wanted = named.safeParse(body).data?.models ?? [];
  if (wanted.length === 0) return;
  const served = await office.models();
  if (served === undefined) return;
  for (const model of wanted.filter((name) => !served.includes(name))) {
    process.stderr.write(`warning no model is called "${model}" here; there are ${served.join(', ')}\n`);
  }
}

async function all(office: Office): Promise<{ data: Record<string, unknown>[] }> {
  const organisations = listAnswer.parse(await office.ask('GET', '/organisations')).data;
  const projects = listAnswer.parse(await office.ask('GET', '/projects')).data;
  return {
    data: organisations.flatMap((o) => [
      { tenant: o['id'], ...o },
      ...projects.filter((p) => p['organisation'] === o['id']).map((p) => ({ tenant: `${o['id']}/${p['id']}`, ...p })),
    ]),
  };
}

const named = z.object({ models: z.array(z.string()).nullish() });
const standings = z.object({ owner: z.string(), limits: z.array(z.record(z.string(), z.unknown())) });

export const tenants: Command = {
  name: 'tenants',
  about: 'organisations and projects that use a site, and their limits',
  details:
    'list                     all of them\n' +
    'add|set|close|open NAME  an organisation (shop) or a project of it (shop/web)\n' +
    'limits NAME              of an organisation, a project or a key (key_...): shows them, or sets all of them with\n' +
    '                         --limit, --budget or --none. METRIC is requests, tokens, joules or money; WINDOW is minute, day\n' +
    '                         or month by the clocks of the site',
  positionals: [
    { name: 'ACTION', about: ACTIONS.join(', '), required: true, words: ACTIONS },
    { name: 'NAME', about: 'ORGANISATION or ORGANISATION/PROJECT', required: false },
  ],
  options: {
    name: { type: 'string', value: 'TEXT', about: 'name for people' },
    residency: {
      type: 'string',
      value: 'LABEL',
      about: 'sites where the data may lie; "none" for anywhere',
      multiple: true,
    },
    share: {
      type: 'string',
      value: 'N',
      about: 'share of an organisation beside others that wait for the same engines, 0.01 to 100 (default 1)',
    },
    models: { type: 'string', value: 'MODEL', about: 'models that a project may use; "none" for all', multiple: true },
    classes: {
      type: 'string',
      value: 'CLASS',
      about: 'classes of traffic that a project may use; "none" for all',
      multiple: true,
    },
    limit: {
      type: 'string',
      value: 'METRIC/WINDOW=AMOUNT',
      about: 'a limit, such as tokens/minute=200000',
      multiple: true,
    },
    budget: {
      type: 'string',
      value: 'METRIC/WINDOW=AMOUNT',
      about: 'a budget, which warns before it ends',
      multiple: true,
    },
    warn: { type: 'string', value: 'SHARE', about: 'share of a budget at which it warns (default 0.8)' },
    none: { type: 'boolean', about: 'no limits' },
    ...OFFICE_OPTIONS,
  },
  examples: [
    'joulewright tenants add shop --name "A shop" --residency uz',
    'joulewright tenants add shop/web --models llama-3.3-70b-instruct',
    'joulewright tenants limits shop --limit tokens/minute=200000 --budget money/month=50',
    'joulewright tenants list --site sites/bukhara.yaml',
  ],
  async run(typed) {
    const action = ACTIONS.find((a) => a === typed.positionals[0]);
    if (action === undefined) return wrong(`ACTION is one of ${ACTIONS.join(', ')}, not "${typed.positionals[0]}"`);
    const body = await atOffice(typed, 'tenants', (office) =>
      action === 'list' ? all(office) : action === 'limits' ? limits(typed, office) : change(typed, office),
    );
    if (typed.flag('json')) printJson(body);
    else if (action === 'limits') {
      const found = standings.parse(body).limits;
      const numbers = new Set(['amount', 'used', 'remaining']);
      printRows(found, ['metric', 'window', 'amount', 'used', 'remaining', 'budget', 'warn', 'resets'], numbers);
    } else {
      const columns = ['tenant', 'id', 'name', 'residency', 'models', 'classes', 'closed', 'created'];
      const rows = action === 'list' ? listAnswer.parse(body).data : [z.record(z.string(), z.unknown()).parse(body)];
      printRows(rows, action === 'list' ? columns.filter((c) => c !== 'id') : columns);
    }
    return 0;
  },
};

import { z } from 'zod';
import { fail } from '../../errors/error.ts';
import { ROLES, SCOPES } from '../../gateway/tenants/principal.ts';
import { parseQuantity } from '../../units/quantity.ts';
import { atOffice, OFFICE_OPTIONS, type Office } from '../admin/office.ts';
import { listAnswer, printJson, printRows } from '../admin/print.ts';
import type { Command, Typed } from '../command.ts';

const ACTIONS = ['list', 'create', 'revoke'] as const;
const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'keys' });
const COLUMNS = [
  'id',
  'name',
  'organisation',
  'project',
  'role',
  'scopes',
  'status',
  'expires',
  'created',
  'created_by',
];

function lifeS(text: string | undefined): number | null {
  if (text === undefined) return null;
  const { value } = parseQuantity(text, 'duration');
  return value >= 1 ? Math.round(value) : wrong(`--expires takes a time like "90 d", not "${text}"`);
}

function ask(typed: Typed, office: Office): Promise<object | string> {
  const [action, what] = typed.positionals;
  const project = typed.text('project');
  switch (action) {
    case 'list':
      return office.ask('GET', `/keys${project === undefined ? '' : `?project=${encodeURIComponent(project)}`}`);
    case 'create': {
      if (what === undefined) return wrong('NAME is missing: who or what the key is for');
      if (project === undefined) return wrong('--project is missing');
      const scopes = typed.text('scopes') === undefined ? null : typed.texts('scopes');
      const role = typed.text('role') ?? 'member';
      return office.ask('POST', '/keys', {
        name: what,
        project,
        role,
        scopes,
        expires_in_s: lifeS(typed.text('expires')),
      });
    }
    case 'revoke':
      if (what === undefined) return wrong('the id of the key is missing');
      return office.ask('DELETE', `/keys/${encodeURIComponent(what)}`);
    default:
      return wrong(`ACTION is one of ${ACTIONS.join(', ')}, not "${action}"`);
  }
}

export const keys: Command = {
  name: 'keys',
  about: 'API keys of a site’s tenants',
  details:
    'list             keys, without what they are\n' +
    'create NAME      makes a key and shows it, this once\n' +
    'revoke ID        ends a key at once',
  positionals: [
    { name: 'ACTION', about: ACTIONS.join(', '), required: true, words: ACTIONS },
    { name: 'NAME', about: 'name of a new key, or the id of one', required: false },
  ],
  options: {
    project: {
      type: 'string',
      value: 'PROJECT',
      about: 'project that the key belongs to; "site" for the site’s own people',
    },
    role: { type: 'string', value: 'ROLE', about: `${ROLES.join(', ')} (default member)`, words: ROLES },
    scopes: {
      type: 'string',
      value: 'SCOPE',
      about: `narrows the key: ${SCOPES.join(', ')}`,
      multiple: true,
      words: SCOPES,
    },
    expires: { type: 'string', value: 'TIME', about: 'time until it ends, such as "90 d" (default: never)' },
    ...OFFICE_OPTIONS,
  },
  examples: [
    'joulewright keys create "web shop" --project web --expires "90 d"',
    'joulewright keys create operator --project site --role operator',
    'joulewright keys create rescue --project site --role admin --site sites/bukhara.yaml',
    'joulewright keys revoke key_1f2e3d4c5b6a7988',
  ],
  async run(typed) {
    const body = await atOffice(typed, 'keys', (office) => ask(typed, office));
    if (typed.flag('json')) {
      printJson(body);
      return 0;
    }
    const isList = typed.positionals[0] === 'list';
    const rows = isList ? listAnswer.parse(body).data : [z.record(z.string(), z.unknown()).parse(body)];
    printRows(rows, COLUMNS);
    const key = rows[0]?.['key'];
    if (!isList && typeof key === 'string') process.stdout.write(`\nThe key, shown this once only:\n\n  ${key}\n`);
    return 0;
  },
};

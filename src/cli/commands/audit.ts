import { z } from 'zod';
import { fail } from '../../errors/error.ts';
import { atOffice, OFFICE_OPTIONS, type Office } from '../admin/office.ts';
import { listAnswer, printJson, printRows } from '../admin/print.ts';
import type { Command, Typed } from '../command.ts';

const ACTIONS = ['list', 'verify'] as const;
const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'audit' });

const verdict = z.object({
  whole: z.boolean(),
  entries: z.number(),
  last: z.object({ seq: z.number(), hash: z.string() }),
  broken: z.object({ seq: z.number(), reason: z.string() }).nullable(),
});

/** An entry that was noted elsewhere must still be there: a trail that was cut short, or written anew, is whole in itself. */
async function holds(office: Office, noted: { seq: number; hash: string }, by: string): Promise<void> {
  const { data } = listAnswer.parse(await office.ask('GET', `/audit?limit=1&before=${noted.seq + 1}`));
  const entry = data[0];
  if (entry?.['seq'] === noted.seq && entry['hash'] === noted.hash) return;
  const reason = entry?.['seq'] === noted.seq ? 'it is another one than' : 'it is gone, though';
  fail('JW_TRAIL_BROKEN', { seq: noted.seq, reason: `${reason} ${by} noted` });
}

function noted(text: string): { seq: number; hash: string } {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  return hash === undefined
    ? wrong(`--expect takes SEQ:HASH as verify prints it, not "${text}"`)
    : { seq: Number(seq), hash };
}

async function verify(typed: Typed, office: Office): Promise<z.infer<typeof verdict>> {
  const expected = typed.text('expect');
  const wanted = expected === undefined ? undefined : noted(expected);
  const found = verdict.parse(await office.ask('GET', '/audit/verify'));
  if (found.broken !== null) fail('JW_TRAIL_BROKEN', { ...found.broken });
  const kept = await office.keptTrail();
  if (kept !== undefined) await holds(office, kept, 'the main process');
  if (wanted !== undefined) await holds(office, wanted, 'you');
  return found;
}

export const audit: Command = {
  name: 'audit',
  about: 'the trail of what was done to a site’s tenants',
  details:
    'list     newest entries first\n' +
    'verify   computes the chain of hashes anew; ends with code 65 where an entry was changed, left out or cut off. Note what it\n' +
    '         prints somewhere else: with --expect it finds a trail that was written anew from then on. With --site it also\n' +
    '         compares the trail with what the main process has noted of it.',
  positionals: [{ name: 'ACTION', about: ACTIONS.join(', '), required: true, words: ACTIONS }],
  options: {
    limit: { type: 'string', value: 'N', about: 'entries to list (default 100, at most 1000)' },
    before: { type: 'string', value: 'SEQ', about: 'list those before this number' },
    organisation: { type: 'string', value: 'ID', about: 'only of this one' },
    expect: { type: 'string', value: 'SEQ:HASH', about: 'an entry that was noted earlier' },
    ...OFFICE_OPTIONS,
  },
  examples: ['joulewright audit list --limit 20', 'joulewright audit verify --site sites/bukhara.yaml'],
  async run(typed) {
    const [action] = typed.positionals;
    if (action === 'verify') {
      const found = await atOffice(typed, 'audit', (office) => verify(typed, office));
      if (typed.flag('json')) printJson(found);
      else {
        const { entries, last } = found;
        process.stdout.write(
          `the audit trail is whole: ${entries} entries; the last one is ${last.seq}:${last.hash}\n`,
        );
      }
      return 0;
    }
    if (action !== 'list') return wrong(`ACTION is list or verify, not "${action}"`);
    const query = new URLSearchParams();
    for (const name of ['limit', 'before', 'organisation']) {
      const value = typed.text(name);
      if (value !== undefined) query.set(name, value);
    }
    const body = await atOffice(typed, 'audit', (office) => office.ask('GET', `/audit?${query}`));
    if (typed.flag('json')) printJson(body);
    else {
      const rows = listAnswer.parse(body).data.map((row) => ({ ...row, detail: JSON.stringify(row['detail']) }));
      printRows(rows, ['seq', 'time', 'actor', 'action', 'target', 'detail']);
    }
    return 0;
  },
};

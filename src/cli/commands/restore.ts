import path from 'node:path';
import { systemClock } from '../../series/clock.ts';
import { restoreSite } from '../../server/restore.ts';
import { DATA_OPTIONS, dataFolder } from '../admin/dataFolder.ts';
import type { Command } from '../command.ts';

export const restore: Command = {
  name: 'restore',
  about: 'put a backup in the place of a stopped site’s data',
  details:
    'The backup is checked first: the sum of every file, the databases, the chain of the audit trail. Data that is there already\n' +
    'is kept unless --force is given, which moves it into a folder before-restore-TIME beside it. Keys that were revoked after the\n' +
    'backup are valid again, usage after it is gone: see what happened since with `joulewright audit` on what was moved aside.',
  positionals: [{ name: 'BACKUP', about: 'folder that `joulewright backup` wrote', required: true }],
  options: { ...DATA_OPTIONS, force: { type: 'boolean', about: 'move the data that is there aside' } },
  examples: ['joulewright restore /mnt/backups/2026-07-14 --site sites/bukhara.yaml --force'],
  async run(typed) {
    const backup = path.resolve(typed.positionals[0]!);
    const folder = dataFolder(typed, 'restore');
    const options = { force: typed.flag('force'), nowMs: systemClock.nowMs() };
    const { manifest, aside } = await restoreSite(backup, folder, options);
    process.stdout.write(`${folder} is as it was on ${manifest.created}\n`);
    if (aside !== null) process.stdout.write(`what was there before lies in ${aside}\n`);
    return 0;
  },
};

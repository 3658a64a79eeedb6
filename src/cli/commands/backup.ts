import path from 'node:path';
import { systemClock } from '../../series/clock.ts';
import { backupSite } from '../../server/backup.ts';
import { DATA_OPTIONS, dataFolder } from '../admin/dataFolder.ts';
import type { Command } from '../command.ts';

export const backup: Command = {
  name: 'backup',
  about: 'copy the data of a site to a new folder, also while it runs',
  details:
    'The copy holds the databases as they are at one moment each, and the files beside them; it is whole or absent. The audit\n' +
    'trail of the copy is checked, and the entry that it prints is worth noting elsewhere. Keys are in it as digests only, but\n' +
    'usage and names of tenants are: keep it as you keep the data folder.',
  positionals: [{ name: 'FOLDER', about: 'the folder to write; it may not be there yet', required: true }],
  options: DATA_OPTIONS,
  examples: ['joulewright backup /mnt/backups/2026-07-14 --site sites/bukhara.yaml'],
  async run(typed) {
    const target = path.resolve(typed.positionals[0]!);
    const { files, trail } = await backupSite(dataFolder(typed, 'backup'), target, systemClock.nowMs());
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    process.stdout.write(`${target}: ${files.length} files, ${bytes} bytes\n`);
    if (trail !== null) process.stdout.write(`audit trail is whole up to ${trail.seq}:${trail.hash}\n`);
    return 0;
  },
};

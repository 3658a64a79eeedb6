import path from 'node:path';
import { fail } from '../../errors/error.ts';
import { loadSite } from '../../site/load.ts';
import type { OptionDef, Typed } from '../command.ts';

/** Options that name the data folder of a site. */
export const DATA_OPTIONS: Readonly<Record<string, OptionDef>> = {
  site: { type: 'string', value: 'SITE', about: 'the data folder of this site file' },
  data: { type: 'string', value: 'DIR', about: 'the data folder itself, in place of that of a site file' },
};

/** The data folder that the options name. Throws JW_USAGE, or the faults of the site file. */
export function dataFolder(typed: Typed, command: string): string {
  const data = typed.text('data');
  if (data !== undefined) return path.resolve(data);
  const site = typed.text('site');
  if (site === undefined) return fail('JW_USAGE', { reason: 'give --site SITE or --data DIR', command });
  return loadSite(site).gateway.data;
}

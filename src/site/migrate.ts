import { type Fault, fault } from '../errors/error.ts';
import { isRecord } from './describe.ts';
import type { Source } from './source.ts';

/** One step from a version of the file to the next; takes and gives plain data. */
export interface Migration {
  readonly from: number;
  readonly about: string;
  readonly apply: (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

/** Steps between versions, oldest first. Version 1 is the first, so there is none yet. */
export const MIGRATIONS: readonly Migration[] = [];

/** The version that this release writes and reads. */
export const CURRENT_VERSION = 1;

/**
 * Brings the data of an older file to the current version.
 *
 * @param steps only for tests of the mechanism
 * @returns data of the current version, or the fault that stops everything
 */
export function migrate(
  source: Source,
  steps: readonly Migration[] = MIGRATIONS,
  current = CURRENT_VERSION,
): { readonly data: Readonly<Record<string, unknown>> } | { readonly fault: Fault } {
  const stop = (reason: string, hint: string) => ({
    fault: fault('JW_SITE_VERSION', { reason, hint }, source.where(['version'])),
  });
  const { data } = source;
  if (!isRecord(data)) return stop('a site file is a map of sections', '`joulewright init` writes one to start from');
  const version = data['version'];
  if (version === undefined) return stop('the version is missing', `begin the file with "version: ${current}"`);
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return stop(`the version is ${JSON.stringify(version)}`, `write "version: ${current}"`);
  }
  if (version > current) {
    return stop(`this file has version ${version}; this release reads up to ${current}`, 'install a newer Joulewright');
  }
  let now = data;
  for (let v = version; v < current; v++) {
    const step = steps.find((s) => s.from === v);
    if (step === undefined)
      return stop(`there is no way from version ${v} to ${v + 1}`, 'write the file anew with `joulewright init`');
    now = { ...step.apply(now), version: v + 1 };
  }
  return { data: now };
}

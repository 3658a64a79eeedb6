import type { z } from 'zod';
import { type Fault, fault } from '../errors/error.ts';
import { DIMENSIONS, type DimensionRow } from '../units/dimension.ts';
import { isRecord, leaves } from './describe.ts';
import type { Source } from './source.ts';

/**
 * Every money text must be in the site's currency: prices are added up, and a silent conversion would be wrong by a factor of
 * thousands. Defaults count too: one in another currency has to be given in the file.
 */
export function currencyFaults(schema: z.ZodType, data: unknown, source: Source): Fault[] {
  const money = isRecord(data) ? data['money'] : undefined;
  const currency = isRecord(money) ? money['currency'] : undefined;
  if (typeof currency !== 'string') return [];
  const faults: Fault[] = [];
  for (const leaf of leaves(schema, data)) {
    const row: DimensionRow | undefined = leaf.notes.dimension && DIMENSIONS[leaf.notes.dimension];
    if (row?.money !== true || typeof leaf.value !== 'string') continue;
    const found = /\d\s*([A-Z]{3})/.exec(leaf.value)?.[1];
    if (found === undefined || found === currency) continue;
    const hint = leaf.given
      ? `write it in ${currency}, or change money.currency`
      : `this is the default; give ${String(leaf.path.at(-1))} in ${currency}`;
    faults.push(fault('JW_SITE_CURRENCY', { text: `"${leaf.value}"`, found, currency, hint }, source.where(leaf.path)));
  }
  return faults;
}

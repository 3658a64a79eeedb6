import type { Price } from '../catalog/catalog.ts';
import type { Complaint, SiteContext } from './contract.ts';

/** A price as used and where it comes from. */
export interface UsedPrice {
  readonly value: number;
  readonly source: string;
}

/**
 * The price a device uses: what the site file says, else the catalogue's entry. A catalogue price in another currency than
 * the site's is never converted silently; the complaint asks for the key instead.
 *
 * @param given the site file's figure in the site's currency, if any
 * @param key the section's key, for the complaint
 * @param priceId id in the catalogue
 * @param per unit after the currency, as the catalogue prints it: '/kW', '/kWh', '/L', '/kW/y'
 * @param fallback the device's own figure for a catalogue without that entry
 * @returns value 0 after a complaint
 */
export function priceOr(
  given: number | undefined,
  key: string,
  priceId: string,
  per: string,
  context: SiteContext,
  complain: (c: Complaint) => void,
  fallback?: Price,
): UsedPrice {
  if (given !== undefined) return { value: given, source: 'the site file' };
  const row = context.catalog.prices.get(priceId) ?? fallback;
  if (row === undefined) {
    complain({
      path: [key],
      message: `the catalogue has no price "${priceId}"`,
      hint: `say ${key} in ${context.currency}${per}`,
    });
    return { value: 0, source: 'none' };
  }
  if (row.unit !== `${context.currency}${per}`) {
    complain({
      path: [key],
      message: `the catalogue's price "${priceId}" is in ${row.unit}, the site counts in ${context.currency}`,
      hint: `say ${key} in ${context.currency}${per}`,
    });
    return { value: 0, source: 'none' };
  }
  return { value: row.value, source: `${row.source} (${row.year})` };
}

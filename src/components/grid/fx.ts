import type { z } from 'zod';
import type { Complaint } from '../contract.ts';
import type { fxFile } from './tariffFile.ts';

/** The key `fx` of a section, if it is there. */
export type Fx = z.output<typeof fxFile> | undefined;

/**
 * Units of `to` for one unit of `from` by a rate "12010 UZS/USD" (12,010 UZS for one USD), either way round; undefined when
 * the rate is about other currencies or is 0.
 */
export function exchange(rate: string, from: string, to: string): number | undefined {
  const match = /^(\S+) ([A-Z]{3})\/([A-Z]{3})$/.exec(rate);
  const value = Number(match?.[1]);
  if (match === null || !(value > 0)) return undefined;
  if (match[2] === to && match[3] === from) return value;
  if (match[2] === from && match[3] === to) return 1 / value;
  return undefined;
}

/** Units of the site's currency for one of `from`; complains and gives undefined where the rate for it is missing. */
export function rateTo(
  from: string,
  fx: Fx,
  currency: string,
  what: string,
  key: string,
  complain: (c: Complaint) => void,
): number | undefined {
  if (from === currency) return 1;
  const rate = fx === undefined ? undefined : exchange(fx.rate, from, currency);
  if (rate === undefined) {
    complain({
      path: [fx === undefined ? key : 'fx'],
      message: `${what} is in ${from}, the site counts in ${currency}`,
      hint: `say fx: {rate: "<number> ${from}/${currency}", date: <day>}`,
    });
  }
  return rate;
}

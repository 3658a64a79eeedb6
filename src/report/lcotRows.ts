import { ALLOCATION } from '../finance/lcot.ts';
import { PARTS } from '../finance/project.ts';
import type { RunLcot } from '../simulate/lcot.ts';
import { formatNumber } from '../view/format.ts';

const figure = (value: number | undefined): string => (value === undefined ? '–' : formatNumber(value, 3));

/** Headers of the table of cost by service; all figures in `currency` per million output tokens. */
export function lcotHeader(lcot: readonly RunLcot[], currency: string): readonly string[] {
  const market = lcot.some((s) => s.markets.length > 0) ? ['market'] : [];
  return ['service', `LCOT, ${currency}/Mtoken`, ...PARTS, ...market];
}

/** A row for each service: its cost per million output tokens, the parts of it, and what APIs of the like charge. */
export function lcotRows(lcot: readonly RunLcot[]): readonly (readonly string[])[] {
  const any = lcot.some((s) => s.markets.length > 0);
  return lcot.map((s) => [
    s.id,
    figure(s.perMtoken),
    ...PARTS.map((part) => figure(s.parts[part])),
    ...(any ? [s.markets.map((m) => formatNumber(m.perMtoken, 3)).join(', ') || '–'] : []),
  ]);
}

/** How shared costs were divided, and whose the market prices are. */
export function lcotNote(lcot: readonly RunLcot[]): string {
  const keys = new Map<string, string[]>();
  for (const part of PARTS) keys.set(ALLOCATION[part].about, [...(keys.get(ALLOCATION[part].about) ?? []), part]);
  const divided = [...keys].map(([about, parts]) => `${parts.join(', ')} ${about}`).join('; ');
  const sources = [...new Set(lcot.flatMap((s) => s.markets.map((m) => m.source)))];
  const market =
    sources.length === 0
      ? ''
      : ` Market: what an API would charge for the same input and output, per million output tokens (${sources.join('; ')}).`;
  return `Shared costs are divided: ${divided}. Input tokens carry no cost of their own.${market}`;
}

import type { Compared } from './compared.ts';

/** What one part of a policy is worth: how much more is used without it. */
export interface WaterfallPart {
  readonly part: string;
  readonly gain: number;
}

/** From one policy to another: what each part gains by itself, and the rest that only parts together gain, or count twice. */
export interface Waterfall {
  readonly id: 'energy' | 'cost';
  readonly label: string;
  readonly unit: string;
  readonly from: { readonly id: string; readonly value: number };
  readonly to: { readonly id: string; readonly value: number };
  readonly parts: readonly WaterfallPart[];
  /** from - to - sum of the parts. */
  readonly rest: number;
}

const FIGURES = [
  { id: 'energy', label: 'energy per output token, facility', kpi: 'joulesPerToken', unit: 'J/token' },
  { id: 'cost', label: 'running cost per million output tokens', kpi: 'runningCostPerMtoken', unit: undefined },
] as const;

/**
 * Where a policy's gain over another comes from, in energy and in cost per token. A part is measured by switching it off with all others
 * on: what is lost then is its gain. These do not add up to the whole where parts help or replace each other; what is left is told as
 * the rest.
 *
 * @param lacking the policy with one part off each
 */
export function waterfalls(from: Compared, to: Compared, lacking: readonly Compared[]): Waterfall[] {
  return FIGURES.flatMap(({ id, label, kpi, unit }): Waterfall[] => {
    const find = (compared: Compared) => compared.kpis.find((k) => k.id === kpi);
    const value = (compared: Compared): number => find(compared)?.value ?? Number.NaN;
    const parts = lacking.map((less) => ({
      part: less.outcome.contender.without.join(', '),
      gain: value(less) - value(to),
    }));
    const [start, end] = [value(from), value(to)];
    const rest = start - end - parts.reduce((sum, { gain }) => sum + gain, 0);
    if (!Number.isFinite(rest)) return [];
    return [
      {
        id,
        label,
        unit: unit ?? find(to)!.unit,
        from: { id: from.outcome.contender.id, value: start },
        to: { id: to.outcome.contender.id, value: end },
        parts,
        rest,
      },
    ];
  });
}

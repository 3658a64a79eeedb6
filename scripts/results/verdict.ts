import type { Comparison, Gain } from '../../src/simulate/compare/comparison.ts';
import { servingAs } from '../../src/simulate/compare/contender.ts';

/** What is to be reached; shares. */
export const BARS = {
  /** Energy per token below `siloed`. */
  siloed: 0.3,
  /** Energy or cost below `tuned-silos`. */
  tuned: 0.1,
  /** Of what `foresight` gains over `tuned-silos`, where that is at least the second. */
  foresight: 0.9,
  worth: 0.02,
} as const;

/** Sun and wind thrown away under `tuned-silos`, share, from which on a site is short of money and not of energy. */
const PLENTY = 0.05;

export type Mark = 'green' | 'red' | 'open';

/** One bar held against what was measured. */
export interface Verdict {
  readonly bar: string;
  readonly measured: string;
  readonly mark: Mark;
  /** Where it is red: what forbids it, or that nothing does. */
  readonly why?: string;
}

/** What a site is short of, and the figure that its gain is told in. */
export interface Scarce {
  readonly name: 'energy' | 'cost';
  readonly kpi: 'joulesPerToken' | 'runningCostPerMtoken';
}

/** What a site is short of: money where sun and wind are thrown away, energy elsewhere. */
export function scarceOf({ compared }: Comparison): Scarce {
  const tuned = compared.find((c) => c.outcome.contender.id === 'tuned-silos')?.totals;
  const had = tuned === undefined ? 0 : tuned.curtailedKwh + tuned.solarUsedKwh + tuned.windUsedKwh;
  return had > 0 && tuned!.curtailedKwh / had > PLENTY
    ? { name: 'cost', kpi: 'runningCostPerMtoken' }
    : { name: 'energy', kpi: 'joulesPerToken' };
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Least share of a figure that anybody could save against a baseline, by the bound; undefined without one. */
export function boundSaves({ compared, bound }: Comparison, against: string, kpi: Scarce['kpi']): number | undefined {
  const other = compared.find((c) => c.outcome.contender.id === against)?.totals;
  if (bound === undefined || other === undefined) return undefined;
  return kpi === 'joulesPerToken'
    ? 1 - bound.facilityKwh / bound.outputTokens / (other.facilityKwh / other.outputTokens)
    : 1 - bound.costMoney / bound.outputTokens / (other.runningCostMoney / other.outputTokens);
}

/** Why a bar is not reached: the bound, perfect forecasts, or nothing but the policy. */
function whyNot(asked: number, bound: number | undefined, foresight: number | undefined): string {
  if (bound !== undefined && bound < asked)
    return `physics: the least that these chips, this cooling and this supply need is only ${percent(bound)} below`;
  if (foresight !== undefined && foresight < asked)
    return `with perfect forecasts ${percent(foresight)}${bound === undefined ? '' : `, the bound is ${percent(bound)} below`}: what lies between is whole replicas, boots and the margin for the latency targets`;
  return 'nothing forbids it: perfect forecasts reach it';
}

/** All bars of a comparison. */
export function verdictsOf(comparison: Comparison): Verdict[] {
  const { gains } = comparison;
  const gain = (of: string, against: string): Gain | undefined =>
    gains.find((g) => g.of === of && g.against === against);
  const saved = (of: string, against: string, kpi: Scarce['kpi']): number | undefined =>
    gain(of, against)?.saved[kpi] ?? undefined;
  const [joint, foresight] = [servingAs('joint', 'tuned-silos'), servingAs('foresight', 'tuned-silos')];
  const [siloed, tuned] = [gain('joint', 'siloed'), gain(joint, 'tuned-silos')];
  if (siloed === undefined || tuned === undefined) return [];
  const scarce = scarceOf(comparison);
  const served = (bar: string, worse: readonly string[]): Verdict => ({
    bar,
    measured: worse.length === 0 ? 'as well' : worse.join('; '),
    mark: worse.length === 0 ? 'green' : 'red',
  });
  const held = (bar: string, asked: number, against: 'siloed' | 'tuned-silos', kpi: Scarce['kpi']): Verdict => {
    const [mine, best] = against === 'siloed' ? ['joint', 'foresight'] : [joint, foresight];
    const own = saved(mine, against, kpi);
    if (own === undefined) return { bar, measured: 'no figure', mark: 'open' };
    const row = { bar, measured: percent(own) };
    if (own >= asked) return { ...row, mark: 'green' };
    const why = whyNot(asked, boundSaves(comparison, against, kpi), saved(best, against, kpi));
    return { ...row, mark: 'red', why };
  };
  return [
    held('energy per token at least 30 % below `siloed`', BARS.siloed, 'siloed', 'joulesPerToken'),
    served('served as well as `siloed`', siloed.worse),
    held(`${scarce.name} per token at least 10 % below \`tuned-silos\``, BARS.tuned, 'tuned-silos', scarce.kpi),
    served('served as well as `tuned-silos`', tuned.worse),
    ofForesight(saved(joint, 'tuned-silos', scarce.kpi), saved(foresight, 'tuned-silos', scarce.kpi), scarce),
  ];
}

function ofForesight(joint: number | undefined, foresight: number | undefined, scarce: Scarce): Verdict {
  const bar = `at least 90 % of what \`foresight\` gains over \`tuned-silos\` in ${scarce.name}, where that is 2 % or more`;
  if (joint === undefined || foresight === undefined) return { bar, measured: 'no figure', mark: 'open' };
  if (foresight < BARS.worth) return { bar, measured: `\`foresight\` gains ${percent(foresight)}`, mark: 'open' };
  const share = joint / foresight;
  const measured = `${percent(share)} (${percent(joint)} of ${percent(foresight)})`;
  if (share >= BARS.foresight) return { bar, measured, mark: 'green' };
  return { bar, measured, mark: 'red', why: 'what the forecasts do not know' };
}

import type { Site } from '../../site/site.ts';
import { kpisOfTotals } from '../kpis.ts';
import type { Compared } from './compared.ts';
import { correctedTotals, type EndPrice, endPrice } from './corrected.ts';
import type { ContenderOutcome } from './outcome.ts';
import { servedWorse } from './served.ts';
import { type Waterfall, waterfalls } from './waterfall.ts';

/** What is certain to be needed at least, by any way to run the site. */
export interface LowerBound {
  readonly facilityKwh: number;
  readonly costMoney: number;
  readonly outputTokens: number;
  readonly seconds: number;
}

/** A figure of one contender against another: shares saved, positive is better. */
export interface Gain {
  readonly of: string;
  readonly against: string;
  /** By KPI: 1 - own / the other's; null where either has none. */
  readonly saved: Readonly<Record<string, number | null>>;
  /** In what it serves worse; [] where it serves as well. */
  readonly worse: readonly string[];
}

/** All contenders side by side. */
export interface Comparison {
  readonly compared: readonly Compared[];
  readonly price: EndPrice;
  readonly gains: readonly Gain[];
  readonly waterfalls: readonly Waterfall[];
  readonly bound?: LowerBound;
}

/** Figures of which a gain is told: less is better. */
export const GAIN_KPIS = [
  'joulesPerToken',
  'joulesPerTokenIt',
  'joulesPerTokenSource',
  'runningCostPerMtoken',
  'lcot',
  'co2PerKtoken',
] as const;

/** Those that others are held against. */
export const BASELINES = ['siloed', 'tuned-silos'] as const;

function figureOf({ kpis }: Compared, id: string): number | null {
  return kpis.find((k) => k.id === id)?.value ?? null;
}

function gainOf(own: Compared, other: Compared): Gain {
  const saved = GAIN_KPIS.map((id) => {
    const [mine, theirs] = [figureOf(own, id), figureOf(other, id)];
    return [id, mine === null || theirs === null || theirs <= 0 ? null : 1 - mine / theirs] as const;
  });
  return {
    of: own.outcome.contender.id,
    against: other.outcome.contender.id,
    saved: Object.fromEntries(saved),
    worse: servedWorse(own.outcome, other.outcome),
  };
}

/**
 * Holds contenders against each other.
 *
 * @param outcomes as measured, at least one; those with a part switched off are told in the waterfall alone
 */
export function comparisonOf(site: Site, outcomes: readonly ContenderOutcome[], bound?: LowerBound): Comparison {
  const price = endPrice(outcomes[0]!.totals);
  const all = outcomes.map((outcome): Compared => {
    const totals = correctedTotals(outcome.totals, outcome.services, price);
    return { outcome, totals, kpis: kpisOfTotals(site, totals) };
  });
  const compared = all.filter(({ outcome }) => outcome.contender.without.length === 0);
  const named = (id: string) => compared.find(({ outcome }) => outcome.contender.id === id);
  const gains = BASELINES.flatMap((id) => {
    const other = named(id);
    if (other === undefined) return [];
    return compared.filter((own) => own !== other && own !== named('siloed')).map((own) => gainOf(own, other));
  });
  const lacking = all.filter(({ outcome }) => outcome.contender.without.length > 0);
  const [from, to] = [named('tuned-silos'), named(lacking[0]?.outcome.contender.policy ?? '')];
  return {
    compared,
    price,
    gains,
    waterfalls: from === undefined || to === undefined ? [] : waterfalls(from, to, lacking),
    ...(bound === undefined ? {} : { bound }),
  };
}

import type { Site } from '../site/site.ts';
import type { Factors } from './problem.ts';
import type { Scenario, ScenarioOutcome } from './scenario.ts';

/** An input and how far it is moved. */
export interface Input {
  readonly id: string;
  readonly about: string;
  readonly low: Factors;
  readonly high: Factors;
  /** How the two ends read: "-20 %", "+2 points". */
  readonly lowText: string;
  readonly highText: string;
}

/** Share by which prices, demand and the like are moved; points by which the discount rate is. */
const SHARE = 0.2;
const POINTS = 0.02;
/** Irradiance of reanalysis is known to be several per cent bright, seldom dark. */
const LIGHT = 0.1;

const KIND_NAMES: Readonly<Record<string, string>> = {
  inference: 'price of accelerators',
  solar: 'price of solar',
  wind: 'price of wind',
  battery: 'price of batteries',
  generator: 'price of generators',
  cooling: 'price of cooling',
  'power-chain': 'price of the power chain',
};

/** Inputs that a site has. */
export function inputsOf(site: Site): Input[] {
  const kinds = new Set(site.units.map((unit) => unit.kind));
  const moved = (id: string, about: string, of: (factor: number) => Factors, share = SHARE): Input => ({
    id,
    about,
    low: of(1 - share),
    high: of(1 + share),
    lowText: `-${Math.round(100 * share)} %`,
    highText: `+${Math.round(100 * share)} %`,
  });
  const list: Input[] = [];
  for (const [kind, about] of Object.entries(KIND_NAMES)) {
    const owned = site.units.some((u) => u.kind === kind && u.ownership.capexMoney + u.ownership.opexMoneyPerYear > 0);
    if (owned) list.push(moved(`price-${kind}`, about, (f) => ({ price: { [kind]: f } })));
  }
  if (kinds.has('grid')) list.push(moved('energy', 'price of bought energy', (f) => ({ energy: f })));
  if (kinds.has('generator')) list.push(moved('fuel', 'price of fuel', (f) => ({ fuel: f })));
  list.push(moved('demand', 'requests', (f) => ({ demand: f })));
  if (kinds.has('solar')) list.push(moved('irradiance', 'irradiance', (f) => ({ irradiance: f }), LIGHT));
  list.push({
    id: 'discount',
    about: 'discount rate',
    low: { discount: -POINTS },
    high: { discount: POINTS },
    lowText: `-${100 * POINTS} points`,
    highText: `+${100 * POINTS} points`,
  });
  return list;
}

/** The plans that a tornado needs: the site as it is, and each input at both ends, with the sizes chosen anew. */
export function tornadoScenarios(siteFile: string, inputs: readonly Input[], gap: number, days?: number): Scenario[] {
  const of = (id: string, label: string, factors: Factors): Scenario => ({
    id,
    label,
    siteFile,
    edits: [],
    factors,
    gap,
    ...(days === undefined ? {} : { days }),
  });
  return [
    of('base', 'as given', {}),
    ...inputs.flatMap((input) => [
      of(`${input.id}:low`, `${input.about} ${input.lowText}`, input.low),
      of(`${input.id}:high`, `${input.about} ${input.highText}`, input.high),
    ]),
  ];
}

/** One bar: LCOT at both ends of an input. */
export interface Bar {
  readonly input: Input;
  readonly low: number;
  readonly high: number;
  /** How far the two are apart. */
  readonly swing: number;
}

export interface Tornado {
  /** LCOT of the site as it is, money per million output tokens. */
  readonly base: number;
  /** What of a figure the plans leave unproven: bars that are shorter may be chance. */
  readonly unproven: number;
  /** Longest first. */
  readonly bars: readonly Bar[];
  /** Inputs without a plan at one end, with the reason. */
  readonly missing: readonly { readonly input: Input; readonly reason: string }[];
}

/** Bars of a tornado from what came of its scenarios; undefined when the site itself has no plan. */
export function tornadoOf(inputs: readonly Input[], outcomes: readonly ScenarioOutcome[]): Tornado | undefined {
  const of = (id: string) => outcomes.find((o) => o.id === id);
  const base = of('base')?.figures?.lcotPerMtoken;
  if (base === undefined) return undefined;
  const bars: Bar[] = [];
  const missing: { input: Input; reason: string }[] = [];
  for (const input of inputs) {
    const [lowOutcome, highOutcome] = [of(`${input.id}:low`), of(`${input.id}:high`)];
    const [low, high] = [lowOutcome?.figures?.lcotPerMtoken, highOutcome?.figures?.lcotPerMtoken];
    if (low === undefined || high === undefined) {
      missing.push({
        input,
        reason: [...(lowOutcome?.faults ?? []), ...(highOutcome?.faults ?? [])][0] ?? 'no tokens',
      });
    } else bars.push({ input, low, high, swing: Math.abs(high - low) });
  }
  const gap = Math.max(0, ...outcomes.map((o) => o.figures?.gapShare ?? 0));
  return { base, unproven: gap * base, bars: bars.sort((a, b) => b.swing - a.swing), missing };
}

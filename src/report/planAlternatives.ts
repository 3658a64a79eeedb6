import { frontierOf } from '../plan/alternatives.ts';
import type { ScenarioFigures, ScenarioOutcome } from '../plan/scenario.ts';
import { reserveName, type Secured, type SecuredPlan } from '../plan/secure.ts';
import type { Tornado } from '../plan/sensitivity.ts';
import { formatCount, formatNumber, formatShare } from '../view/format.ts';
import type { ScatterPoint } from '../view/plots/scatter.ts';
import { moneyScale } from './planParts.ts';
import type { PlannedAlternatives } from './planReportInput.ts';

/** Headers of the table of alternatives. */
export function alternativesHeader(currency: string): readonly string[] {
  return [
    'alternative',
    `${currency} a year`,
    'capital',
    `LCOT, ${currency}/Mtoken`,
    'CO2, t',
    'water, m3',
    'renewable',
    'not served',
    'no supply, h',
  ];
}

/** Alternatives without a plan, and why. */
export function alternativesMissing({ list, outcomes }: PlannedAlternatives): (readonly [string, string])[] {
  return list.flatMap(({ id, label, reason }) => {
    const outcome = outcomes.find((o) => o.id === id);
    if (outcome?.figures !== undefined) return [];
    return [[label, reason ?? outcome?.faults[0] ?? 'ended before it was planned'] as const];
  });
}

/** What to know of alternatives that have a plan, such as where a rent comes from. */
export function alternativesNotes({ list, outcomes }: PlannedAlternatives): (readonly [string, string])[] {
  return list.flatMap(({ id, label, note }) => {
    const figures = outcomes.find((o) => o.id === id)?.figures;
    if (figures === undefined) return [];
    return [
      ...(note === undefined ? [] : [[label, note] as const]),
      ...(serves(figures) ? [] : [[label, unservedNote(figures)] as const]),
    ];
  });
}

/** A row for each alternative that has a plan. */
export function alternativesRows({ outcomes }: PlannedAlternatives): string[][] {
  return outcomes.flatMap(({ label, figures: f }) => {
    if (f === undefined) return [];
    const row = [
      label,
      formatCount(f.yearlyMoney),
      formatCount(f.capexMoney),
      f.lcotPerMtoken === undefined ? '–' : formatNumber(f.lcotPerMtoken, 3),
      formatCount(f.co2Kg / 1000),
      formatCount(f.waterL / 1000),
      formatShare(f.renewableShare),
      f.unservedShare < 1e-6 ? '0' : formatShare(f.unservedShare, 2),
      f.loleHPerYear === undefined ? '–' : formatNumber(f.loleHPerYear, 3),
    ];
    return [row];
  });
}

/** A frontier: cost against something else. */
export interface Frontier {
  readonly title: string;
  readonly xUnit: string;
  readonly yUnit: string;
  readonly points: readonly ScatterPoint[];
}

/** A plan that leaves more of its requests unserved is no alternative to one that serves them. */
const MOST_UNSERVED = 0.01;

/** Whether a plan serves what is asked. */
function serves({ unservedShare }: ScenarioFigures): boolean {
  return unservedShare <= MOST_UNSERVED;
}

function unservedNote({ unservedShare, short }: ScenarioFigures): string {
  const why = short === undefined ? '' : ` (${short})`;
  return `stands on no frontier: it leaves ${formatShare(unservedShare, 2)} of the requests unserved${why}`;
}

const AGAINST: readonly {
  readonly title: string;
  readonly unit: string;
  /** Undefined for a plan that has no such figure. */
  readonly of: (f: ScenarioFigures) => number | undefined;
}[] = [
  { title: 'Cost against CO2', unit: 't of CO2 a year', of: (f) => f.co2Kg / 1000 },
  { title: 'Cost against water', unit: 'm3 of water a year', of: (f) => f.waterL / 1000 },
  { title: 'Cost against availability', unit: 'hours a year without supply', of: (f) => f.loleHPerYear },
];

/**
 * Cost against CO2, water and hours without supply, of the plans that serve what is asked; those in which all plans are alike are
 * left out.
 */
export function alternativeFrontiers(outcomes: readonly ScenarioOutcome[], currency: string): readonly Frontier[] {
  const serving = outcomes.filter((o) => o.figures !== undefined && serves(o.figures));
  const { factor, unit } = moneyScale(Math.max(0, ...serving.map((o) => o.figures!.yearlyMoney)), currency);
  return AGAINST.flatMap(({ title, unit: xUnit, of }) => {
    const planned = serving.filter((o) => of(o.figures!) !== undefined);
    const values = planned.map((o) => of(o.figures!)!);
    if (planned.length < 2 || Math.max(...values) - Math.min(...values) < 1e-3) return [];
    const best = new Set(frontierOf(planned, (f) => of(f)!));
    const points = planned.map((o, i) => ({
      x: values[i]!,
      y: o.figures!.yearlyMoney / factor,
      label: o.label,
      frontier: best.has(o),
      base: o.id === 'base',
    }));
    return [{ title, xUnit, yUnit: `${unit} a year`, points }];
  });
}

/** Each frontier in a line, from the cheapest on, for a terminal. */
export function frontierLines(outcomes: readonly ScenarioOutcome[], currency: string): readonly string[] {
  return alternativeFrontiers(outcomes, currency).map(({ title, points }) => {
    const best = points.filter((p) => p.frontier).sort((a, b) => a.y - b.y);
    return `${title.replace('Cost', 'cost')}, none is better in both: ${best.map((p) => p.label).join('; ')}`;
  });
}

const loleOf = (plan: SecuredPlan): number => plan.survival.risk?.loleHPerYear ?? 0;

/** Headers of the table of reserves. */
export function reservesHeader(currency: string): readonly string[] {
  return ['reserve', `${currency} a year`, 'hours a year without supply', 'available'];
}

/** A row for every reserve that was tried. */
export function reservesRows({ tried, chosen }: Secured): string[][] {
  return tried.map((plan) => [
    `${reserveName(plan)}${plan === chosen ? ' (chosen)' : ''}`,
    formatCount(plan.yearlyMoney),
    formatNumber(loleOf(plan), 3),
    plan.survival.risk === undefined ? '–' : formatShare(plan.survival.risk.availabilityShare, 5),
  ]);
}

/** Cost against hours without supply, over the reserves that were tried. */
export function reserveFrontier({ tried, chosen }: Secured, currency: string): Frontier {
  const { factor, unit } = moneyScale(Math.max(...tried.map((p) => p.yearlyMoney)), currency);
  const worse = (a: SecuredPlan, b: SecuredPlan): boolean =>
    b !== a &&
    b.yearlyMoney <= a.yearlyMoney &&
    loleOf(b) <= loleOf(a) &&
    (b.yearlyMoney < a.yearlyMoney || loleOf(b) < loleOf(a));
  return {
    title: 'Cost against availability',
    xUnit: 'hours a year without supply',
    yUnit: `${unit} a year`,
    points: tried.map((plan) => ({
      x: loleOf(plan),
      y: plan.yearlyMoney / factor,
      label: reserveName(plan),
      frontier: !tried.some((other) => worse(plan, other)),
      base: plan === chosen,
    })),
  };
}

/** Headers of the table of nines. */
export function ninesHeader(currency: string): readonly string[] {
  return ['nines', 'cheapest plan', `${currency} a year`, `more than one nine less`, `${currency} per hour avoided`];
}

/** What each nine costs. */
export function ninesRows({ nines }: Secured): string[][] {
  return nines.map((n) => [
    String(n.nines),
    n.design?.id ?? 'none of those tried',
    n.design === undefined ? '–' : formatCount(n.design.costMoneyPerYear),
    n.moreMoneyPerYear === undefined ? '–' : formatCount(n.moreMoneyPerYear),
    n.moneyPerAvoidedHour === undefined ? '–' : formatCount(n.moneyPerAvoidedHour),
  ]);
}

/** Headers and rows of the tornado as figures. */
export function tornadoHeader(currency: string): readonly string[] {
  return ['input', 'moved by', `LCOT lower, ${currency}/Mtoken`, 'higher', 'apart'];
}

/** What to know of the tornado's figures. */
export function tornadoNote({ unproven }: Tornado, currency: string): string {
  return `What is apart by less than ${formatNumber(unproven, 2)} ${currency}/Mtoken is within what the plans leave unproven.`;
}

/** A row for each input, the strongest first, and for each without a plan at one end the reason. */
export function tornadoRows({ base, bars, missing }: Tornado): string[][] {
  return [
    ...bars.map(({ input, low, high, swing }) => [
      input.about,
      `${input.lowText}, ${input.highText}`,
      formatNumber(low, 3),
      formatNumber(high, 3),
      swing < 5e-4 * base ? '0' : formatNumber(swing, 2),
    ]),
    ...missing.map(({ input, reason }) => [input.about, `${input.lowText}, ${input.highText}`, '–', '–', reason]),
  ];
}

import { loadCatalog } from '../../catalog/load.ts';
import { fail } from '../../errors/error.ts';
import { alternativeScenarios, alternativesOf } from '../../plan/alternatives.ts';
import type { PlanOptions } from '../../plan/plan.ts';
import type { Scenario, ScenarioOutcome } from '../../plan/scenario.ts';
import { planScenarios } from '../../plan/scenarios.ts';
import { reserveName, type SecuredPlan } from '../../plan/secure.ts';
import { inputsOf, tornadoOf, tornadoScenarios } from '../../plan/sensitivity.ts';
import type { PlanQuestions } from '../../report/planReportInput.ts';
import type { Site } from '../../site/site.ts';
import { formatCount, formatNumber, formatShare } from '../../view/format.ts';
import type { OptionDef, Typed } from '../command.ts';
import { quantity } from './planInput.ts';

export const QUESTION_OPTIONS: Readonly<Record<string, OptionDef>> = {
  lole: {
    type: 'string',
    value: '8.76h',
    about: 'raise the reserve until no more hours a year are expected to be without supply',
  },
  nines: {
    type: 'string',
    value: '3',
    about: 'the same as --lole, by nines of availability: 3 is 99.9 % of the hours',
  },
  alternatives: {
    type: 'boolean',
    about: 'plan it too with other chips, other cooling, without grid, without wind, at next year’s prices',
  },
  chips: {
    type: 'string',
    value: 'NAMES',
    about: 'accelerators of the catalogue that --alternatives tries',
    multiple: true,
  },
  sensitivity: {
    type: 'boolean',
    about: 'which inputs move the cost of a token most: each moved both ways, planned anew',
  },
};

const HOURS_A_YEAR = 8760;
/** Gap of scenarios unless another is asked for: twice that of a plan, since there are many of them. */
const SCENARIO_GAP = 0.01;

/** What is asked beside the plan. */
export interface Asked {
  readonly loleH?: number;
  readonly alternatives: boolean;
  readonly sensitivity: boolean;
  readonly chips?: readonly string[];
}

/** Reads what is asked beside the plan. @throws JW_USAGE */
export function askedOf(typed: Typed): Asked {
  const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'plan' });
  const lole = quantity(typed, 'lole', 'duration', 0, HOURS_A_YEAR * 3600, 'hours a year, such as 8.76h');
  const nines = typed.text('nines');
  if (lole !== undefined && nines !== undefined) wrong('--lole and --nines say the same: keep one');
  const count = Number(nines);
  if (nines !== undefined && !(nines.trim() !== '' && count >= 0.5 && count <= 9))
    wrong(`--nines takes a number from 0.5 to 9, not "${nines}"`);
  const loleH = lole !== undefined ? lole / 3600 : nines === undefined ? undefined : HOURS_A_YEAR * 10 ** -count;
  const [alternatives, sensitivity, chips] = [
    typed.flag('alternatives'),
    typed.flag('sensitivity'),
    typed.texts('chips'),
  ];
  if (chips.length > 0 && !alternatives) wrong('--chips belongs to --alternatives');
  if (alternatives || sensitivity) {
    const other = ['weather', 'weather-years', 'step'].find((name) => typed.raw(name).length > 0);
    if (other !== undefined)
      wrong(
        `--alternatives and --sensitivity are planned for the site’s own weather by the hour: leave out --${other}`,
      );
  }
  return {
    ...(loleH === undefined ? {} : { loleH }),
    alternatives,
    sensitivity,
    ...(chips.length === 0 ? {} : { chips }),
  };
}

/** What a reserve that was tried came to, in a line. */
export function reserveLine(plan: SecuredPlan, currency: string): string {
  const lole = formatNumber(plan.survival.risk?.loleHPerYear ?? 0, 3);
  return `${reserveName(plan)}: ${formatCount(plan.yearlyMoney)} ${currency} a year, ${lole} h a year without supply`;
}

/** What a scenario came to, in a line. */
function outcomeLine({ label, figures, faults }: ScenarioOutcome, currency: string): string {
  if (figures === undefined) return `${label}: no plan: ${faults[0] ?? ''}`;
  return (
    `${label}: ${formatCount(figures.yearlyMoney)} ${currency} a year, ` +
    `${figures.lcotPerMtoken === undefined ? '' : `${formatNumber(figures.lcotPerMtoken, 3)} a million tokens, `}` +
    `gap ${formatShare(figures.gapShare, 2)}, ${formatNumber(figures.seconds, 2)} s`
  );
}

/**
 * Plans alternatives and moved inputs, as asked, on threads of their own.
 *
 * @param tell hears a line for every scenario that is done
 */
export async function answer(
  site: Site,
  asked: Asked,
  options: PlanOptions,
  tell: (line: string) => void,
): Promise<PlanQuestions> {
  const gap = options.gap ?? SCENARIO_GAP;
  const list = asked.alternatives ? alternativesOf(site, loadCatalog(), asked.chips) : [];
  const inputs = asked.sensitivity ? inputsOf(site) : [];
  const scenarios: Scenario[] = alternativeScenarios(site, list, gap, options.days);
  if (asked.sensitivity) {
    // The site as it is may be among the alternatives already.
    const known = new Set(scenarios.map((s) => s.id));
    scenarios.push(...tornadoScenarios(site.file, inputs, gap, options.days).filter((s) => !known.has(s.id)));
  }
  const outcomes = await planScenarios(
    scenarios,
    options.jobs ?? 1,
    (outcome, done) => tell(`${done} of ${scenarios.length}, ${outcomeLine(outcome, site.money.currency)}`),
    options.signal,
  );
  const tornado = asked.sensitivity ? tornadoOf(inputs, outcomes) : undefined;
  return {
    ...(asked.alternatives
      ? { alternatives: { list, outcomes: outcomes.filter((o) => list.some((a) => a.id === o.id)) } }
      : {}),
    ...(tornado === undefined ? {} : { tornado }),
  };
}

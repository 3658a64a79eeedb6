import { comparisonHeader, comparisonRows, GAIN_HEADER, gainRows } from '../../src/report/comparisonRows.ts';
import type { Compared } from '../../src/simulate/compare/compared.ts';
import type { Comparison } from '../../src/simulate/compare/comparison.ts';
import type { Waterfall } from '../../src/simulate/compare/waterfall.ts';
import { formatNumber } from '../../src/view/format.ts';
import { type Case, DEMAND, RATE_TEXTS, WARM_UP_DAYS } from './cases.ts';
import { boundSaves, type Mark, percent, scarceOf, type Verdict, verdictsOf } from './verdict.ts';

/** Where the page lies in the checkout. */
export const RESULTS_PAGE = 'docs/results.md';

/** A case that was run. */
export interface CaseResult {
  readonly of: Case;
  readonly comparison: Comparison;
  readonly currency: string;
}

const MARKS: Readonly<Record<Mark, string>> = { green: 'green', red: '**RED**', open: '–' };

function table(header: readonly string[], rows: readonly (readonly string[])[], names = 1): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const rule = `|${header.map((_, i) => (i < names ? '---' : '---:')).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** A name as GitHub makes an anchor of it. */
function anchorOf({ siteName, weather, share }: Case): string {
  return titleOf({ siteName, weather, share })
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function titleOf({ siteName, weather, share }: Pick<Case, 'siteName' | 'weather' | 'share'>): string {
  return `${siteName}: ${weather} year, ${Math.round(100 * share)} % of capacity`;
}

/** The bars of all cases: a row per case. */
function summary(results: readonly CaseResult[]): string {
  const rows = results.map(({ of, comparison }) => {
    const verdicts = verdictsOf(comparison);
    const scarce = scarceOf(comparison);
    const could = (against: string, kpi: 'joulesPerToken' | 'runningCostPerMtoken'): string => {
      const saves = boundSaves(comparison, against, kpi);
      if (saves === undefined) return '';
      // Stores that end fuller than they began may be worth more than all that was paid.
      return saves > 1 ? 'all of it' : percent(saves);
    };
    const shown = (v: Verdict | undefined): string => (v === undefined ? '' : `${v.measured} ${MARKS[v.mark]}`);
    const [siloed, served, tuned, servedTuned, foresight] = verdicts;
    const well = [served, servedTuned].map((v) => (v === undefined ? '' : MARKS[v.mark])).join(', ');
    return [
      `[${of.siteName}, ${of.weather}, ${Math.round(100 * of.share)} %](#${anchorOf(of)})`,
      shown(siloed),
      could('siloed', 'joulesPerToken'),
      scarce.name,
      shown(tuned),
      could('tuned-silos', scarce.kpi),
      shown(foresight),
      well,
    ];
  });
  return table(
    [
      'case',
      'energy below `siloed`',
      'the bound',
      'short of',
      'that below `tuned-silos`',
      'the bound',
      'of the gain of `foresight`',
      'served as well as `siloed`, `tuned-silos`',
    ],
    rows,
  );
}

/** Output tokens per joule of every policy at the three boundaries: a row per case. */
function boundaries(results: readonly CaseResult[]): string {
  const names = [...new Set(results.flatMap(({ comparison }) => comparison.compared.map(idOf)))];
  const cell = ({ comparison }: CaseResult, name: string): string => {
    const kpis = comparison.compared.find((c) => idOf(c) === name)?.kpis ?? [];
    return ['tokensPerJoule', 'tokensPerJouleIt', 'tokensPerJouleSource']
      .map((id) => {
        const value = kpis.find((k) => k.id === id)?.value ?? null;
        return value === null ? '–' : formatNumber(value, 3);
      })
      .join(' / ');
  };
  return table(
    ['tokens per joule: facility / IT / source', ...names.map((name) => `\`${name}\``)],
    results.map((result) => [
      `${result.of.siteName}, ${result.of.weather}, ${Math.round(100 * result.of.share)} %`,
      ...names.map((name) => cell(result, name)),
    ]),
  );
}

const idOf = ({ outcome }: Compared): string => outcome.contender.id;

function waterfall({ label, unit, from, to, parts, rest }: Waterfall): string {
  const row = (name: string, value: number): string[] => [
    name,
    formatNumber(value, 3),
    `${formatNumber((100 * value) / from.value, 3)} %`,
  ];
  return table(
    [label, unit, `of \`${from.id}\``],
    [
      [`\`${from.id}\``, formatNumber(from.value, 4), ''],
      ...parts.map(({ part, gain }) => row(part, -gain)),
      row('together', -rest),
      [`\`${to.id}\``, formatNumber(to.value, 4), `${formatNumber((100 * (to.value - from.value)) / from.value, 3)} %`],
    ],
  );
}

function section({ of, comparison, currency }: CaseResult): string {
  const verdicts = verdictsOf(comparison).map((v) => [v.bar, v.measured, MARKS[v.mark], v.why ?? '']);
  const parts = [
    `## ${titleOf(of)}`,
    `Weather: ${of.weatherAbout}.`,
    table(['bar', 'measured', '', 'what forbids it'], verdicts, 4),
    table(comparisonHeader(comparison), comparisonRows(comparison, currency)),
    table(GAIN_HEADER, gainRows(comparison.gains), 2),
    ...comparison.waterfalls.map(waterfall),
  ];
  return parts.join('\n\n');
}

function demandText(): string {
  return Object.entries(DEMAND)
    .map(([site, services]) => {
      const said = services.map(
        ({ service, rate, lengths }) =>
          `\`${service}\` ${RATE_TEXTS[rate]}${lengths === undefined ? '' : `, lengths and bursts of Azure 2023 (${lengths})`}`,
      );
      return `- ${site}: ${said.join('; ')}`;
    })
    .join('\n');
}

/** What is said once for all cases. @param missing ids of cases that were not run */
function head(results: readonly CaseResult[], quick: boolean, missing: readonly string[]): string {
  const period = quick
    ? '**A quick look: a fortnight, 5 to 18 January, in place of the year.**'
    : 'A whole year in steps of 15 minutes.';
  const reds = results.flatMap(({ comparison }) => verdictsOf(comparison)).filter(({ mark }) => mark === 'red').length;
  return `# Results

The experiment: the three sites of \`sites/\` under all [policies](baselines.md), on recorded demand and real weather. \`npm run results\` writes this page anew${quick ? ' (`-- --quick`)' : ''};
a finished run is kept, by all that it depends on, and not done twice. ${period} ${results.length} comparisons, ${reds} bars red.${
    missing.length === 0 ? '' : `\n\nNot run yet: ${missing.join('; ')}.`
  }

**What is compared.** The same demand, weather, models, precisions, chips and latency targets. Energy is told per output token at the facility boundary unless another is named;
input tokens are never counted. Before the period everybody runs for ${WARM_UP_DAYS} days that do not count, so that whoever learns has a record. Final states are [made equal](guide/simulate.md#policies-side-by-side). "Served as well" means that no service is within its targets 0.1
percentage points less often, and nothing more is lost, late or not delivered.

**Load.** The busiest hour takes 30 % or 60 % of [capacity](guide/simulate.md#a-share-of-capacity): what all installed replicas serve within the targets.

${demandText()}

Rates lie on the site's clock. Weather: the typical and the dark year of each place, hours derived from days of a reanalysis.

**What to keep in mind.** A recording of a day, a week or a fortnight repeats: whoever looks a week back, as \`joint\` does, knows a week that repeats from the second one on. \`joulewright simulate sites/bukhara.yaml --compare --vary 34%\`
takes that away: every week then strays as recorded weeks do.

**At equal service.** \`joint\` promises that one request in a thousand misses its targets because a pool was too small, which is about what \`siloed\` keeps by never scaling down. \`tuned-silos\` misses more, most where bursts are steep, and
saves the replicas that would serve them. So that neither is held against the other's service, \`joint (as tuned-silos)\` and \`foresight (as tuned-silos)\` are the same policies with a promise of as many misses as \`tuned-silos\` had, service by service;
the bars against \`tuned-silos\` are theirs, the bars against \`siloed\` those of \`joint\`. What came of the promises is measured: each section tells the attainment of every service and what was lost.

**Bars.** Energy at least 30 % below \`siloed\`; at least 10 % below \`tuned-silos\` in what the site is short of: money where more than 5 % of sun and wind are thrown away, energy elsewhere; at least 90 %
of what \`foresight\` gains over \`tuned-silos\` where that is 2 % or more. **The bound** is what no way to run the site [goes below](formulation.md#the-lower-bound): no policy can save more than that.
Where a bar is red, the section of the case says what forbids it.`;
}

/** The page. */
export function resultsPage(results: readonly CaseResult[], quick: boolean, missing: readonly string[]): string {
  return `${[head(results, quick, missing), summary(results), boundaries(results), ...results.map(section)].join('\n\n')}\n`;
}

import path from 'node:path';
import { COLUMNS } from '../finance/project.ts';
import { explainPlan } from '../plan/explain.ts';
import type { Plan } from '../plan/plan.ts';
import { csvCell } from '../series/csv.ts';
import { printPath } from '../site/source.ts';
import { type Column, csvNumber, writeCsv } from './csv.ts';
import { writeHtml } from './html.ts';
import { writeJson } from './json.ts';
import type { Manifest } from './manifest.ts';
import { boundsOf, boundText, planLcot, planWarnings } from './planText.ts';
import { writeAtomic } from './write.ts';

const DIGITS = 9;
const number = (value: number): string => csvNumber(value, DIGITS);
const rows = (header: readonly string[], lines: readonly (readonly string[])[]): string =>
  `${[header, ...lines].map((line) => line.join(',')).join('\n')}\n`;

function sizesCsv({ figures }: Plan): string {
  return rows(
    ['device', 'size', 'unit', 'free', 'least', 'most', 'chosen', 'bound', 'capex', 'cost_per_year', 'price_source'],
    figures.sizes.map((s) => [
      csvCell(s.unitId),
      s.key,
      s.unit,
      String(s.free),
      ...[s.lower, s.upper, s.size].map(number),
      boundText(s),
      ...[s.capexMoney, s.costPerYear].map(number),
      csvCell(s.source),
    ]),
  );
}

function cashFlowCsv({ figures }: Plan): string {
  return rows(
    ['year', ...COLUMNS, 'net', 'present_worth', 'cumulative', 'cumulative_present_worth'],
    figures.cashFlow.map((y) => [
      String(y.year),
      ...COLUMNS.map((column) => number(y.by[column])),
      ...[y.netMoney, y.worthMoney, y.cumulativeMoney, y.cumulativeWorthMoney].map(number),
    ]),
  );
}

function shortfallsCsv({ chosen, problem }: Plan): string {
  const at = (step: number): string =>
    new Date(problem.horizon.grid.startMs + step * problem.horizon.grid.stepMs).toISOString();
  return rows(
    ['what', 'unit', 'from', 'to', 'hours', 'most', 'sum', 'limits_that_bind'],
    chosen.dispatch.shortfalls.map((s) => [
      csvCell(s.name),
      s.unit,
      at(s.from),
      at(s.to),
      number(s.hours),
      number(s.most),
      number(s.sum),
      csvCell(s.binds.join('; ')),
    ]),
  );
}

/** Everything that a program may want to know of a plan, as plain data. */
export function planBody(plan: Plan): Readonly<Record<string, unknown>> {
  const { figures, continuous, chosen, rounding, settled, site, problem } = plan;
  const { years } = problem.balance;
  const search = ({ rounds, seconds, merged, full, gapShare }: typeof continuous) => ({
    rounds,
    seconds,
    gapShare,
    merged,
    full,
  });
  return {
    currency: site.money.currency,
    sizes: figures.sizes.map((s) => ({ ...s, bound: boundText(s) })),
    built: plan.sizes.map(({ free, size }) => ({ path: printPath(free.path), size })),
    bounds: { ...boundsOf(plan), gapShare: plan.gapShare },
    search: search(continuous),
    ...(rounding === undefined
      ? {}
      : {
          whole: {
            ...search(rounding.sizing),
            rounds: rounding.rounds,
            seconds: rounding.seconds,
            tried: rounding.tried,
            lossMoneyPerYear: rounding.lossMoney / years,
            lossShare: rounding.lossShare,
          },
        }),
    ...(settled === undefined
      ? {}
      : {
          wholeReplicas: {
            ...search(settled.sizing),
            itShare: settled.itShare,
            clocks: plan.clocks,
            lossMoneyPerYear: settled.lossMoney / years,
            lossShare: settled.lossShare,
          },
        }),
    yearly: figures.yearly,
    year: figures.year,
    capexMoney: figures.capexMoney,
    lifeCycleMoney: figures.lifeCycleMoney,
    lcotPerMtoken: figures.lcotPerMtoken ?? null,
    services: planLcot(plan),
    cashFlow: figures.cashFlow,
    limits: explainPlan(problem, chosen).limits.map(({ limit: { penalty: _, ...limit }, ...use }) => ({
      ...limit,
      ...use,
    })),
    shortfalls: chosen.dispatch.shortfalls,
    ...(plan.secured === undefined
      ? {}
      : {
          availability: {
            reached: plan.secured.reached,
            tried: plan.secured.tried.map(({ reserveHours, spares, survival, yearlyMoney }) => ({
              reserveHours: reserveHours ?? 0,
              spares,
              loleHPerYear: survival.risk?.loleHPerYear ?? 0,
              yearlyMoney,
            })),
            nines: plan.secured.nines,
          },
        }),
    warnings: planWarnings(plan),
  };
}

/** Columns of the dispatch that are not nothing throughout, and the clocks and caps of deployments whose plan may choose. */
function dispatchColumns({ chosen, clocks, problem }: Plan): Record<string, Column> {
  const knobs = [...new Set(clocks.map((c) => c.deployment))].flatMap((id): [string, Column][] => {
    const at = problem.horizon.operated?.(id)?.knobs ?? [];
    return [
      [`${id} clock`, { unit: '', values: Float64Array.from(at, (k) => k.clock) }],
      [`${id} cap, W`, { unit: 'W', values: Float64Array.from(at, (k) => k.capW) }],
    ];
  });
  return Object.fromEntries([
    ...[...chosen.dispatch.columns.values()]
      .filter(({ values }) => values.some((v) => v !== 0))
      .map(({ name, unit, values }): [string, Column] => [`${name}, ${unit}`, { unit, values }]),
    ...knobs,
  ]);
}

/** What is written beside the plan's own files. */
export interface PlanExtras {
  /** Further data for plan.json. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** The page. */
  readonly html?: string;
}

/** Writes a plan into a folder. @returns the files, the design first @throws JW_FILE_UNWRITABLE */
export async function writePlan(
  folder: string,
  plan: Plan,
  manifest: Manifest,
  { more = {}, html }: PlanExtras = {},
): Promise<readonly string[]> {
  const at = (name: string): string => path.join(folder, name);
  const design = at('design.yaml');
  await writeAtomic(design, plan.design(design));
  await writeAtomic(at('sizes.csv'), sizesCsv(plan));
  await writeAtomic(at('cash-flow.csv'), cashFlowCsv(plan));
  await writeCsv(at('dispatch.csv'), plan.problem.horizon.grid, dispatchColumns(plan), { digits: 7 });
  await writeAtomic(at('shortfalls.csv'), shortfallsCsv(plan));
  await writeJson(at('plan.json'), manifest, { ...planBody(plan), ...more });
  await writeAtomic(at('manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  if (html !== undefined) await writeHtml(at('report.html'), html);
  return [
    'design.yaml',
    ...(html === undefined ? [] : ['report.html']),
    'sizes.csv',
    'cash-flow.csv',
    'dispatch.csv',
    'shortfalls.csv',
    'plan.json',
    'manifest.json',
  ].map(at);
}

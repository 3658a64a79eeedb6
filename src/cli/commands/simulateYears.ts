import path from 'node:path';
import { type Fault, fail, JoulewrightError, printFault } from '../../errors/error.ts';
import { csvNumber } from '../../report/csv.ts';
import { jsonDocument, writeJson } from '../../report/json.ts';
import { fileInput, simulationManifest } from '../../report/manifest.ts';
import { textTable } from '../../report/table.ts';
import { worstWeekColumns } from '../../report/weekRows.ts';
import { writeAtomic } from '../../report/write.ts';
import { MOST_COLUMNS, SPREAD_HEADER, spreadRows, yearColumns, yearsReportHtml } from '../../report/yearsReport.ts';
import { csvCell } from '../../series/csv.ts';
import { solverFor } from '../../simulate/around.ts';
import { periodOf } from '../../simulate/period.ts';
import { substitute } from '../../simulate/substitutes.ts';
import { simulateYears as stepYears } from '../../simulate/yearPool.ts';
import {
  medianYear,
  outcomeOf,
  simulateYear,
  spreads as spreadsOf,
  worstYear,
  type YearOutcome,
  type YearSetting,
  yearFigures,
} from '../../simulate/years.ts';
import { filesOfSource, type NamedYear, type YearsSource, yearsOf } from '../../simulate/yearsSource.ts';
import { sizesGiven } from '../../site/free.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import type { Site } from '../../site/site.ts';
import type { Typed } from '../command.ts';
import { Progress } from '../progress.ts';
import { demandText, jobsOf, outFolder, policiesOf } from './simulateOptions.ts';
import { yearsSourceOf } from './simulateYearsSource.ts';

const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'simulate' });

/** What each file says of itself; every file is read before the first step, so that all faults are told at once. */
function aboutFiles(years: readonly NamedYear[]): (readonly [string, string])[] {
  const faults: Fault[] = [];
  const rows = years.flatMap(({ name, weather }) => {
    try {
      const { about } = weather();
      return [[`weather ${name}`, about] as const];
    } catch (error) {
      if (!(error instanceof JoulewrightError)) throw error;
      faults.push(...error.faults);
      return [];
    }
  });
  if (faults.length > 0) throw new JoulewrightError(faults);
  return rows;
}

function csvOf(outcomes: readonly YearOutcome[], currency: string): string {
  const figures = yearFigures(currency);
  const header = [
    'year',
    'mean_c',
    'min_c',
    'ghi_kwh_m2',
    ...figures.map((f) => f.id),
    'worst_week',
    'worst_week_by',
    'worst_week_short_kwh',
    'worst_week_generator_kwh',
    'worst_week_import_kwh',
    'worst_week_mean_c',
    'worst_week_ghi_kwh_m2_day',
    'worst_week_lowest_soc',
    'worst_week_heating_kwh',
    'worst_week_min_c',
    'worst_week_generator_h',
    'worst_week_fuel_l',
    'worst_week_liquid_chiller_h',
    'worst_week_air_chiller_h',
    'worst_week_water_l',
    'worst_week_pue',
    'worst_week_tokens_per_joule',
  ];
  const number = (value: number | null) => csvNumber(value ?? Number.NaN, 9);
  const rows = outcomes.map(({ name, weather, worstWeek: w, ...rest }) => {
    const o = { name, weather, worstWeek: w, ...rest };
    return [
      csvCell(name),
      ...[weather.meanC, weather.minC, weather.ghiKwhM2, ...figures.map((f) => f.of(o))].map(number),
      w.date,
      w.by,
      ...[
        w.shortKwh,
        w.generatorKwh,
        w.importKwh,
        w.meanC,
        w.ghiKwhM2Day,
        w.lowestSoc,
        w.heatingKwh,
        w.minC,
        w.generatorHours,
        w.fuelL,
        w.liquidChillerHours,
        w.airChillerHours,
        w.waterL,
        w.pue,
        w.tokensPerJoule,
      ].map(number),
    ];
  });
  return `${[header, ...rows].map((r) => r.join(',')).join('\n')}\n`;
}

function methodOf(source: YearsSource, years: readonly NamedYear[]): (readonly [string, string])[] {
  const names = `${years[0]!.name} to ${years[years.length - 1]!.name}`;
  const first: (readonly [string, string])[] =
    source.kind === 'files' ? aboutFiles(years) : [['weather years', aboutYears(source, names)]];
  return [
    ...first,
    ['calendar', 'every weather year is laid on the same calendar, so that only the weather differs'],
    ['battery, plant', 'each year starts anew, as the site file says; ageing is not carried from year to year'],
  ];
}

function aboutYears(source: Exclude<YearsSource, { kind: 'files' }>, names: string): string {
  return source.kind === 'days'
    ? `days of ${path.basename(source.file)}, ${names}; the hours within them are derived: each day keeps its own sum of light and means of wind and humidity`
    : `generated from the climate ${source.climate}, ${names}, with the luck of single months left in`;
}

/** `simulate --weather-years`: one site through many weather years, and how its figures spread. */
export async function simulateYears(typed: Typed): Promise<number> {
  const siteFile = path.resolve(typed.positionals[0]!);
  if (typed.text('weather') !== undefined)
    wrong('--weather is one year and --weather-years are many: give one of them');
  if (typed.text('map') !== undefined) wrong('--map is for a file given with --weather');
  if (typed.text('dark-weather') !== undefined || typed.flag('no-winter'))
    wrong('--dark-weather and --no-winter are for one year; --weather-years shows the worst week of every year');
  const [policies, jobs] = [policiesOf(typed), jobsOf(typed, 2)];
  const { site, faults, warnings: siteWarnings } = checkSite(typed.positionals[0]!);
  if (site === undefined) throw new JoulewrightError(faults);
  sizesGiven(site);
  const grid = periodOf(
    { from: typed.text('from'), to: typed.text('to'), days: typed.text('days'), step: typed.text('step') },
    site.context.zone,
  );
  const source = yearsSourceOf('weather-years', typed.raw('weather-years'), site);
  const years = yearsOf(source, site);
  const method = methodOf(source, years);
  const demand = demandText(typed);
  const { services, files, notes } = substitute(site, demand);
  const folder = outFolder(typed);
  const inputs = [siteFile, ...filesOfSource(source), ...files];
  const hashed = await Promise.all([...new Set(inputs)].map(fileInput));
  const documents: unknown[] = [];
  for (const policy of policies) {
    const beganMs = performance.now();
    const progress = new Progress(`simulating ${years.length} years, ${policy}`);
    const outcomes = await stepYears({ siteFile, source, grid, policy, demand }, years.length, jobs, (share, done) =>
      progress.update(share, `${done} of ${years.length} years`),
    );
    progress.done();
    const spreads = spreadsOf(outcomes, site.money.currency);
    const told = [...new Set([...siteWarnings.map(printFault), ...outcomes.flatMap((o) => o.warnings)])];
    const manifest = simulationManifest({
      inputs: hashed,
      seed: site.context.seed,
      siteId: site.id,
      grid,
      policy,
      warnings: told,
    });
    const plain = {
      spreads: spreads.map(({ figure: { id, label, unit, worse }, ...rest }) => ({ id, label, unit, worse, ...rest })),
      years: outcomes,
    };
    const written: string[] = [];
    if (folder !== undefined) {
      const name = (suffix: string) => path.join(folder, `${site.id}-${policy}-years.${suffix}`);
      const setting: YearSetting = { site, services, grid, policy, solver: await solverFor([policy]) };
      const html = yearsReportHtml({
        title: `${site.name}, ${years.length} weather years`,
        subtitle: `policy ${policy}`,
        outcomes,
        spreads,
        pictures: picturesOf(setting, years, outcomes),
        plant: plantOf(site, services),
        zone: site.context.zone,
        assumptions: [...method, ...notes],
        manifest,
        warnings: told,
      });
      await writeAtomic(name('html'), html);
      await writeJson(name('json'), manifest, plain);
      await writeAtomic(name('csv'), csvOf(outcomes, site.money.currency));
      written.push(name('html'), name('json'), name('csv'));
    }
    if (typed.flag('json')) documents.push(JSON.parse(jsonDocument(manifest, { ...plain, written })));
    else
      print(
        site,
        policy,
        outcomes,
        spreads,
        told,
        written,
        (performance.now() - beganMs) / 1000,
        Math.min(jobs, years.length),
      );
  }
  if (typed.flag('json'))
    process.stdout.write(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
  return 0;
}

/** The worst and the ordinary year once more, with their ledgers, for the pictures of their worst weeks. */
function picturesOf(setting: YearSetting, years: readonly NamedYear[], outcomes: readonly YearOutcome[]) {
  const chosen = [
    ['The worst year', worstYear(outcomes)],
    ['An ordinary year', medianYear(outcomes)],
  ] as const;
  const different = chosen[0][1] === chosen[1][1] ? chosen.slice(0, 1) : chosen;
  return different.map(([name, { name: year }]) => {
    const weather = years.find((y) => y.name === year)!.weather();
    const run = simulateYear(setting, weather);
    return { name, run, outcome: outcomeOf(year, setting, weather, run) };
  });
}

/** A column per year. */
function sideBySide(what: string, outcomes: readonly YearOutcome[], rows: readonly string[][]): string {
  return textTable([{ header: what }, ...outcomes.map((o) => ({ header: o.name, align: 'right' as const }))], rows);
}

function print(
  site: Site,
  policy: string,
  outcomes: readonly YearOutcome[],
  spreads: ReturnType<typeof spreadsOf>,
  told: readonly string[],
  written: readonly string[],
  wallS: number,
  jobs: number,
): void {
  const [worst, ordinary] = [worstYear(outcomes), medianYear(outcomes)];
  const few = outcomes.length <= MOST_COLUMNS;
  const table = few
    ? sideBySide('figure', outcomes, yearColumns(spreads, outcomes))
    : textTable(
        SPREAD_HEADER.map((header, i) => ({ header, align: i > 0 && i < 6 ? ('right' as const) : ('left' as const) })),
        spreadRows(spreads),
      );
  const shown = few ? outcomes : [...new Set([worst, ordinary])];
  const years = few
    ? outcomes.length === 1
      ? ''
      : `worst year ${worst.name}\n\n`
    : `worst year ${worst.name}, ordinary year ${ordinary.name}\n\n`;
  process.stdout.write(
    `${site.name}, policy ${policy}: ${outcomes.length} weather years in ${wallS.toFixed(1)} s on ${jobs} threads\n\n${table}\n\n` +
      `${years}${sideBySide('worst week', shown, worstWeekColumns(shown))}\n\n`,
  );
  for (const text of told) process.stderr.write(`warning ${text}\n`);
  if (written.length > 0)
    process.stdout.write(`written:\n${written.map((w) => `  ${path.relative('.', w)}`).join('\n')}\n`);
  else process.stdout.write('nothing was written; --out DIR keeps a table, results and a page with plots\n');
}

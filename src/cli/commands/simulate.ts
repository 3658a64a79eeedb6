import path from 'node:path';
import { fail, JoulewrightError, printFault } from '../../errors/error.ts';
import type { Kpi } from '../../kpi/kpi.ts';
import { POLICY_NAMES } from '../../policy/policy.ts';
import { accuracyNotes, accuracyRows } from '../../report/accuracy.ts';
import { writeCsv } from '../../report/csv.ts';
import { jsonDocument, writeJson } from '../../report/json.ts';
import { fileInput, type Manifest, simulationManifest } from '../../report/manifest.ts';
import { assumptions, ledgerCsvColumns, reportColumns } from '../../report/runColumns.ts';
import { simulateReportHtml } from '../../report/simulateReport.ts';
import { siteRows } from '../../report/siteRows.ts';
import { writeAtomic } from '../../report/write.ts';
import { weatherOf } from '../../simulate/air.ts';
import { aroundOf, solverFor } from '../../simulate/around.ts';
import { frontiersOf } from '../../simulate/frontiers.ts';
import { kpisOf } from '../../simulate/kpis.ts';
import { lcotOf, type RunLcot } from '../../simulate/lcot.ts';
import { peakCutOf } from '../../simulate/peakCut.ts';
import { DEFAULT_STEP } from '../../simulate/period.ts';
import { type Run, type Scenario, simulate as stepThrough } from '../../simulate/simulate.ts';
import { substitute } from '../../simulate/substitutes.ts';
import { winterOf, winterResult } from '../../simulate/winter.ts';
import { sizesGiven } from '../../site/free.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { formatNumber } from '../../units/quantity.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { parseWeatherMap } from '../../weather/map.ts';
import type { Command } from '../command.ts';
import { Progress } from '../progress.ts';
import { COMPARE_OPTIONS, simulateCompare } from './simulateCompare.ts';
import { simulateDetailed } from './simulateDetailed.ts';
import { DETAILED_OPTIONS } from './simulateDetailedInput.ts';
import { EVENT_OPTIONS, eventScreen, eventsAsked, eventsMet, periodAround } from './simulateEvents.ts';
import { DEMAND_OPTIONS, demandText, outFolder, policiesOf } from './simulateOptions.ts';
import { peakCutScreen } from './simulatePeakCut.ts';
import { header, kpiTable, lcotTable, restsOn } from './simulateScreen.ts';
import { WINTER_OPTIONS, winterAsked, winterScreen } from './simulateWinter.ts';
import { simulateYears } from './simulateYears.ts';

function warningsOf(run: Run, weather: readonly string[], site: readonly string[]): string[] {
  const { batchLate, requestsShed, requestsOffered, shortKwh } = run.tally.totals();
  const share = requestsOffered > 0 ? requestsShed / requestsOffered : 0;
  return [
    ...site,
    ...weather,
    ...(share > 1e-9 ? [`${formatNumber(share * 100, 3)} % of the interactive requests were not served`] : []),
    ...(batchLate > 0.5 ? [`${formatNumber(batchLate, 4)} batch requests were late`] : []),
    ...(shortKwh > 1e-3 ? [`${formatNumber(shortKwh, 4)} kWh were wanted by the facility and not delivered`] : []),
  ];
}

async function writeOut(
  folder: string,
  run: Run,
  html: string,
  manifest: Manifest,
  results: { readonly kpis: readonly Kpi[]; readonly lcot: readonly RunLcot[] } & Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const name = (suffix: string) => path.join(folder, `${manifest.siteId}-${run.policy}.${suffix}`);
  await writeCsv(name('ledger.csv'), run.ledger.grid, ledgerCsvColumns(run), { digits: 9 });
  // A name that stands twice is one column of the CSV; what was said of it last is what the device itself says.
  const columns = [
    ...new Map(
      run.ledger.columns.map(({ name: column, unit, what, about }) => [column, { column, unit, what, about }]),
    ).values(),
  ];
  const { kpis, ...rest } = results;
  await writeJson(name('json'), manifest, { kpis, ...rest, totals: run.tally.totals(), decisions: run.notes, columns });
  await writeAtomic(name('html'), html);
  return [name('html'), name('json'), name('ledger.csv')];
}

export const simulate: Command = {
  name: 'simulate',
  about: 'step a site through weather and demand: ledger, KPIs, one page with plots',
  details:
    'Without --weather and --demand the site file’s own sources are used. A demand file holds requests per second or minute\n' +
    'over time; after its name: series=NAME, shift=5h, scale=0.3, mean=2 req/s, peak=9 req/s, start=sun, clock=utc|local.\n' +
    'A lengths file holds one request per line (arrival, input tokens, output tokens). Files may be gzip-compressed.\n' +
    'With --detailed every request of a window (a day without --days or --to) is followed on its replica, and what the replicas\n' +
    'draw goes to cooling, power chain and sources; beside it stands what the fluid twin says. Ctrl-C shows what is done so far.',
  positionals: [{ name: 'SITE', about: 'the site file', required: true }],
  options: {
    weather: { type: 'string', value: 'FILE', about: 'weather year: EPW, TMY3, PVGIS, Open-Meteo, NASA POWER or CSV' },
    map: {
      type: 'string',
      value: 'KEY=COLUMN:UNIT,...',
      about: 'what the columns of a plain CSV given with --weather are',
    },
    'weather-years': {
      type: 'string',
      value: 'FILES|N',
      about: 'hourly files side by side (a.epw,b.csv.gz), every year of a daily series, or N generated years',
      multiple: true,
    },
    ...WINTER_OPTIONS,
    jobs: { type: 'string', value: 'N', about: 'threads for --weather-years (default 2) and --compare (default: all)' },
    ...DEMAND_OPTIONS,
    from: { type: 'string', value: 'DATE', about: 'local start, 2026-01-31 or 2026-01-31T18:00 (default: 1 January)' },
    to: { type: 'string', value: 'DATE', about: 'local end, exclusive (default: a year’s end)' },
    days: { type: 'string', value: 'N', about: 'so many days from --from on, in place of --to' },
    step: { type: 'string', value: '15m', about: `step, 1 s to 1 h (default ${DEFAULT_STEP})` },
    policy: {
      type: 'string',
      value: 'NAME',
      about: `who decides: ${POLICY_NAMES.join(', ')}`,
      multiple: true,
      words: POLICY_NAMES,
    },
    ...EVENT_OPTIONS,
    ...COMPARE_OPTIONS,
    ...DETAILED_OPTIONS,
    out: { type: 'string', value: 'DIR', about: 'write ledger (CSV), results (JSON) and report (HTML) there' },
    json: { type: 'boolean', about: 'print the results as JSON' },
  },
  examples: [
    'joulewright simulate sites/bukhara.yaml --out out',
    'joulewright simulate sites/bukhara.yaml --weather bukhara.csv.gz --demand chat=week.csv.gz,series=conv --lengths chat=requests.csv.gz',
    'joulewright simulate sites/bukhara.yaml --from 2026-01-10 --to 2026-01-17 --step 5m --json',
    'joulewright simulate sites/bukhara.yaml --weather typical.csv.gz --dark-weather dark.csv.gz',
    'joulewright simulate sites/bukhara.yaml --weather-years 30 --out out',
    'joulewright simulate sites/bukhara.yaml --weather-years typical.csv.gz,dark.csv.gz',
    'joulewright simulate sites/nukus-ai-zone.yaml --event "2025-01-14T18:00 3h -25% notice=30m" --policy tuned-silos',
    'joulewright simulate sites/tashkent-campus.yaml --compare --event "2025-01-14T18:00 3h -25% notice=30m"',
    'joulewright simulate sites/bukhara.yaml --compare --demand-share 60% --out out',
    'joulewright simulate sites/tashkent-campus.yaml --detailed --from 2026-01-14 --days 1 --out out',
  ],
  async run(typed) {
    for (const name of ['detailed', 'weather-years']) {
      if (typed.raw('event').length > 0 && (typed.flag(name) || typed.text(name) !== undefined))
        fail('JW_USAGE', { reason: `--event does not go with --${name}`, command: 'simulate' });
    }
    if (typed.flag('compare')) return simulateCompare(typed);
    if (typed.flag('detailed')) return simulateDetailed(typed);
    for (const name of Object.keys(DETAILED_OPTIONS)) {
      if (typed.text(name) !== undefined || typed.flag(name))
        fail('JW_USAGE', { reason: `--${name} is for --detailed`, command: 'simulate' });
    }
    if (typed.text('weather-years') !== undefined) return simulateYears(typed);
    if (typed.text('jobs') !== undefined)
      fail('JW_USAGE', { reason: '--jobs is for --weather-years and --compare', command: 'simulate' });
    const siteFile = typed.positionals[0]!;
    const policies = policiesOf(typed);
    const { site, faults, warnings } = checkSite(siteFile);
    if (site === undefined) throw new JoulewrightError(faults);
    sizesGiven(site);
    const { zone } = site.context;
    const grid = periodAround(
      typed,
      { from: typed.text('from'), to: typed.text('to'), days: typed.text('days'), step: typed.text('step') },
      site,
    );
    const weatherFile = typed.text('weather');
    const map = typed.text('map');
    if (map !== undefined && weatherFile === undefined)
      fail('JW_USAGE', { reason: '--map is for a file given with --weather', command: 'simulate' });
    const weather = weatherOf(site, weatherFile, map === undefined ? undefined : parseWeatherMap(map));
    const { services, files, notes } = substitute(site, demandText(typed));
    const winterOfYear = winterAsked(typed, site, grid);
    const folder = outFolder(typed);
    const plant = plantOf(site, services);
    const deployments = plant.halls.flatMap((hall) => hall.it);
    const accuracy = accuracyRows(deployments);
    const rests = [...notes, ...accuracyNotes(deployments)];
    const conditions = conditionsOn(weather, site.context, grid);
    const ownWeather = site.weather.kind === 'file' ? [site.weather.file] : [];
    const inputs = [
      siteFile,
      ...(weatherFile === undefined ? ownWeather : [weatherFile]),
      ...files,
      ...(winterOfYear?.files ?? []),
    ];
    const hashed = await Promise.all([...new Set(inputs)].map(fileInput));
    const documents: unknown[] = [];
    const solver = await solverFor(policies);
    for (const policy of policies) {
      const progress = new Progress(`simulating ${policy}`);
      const scenario: Scenario = {
        plant,
        currency: site.money.currency,
        grid,
        conditions,
        rates: services.map((s) => s.rate),
        policy,
        ...aroundOf(site, services, weather, solver),
        events: { list: eventsAsked(typed, site), zone },
        onProgress: (share) => progress.update(share),
      };
      const run = stepThrough(scenario);
      const events = eventsMet(run, scenario);
      progress.done();
      const kpis = kpisOf(site, run);
      const lcot = lcotOf(site, run);
      const beside = new Progress('the dark year');
      const winter =
        winterOfYear === undefined
          ? undefined
          : winterOf({ site, services, grid, policy, solver }, weather, run, winterOfYear.dark, (share) =>
              beside.update(share),
            );
      beside.done();
      const peakCut = peakCutOf(site, run);
      const parts = {
        ...(winter === undefined ? {} : { winter: winterResult(winter) }),
        ...(events === undefined ? {} : { events: events.outcomes }),
        ...(peakCut === undefined ? {} : { peakCut }),
      };
      const told = warningsOf(run, weather.warnings, warnings.map(printFault));
      const manifest = simulationManifest({
        inputs: hashed,
        seed: site.context.seed,
        siteId: site.id,
        grid,
        policy,
        warnings: told,
      });
      let written: string[] = [];
      if (folder !== undefined) {
        const html = simulateReportHtml({
          title: `${site.name}, simulated`,
          subtitle: `policy ${policy}`,
          site: siteRows(site),
          kpis,
          lcot: { services: lcot, currency: site.money.currency },
          grid,
          zone,
          columns: reportColumns(run, plant),
          assumptions: assumptions(weather, rests, site),
          manifest,
          frontiers: frontiersOf(run, plant, grid, conditions),
          ...(winter === undefined ? {} : { winter: { winter, plant } }),
          ...(events === undefined ? {} : { events }),
          ...(peakCut === undefined ? {} : { peakCut }),
          warnings: told,
        });
        written = await writeOut(folder, run, html, manifest, { kpis, lcot, accuracy, ...parts });
      }
      if (typed.flag('json')) {
        documents.push(
          JSON.parse(jsonDocument(manifest, { kpis, lcot, accuracy, ...parts, totals: run.tally.totals(), written })),
        );
        continue;
      }
      process.stdout.write(`${site.name}, policy ${policy}: ${header(grid, run.cpuS)}\n`);
      process.stdout.write(
        `${restsOn([['weather', weather.about], ...rests])}\n${kpiTable(kpis, process.stdout.columns ?? 120)}\n\n${lcotTable(lcot, site.money.currency, process.stdout.columns ?? 120)}\n\n`,
      );
      if (winter !== undefined) process.stdout.write(`${winterScreen(winter)}\n`);
      if (peakCut !== undefined) process.stdout.write(peakCutScreen(peakCut, process.stdout.columns ?? 120));
      if (events !== undefined) process.stdout.write(eventScreen(events, zone, process.stdout.columns ?? 120));
      for (const text of told) process.stderr.write(`warning ${text}\n`);
      if (written.length > 0)
        process.stdout.write(`written:\n${written.map((w) => `  ${path.relative('.', w)}`).join('\n')}\n`);
      else process.stdout.write('nothing was written; --out DIR keeps ledger, results and a page with plots\n');
    }
    if (typed.flag('json'))
      process.stdout.write(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
    return 0;
  },
};

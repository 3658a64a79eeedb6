import path from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { ROUTES } from '../../components/inference/replay/index.ts';
import { fail, JoulewrightError, printFault } from '../../errors/error.ts';
import { accuracyNotes } from '../../report/accuracy.ts';
import { writeCsv } from '../../report/csv.ts';
import { DETAILED_HEAD, RequestRows } from '../../report/detailedCsv.ts';
import { detailedReportHtml } from '../../report/detailedReport.ts';
import {
  COMPARED_HEAD,
  comparedRows,
  SERVICE_HEAD,
  serviceJson,
  serviceRows,
  servicesComparedRows,
} from '../../report/detailedRows.ts';
import { jsonDocument } from '../../report/json.ts';
import { fileInput, simulationManifest } from '../../report/manifest.ts';
import { ledgerCsvColumns } from '../../report/runColumns.ts';
import { textTable } from '../../report/table.ts';
import { writeAtomic, writePieces } from '../../report/write.ts';
import { weatherOf } from '../../simulate/air.ts';
import { compareServices, compareSite } from '../../simulate/detailCompare.ts';
import { DetailedRun, type DetailedScenario, expectedRequests } from '../../simulate/detailed.ts';
import { kpisOf } from '../../simulate/kpis.ts';
import { periodOf } from '../../simulate/period.ts';
import { substitute } from '../../simulate/substitutes.ts';
import { sizesGiven } from '../../site/free.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import type { Site } from '../../site/site.ts';
import { formatQuantity } from '../../units/quantity.ts';
import { formatCount } from '../../view/format.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { parseWeatherMap } from '../../weather/map.ts';
import { type Recording, readRecording } from '../../workload/requests.ts';
import type { Service } from '../../workload/service.ts';
import type { OptionDef, Typed } from '../command.ts';
import { Progress } from '../progress.ts';
import { BROKEN_OFF, Stop } from '../stop.ts';
import { routeOf, whole } from './replaySetup.ts';
import { outFolder, policiesOf } from './simulateOptions.ts';

/** Requests that are followed unless more are allowed, and rows of them that are kept. */
const MOST_REQUESTS = 100_000_000;
const MOST_ROWS = 1_000_000;
/** Requests that a window is tried with, to say how long it would take. */
const TRIED = 20_000;

/** Options of `simulate --detailed`. */
export const DETAILED_OPTIONS = {
  detailed: { type: 'boolean', about: 'follow every request of a window (a day unless --days or --to say otherwise)' },
  route: {
    type: 'string',
    value: 'RULE',
    about: `with --detailed: how a request finds its replica: ${ROUTES.join(', ')} (default least-requests)`,
    words: ROUTES,
  },
  recorded: {
    type: 'boolean',
    about: 'with --detailed: play the recordings that services name for their lengths, instead of drawing requests',
  },
  seed: { type: 'string', value: 'N', about: 'with --detailed: of what is drawn (default: the site’s)' },
  'most-requests': {
    type: 'string',
    value: 'N',
    about: `with --detailed: how many requests may be followed (default ${MOST_REQUESTS})`,
  },
  rows: {
    type: 'string',
    value: 'N',
    about: `with --detailed and --out: requests written as rows; of more, evenly chosen ones (default ${MOST_ROWS})`,
  },
} as const satisfies Readonly<Record<string, OptionDef>>;

const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'simulate' });

/** The recordings that services name. @throws JW_USAGE when none names any; what reading them throws */
function recordingsOf(services: readonly Service[]): Map<string, Recording> {
  const found = services.flatMap(({ profile, recording }) =>
    recording === undefined ? [] : [[profile.id, readRecording(recording)] as const],
  );
  if (found.length === 0) {
    wrong(
      'no service names a recording: --recorded needs --lengths SERVICE=FILE, or `lengths: { trace: FILE }` in the site file',
    );
  }
  return new Map(found);
}

/** CPU time that a scenario would take, from its first requests, s. */
function estimateS(scenario: DetailedScenario, expected: number): number {
  const { startMs, stepMs, count } = scenario.grid;
  const perMs = expected / (stepMs * count);
  const shortMs = Math.max(1000, Math.min(stepMs, 1000 * Math.ceil(TRIED / perMs / 1000)));
  const run = new DetailedRun({ ...scenario, grid: { startMs, stepMs: shortMs, count: 1 } });
  run.advance();
  const done = run.totals.reduce((sum, t) => sum + t.sums.arrived, 0);
  return (run.result().run.cpuS / Math.max(1, done)) * expected;
}

/** What was typed, read and checked. @throws what reading throws, JW_USAGE, JW_PERIOD, JW_DETAIL_LONG, JW_DETAIL_NONE */
function scenarioOf(typed: Typed) {
  for (const name of ['weather-years', 'dark-weather', 'jobs', 'no-winter']) {
    if (typed.text(name) !== undefined || typed.flag(name)) wrong(`--${name} and --detailed do not go together`);
  }
  const policies = policiesOf(typed);
  if (policies.length > 1) wrong('--detailed follows one policy at a time');
  const siteFile = typed.positionals[0]!;
  const { site, faults, warnings } = checkSite(siteFile);
  if (site === undefined) throw new JoulewrightError(faults);
  sizesGiven(site);
  const { zone } = site.context;
  const [from, to, step] = [typed.text('from'), typed.text('to'), typed.text('step')];
  const days = typed.text('days') ?? (to === undefined ? '1' : undefined);
  const grid = periodOf({ from, to, days, step }, zone);
  const weatherFile = typed.text('weather');
  const map = typed.text('map');
  if (map !== undefined && weatherFile === undefined) wrong('--map is for a file given with --weather');
  const weather = weatherOf(site, weatherFile, map === undefined ? undefined : parseWeatherMap(map));
  const { services, files, notes } = substitute(site, typed.raw('demand'), typed.raw('lengths'));
  const recordings = typed.flag('recorded') ? recordingsOf(services) : new Map<string, Recording>();
  const plant = plantOf(site, services);
  const seed = whole(typed, 'seed', 2 ** 31, 'simulate') ?? site.context.seed;
  const scenario: DetailedScenario = {
    site,
    services,
    plant,
    currency: site.money.currency,
    grid,
    conditions: conditionsOn(weather, site.context, grid),
    rates: services.map((s) => s.rate),
    policy: policies[0]!,
    route: routeOf(typed, 'simulate'),
    seed,
    recordings,
  };
  const expected = expectedRequests(scenario);
  const most = whole(typed, 'most-requests', 1e12, 'simulate') ?? MOST_REQUESTS;
  if (expected < 0.5) fail('JW_DETAIL_NONE', {});
  if (expected > most) {
    const time = formatQuantity(estimateS(scenario, expected), 'duration', { digits: 2 });
    fail('JW_DETAIL_LONG', { requests: Math.ceil(expected), most, time });
  }
  const ownWeather = site.weather.kind === 'file' ? [site.weather.file] : [];
  const recorded = services.flatMap((s) => (recordings.has(s.profile.id) ? [s.recording!] : []));
  const told = [
    `weather: ${weather.about}`,
    ...notes.map(([what, about]) => `${what}: ${about}`),
    ...requestNotes(services, recordings, seed),
    ...accuracyNotes(plant.halls.flatMap((hall) => hall.it)).map(([what, about]) => `${what}: ${about}`),
  ];
  const inputs = [siteFile, ...(weatherFile === undefined ? ownWeather : [weatherFile]), ...files, ...recorded];
  return { scenario, expected, told, inputs, warnings: [...warnings.map(printFault), ...weather.warnings] };
}

function requestNotes(
  services: readonly Service[],
  recordings: ReadonlyMap<string, Recording>,
  seed: number,
): string[] {
  const names = (all: readonly Service[]) => all.map((s) => s.profile.id).join(', ');
  const played = services.filter((s) => recordings.has(s.profile.id));
  const drawn = services.filter((s) => !recordings.has(s.profile.id));
  return [
    ...(drawn.length === 0
      ? []
      : [
          `requests of ${names(drawn)}: drawn at random (seed ${seed}) from rate, burstiness and lengths; input and output independent`,
        ]),
    ...(played.length === 0
      ? []
      : [
          `requests of ${names(played)}: as recorded, one after the other and again from the first, as fast as the demand asks; bursts are shorter or longer in proportion`,
        ]),
    'replicas are empty at the start; batch begins where a replica has a slot free and lets all others in first',
  ];
}

/** Names of the files of `--out`. */
function filesOf(folder: string, site: Site, policy: string) {
  const name = (suffix: string) => path.join(folder, `${site.id}-${policy}-detailed.${suffix}`);
  return { html: name('html'), json: name('json'), ledger: name('ledger.csv'), requests: name('requests.csv') };
}

/** Steps a site with every request followed, and tells it beside the fluid twin. */
export async function simulateDetailed(typed: Typed): Promise<number> {
  const { scenario, expected, told, inputs, warnings } = scenarioOf(typed);
  const { site, plant, services, grid, policy, seed } = scenario;
  const policyName = String(policy);
  const folder = outFolder(typed);
  const files = folder === undefined ? undefined : filesOf(folder, site, policyName);
  const every = Math.max(1, Math.ceil(expected / (whole(typed, 'rows', 1e12, 'simulate') ?? MOST_ROWS)));
  const stop = new Stop();
  try {
    const run = new DetailedRun(scenario);
    const progress = new Progress('following requests');
    const rows = new RequestRows(every);
    async function* stepping(): AsyncGenerator<string> {
      yield DETAILED_HEAD;
      while (!run.isDone && !stop.asked) {
        run.advance();
        progress.update(run.share);
        if (files !== undefined) yield* rows.of(run.left());
        await pause();
      }
    }
    if (files === undefined) for await (const _ of stepping());
    else await writePieces(files.requests, stepping());
    progress.done();
    if (run.steps === 0) return BROKEN_OFF;
    const { run: detailed, fluid, powerKw, beatS } = run.result();
    const done = { ...grid, count: run.steps };
    const notes = [
      ...told,
      ...(files !== undefined && every > 1 ? [`one in ${every} requests is written as a row`] : []),
      ...(run.isDone ? [] : [`broken off after ${run.steps} of ${grid.count} steps`]),
    ];
    const manifest = simulationManifest({
      inputs: await Promise.all([...new Set(inputs)].map(fileInput)),
      seed,
      siteId: site.id,
      grid: done,
      policy: policyName,
      warnings,
    });
    const totals = run.totals;
    const siteRows = compareSite(fluid, detailed, totals);
    const serviceFigures = compareServices(fluid, totals);
    const body = {
      comparison: siteRows,
      services: totals.map(serviceJson),
      servicesCompared: serviceFigures,
      kpis: { detailed: kpisOf(site, detailed), fluid: kpisOf(site, fluid) },
      timeline: { beatS, itKw: powerKw, stepS: grid.stepMs / 1000, fluidItKw: fluid.ledger.get('site.itKw').subarray(0, run.steps) },
      notes,
    };
    let written: string[] = [];
    if (files !== undefined) {
      await writeCsv(files.ledger, done, ledgerCsvColumns(detailed), { digits: 9 });
      await writeAtomic(files.json, jsonDocument(manifest, body));
      const html = detailedReportHtml({
        title: `${site.name}, request by request`,
        subtitle: `policy ${policyName}`,
        grid: done,
        zone: site.context.zone,
        fluid,
        detailed,
        powerKw,
        beatS,
        totals,
        site: siteRows,
        services: serviceFigures,
        notes,
        manifest,
      });
      await writeAtomic(files.html, html);
      written = Object.values(files);
    }
    if (typed.flag('json')) process.stdout.write(jsonDocument(manifest, body));
    else {
      const write = (text = '') => process.stdout.write(`${text}\n`);
      const table = (head: readonly string[], cells: readonly (readonly string[])[]) =>
        write(
          textTable(
            head.map((header, i) => ({ header, align: i === 0 ? ('left' as const) : ('right' as const) })),
            cells,
          ),
        );
      const arrived = totals.reduce((sum, t) => sum + t.sums.arrived, 0);
      const replicas = plant.halls.reduce((sum, hall) => sum + hall.it.reduce((all, u) => all + u.installed, 0), 0);
      write(`${site.name}, policy ${policyName}, request by request`);
      write(
        `${run.steps} steps of ${formatQuantity(grid.stepMs / 1000, 'duration')}, ${formatCount(arrived)} requests of ${services.length} services on up to ${replicas} replicas in ${detailed.cpuS.toFixed(2)} s of CPU (${formatCount(arrived / Math.max(detailed.cpuS, 1e-3))} requests per CPU second)`,
      );
      for (const note of notes) write(note);
      write();
      table(COMPARED_HEAD, comparedRows(siteRows));
      write();
      table(SERVICE_HEAD, serviceRows(totals));
      write();
      table(COMPARED_HEAD, servicesComparedRows(serviceFigures));
      for (const text of warnings) process.stderr.write(`warning ${text}\n`);
      if (written.length > 0) write(`\nwritten:\n${written.map((w) => `  ${path.relative('.', w)}`).join('\n')}`);
      else write('\nnothing was written; --out DIR keeps requests, ledger, results and a page with plots');
    }
    return stop.asked ? BROKEN_OFF : 0;
  } finally {
    stop.release();
  }
}

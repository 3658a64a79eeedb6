import { ROUTES } from '../../components/inference/replay/index.ts';
import { fail, JoulewrightError, printFault } from '../../errors/error.ts';
import { accuracyNotes } from '../../report/accuracy.ts';
import { weatherOf } from '../../simulate/air.ts';
import { aroundOf, solverFor } from '../../simulate/around.ts';
import { DetailedRun, type DetailedScenario, expectedRequests } from '../../simulate/detailed.ts';
import { periodOf } from '../../simulate/period.ts';
import { substitute } from '../../simulate/substitutes.ts';
import { sizesGiven } from '../../site/free.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { formatQuantity } from '../../units/quantity.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { parseWeatherMap } from '../../weather/map.ts';
import { type Recording, readRecording } from '../../workload/requests.ts';
import type { Service } from '../../workload/service.ts';
import type { OptionDef, Typed } from '../command.ts';
import { routeOf, whole } from './replaySetup.ts';
import { demandText, policiesOf } from './simulateOptions.ts';

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
export async function detailedInput(typed: Typed) {
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
  const { services, files, notes } = substitute(site, demandText(typed));
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
    ...aroundOf(site, services, weather, await solverFor(policies)),
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
  const every = Math.max(1, Math.ceil(expected / (whole(typed, 'rows', 1e12, 'simulate') ?? MOST_ROWS)));
  const ownWeather = site.weather.kind === 'file' ? [site.weather.file] : [];
  const recorded = services.flatMap((s) => (recordings.has(s.profile.id) ? [s.recording!] : []));
  const told = [
    `weather: ${weather.about}`,
    ...notes.map(([what, about]) => `${what}: ${about}`),
    ...requestNotes(services, recordings, seed),
    ...accuracyNotes(plant.halls.flatMap((hall) => hall.it)).map(([what, about]) => `${what}: ${about}`),
  ];
  const inputs = [siteFile, ...(weatherFile === undefined ? ownWeather : [weatherFile]), ...files, ...recorded];
  return { scenario, expected, every, told, inputs, warnings: [...warnings.map(printFault), ...weather.warnings] };
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

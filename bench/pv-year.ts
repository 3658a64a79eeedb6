/*
 * Time of a year of photovoltaic power: 8,760 hours of one array, the sun's place of every hour included.
 *
 *   node bin/node24.cjs bench/pv-year.ts [--repeat N] [--json]
 *
 * The sun is walked through the year, then each hour is the array's step, as a simulation does it: plane irradiance, cell temperature,
 * direct and alternating current. Cold is the first year of a process, the compiler's work included; warm is the median of the years after it. Beside
 * the array as a site file gives it by default stand arrays with options, and the plain loop of `bound.ts` in the same process, with as
 * many figures an hour as array and sun have. Air and light of the hours are made before.
 */
import { fileURLToPath } from 'node:url';
import type { Conditions } from '../src/components/contract.ts';
import { complaints, sampleConditions, sampleContext } from '../src/components/sample.ts';
import { solar } from '../src/components/solar/index.ts';
import { beamOutsideWm2, placeColumns, walkSun } from '../src/weather/sun.ts';
import { bound } from './bound.ts';
import { bench, benchOptions, type Figure, median, ratios } from './figures.ts';
import { runNode } from './processes.ts';

const HOURS = 8760;
const HOUR_MS = 3_600_000;
const WARM_YEARS = 15;
/** What a year may take. */
const GOAL_MS = 10;

const ARRAYS: Readonly<Record<string, Record<string, unknown>>> = {
  'fixed racks, defaults': {},
  'fixed racks, Perez, glass, SAPM, dust': {
    transposition: 'perez',
    iam: 'physical',
    cell_model: 'sapm',
    soiling: { cleaning: '30 d' },
  },
  'backtracking, two-sided, Perez, glass': {
    tracking: { kind: 'single-axis' },
    bifacial: {},
    transposition: 'perez',
    iam: 'physical',
  },
};

/** Zenith, azimuth and distance of the sun. */
const SUN_FIGURES = 3;

const ALL = { powerKw: Number.POSITIVE_INFINITY };

/** Conditions whose sun the bench fills in. */
type Hour = { -readonly [Key in keyof Conditions]: Conditions[Key] };

/** Air and light of a plain year, clear and cloudy days by turns, as columns, which is how a simulation keeps them. */
function lightOf(latDeg: number, lonDeg: number) {
  const column = () => new Float64Array(HOURS);
  const out = { tempC: column(), ghiWm2: column(), dniWm2: column(), dhiWm2: column() };
  for (let hour = 0; hour < HOURS; hour++) {
    // Cosine of the zenith by plain spherical trigonometry: the sun's own functions are to be cold when the clock starts.
    const declination = 0.409 * Math.sin(((hour / 24 - 81) / 365) * 2 * Math.PI);
    const lat = (latDeg * Math.PI) / 180;
    const turn = (((hour % 24) + 0.5 + lonDeg / 15) / 12 - 1) * Math.PI;
    const cosZ = Math.max(
      0,
      Math.sin(lat) * Math.sin(declination) + Math.cos(lat) * Math.cos(declination) * Math.cos(turn),
    );
    const clear = 0.35 + 0.4 * Math.abs(Math.sin(hour / 57));
    out.tempC[hour] = 15 + 12 * Math.sin(hour / 1400);
    out.dniWm2[hour] = cosZ > 0 ? 1000 * clear * clear : 0;
    out.dhiWm2[hour] = 300 * cosZ * (1.2 - clear);
    out.ghiWm2[hour] = out.dhiWm2[hour]! + out.dniWm2[hour]! * cosZ;
  }
  return out;
}

/** What one process measured: milliseconds of each year and of each plain loop, the first of the process first. */
interface Once {
  readonly ms: readonly number[];
  readonly boundMs: readonly number[];
  readonly kwh: number;
}

/** Years, then plain loops with as many figures an hour as the array reports and the sun has. */
function years(options: Record<string, unknown>): Once {
  const place = sampleContext();
  const { complain } = complaints();
  const file = solar.file.parse({ peak: '1 MWp', capex: '691 USD/kW', opex: '17 USD/kW/y', ...options });
  const spec = solar.spec(file, place, complain);
  const light = lightOf(place.latDeg, place.lonDeg);
  const startMs = Date.UTC(2025, 0, 1);
  const hour: Hour = sampleConditions({ startMs });
  const figures = solar.ports.length + Object.keys(solar.meters).length;
  const ms: number[] = [];
  let kwh = 0;
  for (let round = 0; round <= WARM_YEARS; round++) {
    const before = performance.now();
    let state = solar.initial(spec);
    kwh = 0;
    const sun = placeColumns(HOURS);
    walkSun(sun, startMs + HOUR_MS / 2, HOUR_MS, HOURS, place.latDeg, place.lonDeg);
    // A function of its own, as in a simulation: the engine makes it fast sooner than one long loop.
    const advance = (i: number): void => {
      hour.startMs = startMs + i * HOUR_MS;
      hour.tempC = light.tempC[i]!;
      hour.ghiWm2 = light.ghiWm2[i]!;
      hour.dniWm2 = light.dniWm2[i]!;
      hour.dhiWm2 = light.dhiWm2[i]!;
      hour.sunZenithDeg = sun.place.zenithDeg[i]!;
      hour.sunAzimuthDeg = sun.place.azimuthDeg[i]!;
      hour.extraterrestrialWm2 = beamOutsideWm2(sun.distanceAu[i]!);
      const stepped = solar.step(spec, state, ALL, hour);
      state = stepped.state;
      kwh += stepped.flows['power']!;
    };
    for (let i = 0; i < HOURS; i++) advance(i);
    ms.push(performance.now() - before);
  }
  const boundMs: number[] = [];
  for (let round = 0; round <= WARM_YEARS; round++) {
    const before = performance.now();
    bound(HOURS, figures + SUN_FIGURES);
    boundMs.push(performance.now() - before);
  }
  return { ms, boundMs, kwh };
}

async function measure(repeat: number): Promise<Figure[]> {
  const names = Object.keys(ARRAYS);
  const runs = names.map((): Once[] => []);
  for (let i = 0; i < repeat; i++) {
    names.forEach((name, n) => {
      const found: Once = JSON.parse(runNode([fileURLToPath(import.meta.url), '--once', name]));
      runs[n]!.push(found);
    });
  }
  return names.flatMap((name, n): Figure[] => {
    const cold = runs[n]!.map((run) => run.ms[0]!);
    const warm = runs[n]!.map((run) => median(run.ms.slice(1)));
    const plain = runs[n]!.map((run) => run.boundMs[0]!);
    const plainWarm = runs[n]!.map((run) => median(run.boundMs.slice(1)));
    return [
      { what: `${name}, cold`, unit: '', values: ratios(cold, plain), beside: 'plain loop, cold' },
      { what: `${name}, warm`, unit: '', values: ratios(warm, plainWarm), beside: 'plain loop, warm' },
      { what: `${name}, cold`, unit: '', values: cold.map((ms) => ms / GOAL_MS), beside: `${GOAL_MS} ms` },
      { what: `${name}, warm`, unit: '', values: warm.map((ms) => ms / GOAL_MS), beside: `${GOAL_MS} ms` },
      { what: `${name}, cold`, unit: 'ms', values: cold },
      { what: `${name}, warm`, unit: 'ms', values: warm },
      { what: `${name}, yield`, unit: 'kWh/kWp', values: runs[n]!.map((run) => run.kwh / 1000) },
    ];
  });
}

const words = process.argv.slice(2);
if (words[0] === '--once') {
  const options = ARRAYS[words[1] ?? ''];
  if (options === undefined) throw new RangeError(`there is no array "${words[1]}"`);
  process.stdout.write(JSON.stringify(years(options)));
} else {
  const options = benchOptions(words, 7);
  const about = 'a year of hours of one array, sun included; each repeat in a process of its own';
  await bench('pv-year', about, options, () => measure(options.repeat));
}

/*
 * Time of a year of photovoltaic power: 8,760 hours of one array, the sun's place of every hour included.
 *
 *   node bin/node24.cjs bench/pv-year.ts [--repeat N] [--json]
 *
 * Each hour is sunAt, then the array's step, as the twin does it: plane irradiance, cell temperature, direct and alternating
 * current. Cold is the first year of a process, the compiler's work included; warm is the median of the years after it. Beside
 * the array as a site file gives it by default stand arrays with options. Air and light of the hours are made before.
 */
import { fileURLToPath } from 'node:url';
import type { Conditions } from '../src/components/contract.ts';
import { complaints, sampleConditions, sampleContext } from '../src/components/sample.ts';
import { solar } from '../src/components/solar/index.ts';
import { sunAt } from '../src/weather/sun.ts';
import { bench, benchOptions, type Figure, median } from './figures.ts';
import { runNode } from './processes.ts';

const HOURS = 8760;
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

const ALL = { powerKw: Number.POSITIVE_INFINITY };

/** Conditions whose sun the bench fills in. */
type Hour = { -readonly [Key in keyof Conditions]: Conditions[Key] };

/** Hours of a plain year: clear and cloudy days by turns. */
function lightOf(latDeg: number, lonDeg: number): Hour[] {
  const startMs = Date.UTC(2025, 0, 1);
  return Array.from({ length: HOURS }, (_, hour) => {
    const ms = startMs + hour * 3_600_000;
    const cosZ = Math.max(0, Math.cos((sunAt(ms + 1_800_000, latDeg, lonDeg).zenithDeg * Math.PI) / 180));
    const clear = 0.35 + 0.4 * Math.abs(Math.sin(hour / 57));
    const dniWm2 = cosZ > 0 ? 1000 * clear * clear : 0;
    const dhiWm2 = 300 * cosZ * (1.2 - clear);
    return sampleConditions({
      startMs: ms,
      tempC: 15 + 12 * Math.sin(hour / 1400),
      dniWm2,
      dhiWm2,
      ghiWm2: dhiWm2 + dniWm2 * cosZ,
    });
  });
}

/** Milliseconds of each year, the first of the process first. */
function years(options: Record<string, unknown>): { ms: number[]; kwh: number } {
  const place = sampleContext();
  const { complain } = complaints();
  const file = solar.file.parse({ peak: '1 MWp', capex: '691 USD/kW', opex: '17 USD/kW/y', ...options });
  const spec = solar.spec(file, place, complain);
  const hours = lightOf(place.latDeg, place.lonDeg);
  const ms: number[] = [];
  let kwh = 0;
  for (let round = 0; round <= WARM_YEARS; round++) {
    const before = performance.now();
    let state = solar.initial(spec);
    kwh = 0;
    for (const hour of hours) {
      const sun = sunAt(hour.startMs + 1_800_000, place.latDeg, place.lonDeg);
      hour.sunZenithDeg = sun.zenithDeg;
      hour.sunAzimuthDeg = sun.azimuthDeg;
      hour.extraterrestrialWm2 = sun.extraterrestrialWm2;
      const stepped = solar.step(spec, state, ALL, hour);
      state = stepped.state;
      kwh += stepped.flows['power']!;
    }
    ms.push(performance.now() - before);
  }
  return { ms, kwh };
}

async function measure(repeat: number): Promise<Figure[]> {
  const names = Object.keys(ARRAYS);
  const runs = names.map((): { ms: number[]; kwh: number }[] => []);
  for (let i = 0; i < repeat; i++) {
    names.forEach((name, n) => {
      const found: { ms: number[]; kwh: number } = JSON.parse(
        runNode([fileURLToPath(import.meta.url), '--once', name]),
      );
      runs[n]!.push(found);
    });
  }
  return names.flatMap((name, n): Figure[] => {
    const cold = runs[n]!.map((run) => run.ms[0]!);
    const warm = runs[n]!.map((run) => median(run.ms.slice(1)));
    return [
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

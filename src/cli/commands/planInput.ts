import { availableParallelism } from 'node:os';
import { fail, JoulewrightError } from '../../errors/error.ts';
import type { PlanOptions } from '../../plan/plan.ts';
import { weatherOf } from '../../simulate/air.ts';
import { filesOfSource, yearsOf } from '../../simulate/yearsSource.ts';
import type { Site } from '../../site/site.ts';
import { parseQuantity } from '../../units/quantity.ts';
import type { WeatherYear } from '../../weather/year.ts';
import type { OptionDef, Typed } from '../command.ts';
import { yearsSourceOf } from './simulateYearsSource.ts';

export const PLAN_OPTIONS: Readonly<Record<string, OptionDef>> = {
  gap: { type: 'string', value: '0.5%', about: 'how far from the optimum the plan may be, of what can be decided' },
  segments: {
    type: 'string',
    value: 'N',
    about: 'segments that a year is merged to for the lower bound (default 300)',
  },
  step: { type: 'string', value: '1h', about: 'resolution of the plan, a minute to an hour (default 1h)' },
  days: { type: 'string', value: 'N', about: 'a quick look: only the first N days of each year' },
  weather: { type: 'string', value: 'FILE', about: 'another weather year than the site file’s' },
  'weather-years': {
    type: 'string',
    value: 'FILES|N',
    about: 'plan for several years at once: hourly files, a daily series, or N generated years',
    multiple: true,
  },
  years: { type: 'string', value: 'NAMES', about: 'which of the --weather-years, by name: 1992,2008' },
  'time-limit': { type: 'string', value: '5m', about: 'end with the best plan so far' },
  'export-mps': { type: 'string', value: 'FILE', about: 'write the whole problem at full resolution as free MPS' },
  solver: {
    type: 'string',
    value: 'COMMAND',
    about: 'solve the same problem with a program of yours: "highs --solution_file {solution} {model}"',
  },
  jobs: { type: 'string', value: 'N', about: 'solver threads (default: as many as processors, at most 4)' },
};

const MOST_JOBS = 64;
const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'plan' });

/** A quantity typed, in its base unit and within bounds. */
export function quantity(
  typed: Typed,
  name: string,
  dimension: 'share' | 'duration',
  low: number,
  high: number,
  say: string,
) {
  const text = typed.text(name);
  if (text === undefined) return undefined;
  try {
    const { value } = parseQuantity(text, dimension);
    if (value >= low && value <= high) return value;
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
  }
  return wrong(`--${name} takes ${say}, not "${text}"`);
}

function whole(typed: Typed, name: string, low: number, high: number): number | undefined {
  const text = typed.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  return /^\d+$/.test(text) && value >= low && value <= high
    ? value
    : wrong(`--${name} takes a whole number from ${low} to ${high}, not "${text}"`);
}

/** What the command line says beside the site. */
export interface PlanInput {
  readonly options: PlanOptions;
  /** Names of the weather years, and the files that were read for them. */
  readonly years: readonly string[];
  readonly files: readonly string[];
}

interface Weather {
  readonly years: readonly WeatherYear[];
  readonly names: readonly string[];
  readonly files: readonly string[];
}

function weatherFor(typed: Typed, site: Site): Weather {
  const file = typed.text('weather');
  const texts = typed.raw('weather-years');
  const wanted = typed.texts('years');
  if (file !== undefined && texts.length > 0) wrong('--weather is one year, --weather-years are several: keep one');
  if (wanted.length > 0 && texts.length === 0) wrong('--years picks among --weather-years');
  if (texts.length === 0) {
    const year = weatherOf(site, file);
    const own = site.weather.kind === 'file' ? [site.weather.file] : [];
    return { years: [year], names: [year.about], files: file === undefined ? own : [file] };
  }
  const source = yearsSourceOf('weather-years', texts, site, 'plan');
  const all = yearsOf(source, site);
  const picked = wanted.length === 0 ? all : all.filter((y) => wanted.includes(y.name));
  const unknown = wanted.find((name) => !all.some((y) => y.name === name));
  if (unknown !== undefined) wrong(`there is no year "${unknown}"; there are ${all.map((y) => y.name).join(', ')}`);
  return {
    years: picked.map((y) => y.weather()),
    names: picked.map((y) => y.name),
    files: filesOfSource(source),
  };
}

/** Reads the options of `plan`. @throws JW_USAGE, and what weather readers throw */
export function planInput(typed: Typed, site: Site): PlanInput {
  const gap = quantity(typed, 'gap', 'share', 1e-6, 0.5, 'a share from 0.0001 % to 50 %, such as 0.5%');
  const segments = whole(typed, 'segments', 24, 8760);
  const timeLimitS = quantity(typed, 'time-limit', 'duration', 1, 1e6, 'a duration of 1 s or more, such as 5m');
  const jobs = whole(typed, 'jobs', 1, MOST_JOBS) ?? Math.min(4, availableParallelism());
  const days = whole(typed, 'days', 7, 365);
  const stepS = quantity(typed, 'step', 'duration', 60, 3600, 'a duration from 1 min to 1 h, such as 15m');
  if (stepS !== undefined && 3600 % stepS !== 0) wrong('--step divides the hour, such as 15m');
  const { years, names, files } = weatherFor(typed, site);
  return {
    options: {
      years,
      jobs,
      ...(gap === undefined ? {} : { gap }),
      ...(segments === undefined ? {} : { segments }),
      ...(timeLimitS === undefined ? {} : { timeLimitS }),
      ...(days === undefined ? {} : { days }),
      ...(stepS === undefined ? {} : { stepMs: stepS * 1000 }),
    },
    years: names,
    files,
  };
}

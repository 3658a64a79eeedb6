import type { Site } from '../site/site.ts';
import { type DarkSpell, darkestSpell } from '../weather/darkYear.ts';
import type { WeatherYear } from '../weather/year.ts';
import type { Run } from './simulate.ts';
import { outcomeOf, simulateYear, type YearOutcome, type YearSetting } from './years.ts';
import { type NamedYear, type YearsSource, yearsOf } from './yearsSource.ts';

/** Years that are looked through for a dark one: as many as stand behind the climates of Central Asia. Our choice. */
export const DARK_YEARS = 35;
/** Days on end by whose light years are compared: as many as the worst week has. */
const SPELL_DAYS = 7;

/** The darkest of several weather years. */
export interface DarkYear {
  readonly year: NamedYear;
  /** Number of years that it is the darkest of. */
  readonly of: number;
  /** The seven days on end with the least light, which make it the darkest. */
  readonly spell: DarkSpell;
}

/** The year of a source that has the darkest seven days on end. @throws what yearsOf and the readers throw */
export function darkestYear(source: YearsSource, site: Site): DarkYear {
  const years = yearsOf(source, site);
  const spells = years.map((year) => darkestSpell(year.ghiKwhM2(), SPELL_DAYS));
  const at = spells.reduce((least, s, i) => (s.ghiKwhM2Day < spells[least]!.ghiKwhM2Day ? i : least), 0);
  return { year: years[at]!, of: years.length, spell: spells[at]! };
}

/** A year and how it went, with its ledger for pictures. */
export interface WinterYear {
  readonly outcome: YearOutcome;
  readonly run: Run;
}

/** A simulated year beside a dark one. */
export interface Winter {
  readonly year: WinterYear;
  /** Undefined where there is no dark year to set beside it. */
  readonly dark: (WinterYear & Pick<DarkYear, 'of' | 'spell'> & { readonly cpuS: number }) | undefined;
}

/** Sums a simulated year up and steps a dark one the same way, with the same demand, calendar and outages. */
export function winterOf(
  setting: YearSetting,
  weather: WeatherYear,
  run: Run,
  dark: DarkYear | undefined,
  onProgress?: (share: number) => void,
): Winter {
  const year = { outcome: outcomeOf('the year', setting, weather, run), run };
  if (dark === undefined) return { year, dark: undefined };
  const before = process.cpuUsage();
  const darkWeather = dark.year.weather();
  const darkRun = simulateYear(setting, darkWeather, onProgress);
  const { user, system } = process.cpuUsage(before);
  const outcome = outcomeOf(dark.year.name, setting, darkWeather, darkRun);
  return { year, dark: { outcome, run: darkRun, of: dark.of, spell: dark.spell, cpuS: (user + system) / 1e6 } };
}

/** What results say of a winter: no ledgers. */
export function winterResult({ year, dark }: Winter) {
  if (dark === undefined) return { year: year.outcome, dark: null };
  return { year: year.outcome, dark: { darkestOf: dark.of, darkestDays: dark.spell, ...dark.outcome } };
}

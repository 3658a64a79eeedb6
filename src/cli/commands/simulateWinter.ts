import { fail } from '../../errors/error.ts';
import { textTable } from '../../report/table.ts';
import { winterHeader, winterRows, winterText } from '../../report/winter.ts';
import { DAY_MS, type TimeGrid } from '../../series/grid.ts';
import { DARK_YEARS, type DarkYear, darkestYear, type Winter } from '../../simulate/winter.ts';
import { filesOfSource, type YearsSource } from '../../simulate/yearsSource.ts';
import type { Site } from '../../site/site.ts';
import type { OptionDef, Typed } from '../command.ts';
import { yearsSourceOf } from './simulateYearsSource.ts';

/** Options of `simulate` about the winter. */
export const WINTER_OPTIONS = {
  'dark-weather': {
    type: 'string',
    value: 'FILES|N',
    about: `the dark year set beside: an hourly file, or the darkest of several, of a daily series or of N generated years (default ${DARK_YEARS} of the site’s climate)`,
    multiple: true,
  },
  'no-winter': { type: 'boolean', about: 'leave the dark year and the worst weeks out' },
} as const satisfies Readonly<Record<string, OptionDef>>;

/** A period counts as a year from here on. */
const YEAR_DAYS = 360;

/** What is set beside a simulation: nothing, worst weeks alone, or a dark year too. */
export interface WinterAsked {
  readonly dark: DarkYear | undefined;
  /** Files that the dark year was looked for in. */
  readonly files: readonly string[];
}

/**
 * The dark year of a simulation. Undefined without one to show: `--no-winter`, or a period that is no year where none was asked for.
 * Only a year of the site's climate gets generated years beside it, since a file may be of any other place.
 *
 * @throws JW_USAGE, JW_FILE_*, JW_WEATHER_*
 */
export function winterAsked(typed: Typed, site: Site, grid: TimeGrid): WinterAsked | undefined {
  const texts = typed.raw('dark-weather');
  if (typed.flag('no-winter')) {
    if (texts.length === 0) return undefined;
    return fail('JW_USAGE', { reason: '--no-winter leaves out what --dark-weather asks for', command: 'simulate' });
  }
  const year = grid.count * grid.stepMs >= YEAR_DAYS * DAY_MS;
  if (texts.length === 0 && !year) return undefined;
  const source = texts.length > 0 ? yearsSourceOf('dark-weather', texts, site) : ownYears(typed, site);
  if (source === undefined) return { dark: undefined, files: [] };
  return { dark: darkestYear(source, site), files: filesOfSource(source) };
}

function ownYears(typed: Typed, site: Site): YearsSource | undefined {
  if (typed.text('weather') !== undefined || site.weather.kind !== 'climate') return undefined;
  return { kind: 'generated', climate: site.weather.climate, seed: site.weather.seed, count: DARK_YEARS };
}

/** The winter on a terminal. */
export function winterScreen(winter: Winter): string {
  const columns = winterHeader(winter).map((header, i) => (i === 0 ? { header } : { header, align: 'right' as const }));
  const { dark } = winter;
  const cost =
    dark === undefined ? '' : ` It took another ${dark.cpuS.toFixed(2)} s of CPU; --no-winter leaves it out.`;
  return `${textTable(columns, winterRows(winter))}\n${winterText(winter)}${cost}\nChiller hours are added up over the halls.\n`;
}

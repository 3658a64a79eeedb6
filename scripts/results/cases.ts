import { join } from 'node:path';
import { DAY_MS } from '../../src/series/grid.ts';
import type { SceneOrder, WeatherChoice } from '../../src/simulate/compare/order.ts';
import { periodOf } from '../../src/simulate/period.ts';
import { darkestYear } from '../../src/simulate/winter.ts';
import { loadSite } from '../../src/site/load.ts';
import { at } from '../tree.ts';

/** One comparison of the page: a site in a weather year at a load. */
export interface Case {
  readonly id: string;
  readonly site: string;
  readonly siteName: string;
  readonly weather: 'typical' | 'dark';
  /** What the weather is, for people. */
  readonly weatherAbout: string;
  /** Share of capacity that the busiest hour takes. */
  readonly share: number;
  readonly order: SceneOrder;
}

export const SHARES = [0.3, 0.6] as const;
/** Days before the period in which policies gather a record: as long as they learn between two fits. */
export const WARM_UP_DAYS = 14;
/** A quick look: a fortnight in winter. */
const QUICK = { from: '2026-01-05', days: '14' } as const;

/** Recorded rates as services take them: series of a file with the options of `--demand`. */
const AZURE_WEEK = 'azure_llm_2024_week_rate_10min_digitised.csv.gz';
const SERVEGEN = 'servegen_rate_10min.csv.gz';
const RATES = {
  conv: `${AZURE_WEEK},series=conv,start=sun,clock=local`,
  // Its users work on the west coast of America: seven hours earlier on their own clocks.
  code: `${AZURE_WEEK},series=code,start=fri,clock=local,shift=-7h`,
  large: `${SERVEGEN},series=m-large,clock=local`,
  small: `${SERVEGEN},series=m-small,clock=local`,
  reasoning: `${SERVEGEN},series=deepseek-r1,clock=local`,
} as const;
const LENGTHS = { conv: 'azure_llm_2023_conv.csv.gz', code: 'azure_llm_2023_code.csv.gz' } as const;

/** What each site's services are asked for: recorded rates, and recorded lengths where there are some of the kind. */
export const DEMAND: Readonly<
  Record<
    string,
    readonly {
      readonly service: string;
      readonly rate: keyof typeof RATES;
      readonly lengths?: keyof typeof LENGTHS;
    }[]
  >
> = {
  bukhara: [
    { service: 'chat', rate: 'conv', lengths: 'conv' },
    { service: 'code', rate: 'code', lengths: 'code' },
    { service: 'archive', rate: 'large' },
  ],
  'nukus-ai-zone': [
    { service: 'chat', rate: 'conv', lengths: 'conv' },
    { service: 'reasoning', rate: 'reasoning' },
    { service: 'bulk', rate: 'large' },
  ],
  'tashkent-campus': [
    { service: 'assistant', rate: 'conv', lengths: 'conv' },
    { service: 'tutor', rate: 'large' },
    { service: 'code', rate: 'code', lengths: 'code' },
    { service: 'grading', rate: 'small' },
  ],
};

/** What the recordings are, for the page. */
export const RATE_TEXTS: Readonly<Record<keyof typeof RATES, string>> = {
  conv: 'conversations of a week of Azure 2024',
  code: 'coding of a week of Azure 2024',
  large: 'm-large of a fortnight of ServeGen',
  small: 'm-small of a fortnight of ServeGen',
  reasoning: 'deepseek-r1 of a day of ServeGen',
};

/** Weather of each site: a typical year, and a dark one, an hourly file or the darkest of a daily series. */
const WEATHER: Readonly<Record<string, { readonly typical: string; readonly dark?: string; readonly days: string }>> = {
  bukhara: {
    typical: 'uz_bukhara_hourly_typ_2003.csv.gz',
    dark: 'uz_bukhara_hourly_darkwinter_1992.csv.gz',
    days: 'uz_bukhara_daily_1979_2014.csv.gz',
  },
  'nukus-ai-zone': { typical: 'uz_nukus_hourly_typ_2006.csv.gz', days: 'uz_nukus_daily_1979_2014.csv.gz' },
  'tashkent-campus': {
    typical: 'uz_tashkent_hourly_typ_2005.csv.gz',
    dark: 'uz_tashkent_hourly_darkwinter_1992.csv.gz',
    days: 'uz_tashkent_daily_1979_2014.csv.gz',
  },
};

/** Every case of the page, a site after the other. @param data folder of the public data @param quick a fortnight in place of the year */
export function casesOf(data: string, quick: boolean): Case[] {
  return Object.entries(DEMAND).flatMap(([id, services]) => {
    const siteFile = at('sites', `${id}.yaml`);
    const site = loadSite(siteFile);
    const grid = periodOf(quick ? QUICK : {}, site.context.zone);
    const warmUp = Math.round((WARM_UP_DAYS * DAY_MS) / grid.stepMs);
    const trace = (name: string): string => join(data, 'traces', name);
    const demand = services.map(({ service, rate }) => `${service}=${trace(RATES[rate])}`);
    const lengths = services.flatMap((s) => (s.lengths ? [`${s.service}=${trace(LENGTHS[s.lengths])}`] : []));
    const files = WEATHER[id]!;
    const file = (name: string): WeatherChoice => ({ kind: 'file', file: join(data, 'weather', name) });
    const darkest = (): readonly [WeatherChoice, string] => {
      const source = { kind: 'days', file: join(data, 'weather', files.days) } as const;
      const { name } = darkestYear(source, site).year;
      return [{ kind: 'year', source, name }, `${files.days}, ${name}, the darkest`];
    };
    const years = [
      ['typical', file(files.typical), files.typical],
      ['dark', ...(files.dark === undefined ? darkest() : ([file(files.dark), files.dark] as const))],
    ] as const;
    return years.flatMap(([weather, choice, weatherAbout]) =>
      SHARES.map(
        (share): Case => ({
          id: `${id} ${weather} ${100 * share} %`,
          site: id,
          siteName: site.name,
          weather,
          weatherAbout,
          share,
          order: { siteFile, grid, warmUp, weather: choice, demand: { demand, lengths, share } },
        }),
      ),
    );
  });
}

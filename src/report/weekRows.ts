import type { WorstWeek } from '../simulate/worstWeek.ts';
import type { YearOutcome } from '../simulate/years.ts';
import { FOUND_BY, orDash } from './yearText.ts';

/** A figure of a worst week and of the year that it is from. */
export interface WeekRow {
  readonly label: string;
  readonly unit: string;
  readonly week: (week: WorstWeek) => number | null;
  readonly year: (year: YearOutcome) => number | null;
}

const DAYS = 365;

const kpi = (year: YearOutcome, id: string): number | null => year.kpis.find((k) => k.id === id)?.value ?? null;

/** The figures that are told of a worst week, in their order. */
export const WEEK_ROWS: readonly WeekRow[] = [
  { label: 'sun a day', unit: 'kWh/m2', week: (w) => w.ghiKwhM2Day, year: (y) => y.weather.ghiKwhM2 / DAYS },
  { label: 'mean temperature', unit: '°C', week: (w) => w.meanC, year: (y) => y.weather.meanC },
  { label: 'lowest temperature', unit: '°C', week: (w) => w.minC, year: (y) => y.weather.minC },
  { label: 'unserved', unit: 'kWh', week: (w) => w.shortKwh, year: (y) => y.totals.shortKwh },
  { label: 'generator hours', unit: 'h', week: (w) => w.generatorHours, year: (y) => y.totals.generatorHours },
  { label: 'from generators', unit: 'kWh', week: (w) => w.generatorKwh, year: (y) => y.totals.generatorKwh },
  { label: 'fuel', unit: 'L', week: (w) => w.fuelL, year: (y) => y.devices.fuelL },
  { label: 'bought', unit: 'kWh', week: (w) => w.importKwh, year: (y) => y.totals.importKwh },
  { label: 'lowest battery charge', unit: 'share', week: (w) => w.lowestSoc, year: (y) => y.devices.lowestSoc },
  { label: 'battery heating', unit: 'kWh', week: (w) => w.heatingKwh, year: (y) => y.devices.batteryHeatingKwh },
  {
    label: 'chiller hours, liquid',
    unit: 'h',
    week: (w) => w.liquidChillerHours,
    year: (y) => y.devices.liquidChillerHours,
  },
  { label: 'chiller hours, air', unit: 'h', week: (w) => w.airChillerHours, year: (y) => y.devices.airChillerHours },
  { label: 'cooling water', unit: 'm3', week: (w) => w.waterL / 1000, year: (y) => y.totals.waterL / 1000 },
  { label: 'PUE', unit: '', week: (w) => w.pue, year: (y) => kpi(y, 'pue') },
  { label: 'tokens per joule', unit: 'tokens/J', week: (w) => w.tokensPerJoule, year: (y) => kpi(y, 'tokensPerJoule') },
];

/** One row per figure of the worst week and one cell per year. What no year has is left out. */
export function worstWeekColumns(outcomes: readonly YearOutcome[]): string[][] {
  const weeks = outcomes.map((o) => o.worstWeek);
  return [
    ['from', ...weeks.map((week) => week.date.slice(5))],
    ['found by', ...weeks.map((week) => FOUND_BY[week.by])],
    ...WEEK_ROWS.flatMap(({ label, unit, week: of }) => {
      const values = weeks.map(of);
      return values.every((v) => v === null) ? [] : [[label, ...values.map((v) => orDash(v, unit))]];
    }),
  ];
}

import type { YearOutcome } from '../simulate/years.ts';
import { formatCount, formatEnergy, formatNumber } from '../view/format.ts';

/** A figure of a year as people read it, with its unit. */
export function yearFigureText(value: number, unit: string): string {
  if (unit === 'share') return `${formatNumber(value * 100, 3)} %`;
  if (unit === 'h') return `${formatNumber(value, 5)} h`;
  if (unit === 'kWh' && Math.abs(value) >= 1e4) return formatEnergy(value);
  const text = Math.abs(value) >= 1e4 ? formatCount(value) : formatNumber(value, 4);
  return `${text} ${unit}`.trim();
}

/** The same, or a dash for a year that has none. */
export function orDash(value: number | null, unit: string): string {
  return value === null ? '–' : yearFigureText(value, unit);
}

/** What worst weeks are found by. */
export const FOUND_BY = { unserved: 'unserved energy', generator: 'generators', import: 'bought energy' } as const;

/** What made a week the worst, in words. */
export function worstWeekText({ worstWeek: week }: YearOutcome): string {
  const energy = { unserved: week.shortKwh, generator: week.generatorKwh, import: week.importKwh }[week.by];
  const what = { unserved: 'unserved', generator: 'from generators', import: 'bought' }[week.by];
  const soc = week.lowestSoc === null ? '' : `, battery down to ${formatNumber(week.lowestSoc * 100, 2)} %`;
  return (
    `from ${week.date.slice(5)}: ${yearFigureText(energy, 'kWh')} ${what}, ${formatNumber(week.meanC, 3)} °C on average ` +
    `(down to ${formatNumber(week.minC, 3)} °C), sun ${formatNumber(week.ghiKwhM2Day, 3)} kWh/m2 a day${soc}`
  );
}

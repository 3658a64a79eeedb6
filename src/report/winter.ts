import type { Winter } from '../simulate/winter.ts';
import { MONTH_START_DAY } from '../weather/year.ts';
import { WEEK_ROWS } from './weekRows.ts';
import { FOUND_BY, orDash, yearFigureText } from './yearText.ts';

/** Columns of the winter's table: the label, the worst weeks side by side, the years side by side. */
export function winterHeader({ dark }: Winter): readonly string[] {
  return dark === undefined
    ? ['winter', 'worst week', 'whole year']
    : ['winter', 'worst week', 'of the dark year', 'whole year', 'dark year'];
}

/** Rows of the winter's table; a figure that nothing has is left out. */
export function winterRows({ year, dark }: Winter): string[][] {
  const years = dark === undefined ? [year.outcome] : [year.outcome, dark.outcome];
  const weeks = years.map((y) => y.worstWeek);
  const blank = years.map(() => '');
  const rows = WEEK_ROWS.flatMap((row) => {
    const values = [...weeks.map(row.week), ...years.map(row.year)];
    return values.every((v) => v === null) ? [] : [[row.label, ...values.map((v) => orDash(v, row.unit))]];
  });
  return [
    ['days', ...weeks.map((w) => `${w.date.slice(5)} to ${w.lastDate.slice(5)}`), ...blank],
    ['found by', ...weeks.map((w) => FOUND_BY[w.by]), ...blank],
    ...rows,
  ];
}

/** What stands beside the year, in a sentence. */
export function winterText({ dark }: Winter): string {
  if (dark === undefined) return 'There is no dark year beside it; --dark-weather gives one.';
  const { spell, of, outcome } = dark;
  const light = `${yearFigureText(spell.ghiKwhM2Day, 'kWh/m2')} a day in the ${spell.days} days from ${dayText(spell.day)}`;
  const which = of === 1 ? outcome.name : `the darkest of ${of}, ${outcome.name}`;
  return `The dark year is ${which}: ${light}.`;
}

/** "12-20" of a day of the year, 0 = 1 January. */
function dayText(day: number): string {
  const month = MONTH_START_DAY.findLastIndex((start, m) => m < 12 && day >= start);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(month + 1)}-${two(day - MONTH_START_DAY[month]! + 1)}`;
}

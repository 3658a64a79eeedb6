import { textPairs, textTable } from '../../report/table.ts';
import { formatNumber } from '../../units/quantity.ts';
import { findings, monthRows, sparkline, stampWords, yearSums } from '../../weather/survey.ts';
import type { WeatherYear } from '../../weather/year.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function monthTable(year: WeatherYear): string {
  const rows = monthRows(year).map((m) => [
    MONTHS[m.month - 1]!,
    formatNumber(m.meanC, 3),
    formatNumber(m.minC, 3),
    formatNumber(m.maxC, 3),
    formatNumber(m.rhShare * 100, 2),
    formatNumber(m.ghiKwhM2Day, 3),
    formatNumber(m.dniKwhM2Day, 3),
    formatNumber(m.dhiKwhM2Day, 3),
    formatNumber(m.windMs, 2),
  ]);
  const header = ['month', 'mean °C', 'min °C', 'max °C', 'RH %', 'GHI kWh/m2/d', 'DNI', 'DHI', 'wind m/s'];
  return textTable(
    header.map((h, i) => ({ header: h, align: i === 0 ? 'left' : 'right' })),
    rows,
  );
}

/** What was said of a year that is not about what was derived. */
function odd(year: WeatherYear): string[] {
  return [...year.warnings.filter((w) => year.derived?.includes(w) !== true), ...findings(year)];
}

/** All that is known of a weather year, as plain data. */
export function surveyJson(year: WeatherYear): Readonly<Record<string, unknown>> {
  const { about, provenance, source, place, utcOffsetH, irradianceShiftH, warnings } = year;
  const sums = yearSums(year);
  return {
    about,
    provenance,
    source,
    place,
    utcOffsetH,
    irradianceShiftH,
    stamp: stampWords(irradianceShiftH),
    ...sums,
    months: monthRows(year),
    derived: year.derived ?? [],
    odd: odd(year),
    warnings,
  };
}

function list(items: readonly string[], none: string): string {
  return items.length === 0 ? `  ${none}` : items.map((item) => `  - ${item}`).join('\n');
}

/** The same for people: what is in it, month by month, the year's course, what was derived, what looks wrong. */
export function surveyText(year: WeatherYear): string {
  const sums = yearSums(year);
  const { place, utcOffsetH } = year;
  const derived =
    year.provenance === 'generated' ? ['every hour: generated from monthly statistics'] : (year.derived ?? []);
  const pairs = textPairs([
    ['what', year.about],
    ['provenance', year.provenance],
    ['source', year.source],
    [
      'place',
      `${formatNumber(place.latDeg, 5)}°, ${formatNumber(place.lonDeg, 5)}°, ${formatNumber(place.elevationM, 4)} m`,
    ],
    ['clock', `UTC${utcOffsetH >= 0 ? '+' : ''}${utcOffsetH}`],
    ['irradiance', stampWords(year.irradianceShiftH)],
    [
      'sun',
      `GHI ${formatNumber(sums.ghiKwhM2, 4)}, DNI ${formatNumber(sums.dniKwhM2, 4)}, DHI ${formatNumber(sums.dhiKwhM2, 4)} kWh/m2 a year`,
    ],
    [
      'air',
      `mean ${formatNumber(sums.meanC, 3)} °C, ${formatNumber(sums.minC, 3)} to ${formatNumber(sums.maxC, 3)} °C, ${sums.frostHours} h of frost, ${sums.hoursAbove35C} h above 35 °C`,
    ],
    ['wind', `mean ${formatNumber(sums.windMs, 2)} m/s at 10 m, ${sums.calmHours} h below 3 m/s`],
  ]);
  const lines = textPairs([
    ['temperature', sparkline(year.tempC)],
    ['sun', sparkline(year.ghiWm2)],
    ['wind', sparkline(year.windMs)],
  ]);
  return (
    `${pairs}\n\n${monthTable(year)}\n\nweek by week, each from its lowest to its highest\n${lines}\n\n` +
    `derived\n${list(derived, 'nothing: every column is in the file')}\n\nlooks wrong\n${list(odd(year), 'nothing')}\n`
  );
}

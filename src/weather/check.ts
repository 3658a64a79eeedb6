import { pressureAtPa } from '../air/psychrometrics.ts';
import { type Fault, fault } from '../errors/error.ts';
import { mean, quantile } from '../series/grid.ts';
import type { Quantity, RawYear } from './raw.ts';
import type { Place } from './year.ts';

/** What can be on earth, with room for the records: -89.2 and 56.7 °C, dew point 35 °C, sea level 1085 hPa, gales of 60 m/s. */
const LIMITS: Readonly<Record<Quantity, { min: number; max: number; unit: string }>> = {
  tempC: { min: -90, max: 60, unit: '°C' },
  dewC: { min: -100, max: 38, unit: '°C' },
  rhPct: { min: 0, max: 105, unit: '%' },
  pressurePa: { min: 30_000, max: 110_000, unit: 'Pa' },
  // Cloud edges can lift an hour slightly over a clear sky, thermopiles read a few watts below zero at night.
  ghiWm2: { min: -20, max: 1500, unit: 'W/m2' },
  dniWm2: { min: -20, max: 1400, unit: 'W/m2' },
  dhiWm2: { min: -20, max: 1000, unit: 'W/m2' },
  windMs: { min: 0, max: 75, unit: 'm/s' },
};
/** Mean wind of a year at 10 m above which the unit is wrong, m/s: the windiest inhabited places have 8 to 10. */
const MEAN_WIND_MAX = 12;
const IRRADIANCE: readonly Quantity[] = ['ghiWm2', 'dniWm2', 'dhiWm2'];

function highest(values: Float64Array): number {
  let high = Number.NEGATIVE_INFINITY;
  for (const v of values) if (v > high) high = v;
  return high;
}

/** What unit a column seems to be in when it is not ours, and the rule that leads back; undefined when it looks right. */
function otherUnit(quantity: Quantity, values: Float64Array): { found: string; hint: string } | undefined {
  const known = values.filter((v) => !Number.isNaN(v));
  if (known.length === 0) return undefined;
  const high = highest(known);
  if (quantity === 'tempC' || quantity === 'dewC') {
    if (quantile(known, 0.5) > 150) return { found: 'kelvin', hint: 'subtract 273.15' };
    if (quantile(known, 0.995) > LIMITS[quantity].max)
      return { found: 'degrees Fahrenheit', hint: 'use (F - 32) / 1.8' };
  }
  if (quantity === 'rhPct' && high <= 1.5) return { found: 'a share of 1', hint: 'multiply by 100' };
  if (IRRADIANCE.includes(quantity) && high > 0) {
    if (high <= 1.6) return { found: 'kWh/m2 per hour', hint: 'multiply by 1000' };
    if (high <= 5.5) return { found: 'MJ/m2 per hour', hint: 'divide by 0.0036' };
    if (quantity !== 'dhiWm2' && high > 1600 && quantile(known, 0.9) > 1000) {
      return { found: high > 1e5 ? 'J/m2 per hour' : 'kJ/m2 per hour', hint: `divide by ${high > 1e5 ? 3600 : 3.6}` };
    }
  }
  if (quantity === 'windMs') {
    const average = mean(known);
    const found = `km/h or knots (mean ${average.toFixed(1)})`;
    if (average > MEAN_WIND_MAX) return { found, hint: 'is it in km/h or knots? divide km/h by 3.6, knots by 1.944' };
  }
  if (quantity === 'pressurePa') {
    const middle = quantile(known, 0.5);
    if (middle > 300 && middle < 1100) return { found: 'hPa', hint: 'multiply by 100' };
    if (middle > 30 && middle < 110) return { found: 'kPa', hint: 'multiply by 1000' };
  }
  return undefined;
}

function checkColumn(raw: RawYear, quantity: Quantity, values: Float64Array): Fault[] {
  const column = raw.names[quantity] ?? quantity;
  const { min, max, unit } = LIMITS[quantity];
  const other = otherUnit(quantity, values);
  if (other !== undefined) return [fault('JW_WEATHER_UNIT', { column, unit, ...other }, raw.file)];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const where = `${raw.file}:${raw.lines[i]} ${column}`;
    if (Number.isNaN(value)) return [fault('JW_WEATHER_GAP', { reason: `${column} is empty here` }, where)];
    if (value < min || value > max) return [fault('JW_WEATHER_RANGE', { column, value, unit, min, max }, where)];
  }
  return [];
}

function checkPressure(raw: RawYear, values: Float64Array, elevationM: number): Fault[] {
  const middle = quantile(values, 0.5);
  const expected = pressureAtPa(elevationM);
  if (Math.abs(middle / expected - 1) < 0.06) return [];
  const column = raw.names.pressurePa ?? 'pressure';
  const found = `${Math.round(middle)} Pa, not the ${Math.round(expected)} Pa of ${elevationM} m above the sea`;
  const hint = 'give station pressure, not reduced to sea level, and check the elevation';
  return [fault('JW_WEATHER_UNIT', { column, found, unit: 'Pa at the station', hint }, raw.file)];
}

/** Dew point against dry bulb: an error from 0.5 K on, which rounding cannot explain. */
function checkDew(raw: RawYear, tempC: Float64Array, dewC: Float64Array): Fault[] {
  let first = -1;
  let count = 0;
  for (let i = 0; i < tempC.length; i++) {
    if (dewC[i]! <= tempC[i]! + 0.5) continue;
    if (first < 0) first = i;
    count++;
  }
  if (first < 0) return [];
  const where = `${raw.file}:${raw.lines[first]} ${raw.names.dewC ?? ''}`;
  return [fault('JW_WEATHER_DEW', { dew: dewC[first]!, temp: tempC[first]!, count }, where)];
}

/** Dry bulb and dew point under each other's name: each would look wrong by itself, and for the wrong reason. */
function checkExchanged(raw: RawYear): Fault[] {
  const [temp, dew] = [present(raw, 'tempC'), present(raw, 'dewC')];
  if (temp === undefined || dew === undefined) return [];
  const above = dew.reduce((count, d, i) => (d > temp[i]! + 0.5 ? count + 1 : count), 0);
  // In Fahrenheit or kelvin the dew points of a warm month lie above any dry bulb in °C.
  return above > dew.length / 2 && quantile(dew, 0.995) < LIMITS.tempC.max ? checkDew(raw, temp, dew) : [];
}

/** A column that is there and not wholly empty. */
export function present(raw: RawYear, quantity: Quantity): Float64Array | undefined {
  const values = raw.columns[quantity];
  return values?.some((v) => !Number.isNaN(v)) ? values : undefined;
}

/** Everything that is physically impossible or unusable in a raw year: at most one fault per column, first row named. */
export function checkRaw(raw: RawYear, place: Place): Fault[] {
  const exchanged = checkExchanged(raw);
  if (exchanged.length > 0) return exchanged;
  const faults: Fault[] = [];
  for (const quantity of Object.keys(LIMITS) as Quantity[]) {
    const values = present(raw, quantity);
    if (values !== undefined) faults.push(...checkColumn(raw, quantity, values));
  }
  for (const [quantity, instead] of [
    ['tempC', undefined],
    ['ghiWm2', undefined],
    ['windMs', undefined],
    ['dewC', 'rhPct'],
  ] as const) {
    if (present(raw, quantity) !== undefined || (instead !== undefined && present(raw, instead) !== undefined))
      continue;
    const reason = `${raw.names[quantity] ?? quantity} is empty in every row`;
    faults.push(fault('JW_WEATHER_GAP', { reason }, `${raw.file}:${raw.lines[0]}`));
  }
  if (faults.length > 0) return faults;
  const [temp, dew, pressure] = [present(raw, 'tempC'), present(raw, 'dewC'), present(raw, 'pressurePa')];
  if (temp !== undefined && dew !== undefined) faults.push(...checkDew(raw, temp, dew));
  if (pressure !== undefined) {
    faults.push(...checkPressure(raw, pressure, raw.station?.elevationM ?? place.elevationM));
  }
  return faults;
}

import { DIMENSIONS, type DimensionRow } from '../units/dimension.ts';

/** Units of one dimension and what one of them is in the first. */
type Scale = Readonly<Record<string, number>>;

/** What formulas use beside the dimensions of site files. */
const EXTRA: readonly Scale[] = [
  { Pa: 1, hPa: 100, mbar: 100, kPa: 1e3, bar: 1e5, MPa: 1e6 },
  { 'W/m2': 1, 'W/m²': 1, 'kW/m2': 1e3, 'kW/m²': 1e3 },
  { 'kg/s': 1, 'kg/h': 1 / 3600 },
];

/** Celsius and kelvin share names with differences, so that a unit of temperature is never converted. */
const TEMPERATURES = [
  ['°C', 'C', 'degC'],
  ['K', 'kelvin'],
];

const FIXED: readonly Scale[] = Object.entries(DIMENSIONS)
  .filter(([name, row]) => !('money' in row) && name !== 'temperature' && name !== 'temperatureDifference')
  .map(([, row]: readonly [string, DimensionRow]) => row.units);

/**
 * What one `given` is in `wanted`: factor('MW', 'kW') = 1000. The same unit is always 1; undefined where the two have no
 * dimension in common that is known here.
 */
export function unitFactor(given: string, wanted: string): number | undefined {
  if (given === wanted) return 1;
  if (TEMPERATURES.some((names) => names.includes(given) && names.includes(wanted))) return 1;
  for (const scale of [...FIXED, ...EXTRA]) {
    const from = scale[given];
    const to = scale[wanted];
    if (from !== undefined && to !== undefined) return from / to;
  }
  return undefined;
}

/** The other units that stand for `wanted`, for a message; at most six. */
export function unitsLike(wanted: string): readonly string[] {
  const temperature = TEMPERATURES.find((names) => names.includes(wanted));
  if (temperature !== undefined) return temperature;
  const scale = [...FIXED, ...EXTRA].find((row) => row[wanted] !== undefined);
  const others = scale === undefined ? [] : Object.keys(scale).filter((unit) => unit !== '' && unit !== wanted);
  return [wanted, ...others].filter((unit) => unit !== '').slice(0, 6);
}

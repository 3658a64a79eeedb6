import type { Quantity } from './raw.ts';

/** Turns a value of a unit into ours: factor and offset, value * factor + offset. */
interface Conversion {
  readonly factor: number;
  readonly offset: number;
}

const by = (factor: number, offset = 0): Conversion => ({ factor, offset });
const TEMPERATURE = { c: by(1), k: by(1, -273.15), f: by(1 / 1.8, -32 / 1.8) };
const POWER = {
  'w/m2': by(1),
  'kw/m2': by(1000),
  'wh/m2': by(1),
  'kwh/m2': by(1000),
  'mj/m2': by(1e6 / 3600),
  'kj/m2': by(1000 / 3600),
  'j/m2': by(1 / 3600),
};

/** Units of each quantity; energies are those of an hour. International knot and mile: 1852 and 1609.344 m. */
const UNITS: Readonly<Record<Quantity, Readonly<Record<string, Conversion>>>> = {
  tempC: TEMPERATURE,
  dewC: TEMPERATURE,
  rhPct: { '%': by(1), share: by(100) },
  pressurePa: { pa: by(1), hpa: by(100), mbar: by(100), kpa: by(1000) },
  ghiWm2: POWER,
  dniWm2: POWER,
  dhiWm2: POWER,
  windMs: { 'm/s': by(1), 'km/h': by(1 / 3.6), kn: by(1852 / 3600), mph: by(1609.344 / 3600) },
};

/** One way of writing for many: "°C", "W/m²", "W/m^2", "MJ/hr" and "Wh/m^2" have plain names here. */
function plainUnit(unit: string): string {
  return unit
    .trim()
    .toLowerCase()
    .replace(/[°^]/g, '')
    .replaceAll('²', '2')
    .replace(/^mj\/hr$/, 'mj/m2')
    .replace(/-hr/g, 'h')
    .replace(/^(mp\/h)$/, 'mph')
    .replace(/^(ms|m s-1)$/, 'm/s')
    .replace(/^kmh$/, 'km/h')
    .replace(/^(kt|kts|knots)$/, 'kn')
    .replace(/^(mb|millibar)$/, 'mbar')
    .replace(/^(pct|percent)$/, '%')
    .replace(/^celsius$/, 'c')
    .replace(/^(1|frac|fraction)$/, 'share');
}

/** The conversion of a unit of a quantity into ours; undefined when the unit is not known. */
export function conversionOf(quantity: Quantity, unit: string): Conversion | undefined {
  return UNITS[quantity][plainUnit(unit)];
}

/** Units that a quantity may be given in, as written in a map. */
export function unitsOf(quantity: Quantity): string {
  const spelled: Readonly<Record<string, string>> = { c: 'C', k: 'K', f: 'F', pa: 'Pa', hpa: 'hPa', kpa: 'kPa' };
  return Object.keys(UNITS[quantity])
    .map((u) => spelled[u] ?? u.replace('mj', 'MJ').replace('kj', 'kJ').replace(/^j/, 'J').replace('w', 'W'))
    .join(', ');
}

/** Values in our unit. */
export function converted(values: Float64Array, { factor, offset }: Conversion): Float64Array {
  return factor === 1 && offset === 0 ? values : values.map((v) => v * factor + offset);
}

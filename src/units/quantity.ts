import { fail } from '../errors/error.ts';
import { DIMENSIONS, type Dimension, type DimensionRow } from './dimension.ts';

/** A parsed quantity: `value` in the dimension's base unit; `currency` (ISO 4217) only for money dimensions. */
export interface Quantity {
  readonly value: number;
  readonly currency?: string;
}

const NUMBER = /^([+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/;
const CURRENCY = /^([A-Z]{3})(.*)$/;

/**
 * Reads "2 MW", "45 °C", "0.05 USD/kWh" into the base unit of its dimension. A bare number is taken in the base unit only
 * where the dimension has a unit-less form (shares, angles); elsewhere the unit must be said, so that nobody is a factor
 * 1000 off.
 *
 * @throws JW_QUANTITY when the text has no number, an unknown unit, or lacks its currency.
 */
export function parseQuantity(text: string | number, dimension: Dimension): Quantity {
  const row: DimensionRow = DIMENSIONS[dimension];
  const wrong = (): never =>
    fail('JW_QUANTITY', { text: String(text), dimension: spell(dimension), example: row.example });
  const match = NUMBER.exec(String(text).trim());
  if (match === null) return wrong();
  const value = Number(match[1]!.replaceAll('_', ''));
  let unit = match[2]!.replace(/\s+/g, '');
  if (!Number.isFinite(value)) return wrong();
  let currency: string | undefined;
  if (row.money === true) {
    const split = CURRENCY.exec(unit);
    if (split === null) return wrong();
    currency = split[1]!;
    unit = split[2]!;
  }
  const factor = row.units[unit];
  if (factor === undefined) return wrong();
  return currency === undefined ? { value: value * factor } : { value: value * factor, currency };
}

/** The dimension's name in words: "price per energy". */
export function spell(dimension: Dimension): string {
  return dimension.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);
}

const SCALES: Partial<Record<Dimension, readonly (readonly [number, string])[]>> = {
  power: [
    [1e6, 'GW'],
    [1e3, 'MW'],
    [1, 'kW'],
    [1e-3, 'W'],
  ],
  energy: [
    [1e6, 'GWh'],
    [1e3, 'MWh'],
    [1, 'kWh'],
    [1e-3, 'Wh'],
  ],
  duration: [
    [86400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
    [1e-3, 'ms'],
  ],
  length: [
    [1e3, 'km'],
    [1, 'm'],
  ],
  mass: [
    [1e3, 't'],
    [1, 'kg'],
  ],
  area: [
    [1e4, 'ha'],
    [1, 'm2'],
  ],
  volume: [
    [1e3, 'm3'],
    [1, 'L'],
  ],
};

/** A number with `digits` significant digits, without an exponent and without trailing zeros: 1234.5 -> "1234", 0.04567 -> "0.0457". */
export function formatNumber(value: number, digits = 3): string {
  if (value === 0 || !Number.isFinite(value)) return Number.isFinite(value) ? '0' : String(value);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  const text = value.toFixed(Math.min(12, decimals));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Prints a value of the base unit the way a person would write it: `formatQuantity(2000, 'power')` -> "2 MW". */
export function formatQuantity(
  value: number,
  dimension: Dimension,
  options: { digits?: number; currency?: string } = {},
): string {
  const row: DimensionRow = DIMENSIONS[dimension];
  const digits = options.digits ?? 3;
  if (dimension === 'share') return `${formatNumber(value * 100, digits)} %`;
  const scale = SCALES[dimension]?.find(([factor]) => Math.abs(value) >= factor * 0.99995);
  if (scale !== undefined) return `${formatNumber(value / scale[0], digits)} ${scale[1]}`;
  const unit = row.money === true ? `${options.currency ?? 'USD'}${row.base}` : row.base;
  return unit === '' ? formatNumber(value, digits) : `${formatNumber(value, digits)} ${unit}`;
}

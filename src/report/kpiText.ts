import { type Kpi, SHARE } from '../kpi/kpi.ts';
import { formatCount, formatNumber } from '../view/format.ts';

/** A KPI as people read it. */
export interface KpiText {
  /** The figure without its unit; a dash when it could not be had. */
  readonly figure: string;
  /** "" for plain ratios. */
  readonly unit: string;
  /** "1.09 to 1.18"; "" where there is none. */
  readonly interval: string;
}

/** Larger units that read better than thousands of the smaller one. */
const LARGER: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  kWh: [
    [1e6, 'GWh'],
    [1e3, 'MWh'],
  ],
  kg: [
    [1e6, 'kt'],
    [1e3, 't'],
  ],
};

/** A figure without its unit. Plain ratios and shares get a digit more: 99.96 % is not 100 %. */
function figureText(value: number, unit: string): string {
  if (!Number.isFinite(value)) return '–';
  if (unit === '%') return formatNumber(value, value > 99 && value < 100 ? 5 : 3);
  if (/^[A-Z]{3}$/.test(unit) && Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Math.abs(value) >= 1e4 ? formatCount(value) : formatNumber(value, unit === '' ? 4 : 3);
}

/** Prints a KPI's value, unit and interval; the interval is in the unit of the value. */
export function kpiText(k: Pick<Kpi, 'value' | 'unit' | 'interval'>): KpiText {
  const [factor, unit] =
    k.unit === SHARE
      ? [0.01, '%']
      : (LARGER[k.unit]?.find(([from]) => Math.abs(k.value ?? 0) >= 10 * from) ?? [1, k.unit]);
  const print = (value: number) => figureText(value / factor, unit);
  return {
    figure: k.value === null ? '–' : print(k.value),
    unit,
    interval: k.interval === undefined ? '' : `${print(k.interval[0])} to ${print(k.interval[1])}`,
  };
}

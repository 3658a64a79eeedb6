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

/** A figure in the scale that its unit is printed in. Plain ratios and shares get a digit more: 99.96 % is not 100 %. */
function figureText(value: number, unit: string): string {
  if (!Number.isFinite(value)) return '–';
  if (unit === SHARE) return formatNumber(value * 100, value > 0.99 && value < 1 ? 5 : 3);
  return Math.abs(value) >= 1e4 ? formatCount(value) : formatNumber(value, unit === '' ? 4 : 3);
}

/** Prints a KPI's value, unit and interval. */
export function kpiText(k: Kpi): KpiText {
  return {
    figure: k.value === null ? '–' : figureText(k.value, k.unit),
    unit: k.unit === SHARE ? '%' : k.unit,
    interval:
      k.interval === undefined ? '' : `${figureText(k.interval[0], k.unit)} to ${figureText(k.interval[1], k.unit)}`,
  };
}

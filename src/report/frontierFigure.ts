import { formatNumber } from '../view/format.ts';
import { pointLine } from '../view/plots/pointLine.ts';

/** A point of the frontier, as the cooling physics gives it. */
export interface FrontierRow {
  /** Price of a litre over that of a kWh. */
  readonly waterPrice: number;
  readonly pue: number;
  /** Litres per kWh of IT. */
  readonly wue: number;
}

/** PUE against WUE: what water saves in power at this site, one point for each price of water. */
export function frontierFigure(rows: readonly FrontierRow[], width = 720): string {
  return pointLine({
    width,
    height: 280,
    title: 'PUE against WUE',
    desc: 'Every point is the plant at its cheapest safe operating points for one price of water, in kWh per litre.',
    xUnit: 'WUE, L per kWh of IT',
    yUnit: 'PUE',
    color: 'it',
    points: rows.map((row) => ({
      x: row.wue,
      y: row.pue,
      label: row.waterPrice === 0 ? 'free water' : `${formatNumber(row.waterPrice)} kWh/L`,
    })),
  });
}

/** Where a figure comes from: computed by the twin, read from meters, or worked out from an assumption. */
export type Basis = 'modelled' | 'measured' | 'estimated';

/** One indicator, always with the boundary that it holds for. */
export interface Kpi {
  /** Stable name, e.g. `tokensPerJoule`. */
  readonly id: string;
  readonly label: string;
  /** null where it is not defined; the note says why. Never NaN. */
  readonly value: number | null;
  readonly unit: string;
  /** What is inside the figure and what is not. */
  readonly boundary: string;
  readonly basis: Basis;
  /** Lowest and highest value of an estimate. */
  readonly interval?: readonly [number, number];
  readonly note?: string;
}

/** Joules in a kilowatt-hour. */
export const J_PER_KWH = 3.6e6;

/** Unit of a figure that is a part of a whole, 0..1; printed as per cent. */
export const SHARE = 'share';

/** `part / whole`, or null where the whole is not above 0 or either is not finite. */
export function ratio(part: number, whole: number): number | null {
  const value = part / whole;
  return whole > 0 && Number.isFinite(value) ? value : null;
}

/** A KPI whose note, where the value is missing, is `missing`. Otherwise `note`, if any. */
export function kpi(row: Omit<Kpi, 'note'>, missing: string, note?: string): Kpi {
  const text = row.value === null ? missing : note;
  return text === undefined ? row : { ...row, note: text };
}

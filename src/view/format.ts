import { formatNumber, formatQuantity } from '../units/quantity.ts';

/** From which value on a sign is used, what it divides by, and the sign. */
const SCALES: readonly (readonly [number, number, string])[] = [
  [1e12, 1e12, 'T'],
  [1e9, 1e9, 'G'],
  [1e6, 1e6, 'M'],
  [1e4, 1e3, 'k'],
];

/** A count as people read it: 980, 9 850, 12.4 k, 3.2 M. Whole below ten thousand. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return '–';
  for (const [from, factor, sign] of SCALES) {
    if (Math.abs(value) >= from * 0.9995) return `${formatNumber(value / factor)} ${sign}`;
  }
  if (Math.abs(value) >= 1000)
    return Math.round(value)
      .toString()
      .replace(/(\d)(\d{3})$/, '$1\u202f$2');
  return formatNumber(value);
}

/** A power in kW with a unit that fits: "2.1 MW". A dash when there is no number. */
export function formatPower(kw: number): string {
  if (!Number.isFinite(kw)) return '–';
  // A watt beside megawatts is noise, not news.
  return Math.abs(kw) < 0.05 ? '0 kW' : formatQuantity(kw, 'power');
}

/** An energy in kWh with a unit that fits. */
export function formatEnergy(kwh: number): string {
  return Number.isFinite(kwh) ? formatQuantity(kwh, 'energy') : '–';
}

/** Joules as watt hours of a fitting size: a kWh is what a bill says. */
export function formatJoules(joules: number): string {
  return formatEnergy(joules / 3.6e6);
}

/** 0..1 as "97.4 %". */
export function formatShare(share: number, digits = 3): string {
  return Number.isFinite(share) ? formatQuantity(share, 'share', { digits }) : '–';
}

/** Seconds as "340 ms" or "1.2 s". */
export function formatSeconds(seconds: number): string {
  return Number.isFinite(seconds) ? formatQuantity(seconds, 'duration') : '–';
}

/** A plain figure with fixed decimals: what stands still on a screen while it changes. */
export function formatFixed(value: number, decimals: number): string {
  return Number.isFinite(value) ? value.toFixed(decimals) : '–';
}

/** Tokens per joule with three significant digits that keep their place: 0.402, 1.24, 12.4. */
export function formatTokensPerJoule(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toFixed(3);
}

/** An age as "4 s", "3 min", "2 h". */
export function formatAge(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 120) return `${s} s`;
  return s < 7200 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`;
}

export { formatNumber, formatQuantity };

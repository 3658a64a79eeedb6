import { type Origin, originAt } from './features.ts';
import { BANDS_H } from './leads.ts';
import type { Past } from './past.ts';

/** A target and where it is forecast from. */
export interface Pair {
  readonly origin: Origin;
  readonly step: number;
}

const GOLDEN = 0.618_033_988_749_895;
const SILVER = 0.754_877_666_246_693;

/** Spreads `count` pairs evenly over good targets [first, end) and the leads of a band, with origins from `from` on. */
export function pairs(past: Past, band: number, from: number, first: number, end: number, count: number): Pair[] {
  const low = band === 0 ? 1 : Math.floor(BANDS_H[band - 1]! * past.perHour) + 1;
  const high = Math.max(low, Math.floor(BANDS_H[band]! * past.perHour));
  const found: Pair[] = [];
  const origins = new Map<number, Origin>();
  for (let k = 0; k < 3 * count && found.length < count; k++) {
    const step = first + Math.floor(((k * GOLDEN) % 1) * (end - first));
    const at = step - low - Math.floor(((k * SILVER) % 1) * (high - low + 1));
    if (at < from || past.good[step] === 0) continue;
    let origin = origins.get(at);
    if (origin === undefined) {
      origin = originAt(past, at);
      origins.set(at, origin);
    }
    found.push({ origin, step });
  }
  return found;
}

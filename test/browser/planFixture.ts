import type { LivePlan } from '../../src/server/api.ts';
import { NOON_MS } from './noon.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Two days from that noon: quarters for three hours, then hours; sun by day, the battery in the evening, the grid at night. */
export function planFromNoon(): LivePlan {
  const first = Math.floor(NOON_MS / (15 * MINUTE)) * 15 * MINUTE;
  const lengths = [...Array.from({ length: 12 }, () => 15 * MINUTE), ...Array.from({ length: 45 }, () => HOUR)];
  const startMs = lengths.map((_, k) => first + lengths.slice(0, k).reduce((sum, ms) => sum + ms, 0));
  const endMs = startMs.map((ms, k) => ms + lengths[k]!);
  const hourOf = (ms: number): number => (ms / HOUR + 5) % 24;
  const of = (value: (hour: number) => number): number[] =>
    startMs.map((ms) => Math.round(value(hourOf(ms)) * 10) / 10);
  const sun = (h: number): number => Math.max(0, Math.sin((Math.PI * (h - 5)) / 14.8)) ** 1.2 * 1560;
  const load = (h: number): number => 640 + 180 * Math.max(0, Math.sin((Math.PI * (h - 6)) / 16));
  const battery = (h: number): number => {
    const over = sun(h) - load(h);
    if (over > 0) return -Math.min(700, over);
    return h > 18 && h < 24 ? Math.min(620, -over) : 0;
  };
  const surplus = (h: number): boolean => sun(h) > load(h);
  return {
    policy: 'joint',
    issuedMs: NOON_MS - 2 * MINUTE,
    validUntilMs: NOON_MS + 13 * MINUTE,
    startMs,
    endMs,
    columns: {
      solarKw: of((h) => Math.min(sun(h), load(h) + 700)),
      windKw: of(() => 0),
      generatorKw: of(() => 0),
      gridKw: of((h) => Math.max(0, load(h) - sun(h) - Math.max(0, battery(h)))),
      batteryKw: of(battery),
      loadKw: of(load),
      shortKw: of(() => 0),
      storedKwh: of((h) => 1200 + 90 * Math.max(0, Math.min(h, 18) - 8)),
      outputTokensPerS: of((h) => 400 * load(h)),
      pricePerKwh: startMs.map(hourOf).map((h) => (surplus(h) ? 0 : h > 17 && h < 22 ? 0.12 : 0.05)),
      replicas: of((h) => Math.round(load(h) / 3.4)),
    },
    reasons: startMs.map((ms) => {
      const h = hourOf(ms);
      if (surplus(h)) return ['bess charges 700 kW at 0 USD/kWh for 19:00: 0.12 then'];
      if (h > 18 && h < 24)
        return ['bess gives 610 kW: power is worth 0.12 USD/kWh now; filled again from 08:00 tomorrow at 0'];
      return ['archive waits for 08:00: 0 USD/kWh then against 0.05 now'];
    }),
  };
}

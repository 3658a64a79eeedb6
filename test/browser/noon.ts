import type { LiveDay, LiveSnapshot } from '../../src/server/api.ts';

const MINUTE = 60_000;
/** 12:41 in Tashkent time on a clear day in June. */
export const NOON_MS = Date.UTC(2025, 5, 17, 7, 41, 12);

/** A sunny noon at a 1 MW site: the array feeds the hall and the battery, the grid rests. */
export function noon(over: Partial<LiveSnapshot> = {}): LiveSnapshot {
  return {
    siteMs: NOON_MS,
    wallMs: NOON_MS,
    speed: 1,
    site: { id: 'bukhara', name: 'Bukhara', zone: 'Asia/Samarkand', currency: 'USD' },
    plant: 'simulated',
    mode: 'control',
    policy: 'joint',
    control: {
      decides: 'plan',
      plan: {
        issuedMs: NOON_MS - 2 * MINUTE,
        validUntilMs: NOON_MS + 13 * MINUTE,
        reason: 'sun feeds the hall and the battery',
      },
      faults: [],
      levers: [],
      shadow: null,
    },
    weather: { tempC: 36.4, windMs: 3.8, ghiWm2: 931 },
    flows: {
      solarKw: 1742,
      windKw: 0,
      generatorKw: 0,
      gridKw: 0,
      batteryKw: -900,
      curtailedKw: 358,
      itKw: 760,
      coolingKw: 45.2,
      lossesKw: 36.8,
      shortKw: 0,
    },
    battery: { socShare: 0.634, energyKwh: 2536 },
    grid: { up: true },
    tokens: { outputPerS: 338_600, inputPerS: 1_124_000, realOutputPerS: 212 },
    tokensPerJoule: { now: 0.4021, today: 0.3874 },
    pue: { now: 1.108, today: 1.121 },
    cooling: { supplyC: 38.5, waterLPerH: 214 },
    services: [
      {
        id: 'chat',
        kind: 'interactive',
        requestsPerS: 418.2,
        ttftS: 0.342,
        tpotS: 0.0214,
        attainment: 0.9968,
        backlog: 0,
      },
      {
        id: 'documents',
        kind: 'interactive',
        requestsPerS: 36.4,
        ttftS: 1.86,
        tpotS: 0.0331,
        attainment: 0.962,
        backlog: 0,
      },
      { id: 'archive-batch', kind: 'batch', requestsPerS: 92.7, ttftS: 0, tpotS: 0, attainment: 1, backlog: 184_320 },
    ],
    gateway: { up: true, requestsToday: 8_412, tokensToday: 3_926_000, joulesToday: 10_134_000 },
    events: [
      { siteMs: NOON_MS - 2 * MINUTE, text: 'batch raised to 93 req/s: 358 kW of sun would go unused until 15:10' },
      {
        siteMs: NOON_MS - 21 * MINUTE,
        text: 'battery charges at its limit of 900 kW: the evening peak costs 2.1 times as much',
      },
      {
        siteMs: NOON_MS - 58 * MINUTE,
        text: 'supply water raised to 38.5 °C: the dry cooler alone holds it at 36 °C outside',
      },
      { siteMs: NOON_MS - 141 * MINUTE, text: 'grid import ended: sun covers the hall' },
      { siteMs: NOON_MS - 263 * MINUTE, text: 'two nodes woken for the morning of service chat' },
      { siteMs: NOON_MS - 407 * MINUTE, text: 'grid down from 05:54 to 06:31: the battery carried 640 kW' },
    ],
    ...over,
  };
}

/** The curves that lead to that noon: 24 h at 5 minutes, with ten minutes in the night that nobody recorded. */
export function dayToNoon(): LiveDay {
  const stepMs = 5 * MINUTE;
  const end = Math.floor(NOON_MS / stepMs) * stepMs;
  const startMs = Array.from({ length: 288 }, (_, i) => end - (288 - i) * stepMs);
  const hourOf = (ms: number): number => (((ms / 3_600_000 + 5) % 24) + 24) % 24;
  const column = (f: (hour: number, i: number) => number): (number | null)[] =>
    startMs.map((ms, i) => (i === 170 || i === 171 ? null : Math.round(f(hourOf(ms), i) * 10_000) / 10_000));
  const sun = (h: number): number => Math.max(0, Math.sin((Math.PI * (h - 5)) / 14.8)) ** 1.2 * 1760;
  const it = (h: number, i: number): number =>
    590 + 150 * Math.max(0, Math.sin((Math.PI * (h - 6)) / 16)) + 22 * Math.sin(i / 5);
  const load = (h: number, i: number): number =>
    it(h, i) * (1.1 + 0.03 * Math.max(0, Math.sin((Math.PI * (h - 8)) / 14)));
  const battery = (h: number, i: number): number => {
    const over = sun(h) - load(h, i);
    if (over > 0) return -Math.min(900, over);
    return h > 18 && h < 24 ? Math.min(820, -over) : 0;
  };
  const grid = (h: number, i: number): number => Math.max(0, load(h, i) - sun(h) - Math.max(0, battery(h, i)));
  // Half of the power of serving is there before the first token: fewer requests at night make each token dearer.
  const tokens = (h: number, i: number): number => Math.max(0, it(h, i) - 330) * 810;
  let soc = 0.42;
  return {
    stepMs,
    startMs,
    columns: {
      solarKw: column(sun),
      windKw: column(() => 0),
      generatorKw: column(() => 0),
      gridKw: column(grid),
      batteryKw: column(battery),
      loadKw: column(load),
      socShare: column((h, i) => {
        soc = Math.min(0.95, Math.max(0.1, soc - battery(h, i) / 12 / 4000));
        return soc;
      }),
      tokensPerS: column(tokens),
      tokensPerJoule: column((h, i) => tokens(h, i) / (load(h, i) * 1000)),
      pue: column((h, i) => load(h, i) / it(h, i)),
    },
  };
}

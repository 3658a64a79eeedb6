import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { zoneOf } from '../../series/zone.ts';
import { sunAt } from '../../weather/sun.ts';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { solar } from './index.ts';
import { agedShare } from './physics.ts';
import type { SolarSpec } from './spec.ts';

const DAY_MS = 86_400_000;
const PRICES = { capex: '691 USD/kW', opex: '17 USD/kW/y' };
const ALL = { powerKw: Number.POSITIVE_INFINITY };

function spec(over: Record<string, unknown> = {}): SolarSpec {
  const { list, complain } = complaints();
  const made = solar.spec(solar.file.parse({ peak: '1 MWp', ...PRICES, ...over }), sampleContext(), complain);
  expect(list).toEqual([]);
  return made;
}

/** Noon of a day after 1 January 2025, always with the same light. */
function noon(day: number) {
  const startMs = Date.UTC(2025, 0, 1, 7) + day * DAY_MS;
  return sampleConditions({ startMs, local: zoneOf('Asia/Samarkand').local(startMs + 1_800_000) });
}

/** Available power at noon of each day from 0 to `days`. */
function noons(s: SolarSpec, days: number): number[] {
  let state = solar.initial(s);
  return Array.from({ length: days + 1 }, (_, day) => {
    const conditions = noon(day);
    const can = solar.feasible(s, state, conditions).maxKw;
    const out = solar.step(s, state, ALL, conditions);
    expect(can).toBe(out.meters['availableKw']);
    state = out.state;
    return can;
  });
}

describe('dust', () => {
  // So small a field under so large an inverter that nothing is clipped
  const base = { dc_ac_ratio: 0.5, degradation: 0 };
  const clean = noons(spec({ ...base, losses: 0 }), 0)[0]!;

  it('settles at the rate, stays under its maximum, and takes the 2 % of the constant losses away', () => {
    const got = noons(spec({ ...base, losses: '2 %', soiling: { rate: '1 %', max: '5 %' } }), 9);
    expect(Math.abs(got[0]! / clean - 1)).toBeLessThan(5e-4);
    const share = got.map((kw) => 1 - kw / got[0]!);
    expect(share[3]!).toBeCloseTo(0.03, 3);
    for (const late of share.slice(6)) expect(late).toBeCloseTo(0.05, 3);
  });

  it('goes with a cleaning and comes back', () => {
    const got = noons(spec({ ...base, soiling: { rate: '1 %', cleaning: '10 d' } }), 25);
    expect(got[9]!).toBeLessThan(0.92 * got[0]!);
    expect(got[10]!).toBeCloseTo(got[0]!, 9);
    expect(got[15]!).toBeCloseTo(got[5]!, 9);
    expect(got[20]!).toBeCloseTo(got[0]!, 9);
  });

  it('goes with rain that cleans, and stays away while the ground is damp', () => {
    const got = noons(spec({ ...base, soiling: { rate: '1 %', rain: ['01-11'], grace: '5 d' } }), 20);
    expect(got[9]!).toBeLessThan(0.92 * got[0]!);
    for (const damp of got.slice(10, 16)) expect(damp).toBeGreaterThan(0.999 * got[0]!);
    expect(1 - got[20]! / got[0]!).toBeCloseTo(0.05, 2);
  });

  it('is carried on by saved state', () => {
    const s = spec({ ...base, soiling: { rate: '1 %' } });
    let state = solar.initial(s);
    for (let day = 0; day < 6; day++) state = solar.step(s, state, ALL, noon(day)).state;
    const again = solar.revive(JSON.parse(JSON.stringify(state)))!;
    expect(again).toEqual(state);
    expect(solar.feasible(s, again, noon(6)).maxKw).toBe(solar.feasible(s, state, noon(6)).maxKw);
    expect(solar.feasible(s, again, noon(6)).maxKw).toBeLessThan(solar.feasible(s, solar.initial(s), noon(6)).maxKw);
  });

  it('reads state of the first release as new', () => {
    expect(solar.revive({ v: 1 })).toEqual(solar.initial(spec()));
  });
});

describe('age', () => {
  it('takes its share at each birthday, from the age at the start', () => {
    expect(agedShare(0.005, 0.99)).toBe(1);
    expect(agedShare(0.005, 10.5)).toBeCloseTo(0.95111, 6);
    // The inverter loses a little more at part load
    const of = (over: Record<string, unknown>) => noons(spec({ dc_ac_ratio: 0.5, ...over }), 0)[0]!;
    expect(of({ age: '2 y', degradation: '10 %' }) / of({})).toBeCloseTo(0.81, 2);
    const s = spec({ dc_ac_ratio: 0.5, degradation: '10 %' });
    const { state } = solar.step(s, solar.initial(s), ALL, noon(0));
    const later = solar.feasible(s, state, noon(370)).maxKw / solar.feasible(s, state, noon(0)).maxKw;
    expect(later).toBeCloseTo(0.9, 2);
  });
});

describe('what a site file may not say together', () => {
  it.each([
    [{ mounting: 'close-mount-glass-glass' }, 'mounting'],
    [{ azimuth: 90, tracking: { kind: 'single-axis' } }, 'azimuth'],
  ])('%j', (over, key) => {
    const { list, complain } = complaints();
    solar.spec(solar.file.parse({ peak: '1 kWp', ...PRICES, ...over }), sampleContext(), complain);
    expect(list.map((c) => c.path[0])).toEqual([key]);
  });

  it('refuses nonsense', () => {
    for (const bad of [
      { transposition: 'klucher' },
      { iam: 'schlick' },
      { cell_model: 'noct' },
      { tracking: { kind: 'single-axis', gcr: 0 } },
      { tracking: { kind: 'three-axis' } },
      { tracking: { kind: 'single-axis', max_angle: '120 deg' } },
      { bifacial: { bifaciality: 1.2 } },
      { soiling: { rain: ['13-01'] } },
      { soiling: { rain: ['1-5'] } },
      { soiling: { cleaning: '1 h' } },
      { age: '-1 y' },
      { degradation: '20 %' },
    ]) {
      expect(solar.file.safeParse({ peak: '1 kWp', ...bad }).success, JSON.stringify(bad)).toBe(false);
    }
  });
});

describe('every option in all light', () => {
  const options = [
    { transposition: 'isotropic' },
    { transposition: 'reindl', iam: 'ashrae' },
    { transposition: 'perez', iam: 'physical', cell_model: 'sapm', mounting: 'insulated-back-glass-polymer' },
    { transposition: 'perez-driesse', iam: 'martin-ruiz', cell_model: 'pvsyst', mounting: 'close-mount-glass-glass' },
    { tracking: { kind: 'single-axis' }, bifacial: {} },
    { tracking: { kind: 'single-axis', backtrack: false, axis_tilt: '20 deg' }, iam: 'physical' },
    { tracking: { kind: 'two-axis' }, transposition: 'perez', bifacial: { bifaciality: '80 %' }, soiling: {} },
  ];
  it.each(options)('%j stays finite, between nothing and the rating', (over) => {
    const s = spec(over);
    for (let zenith = 0; zenith <= 110; zenith += 2.5) {
      for (const [dniWm2, dhiWm2] of [
        [0, 0],
        [0, 80],
        [500, 100],
        [900, 60],
      ] as const) {
        const ghiWm2 = dhiWm2 + dniWm2 * Math.max(0, Math.cos((zenith * Math.PI) / 180));
        for (const sunAzimuthDeg of [0, 80, 180, 290]) {
          const c = sampleConditions({ sunZenithDeg: zenith, sunAzimuthDeg, dniWm2, dhiWm2, ghiWm2 });
          const { maxKw } = solar.feasible(s, solar.initial(s), c);
          expect(maxKw).toBeGreaterThanOrEqual(0);
          expect(maxKw).toBeLessThanOrEqual(1000 / 1.2 + 1e-9);
        }
      }
    }
  });

  it('light on the backs adds power, most over bright ground', () => {
    const at = (over: Record<string, unknown>) => noons(spec({ dc_ac_ratio: 0.5, ...over }), 0)[0]!;
    const plain = at({});
    const gain = at({ bifacial: {} }) / plain - 1;
    expect(gain).toBeGreaterThan(0.03);
    expect(gain).toBeLessThan(0.15);
    expect(at({ bifacial: {}, albedo: 0.5 }) / at({ albedo: 0.5 }) - 1).toBeGreaterThan(gain);
  });
});

describe('SAM-07: PVWatts 8 in Phoenix, fixed and tracking', () => {
  const year = JSON.parse(readFileSync(new URL('./fixtures/phoenix-year.json', import.meta.url), 'utf8')) as {
    latDeg: number;
    lonDeg: number;
    utcOffsetH: number;
    monthlyKwh: number[];
    annualKwh: Record<'fixed' | 'singleAxis' | 'backtracking' | 'twoAxis', number>;
    rows: [hour: number, dniWm2: number, dhiWm2: number, airC: number, windMs: number][];
  };
  const hours = year.rows.map(([hour, dniWm2, dhiWm2, tempC, windMs]) => {
    const startMs = Date.UTC(2025, 0, 1) + (hour - year.utcOffsetH) * 3_600_000;
    const sun = sunAt(startMs + 1_800_000, year.latDeg, year.lonDeg);
    const ghiWm2 = dhiWm2 + dniWm2 * Math.max(0, Math.cos((sun.zenithDeg * Math.PI) / 180));
    return sampleConditions({
      startMs,
      tempC,
      windMs,
      dniWm2,
      dhiWm2,
      ghiWm2,
      sunZenithDeg: sun.zenithDeg,
      sunAzimuthDeg: sun.azimuthDeg,
      extraterrestrialWm2: sun.extraterrestrialWm2,
    });
  });

  /** kWh by month. */
  function months(over: Record<string, unknown>): number[] {
    const s = spec({ peak: '4 kWp', tilt: 20, losses: '14.0757 %', ...over });
    const sums = new Array<number>(12).fill(0);
    const state = solar.initial(s);
    hours.forEach((c) => {
      const month = new Date(c.startMs + year.utcOffsetH * 3_600_000).getUTCMonth();
      sums[month]! += solar.feasible(s, state, c).maxKw;
    });
    return sums;
  }
  const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  // PVWatts tilts the axis by `tilt` and takes Perez and Fresnel glass; ours by default takes Hay-Davies and no glass
  describe.each([{}, { transposition: 'perez', iam: 'physical' }])('with %j', (models) => {
    it('fixed: year within 2 %, months within 4 %', () => {
      const got = months(models);
      expect(Math.abs(total(got) / year.annualKwh.fixed - 1)).toBeLessThan(0.02);
      got.forEach((kwh, month) => {
        expect(Math.abs(kwh / year.monthlyKwh[month]! - 1)).toBeLessThan(0.04);
      });
    });
    const axis = { kind: 'single-axis', axis_tilt: '20 deg', gcr: 0.4 };
    it.each([
      ['singleAxis', { ...axis, backtrack: false }],
      ['backtracking', axis],
      ['twoAxis', { kind: 'two-axis' }],
    ] as const)('%s: year within 2 %', (key, tracking) => {
      expect(Math.abs(total(months({ ...models, tracking })) / year.annualKwh[key] - 1)).toBeLessThan(0.02);
    });
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sunAt } from '../../weather/sun.ts';
import type { Conditions } from '../contract.ts';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { faimanCellC } from './cell.ts';
import { solar } from './index.ts';
import { PVWATTS_LOSSES, pvwattsAcKw, pvwattsDcKw, totalLossShare } from './physics.ts';
import type { SolarSpec } from './spec.ts';
import { poaWm2 } from './twin.ts';

const cases = JSON.parse(readFileSync(new URL('./fixtures/pvwatts.json', import.meta.url), 'utf8')) as {
  faiman: { poaWm2: number; airC: number; windMs: number; cellC: number };
  dc: { poaWm2: number; cellC: number; peak: number; gammaPerC: number; power: number };
  ac: { etaShare: number; ratedDc: number; dc: number[]; power: number[] };
  losses: { defaultPercent: number; withAge1Percent: number };
};

function spec(over: Record<string, unknown> = {}, latDeg = 39.77): SolarSpec {
  const file = solar.file.parse({ peak: '1 MWp', capex: '691 USD/kW', opex: '17 USD/kW/y', ...over });
  const { list, complain } = complaints();
  const made = solar.spec(file, sampleContext({ latDeg }), complain);
  expect(list).toEqual([]);
  return made;
}

describe('solar physics against pvlib', () => {
  it('cell temperature', () => {
    const c = cases.faiman;
    expect(Math.abs(faimanCellC(c.poaWm2, c.airC, c.windMs) - c.cellC)).toBeLessThan(1e-3);
  });
  it('direct current', () => {
    const c = cases.dc;
    expect(Math.abs(pvwattsDcKw(c.poaWm2, c.cellC, c.peak, c.gammaPerC) - c.power)).toBeLessThan(1e-6);
    expect(pvwattsDcKw(900, 400, 100, -0.003)).toBe(0);
  });
  it('inverter, with clipping', () => {
    const c = cases.ac;
    c.dc.forEach((dc, i) => {
      expect(Math.abs(pvwattsAcKw(dc, c.ratedDc, c.etaShare) - c.power[i]!)).toBeLessThan(1e-6);
    });
    expect(pvwattsAcKw(200, c.ratedDc, c.etaShare)).toBe(95);
    expect(pvwattsAcKw(0.2, c.ratedDc, c.etaShare)).toBe(0);
  });
  it('losses', () => {
    expect(Math.abs(totalLossShare(PVWATTS_LOSSES) * 100 - cases.losses.defaultPercent)).toBeLessThan(1e-6);
    const aged = totalLossShare({ ...PVWATTS_LOSSES, age: 0.01 });
    expect(Math.abs(aged * 100 - cases.losses.withAge1Percent)).toBeLessThan(1e-6);
  });
});

describe('solar chain against PVWatts', () => {
  it('plane irradiance, cell temperature and power over every tenth day of a year', () => {
    const year = JSON.parse(readFileSync(new URL('./fixtures/pvwatts-year.json', import.meta.url), 'utf8')) as {
      latDeg: number;
      lonDeg: number;
      utcOffsetH: number;
      rows: [number, number, number, number, number, number, number, number][];
    };
    const s = spec({ peak: '4 kWp', tilt: 20, losses: '14.08 %', gamma: -0.0047 });
    const sum = { poa: 0, poaWant: 0, ac: 0, acWant: 0, poaError: 0, cellError: 0, bright: 0 };
    for (const [hour, dniWm2, dhiWm2, tempC, windMs, poaWant, cellWant, acWant] of year.rows) {
      const startMs = Date.UTC(2025, 0, 1) + (hour - year.utcOffsetH) * 3_600_000;
      const sun = sunAt(startMs + 1_800_000, year.latDeg, year.lonDeg);
      const ghiWm2 = dhiWm2 + dniWm2 * Math.max(0, Math.cos((sun.zenithDeg * Math.PI) / 180));
      const out = solar.step(
        s,
        solar.initial(s),
        { powerKw: Number.POSITIVE_INFINITY },
        sampleConditions({
          startMs,
          tempC,
          windMs,
          dniWm2,
          dhiWm2,
          ghiWm2,
          sunZenithDeg: sun.zenithDeg,
          sunAzimuthDeg: sun.azimuthDeg,
          extraterrestrialWm2: sun.extraterrestrialWm2,
        }),
      );
      sum.poa += out.meters['poaWm2']!;
      sum.poaWant += poaWant;
      sum.ac += out.flows['power']!;
      sum.acWant += acWant / 1000;
      sum.poaError += (out.meters['poaWm2']! - poaWant) ** 2;
      if (poaWant <= 50) continue;
      sum.bright++;
      sum.cellError += (out.meters['cellC']! - cellWant) ** 2;
    }
    expect(year.rows.length).toBeGreaterThan(400);
    expect(Math.abs(sum.poa / sum.poaWant - 1)).toBeLessThan(0.01);
    expect(Math.abs(sum.ac / sum.acWant - 1)).toBeLessThan(0.02);
    expect(Math.sqrt(sum.poaError / year.rows.length)).toBeLessThan(10);
    expect(Math.sqrt(sum.cellError / sum.bright)).toBeLessThan(2);
  });
});

describe('solar spec', () => {
  it('faces the equator unless told otherwise', () => {
    expect(spec().azimuthDeg).toBe(180);
    expect(spec({}, -33).azimuthDeg).toBe(0);
    expect(spec({ azimuth: 90 }).azimuthDeg).toBe(90);
  });
  it('counts price by peak and complains when there is none', () => {
    expect(spec().ownership).toMatchObject({ capexMoney: 691000, opexMoneyPerYear: 17000 });
    const { list, complain } = complaints();
    solar.spec(solar.file.parse({ peak: '1 kWp' }), sampleContext(), complain);
    expect(list.map((c) => c.path[0])).toEqual(['capex', 'opex']);
  });
  it('refuses nonsense', () => {
    for (const bad of [
      { peak: '1' },
      { tilt: '100 deg' },
      { albedo: 2 },
      { losses: '95 %' },
      { gamma: 0.004 },
      { tracker: true },
    ]) {
      expect(solar.file.safeParse({ peak: '1 kWp', ...bad }).success).toBe(false);
    }
  });
});

describe('solar step', () => {
  const s = spec();
  const state = solar.initial(s);

  it('gives nothing at night and clips at the inverter', () => {
    const night = sampleConditions({ ghiWm2: 0, dhiWm2: 0, dniWm2: 0, sunZenithDeg: 120 });
    expect(solar.feasible(s, state, night)).toEqual({ zero: true, minKw: 0, maxKw: 0, auxKw: 0 });
    const small = spec({ dc_ac_ratio: 2 });
    expect(solar.feasible(small, state, sampleConditions()).maxKw).toBeCloseTo(500, 9);
  });

  it('at dawn, with the sun below the horizon at mid-step, has diffuse light only', () => {
    const dawn = sampleConditions({ ghiWm2: 6, dhiWm2: 5, dniWm2: 120, sunZenithDeg: 90.5, sunAzimuthDeg: 180 });
    expect(poaWm2(s, dawn)).toBeLessThan(6);
    expect(poaWm2(s, dawn)).toBeGreaterThan(4);
  });

  it('power and curtailment make up what is available', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -100, max: 1500, noNaN: true }),
        fc.double({ min: 0, max: 95, noNaN: true }),
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 0, max: 1000, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.double({ min: -30, max: 48, noNaN: true }),
        (powerKw, sunZenithDeg, sunAzimuthDeg, dniWm2, dhiWm2, tempC) => {
          const ghiWm2 = dhiWm2 + dniWm2 * Math.max(0, Math.cos((sunZenithDeg * Math.PI) / 180));
          const c = sampleConditions({ sunZenithDeg, sunAzimuthDeg, dniWm2, dhiWm2, ghiWm2, tempC });
          const can = solar.feasible(s, state, c);
          const out = solar.step(s, state, { powerKw }, c);
          expect(can.maxKw).toBeGreaterThanOrEqual(0);
          expect(can.maxKw).toBeLessThanOrEqual(1000 / 1.2 + 1e-9);
          expect(out.flows['power']).toBe(Math.min(can.maxKw, Math.max(0, powerKw)));
          expect(out.meters['availableKw']).toBe(can.maxKw);
          expect(out.flows['power']! + out.meters['curtailedKw']!).toBeCloseTo(can.maxKw, 9);
        },
      ),
    );
  });

  it('state survives JSON, garbage is not state, and names are those declared', () => {
    expect(solar.revive(JSON.parse(JSON.stringify(state)))).toEqual(state);
    for (const bad of [undefined, null, 1, [], {}, { v: 2 }, { v: 3 }, { v: 1, more: 1 }])
      expect(solar.revive(bad)).toBeUndefined();
    const out = solar.step(s, state, { powerKw: 10 }, sampleConditions());
    expect(Object.keys(out.flows)).toEqual(solar.ports(s).map((p) => p.name));
    expect(Object.keys(out.meters)).toEqual(Object.keys(solar.meters));
  });
});

const bukhara = new URL('../../../../shared/data/weather/uz_bukhara_hourly_typ_2003.csv.gz', import.meta.url);

/** Hours of the file as conditions; the sun at the middle of each hour, UTC+5. */
function year(): Conditions[] {
  const lines = gunzipSync(readFileSync(bukhara)).toString('utf8').trim().split('\n');
  const names = lines[0]!.split(',');
  const at = (name: string) => names.indexOf(name);
  return lines.slice(1).map((line, i) => {
    const cells = line.split(',').map(Number);
    const startMs = Date.UTC(2003, 0, 1) + (i - 5) * 3_600_000;
    const sun = sunAt(startMs + 1_800_000, 39.77, 64.42);
    return sampleConditions({
      startMs,
      tempC: cells[at('temp_c')]!,
      ghiWm2: cells[at('ghi_wm2')]!,
      dniWm2: cells[at('dni_wm2')]!,
      dhiWm2: cells[at('dhi_wm2')]!,
      windMs: cells[at('wind10_ms')]!,
      sunZenithDeg: sun.zenithDeg,
      sunAzimuthDeg: sun.azimuthDeg,
      extraterrestrialWm2: sun.extraterrestrialWm2,
    });
  });
}

describe.skipIf(!existsSync(bukhara))('solar year in Bukhara (skipped without ../shared/data/weather)', () => {
  it('yields 1,400 to 1,900 kWh per kWp, most at a tilt near the default', () => {
    const hours = year();
    expect(hours).toHaveLength(8760);
    const yieldOf = (tilt: number): number => {
      const s = spec({ tilt });
      const state = solar.initial(s);
      let kwh = 0;
      for (const c of hours) kwh += solar.feasible(s, state, c).maxKw;
      return kwh / s.peakKw;
    };
    const tilts = [0, 15, 25, 30, 35, 40, 55, 75];
    const yields = tilts.map(yieldOf);
    const standard = yields[3]!;
    expect(standard).toBeGreaterThan(1400);
    expect(standard).toBeLessThan(1900);
    expect(standard).toBeGreaterThan(0.99 * Math.max(...yields));
    expect(standard).toBeGreaterThan(1.05 * yields[0]!);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { loadSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { worstWeek } from './worstWeek.ts';
import { simulateYears } from './yearPool.ts';
import { medianYear, outcomeOf, simulateYear, spreads, worstYear, type YearOutcome, yearFigures } from './years.ts';
import { deviceSums } from './yearsMeters.ts';
import { fileNames, type YearsSource, yearsOf } from './yearsSource.ts';

const siteFile = new URL('../../sites/bukhara.yaml', import.meta.url).pathname;
const site = loadSite(siteFile);
const plant = plantOf(site);
const grid = { startMs: Date.UTC(2026, 0, 1) - 5 * HOUR_MS, stepMs: HOUR_MS, count: 24 * 12 };
const source: YearsSource = { kind: 'generated', climate: 'bukhara', seed: 5, count: 3 };
const order = { siteFile, source, grid, policy: 'siloed', demand: { demand: [], lengths: [] } } as const;
const setting = { site, services: site.services, grid, policy: 'siloed' } as const;

describe('many weather years', () => {
  it('threads give what the main thread gives, in the order of the years, whatever their number', async () => {
    const shares: number[] = [];
    const [one, two] = [
      await simulateYears(order, 3, 1, (share) => shares.push(share)),
      await simulateYears(order, 3, 2, () => undefined),
    ];
    expect(one.map((o) => o.name)).toEqual(['seed 5', 'seed 6', 'seed 7']);
    expect(two).toEqual(one);
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, i) => i === 0 || share >= shares[i - 1]!)).toBe(true);
    const year = yearsOf(source, site)[1]!;
    const weather = year.weather();
    expect(outcomeOf(year.name, setting, weather, simulateYear(setting, weather))).toEqual(one[1]);
    expect(new Set(one.map((o) => o.totals.solarUsedKwh)).size).toBe(3);
  });

  it('a year that fails is told as it is, and ends the others', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'years-')), 'short.csv');
    writeFileSync(file, 'date,tmax_c,tmin_c,wind10_ms,rh_frac,ghi_mj_m2\n2001-01-01,3,1,2,0.5,14\n');
    await expect(simulateYears({ ...order, source: { kind: 'days', file } }, 3, 2, () => undefined)).rejects.toThrow(
      /no whole calendar year .*JW_WEATHER_DAYS/,
    );
    expect(() => yearsOf({ ...source, climate: 'atlantis' }, site)).toThrow(RangeError);
  });

  it('the worst week is where the ledger says', () => {
    const weather = yearsOf(source, site)[0]!.weather();
    const run = simulateYear(setting, weather);
    const at = (name: string) => run.ledger.values[run.ledger.columns.findIndex((c) => c.name === name)]!;
    // A shortage of 10 kW all the fourth day: the first week that holds it is the one from the first day on.
    at('site.shortKw').fill(0);
    at('site.shortKw').fill(10, 72, 96);
    expect(worstWeek(run, plant, site.context.zone)).toMatchObject({
      by: 'unserved',
      date: '2026-01-01',
      shortKwh: 240,
    });
    at('site.shortKw').fill(10, 11 * 24, 12 * 24);
    at('site.shortKw').fill(30, 10 * 24, 11 * 24);
    const late = worstWeek(run, plant, site.context.zone);
    expect(late).toMatchObject({ date: '2026-01-06', from: 120, count: 168, shortKwh: 40 * 24 });
    const temps = at('weather.tempC').subarray(120, 288);
    expect(late.meanC).toBeCloseTo(temps.reduce((a, b) => a + b, 0) / 168, 9);
    expect(late.minC).toBe(Math.min(...temps));
    expect(late.lowestSoc).toBe(Math.min(...at('bess.socShare').subarray(120, 288)));
    expect(late.lastDate).toBe('2026-01-12');
    expect(late.generatorHours).toBeCloseTo(at('gensets.runHours')[287]! - at('gensets.runHours')[119]!, 9);
    const week = (name: string) =>
      at(name)
        .subarray(120, 288)
        .reduce((a, b) => a + b, 0);
    expect(late.fuelL).toBeCloseTo(week('gensets.fuelL'), 9);
    expect(late.pue).toBeCloseTo(week('site.facilityKw') / week('site.itKw'), 12);
    const tokens = ['chat', 'code', 'archive'].reduce((sum, id) => sum + week(`service.${id}.outputTokensPerS`), 0);
    expect(late.tokensPerJoule).toBeCloseTo(tokens / (1000 * week('site.facilityKw')), 12);
    at('bess.heatingKw').fill(0).fill(2, 100, 130);
    expect(worstWeek(run, plant, site.context.zone).heatingKwh).toBe(20);
    at('site.shortKw').fill(0);
    const dry = worstWeek(run, plant, site.context.zone);
    expect(dry.shortKwh).toBe(0);
    expect(['generator', 'import']).toContain(dry.by);
  });

  it('sums the meters of stores and cooling over all of a kind; a site without them has none', () => {
    const weather = yearsOf(source, site)[0]!.weather();
    const halfHours = { ...setting, grid: { ...grid, stepMs: HOUR_MS / 2, count: 48 } };
    const run = simulateYear(halfHours, weather);
    const at = (name: string) => run.ledger.values[run.ledger.columns.findIndex((c) => c.name === name)]!;
    const hall = plant.halls[0]!.id;
    at('bess.heatingKw').fill(6);
    at('bess.socShare').fill(0.5).fill(0.25, 7, 8);
    at(`${hall}.cooling.liquidChillerH`).fill(0).fill(0.5, 0, 3);
    at(`${hall}.cooling.airChillerH`).fill(0.5);
    at('gensets.fuelL').fill(2);
    const firstH = at('gensets.powerKw')[0]! > 0 ? at('gensets.runningSets')[0]! / 2 : 0;
    expect(deviceSums(run, plant)).toEqual({
      batteryHeatingKwh: 6 * 24,
      lowestSoc: 0.25,
      liquidChillerHours: 1.5,
      airChillerHours: 24,
      generatorHours: expect.closeTo(at('gensets.runHours')[47]! - at('gensets.runHours')[0]! + firstH, 9),
      fuelL: 96,
    });
    expect(deviceSums(run, plant, 8, 4)).toMatchObject({ batteryHeatingKwh: 12, lowestSoc: 0.5, airChillerHours: 2 });
    expect(deviceSums(run, { ...plant, halls: [], dispatch: [] })).toEqual({
      batteryHeatingKwh: null,
      lowestSoc: null,
      liquidChillerHours: null,
      airChillerHours: null,
      generatorHours: null,
      fuelL: null,
    });
  });

  it('names files as shortly as tells them apart', () => {
    expect(fileNames(['/a/typ.2003.csv.gz', '/b/dark.epw'])).toEqual(['typ.2003', 'dark']);
    expect(fileNames(['/a/typ.csv', '/a/typ.csv.gz'])).toEqual(['typ.csv', 'typ.csv.gz']);
    expect(fileNames(['/a/typ.csv', '/b/typ.csv'])).toEqual(['a/typ.csv', 'b/typ.csv']);
    expect(fileNames(['/x/a/typ.csv', '/y/a/typ.csv'])).toEqual(['/x/a/typ.csv', '/y/a/typ.csv']);
  });

  it('a run shorter than a week is its own worst week', () => {
    const short = { ...setting, grid: { ...grid, count: 60 } };
    const week = worstWeek(simulateYear(short, yearsOf(source, site)[0]!.weather()), plant, site.context.zone);
    expect([week.from, week.count]).toEqual([0, 48]);
    const hours = { ...setting, grid: { ...grid, count: 6 } };
    const part = worstWeek(simulateYear(hours, yearsOf(source, site)[0]!.weather()), plant, site.context.zone);
    expect([part.from, part.count]).toEqual([0, 6]);
  });
});

describe('spread over years', () => {
  const base = (() => {
    const short = { ...setting, grid: { ...grid, count: Math.round((2 * DAY_MS) / HOUR_MS) } };
    const weather = yearsOf(source, site)[0]!.weather();
    return outcomeOf('x', short, weather, simulateYear(short, weather));
  })();
  const year = (name: string, shortKwh: number, cost: number): YearOutcome => ({
    ...base,
    name,
    totals: { ...base.totals, shortKwh, runningCostMoney: cost },
  });
  const years = Array.from({ length: 11 }, (_, i) => year(String(1979 + i), 0, 100 + 10 * ((i * 7) % 11)));

  it('is that of the order statistics, with the years at its ends', () => {
    const cost = spreads(years, 'USD').find((s) => s.figure.id === 'runningCost')!;
    expect(cost).toMatchObject({ count: 11, min: 100, p10: 110, median: 150, p90: 190, max: 200 });
    expect([cost.minYear, cost.maxYear]).toEqual(['1979', '1982']);
    expect(cost.figure.unit).toBe('USD');
  });

  it('leaves out a figure that no year has, and counts the years that have it', () => {
    const without = years.map((y) => ({ ...y, kpis: y.kpis.filter((k) => k.id !== 'pue') }));
    expect(spreads(without, 'USD').some((s) => s.figure.id === 'pue')).toBe(false);
    const some = [...without.slice(0, 4), ...years.slice(4)];
    expect(spreads(some, 'USD').find((s) => s.figure.id === 'pue')!.count).toBe(7);
    expect(yearFigures('UZS').find((f) => f.id === 'lcot')!.unit).toBe('UZS/Mtoken');
  });

  it('the worst year is short, or dear where none is; the ordinary one costs the median', () => {
    expect(worstYear(years).name).toBe('1982');
    expect(worstYear([...years, year('short', 5, 1)]).name).toBe('short');
    expect(medianYear(years).totals.runningCostMoney).toBe(150);
    expect(medianYear([years[0]!]).name).toBe('1979');
  });
});

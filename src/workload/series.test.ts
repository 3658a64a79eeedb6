import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { extent } from './rate.ts';
import { readRateSeries, type SeriesOptions } from './series.ts';

const zone = zoneOf('Asia/Tashkent');
const folder = mkdtempSync(join(tmpdir(), 'jw-series-'));
let made = 0;
function write(lines: readonly string[]): string {
  const file = join(folder, `s${made++}.csv`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
function hourly(days: number, rate: (hour: number) => number, header = 't_s,rps'): string {
  return write([header, ...Array.from({ length: days * 24 }, (_, h) => `${h * 3600},${rate(h)}`)]);
}
function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof JoulewrightError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
}
const read = (file: string, options: Partial<SeriesOptions> = {}) => readRateSeries(file, { zone, ...options });
const mondayUtc = Date.UTC(2026, 0, 5);

describe('a rate series', () => {
  it('holds each value for its step and repeats by days', () => {
    const rate = read(hourly(2, (h) => h));
    const base = rate.ratePerS(0, 0);
    for (const cycle of [0, 1, 500]) {
      expect(rate.ratePerS(cycle * 2 * DAY_MS, cycle * 2 * DAY_MS)).toBeCloseTo(base, 9);
    }
    expect(rate.ratePerS(mondayUtc, mondayUtc + 2 * DAY_MS)).toBeCloseTo(23.5, 9);
    expect(rate.provenance).toBe('measured');
  });

  it('aligns whole weeks: hour 0 is Monday 00:00 UTC, or the weekday given', () => {
    const file = hourly(9, (h) => h);
    expect(read(file).ratePerS(mondayUtc, mondayUtc + HOUR_MS)).toBeCloseTo(0, 9);
    expect(read(file).ratePerS(mondayUtc + 167 * HOUR_MS, mondayUtc + 168 * HOUR_MS)).toBeCloseTo(167, 9);
    const friday = read(file, { startWeekday: 4 });
    expect(friday.ratePerS(mondayUtc + 4 * DAY_MS, mondayUtc + 4 * DAY_MS + HOUR_MS)).toBeCloseTo(0, 9);
  });

  it('shifts, scales, takes minutes, sizes by mean and by peak', () => {
    const perMinute = hourly(7, (h) => 60 * (h % 24), 't_s,requests_per_min');
    const at = mondayUtc + 12 * HOUR_MS;
    expect(read(perMinute).ratePerS(at, at + HOUR_MS)).toBeCloseTo(12, 9);
    expect(read(perMinute, { shiftH: 5 }).ratePerS(at, at + HOUR_MS)).toBeCloseTo(7, 9);
    expect(read(perMinute, { shiftH: -2, scale: 0.5 }).ratePerS(at, at + HOUR_MS)).toBeCloseTo(7, 9);
    const sized = extent(read(perMinute, { meanPerS: 3 }), mondayUtc, mondayUtc + 7 * DAY_MS, HOUR_MS);
    expect(sized.meanPerS).toBeCloseTo(3, 9);
    expect(extent(read(perMinute, { peakPerS: 3 }), mondayUtc, mondayUtc + DAY_MS, HOUR_MS).peakPerS).toBeCloseTo(3, 9);
  });

  it('can run on the site’s own clocks', () => {
    const rate = read(
      hourly(7, (h) => h % 24),
      { clock: 'local' },
    );
    const noonTashkent = mondayUtc + 7 * HOUR_MS;
    expect(rate.ratePerS(noonTashkent, noonTashkent + HOUR_MS)).toBeCloseTo(12, 9);
  });

  it('means over parts add up', () => {
    const rate = read(hourly(3, (h) => h * h));
    const [a, b, c] = [mondayUtc + 17_000_000, mondayUtc + 99_000_001, mondayUtc + 900_000_007];
    expect(rate.ratePerS(a!, b!) * (b! - a!) + rate.ratePerS(b!, c!) * (c! - b!)).toBeCloseTo(
      rate.ratePerS(a!, c!) * (c! - a!),
      0,
    );
  });
});

describe('several series in one file', () => {
  const rows = [0, 1, 2].flatMap((k) => ['conv', 'code'].map((s) => `${s},${k * 43200},${s === 'conv' ? 1 : 2}`));
  const file = write(['service,t_s,rps', ...rows]);
  it('takes the one named, or the one with the name of the service', () => {
    expect(read(file, { series: 'code' }).ratePerS(0, DAY_MS)).toBeCloseTo(2, 9);
    expect(read(file, { service: 'conv' }).ratePerS(0, DAY_MS)).toBeCloseTo(1, 9);
  });
  it('otherwise lists them and shows how to choose', () => {
    const text = codeOf(() => read(file, { service: 'chat' }));
    expect(text).toContain('JW_SERIES_CHOICE');
    expect(text).toContain('conv, code');
    expect(text).toContain(`chat=${file},series=conv`);
    expect(codeOf(() => read(file, { series: 'cnv' }))).toContain('JW_SERIES_UNKNOWN');
  });
});

describe('bad series', () => {
  it.each([
    ['JW_TRACE_COLUMNS', ['a,b', '1,2', '2,3']],
    ['JW_TRACE_SHORT', ['t_s,rps', '0,1']],
    ['JW_TRACE_BACKWARDS', ['t_s,rps', '0,1', '3600,2', '1800,3']],
    ['JW_TRACE_NEGATIVE', ['t_s,rps', '0,1', '3600,-2']],
    ['JW_TRACE_NUMBER', ['t_s,rps', '0,1', '3600,many']],
    ['JW_TRACE_NUMBER', ['t_s,rps', '0,1', '3600']],
    ['JW_SERIES_STEP', ['t_s,rps', '0,1', '3600,2', '9000,3']],
    ['JW_SERIES_SPAN', ['t_s,rps', '0,1', '3600,2']],
  ])('%s', (code, lines) => {
    expect(codeOf(() => read(write(lines)))).toContain(code);
  });
  it('says the line', () => {
    expect(codeOf(() => read(write(['t_s,rps', '0,1', '3600,-2'])))).toContain(':3: rps is -2');
  });
  it('cannot size nothing', () => {
    expect(
      codeOf(() =>
        read(
          hourly(1, () => 0),
          { meanPerS: 1 },
        ),
      ),
    ).toContain('JW_SERIES_EMPTY');
    expect(codeOf(() => read('nowhere.csv'))).toContain('JW_FILE_MISSING');
  });
});

const week = '../shared/data/traces/azure_llm_2024_week_rate_10min_digitised.csv.gz';
describe('the Azure week', () => {
  it.skipIf(!existsSync(week))('has its published integral and swing (skipped without ../shared/data)', () => {
    const conv = read(week, { series: 'conv', startWeekday: 6 });
    const sunday = mondayUtc + 6 * DAY_MS;
    const seen = extent(conv, sunday, sunday + 7 * DAY_MS, 600_000);
    // 27,303,999 requests in 7 days, digitised within 0.6 %
    expect(Math.abs((seen.meanPerS * 604800) / 27_303_999 - 1)).toBeLessThan(0.006);
    expect(seen.peakPerS).toBeCloseTo(4661 / 60, 1);
    expect(codeOf(() => read(week, { service: 'chat' }))).toContain('JW_SERIES_CHOICE');
  });
  const fortnight = '../shared/data/traces/servegen_rate_10min.csv.gz';
  it.skipIf(!existsSync(fortnight))('ServeGen reads too (skipped without ../shared/data)', () => {
    const seen = extent(read(fortnight, { series: 'm-large' }), mondayUtc, mondayUtc + 14 * DAY_MS, 600_000);
    expect(seen.meanPerS).toBeCloseTo(195.8, 0);
    expect(extent(read(fortnight, { series: 'deepseek-r1' }), 0, DAY_MS, HOUR_MS).meanPerS).toBeGreaterThan(0);
  });
});

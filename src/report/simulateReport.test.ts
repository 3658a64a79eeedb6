import { describe, expect, it } from 'vitest';
import { syntheticYear } from '../../test/browser/syntheticYear.ts';
import { HOUR_MS } from '../series/grid.ts';
import { bucketMwh, buckets, efficiencyCurve, energyKwh, facilityKw, typicalWeek } from './period.ts';
import { curvesOf } from './simulateInput.ts';
import { simulateReportHtml } from './simulateReport.ts';

const year = syntheticYear();
const curves = curvesOf(year);

describe('figures of a period', () => {
  it('months add up to the year', () => {
    const { names, of, word } = buckets(year.grid, year.zone);
    expect([names.length, word]).toEqual([12, 'month']);
    const mwh = bucketMwh(year.grid, of, 12, curves.itKw);
    expect(mwh.reduce((a, b) => a + b, 0)).toBeCloseTo(energyKwh(year.grid, curves.itKw) / 1000, 6);
  });

  it('facility is IT, cooling and losses', () => {
    expect(facilityKw(year.grid, curves)[100]).toBeCloseTo(
      curves.itKw![100]! + curves.coolingKw![100]! + curves.lossesKw![100]!,
      9,
    );
  });

  it('tokens per joule are a ratio of sums', () => {
    const grid = { startMs: 0, stepMs: HOUR_MS, count: 24 * 20 };
    const tokens = Float64Array.from({ length: grid.count }, (_, i) => (i % 24 < 12 ? 900 : 0));
    const load = Float64Array.from({ length: grid.count }, (_, i) => (i % 24 < 12 ? 2 : 1));
    const curve = efficiencyCurve(grid, tokens, load);
    expect(curve.grid.count).toBe(20);
    expect(curve.values[3]).toBeCloseTo(900 / 3000, 12);
    expect(efficiencyCurve(grid, tokens, new Float64Array(grid.count)).values[0]).toBeNaN();
  });

  it('a typical week is a whole one of its season, and there is none in another', () => {
    const week = typicalWeek(year.grid, year.zone, [6, 7, 8], curves.solarKw!);
    expect(week?.count).toBe(168);
    const spring = { ...year.grid, startMs: year.grid.startMs + 80 * 24 * HOUR_MS, count: 24 * 20 };
    expect(typicalWeek(spring, year.zone, [6, 7, 8], curves.solarKw!)).toBeUndefined();
  });
});

describe('the page', () => {
  const html = simulateReportHtml(year);

  it('needs nothing from elsewhere and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|src=/i);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
  });

  it('is sound, complete and of a size for a slow link', () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined|\[object/);
    for (const part of [
      'From sun to token',
      'Month by month',
      'A summer week',
      'A winter week',
      'Shortages',
      'Load duration',
      'How to make this again',
    ]) {
      expect(html).toContain(part);
    }
    expect(html).toContain('a3f1'.repeat(16));
    expect(html.length).toBeLessThan(400_000);
  });

  it('prints every figure with its boundary, and a dash with its reason where there is none', () => {
    for (const k of year.kpis) expect(html).toContain(k.boundary);
    expect(html).toContain('the catalogue has no factor for this year');
    expect(html).toContain('0.104 to 0.139');
  });

  it('protects names from a site file', () => {
    const evil = '<img src=x onerror=alert(1)>';
    const page = simulateReportHtml({ ...year, title: evil, site: [[evil, evil]], warnings: [evil] });
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('says so when nothing was short, and leaves out what was not recorded', () => {
    const short = { unit: 'kW', values: new Float64Array(year.grid.count) };
    expect(simulateReportHtml({ ...year, columns: { ...year.columns, shortKw: short } })).toContain(
      'everything that was wanted',
    );
    const few = { itKw: year.columns.itKw! };
    const page = simulateReportHtml({ ...year, columns: few, kpis: [], warnings: [] });
    expect(page).not.toContain('State of charge');
    expect(page).toContain('not recorded');
    expect(page).not.toMatch(/NaN|undefined/);
  });

  it('draws three days too', () => {
    const grid = { ...year.grid, count: 72 };
    const columns = { itKw: { unit: 'kW', values: year.columns.itKw!.values.slice(0, 72) } };
    const page = simulateReportHtml({ ...year, grid, columns });
    expect(page).toContain('The first days');
    expect(page).not.toMatch(/NaN|undefined/);
  });
});

import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { generateWeather } from './generate.ts';
import { findings, monthRows, sparkline, stampWords, yearSums } from './survey.ts';

const year = generateWeather(loadCatalog().climates.get('bukhara')!, 7);
const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
const changed = (key: 'tempC' | 'windMs' | 'rhShare' | 'ghiWm2', change: (v: number, row: number) => number) => ({
  ...year,
  [key]: year[key].map(change),
});

describe('a survey', () => {
  it('months add up to the year', () => {
    const months = monthRows(year);
    const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    expect(months.reduce((all, m, i) => all + m.ghiKwhM2Day * days[i]!, 0)).toBeCloseTo(sum(year.ghiWm2) / 1000, 6);
    expect(months.reduce((all, m, i) => all + m.meanC * days[i]!, 0) / 365).toBeCloseTo(yearSums(year).meanC, 9);
    expect(Math.min(...months.map((m) => m.minC))).toBe(yearSums(year).minC);
    expect(yearSums(year).frostHours).toBe(year.tempC.filter((t) => t < 0).length);
  });

  it('says the stamp in words', () => {
    expect(stampWords(0)).toBe('a row holds the hour that begins at its stamp');
    expect(stampWords(0.5)).toMatch(/30 min late: a row is centred on its stamp/);
    expect(stampWords(-0.5)).toMatch(/30 min early: a row is centred on the next stamp/);
    expect(stampWords(0.35)).toMatch(/21 min late: .*minute 9 of its hour/);
    expect(stampWords(0.8)).toMatch(/hour before/);
    expect(stampWords(-0.8)).toMatch(/hour after/);
  });

  it('finds nothing in a good year, and each oddity where it begins', () => {
    expect(findings(year)).toEqual([]);
    const at = (day: number) => day * 24;
    expect(findings(changed('tempC', (v, i) => (i >= at(40) && i < at(41) ? 3 : v))).join()).toMatch(
      /temperature stands still for 24 hours from 10 Feb/,
    );
    expect(findings(changed('windMs', (v, i) => (i >= at(40) && i < at(43) ? 0 : v))).join()).toMatch(
      /wind stands still/,
    );
    expect(findings(changed('ghiWm2', (v, i) => (i >= at(90) && i < at(92) ? 0 : v))).join()).toMatch(
      /2 days without light, the first on 1 Apr/,
    );
    expect(findings(changed('tempC', (v, i) => (i === 500 ? v + 30 : v))).join()).toMatch(/2 times .* first on 21 Jan/);
    expect(findings(changed('rhShare', (v) => Math.max(v, 0.995))).join()).toMatch(/saturated/);
    expect(findings(changed('rhShare', (v, i) => (i < 30 ? 0.001 * (1 + i / 100) : v))).join()).toMatch(/below 2 %/);
    const north = { ...changed('ghiWm2', (v, i) => (i < at(20) ? 0 : v)), place: { ...year.place, latDeg: 70 } };
    expect(findings(north)).toEqual([]);
  });

  it('draws the weeks', () => {
    const line = sparkline(Float64Array.from({ length: 8760 }, (_, i) => Math.sin((i / 8760) * Math.PI)));
    expect([...line]).toHaveLength(52);
    expect(line.startsWith('▁')).toBe(true);
    expect(line.slice(24, 28)).toBe('████');
    expect(sparkline(new Float64Array(8760))).toBe('▄'.repeat(52));
  });
});

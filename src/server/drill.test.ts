import { describe, expect, it } from 'vitest';
import { highs } from '../balance/highs.ts';
import { loadSite } from '../site/load.ts';
import { Planning } from './planning.ts';
import { drill } from './testing/drill.ts';
import { DRILLS } from './testing/drillFaults.ts';

const SITE = new URL('../../sites/bukhara.yaml', import.meta.url).pathname;

describe('twenty days of random faults', () => {
  it('trip nothing, overdraw no limit, lose no batch work, and control comes back', () => {
    const report = drill({ siteFile: SITE, seed: 20, days: 20 });
    expect(report.failures).toEqual([]);
    for (const kind of DRILLS) expect(report.tried[kind], kind).toBeGreaterThan(3);
    for (const kind of ['solver', 'forecast', 'clock', 'meter', 'engine', 'inverter']) {
      expect(report.raised.get(kind) ?? 0, kind).toBeGreaterThan(3);
    }
    expect(report.followedShare).toBeGreaterThan(0.2);
    expect(report.left).toEqual([]);
    expect(report.followsAtEnd).toBe(true);
  }, 120_000);

  it('do so too under plans that look ahead', async () => {
    const planning = new Planning(loadSite(SITE), await highs());
    const report = drill({ siteFile: SITE, seed: 3, days: 1.5, perDay: 2, planning });
    expect(report.failures).toEqual([]);
    expect(Object.values(report.tried).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(15);
    expect(report.followedShare).toBeGreaterThan(0.2);
    expect(report.left).toEqual([]);
    expect(report.followsAtEnd).toBe(true);
  }, 120_000);
});

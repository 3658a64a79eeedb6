import { describe, expect, it } from 'vitest';
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
});

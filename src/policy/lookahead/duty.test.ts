import { afterAll, describe, expect, it } from 'vitest';
import { SolverPool } from '../../balance/pool.ts';
import { HOUR_MS } from '../../series/grid.ts';
import { zoneOf } from '../../series/zone.ts';
import { loadSite } from '../../site/load.ts';
import { LookAhead } from './lookAhead.ts';
import { aheadSite } from './site.ts';
import { byHour, mildOutlook } from './testing/small.ts';

const pool = new SolverPool(1);
afterAll(() => pool.close());

const site = loadSite(new URL('../../../sites/nukus-ai-zone.yaml', import.meta.url).pathname);
const zone = zoneOf(site.context.zone);

describe('the duty at peak hours in a look ahead', () => {
  it('measures the day that the horizon cuts off against all of its other hours', async () => {
    // From 20:00 to 20:00 two days later: of the last day 22 to 24 is beyond.
    const startMs = zone.instant(2025, 1, 1, 20);
    const arrivals = Object.fromEntries(
      site.services.map((s) => [s.profile.id, byHour(() => (s.profile.id === 'chat' ? 1000 : 0))]),
    );
    const mild = mildOutlook(startMs, arrivals);
    const outlook = {
      ...mild,
      conditions: (i: number) => {
        const at = mild.conditions(i);
        const local = zone.local(at.startMs + (at.dtH * HOUR_MS) / 2);
        return { ...at, local, ghiWm2: 0, dhiWm2: 0, dniWm2: 0 };
      },
    };
    const { model, solved } = await new LookAhead(aheadSite(site), pool).look(outlook);
    const imports = model.columnGroups.find((g) => g.name === 'grid import')!;
    const row = model.rowGroups.find((g) => g.tag === 'D1' && g.name.includes('2025-01-03, part'))!;
    const { starts, rows, values } = model.matrix();
    const [energy, hours] = [
      { peak: 0, others: 0 },
      { peak: 0, others: 0 },
    ];
    const borrowed: number[] = [];
    for (let k = 0; k < model.segments; k++) {
      const c = imports.first + k;
      for (let i = starts[c]!; i < starts[c + 1]!; i++) {
        if (rows[i] !== row.first) continue;
        const from = outlook.grid.startMs + model.span(k)[0] * outlook.grid.stepMs;
        const of = values[i]! > 0 ? 'peak' : 'others';
        energy[of] += model.hours[k]! * solved.values[c]!;
        hours[of] += model.hours[k]!;
        if (zone.local(from).day === 2) borrowed.push(zone.local(from).hour);
      }
    }
    expect(hours.peak).toBeCloseTo(6, 9);
    expect(hours.others).toBeCloseTo(16, 9);
    expect(Math.min(...borrowed)).toBeCloseTo(22, 9);
    const [peakKw, othersKw] = [energy.peak / hours.peak, energy.others / hours.others];
    expect(othersKw).toBeGreaterThan(100);
    // A fifth less is asked; the look ahead aims for a little more.
    expect(1 - peakKw / othersKw).toBeGreaterThan(0.215);
  });
});

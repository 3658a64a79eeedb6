import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleConditions } from '../sample.ts';
import { good, run, TARIFFS, zone } from './fixtures/sections.ts';
import { grid, wholeBill } from './index.ts';

const HOUR = 3_600_000;

describe('bill of the twin', () => {
  it.each([0, 1, 2, 3])('sums to the bill computed at once (tariff %i)', (which) => {
    const spec = good(TARIFFS[which]!);
    const start = zone.instant(2024, 12, 5);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -800, max: 2500, noNaN: true }), { minLength: 20, maxLength: 120 }),
        fc.integer({ min: 0, max: 1000 }),
        (pattern, shift) => {
          const loads = Array.from({ length: 2400 }, (_, i) => pattern[(i * 7 + shift) % pattern.length]!);
          const { cost, steps, state } = run(spec, loads, start);
          const bill = wholeBill(spec, steps);
          const size = 1 + bill.energyMoney + bill.demandMoney + bill.exportMoney;
          expect(Math.abs(cost - bill.totalMoney) / size).toBeLessThan(1e-10);
          expect(grid.revive(JSON.parse(JSON.stringify(state)))).toEqual(state);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('goes on from saved state as if it had not stopped', () => {
    const spec = good(TARIFFS[3]!);
    const start = zone.instant(2024, 12, 5);
    const loads = Array.from({ length: 1800 }, (_, i) => 300 + 250 * Math.sin(i));
    const whole = run(spec, loads, start);
    let state = grid.initial(spec);
    let cost = 0;
    loads.forEach((powerKw, i) => {
      const out = grid.step(spec, state, { powerKw }, sampleConditions({ startMs: start + i * HOUR }));
      cost += out.meters['costMoney']!;
      state = i % 400 === 0 ? grid.revive(JSON.parse(JSON.stringify(out.state)))! : out.state;
    });
    expect(cost).toBe(whole.cost);
  });

  it('reads state of the first release: the peak of its month goes on', () => {
    const spec = good({ tariff: { energy: '0 USD/kWh', demand: '7 USD/kW/month' } });
    const month = 2025 * 12 + 2;
    const old = grid.revive({ v: 1, month, peakKw: 90 })!;
    expect(old).toMatchObject({ v: 2, month, peaks: [90] });
    const at = sampleConditions({ startMs: zone.instant(2025, 3, 9, 12) });
    expect(grid.step(spec, old, { powerKw: 100 }, at).meters['costMoney']).toBeCloseTo(70, 9);
    expect(grid.step(spec, old, { powerKw: 80 }, at).meters['costMoney']).toBe(0);
  });
});

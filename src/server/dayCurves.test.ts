import { describe, expect, it } from 'vitest';
import { CURVE_STEP_MS, CURVES, type Curve, DayCurves } from './dayCurves.ts';

const values = (value: number) => Object.fromEntries(CURVES.map((name) => [name, value])) as Record<Curve, number>;

describe('the day’s curves', () => {
  it('are means over five minutes of steps of any length', () => {
    const curves = new DayCurves();
    for (let s = 0; s < 300; s++) expect(curves.add(s * 1000, 1000, values(s < 150 ? 10 : 20))).toEqual([]);
    const [point] = curves.add(CURVE_STEP_MS, 1000, values(0));
    expect(point!.startMs).toBe(0);
    expect(point!.values.loadKw).toBeCloseTo(15, 9);
  });

  it('leave no gap when a step is longer than five minutes', () => {
    const curves = new DayCurves();
    for (let i = 0; i < 8; i++) curves.add(i * 900_000, 900_000, values(i));
    const day = curves.day();
    expect(day.startMs).toHaveLength(8 * 3 - 1);
    expect(day.columns.loadKw.every((v) => v !== null)).toBe(true);
    expect(day.columns.loadKw[4]).toBe(1);
  });

  it('keep a day, show gaps as null and go on from what was stored', () => {
    const curves = new DayCurves();
    curves.restore([{ startMs: 0, values: values(1) }]);
    curves.add(3 * CURVE_STEP_MS, CURVE_STEP_MS, values(4));
    curves.add(4 * CURVE_STEP_MS, 1000, values(5));
    const { startMs, columns } = curves.day();
    expect(startMs).toEqual([0, CURVE_STEP_MS, 2 * CURVE_STEP_MS, 3 * CURVE_STEP_MS]);
    expect(columns.pue).toEqual([1, null, null, 4]);
    for (let i = 5; i < 600; i++) curves.add(i * CURVE_STEP_MS, CURVE_STEP_MS, values(i));
    expect(curves.day().startMs).toHaveLength(288);
  });
});

import { DAY_MS } from '../series/grid.ts';
import type { TelemetryRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { CURVE_STEP_MS, CURVES, type Curve, type CurvePoint } from './dayCurves.ts';

/** A finished interval as rows of the store. */
export function curveRows(point: CurvePoint): TelemetryRow[] {
  return CURVES.map((name) => ({ series: `curve.${name}`, tsMs: point.startMs, value: point.values[name] }));
}

/** The last day's curves from the store. */
export async function storedCurves(store: Store, nowMs: number): Promise<CurvePoint[]> {
  const toMs = Math.ceil(nowMs / CURVE_STEP_MS) * CURVE_STEP_MS;
  const range = await store.telemetryRange(
    CURVES.map((name) => `curve.${name}`),
    toMs - DAY_MS,
    toMs,
    CURVE_STEP_MS,
  );
  const points: CurvePoint[] = [];
  range.startMs.forEach((startMs, k) => {
    const values = {} as Record<Curve, number>;
    CURVES.forEach((name, i) => {
      values[name] = range.columns[i]![k]!;
    });
    if (CURVES.every((name) => Number.isFinite(values[name]))) points.push({ startMs, values });
  });
  return points;
}

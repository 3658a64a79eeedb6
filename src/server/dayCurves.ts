import type { LiveDay } from './api.ts';

/** Names of the curves of a day. */
export const CURVES = [
  'solarKw',
  'windKw',
  'generatorKw',
  'gridKw',
  'batteryKw',
  'loadKw',
  'socShare',
  'tokensPerS',
  'tokensPerJoule',
  'pue',
] as const satisfies readonly (keyof LiveDay['columns'])[];
export type Curve = (typeof CURVES)[number];

export const CURVE_STEP_MS = 300_000;
const KEEP = 288;

/** A finished interval of the curves: what goes into the store. */
export interface CurvePoint {
  readonly startMs: number;
  readonly values: Readonly<Record<Curve, number>>;
}

/** The last 24 hours at five minutes, built up from steps of any length; each step counts with its length. */
export class DayCurves {
  #points: CurvePoint[] = [];
  #startMs = Number.NaN;
  #weightMs = 0;
  readonly #sums = new Float64Array(CURVES.length);

  /** Points read back from the store, oldest first. */
  restore(points: readonly CurvePoint[]): void {
    this.#points = points.slice(-KEEP);
  }

  /** Adds a step, which may be longer than an interval; returns the intervals that it completed. */
  add(startMs: number, lengthMs: number, values: Readonly<Record<Curve, number>>): CurvePoint[] {
    const finished: CurvePoint[] = [];
    const endMs = startMs + lengthMs;
    for (let fromMs = startMs; fromMs < endMs; ) {
      const bucket = Math.floor(fromMs / CURVE_STEP_MS) * CURVE_STEP_MS;
      const untilMs = Math.min(endMs, bucket + CURVE_STEP_MS);
      if (bucket !== this.#startMs) {
        const point = this.#finish();
        if (point !== undefined) finished.push(point);
        this.#startMs = bucket;
      }
      const weightMs = untilMs - fromMs;
      CURVES.forEach((name, i) => {
        this.#sums[i] = this.#sums[i]! + values[name] * weightMs;
      });
      this.#weightMs += weightMs;
      fromMs = untilMs;
    }
    return finished;
  }

  #finish(): CurvePoint | undefined {
    if (this.#weightMs === 0) return undefined;
    const values = {} as Record<Curve, number>;
    CURVES.forEach((name, i) => {
      values[name] = this.#sums[i]! / this.#weightMs;
    });
    this.#sums.fill(0);
    this.#weightMs = 0;
    const point = { startMs: this.#startMs, values };
    // A clock set back or a restart inside an interval replaces what was there.
    while (this.#points.length > 0 && this.#points.at(-1)!.startMs >= point.startMs) this.#points.pop();
    this.#points.push(point);
    if (this.#points.length > KEEP) this.#points = this.#points.slice(-KEEP);
    return point;
  }

  /** The curves as the control room draws them; gaps are null. */
  day(): LiveDay {
    const first = this.#points[0]?.startMs;
    const last = this.#points.at(-1)?.startMs;
    const startMs: number[] = [];
    const byStart = new Map(this.#points.map((p) => [p.startMs, p]));
    if (first !== undefined && last !== undefined) {
      for (let t = Math.max(first, last - (KEEP - 1) * CURVE_STEP_MS); t <= last; t += CURVE_STEP_MS) startMs.push(t);
    }
    const of = (name: Curve) => startMs.map((t) => byStart.get(t)?.values[name] ?? null);
    return {
      stepMs: CURVE_STEP_MS,
      startMs,
      columns: {
        solarKw: of('solarKw'),
        windKw: of('windKw'),
        generatorKw: of('generatorKw'),
        gridKw: of('gridKw'),
        batteryKw: of('batteryKw'),
        loadKw: of('loadKw'),
        socShare: of('socShare'),
        tokensPerS: of('tokensPerS'),
        tokensPerJoule: of('tokensPerJoule'),
        pue: of('pue'),
      },
    };
  }
}

import { ENGINES, type Engine } from '../components/inference/engine.ts';
import { DIMENSION, engineAt, PRIORS, TASK_NAMES, taskTokensAt } from '../components/inference/predict/constants.ts';
import { estimate } from '../components/inference/predict/estimate.ts';
import type { Point } from '../components/inference/predict/point.ts';
import type { Measured } from './measured.ts';

/** Spread of measurements around the roofline that is taken as usual, natural logarithm: beyond it errors count linearly. */
const USUAL = 0.25;
/** Weight of a measured time per token beside a throughput. */
const TPOT_WEIGHT = 0.5;
const ROUNDS = 10;

/** A point with the mean prompt of its task at a vector. */
export function withTask(point: Point, x: ArrayLike<number>): Point {
  const tokens = point.task === '' ? undefined : taskTokensAt(x, point.task);
  return tokens === undefined ? point : { ...point, inputTokens: tokens };
}

/** Solves A y = b for a symmetric positive A (row-major, overwritten) by Cholesky. */
function solve(a: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / a[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= a[i * n + k]! * b[k]!;
    b[i] = sum / a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * b[k]!;
    b[i] = sum / a[i * n + i]!;
  }
}

/** Logarithms of what was measured and predicted: throughput, and time per token where it was measured. */
function residuals(point: Point, engine: Engine, measured: Measured, into: Float64Array): void {
  const at = estimate(point, engine);
  into[0] = measured.throughput === undefined ? 0 : Math.log(at.throughput / measured.throughput);
  into[1] = measured.tpotS === undefined ? 0 : Math.log(at.tpotS / measured.tpotS);
}

/**
 * Fits the engines' constants to measurements by Gauss-Newton with the priors of `constants.ts` as penalty and a pseudo-Huber
 * loss (iteratively reweighted), starting at the prior.
 *
 * @param weights of the measurements, so that a well-measured configuration does not outvote all others
 * @returns the vector of `engineAt`
 */
export function fitConstants(measurements: readonly Measured[], weights: ArrayLike<number>): Float64Array {
  const n = DIMENSION;
  const x = new Float64Array(n);
  const P = PRIORS.length;
  const base = new Float64Array(2);
  const moved = new Float64Array(2);
  const step = 0.02;
  for (let round = 0; round < ROUNDS; round++) {
    const a = new Float64Array(n * n);
    const b = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      a[i * n + i] = 1;
      b[i] = -x[i]!;
    }
    const engines = ENGINES.map((id) => engineAt(x, id));
    // The same engines with one constant moved along its common direction: its own direction is a multiple of it.
    const shifted = ENGINES.map((id) =>
      PRIORS.map((_, k) => {
        const y = Float64Array.from(x);
        y[k]! += step;
        return engineAt(y, id);
      }),
    );
    const at: number[] = [];
    const slope: [number, number][] = [];
    for (let r = 0; r < measurements.length; r++) {
      const measured = measurements[r]!;
      const e = ENGINES.indexOf(measured.point.engine);
      const point = withTask(measured.point, x);
      residuals(point, engines[e]!, measured, base);
      at.length = 0;
      slope.length = 0;
      for (let k = 0; k < P; k++) {
        residuals(point, shifted[e]![k]!, measured, moved);
        const d0 = (moved[0]! - base[0]!) / step;
        const d1 = (moved[1]! - base[1]!) / step;
        if (d0 === 0 && d1 === 0) continue;
        const ratio = PRIORS[k]!.between / PRIORS[k]!.spread;
        at.push(k);
        slope.push([d0, d1]);
        if (ratio > 0) {
          at.push(P * (1 + e) + k);
          slope.push([d0 * ratio, d1 * ratio]);
        }
      }
      const task = point.task === '' ? -1 : TASK_NAMES.indexOf(point.task);
      if (task >= 0) {
        residuals({ ...point, inputTokens: point.inputTokens * Math.exp(0.7 * step) }, engines[e]!, measured, moved);
        at.push(P * (1 + ENGINES.length) + task);
        slope.push([(moved[0]! - base[0]!) / step, (moved[1]! - base[1]!) / step]);
      }
      for (let part = 0; part < 2; part++) {
        const residual = base[part]! / USUAL;
        if (residual === 0 || !Number.isFinite(residual)) continue;
        const robust = 1 / Math.sqrt(1 + residual * residual);
        const weight = (weights[r]! * (part === 0 ? 1 : TPOT_WEIGHT) * robust) / (USUAL * USUAL);
        for (let i = 0; i < at.length; i++) {
          const si = slope[i]![part]! * weight;
          if (si === 0) continue;
          b[at[i]!]! -= si * base[part]!;
          for (let j = 0; j < at.length; j++) a[at[i]! * n + at[j]!]! += si * slope[j]![part]!;
        }
      }
    }
    solve(a, b, n);
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const move = Math.max(-1, Math.min(1, b[i]!));
      x[i]! += move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 0.02) break;
  }
  return x;
}

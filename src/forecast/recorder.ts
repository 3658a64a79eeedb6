import { DAY_MS } from '../series/grid.ts';
import type { History } from './contract.ts';
import { WINDOW_DAYS } from './forecaster.ts';

/** Steps that are kept beyond the window before the oldest are dropped. */
const SLACK = 1.5;

/** Collects measurements of any length into equal steps: the history of a forecaster. A step that is not covered by half is missing. */
export class Recorder {
  readonly stepMs: number;
  #startMs = 0;
  #sums: number[] = [];
  #coveredMs: number[] = [];

  /** @param saved what `save()` returned; unreadable = empty. */
  constructor(stepMs: number, saved?: unknown) {
    this.stepMs = stepMs;
    if (typeof saved !== 'object' || saved === null || !('values' in saved) || !('startMs' in saved)) return;
    const { startMs, values } = saved;
    if (!('stepMs' in saved) || saved.stepMs !== stepMs || typeof startMs !== 'number' || !Array.isArray(values))
      return;
    const known = values.map((v) => (typeof v === 'number' && Number.isFinite(v) ? v : undefined));
    this.#startMs = startMs;
    this.#sums = known.map((v) => (v ?? 0) * stepMs);
    this.#coveredMs = known.map((v) => (v === undefined ? 0 : stepMs));
  }

  /** Adds a mean over an interval; values that are no numbers are missing. Intervals come in the order of time. */
  add(startMs: number, endMs: number, value: number): void {
    if (!Number.isFinite(value) || !(endMs > startMs)) return;
    if (this.#sums.length === 0) this.#startMs = Math.floor(startMs / this.stepMs) * this.stepMs;
    const from = Math.floor((startMs - this.#startMs) / this.stepMs);
    for (let i = Math.max(0, from); this.#startMs + i * this.stepMs < endMs; i++) {
      while (this.#sums.length <= i) {
        this.#sums.push(0);
        this.#coveredMs.push(0);
      }
      const low = Math.max(startMs, this.#startMs + i * this.stepMs);
      const high = Math.min(endMs, this.#startMs + (i + 1) * this.stepMs);
      this.#sums[i]! += value * (high - low);
      this.#coveredMs[i]! += high - low;
    }
    this.#trim();
  }

  #trim(): void {
    const kept = Math.round((WINDOW_DAYS * DAY_MS) / this.stepMs);
    if (this.#sums.length < SLACK * kept) return;
    const dropped = this.#sums.length - kept;
    this.#sums = this.#sums.slice(dropped);
    this.#coveredMs = this.#coveredMs.slice(dropped);
    this.#startMs += dropped * this.stepMs;
  }

  /** What was collected. */
  get history(): History {
    const values = Float64Array.from(this.#sums, (sum, i) =>
      this.#coveredMs[i]! >= this.stepMs / 2 ? sum / this.#coveredMs[i]! : Number.NaN,
    );
    return { grid: { startMs: this.#startMs, stepMs: this.stepMs, count: values.length }, values };
  }

  save(): unknown {
    const { grid, values } = this.history;
    const kept = Array.from(values, (v) => (Number.isNaN(v) ? null : Number(v.toPrecision(7))));
    return { v: 1, startMs: grid.startMs, stepMs: grid.stepMs, values: kept };
  }
}

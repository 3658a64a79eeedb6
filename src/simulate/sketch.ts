/** Bins per e-fold: neighbours are 1 % apart. */
const PER_FOLD = 1 / Math.log(1.01);
const LEAST = 1e-6;
const BINS = Math.ceil(Math.log(1e13) * PER_FOLD);

/** Counts of positive values in bins 1 % wide, so that quantiles of any number of values are known to half a per cent. */
export class Sketch {
  readonly #counts = new Float64Array(BINS);
  count = 0;
  sum = 0;
  max = 0;

  add(value: number): void {
    const bin = value > LEAST ? Math.min(BINS - 1, Math.floor(Math.log(value / LEAST) * PER_FOLD)) : 0;
    this.#counts[bin]!++;
    this.count++;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  get mean(): number {
    return this.sum / this.count;
  }

  /** Value below which a share of all lie, within 0.5 %; NaN for none. */
  quantile(share: number): number {
    if (this.count === 0) return Number.NaN;
    const wanted = share * this.count;
    let below = 0;
    for (let bin = 0; bin < BINS; bin++) {
      below += this.#counts[bin]!;
      if (below >= wanted && below > 0) return Math.min(this.max, LEAST * Math.exp((bin + 0.5) / PER_FOLD));
    }
    return this.max;
  }

  /** Shares of the values at most so large, at the upper ends of the bins that hold any. */
  curve(): { readonly x: number[]; readonly share: number[] } {
    const x: number[] = [];
    const share: number[] = [];
    let below = 0;
    for (let bin = 0; bin < BINS; bin++) {
      if (this.#counts[bin] === 0) continue;
      below += this.#counts[bin]!;
      x.push(LEAST * Math.exp((bin + 1) / PER_FOLD));
      share.push(below / this.count);
    }
    return { x, share };
  }
}

/** How the clearness of single days is spread about the mean of its month. */

/** No day is darker or clearer than this, whatever the climate says. */
export const CLEARNESS_LOW = 0.04;
export const CLEARNESS_HIGH = 0.82;
/** A clear day is at least this clear anywhere. Our choice: the clearest days of the catalogue's climates lie between 0.70 and 0.80. */
const CLEAREST_LOW = 0.7;

/** Quantiles of daily clearness in one month, at normal scores. */
export interface ClearnessShape {
  /** Clearness at a normal score: what a day is that is darker than all but a share of them. */
  readonly at: (score: number) => number;
  /** Part of the correlation between two days' scores that is left between their clearness, to first order, 0..1. */
  readonly kept: number;
}

const SCORE_LIMIT = 4;
const SCORES = 161;
const GRID = 600;

/** Mean and spread of a density exp(rate * x) over 0..1. */
function exponentialMoments(rate: number): { mean: number; sd: number } {
  if (Math.abs(rate) < 1e-3) return { mean: 0.5 + rate / 12, sd: Math.sqrt(1 / 12) };
  const e = Math.exp(-Math.abs(rate));
  // Distance from the end where the density is highest.
  const far = 1 / Math.abs(rate) - e / (1 - e);
  const variance = 1 / rate ** 2 - e / (1 - e) ** 2;
  return { mean: rate > 0 ? 1 - far : far, sd: Math.sqrt(Math.max(0, variance)) };
}

/** Clearest day and rate of a density that grows exponentially with clearness up to that day and has this mean and spread. */
function exponentialOf(mean: number, sd: number): { clearest: number; rate: number } {
  let [low, high] = [mean, 1];
  let rate = 0;
  for (let round = 0; round < 30; round++) {
    const clearest = (low + high) / 2;
    const range = clearest - CLEARNESS_LOW;
    let [slow, fast] = [-700, 700];
    for (let inner = 0; inner < 40; inner++) {
      rate = (slow + fast) / 2;
      if (exponentialMoments(rate).mean < (mean - CLEARNESS_LOW) / range) slow = rate;
      else fast = rate;
    }
    if (exponentialMoments(rate).sd * range < sd) low = clearest;
    else high = clearest;
  }
  return { clearest: low, rate };
}

/** Share of normal scores below each of the tabled ones. */
const SHARES = Float64Array.from({ length: SCORES }, (_, i) => normalShare(scoreOf(i)));
/** Weight of each tabled score in a mean over normal scores. */
const WEIGHTS = weights();

function scoreOf(i: number): number {
  return SCORE_LIMIT * ((2 * i) / (SCORES - 1) - 1);
}

/** Share of a standard normal variable below x, -4..4: the series about 0, to 1e-12. Source: Abramowitz and Stegun 26.2.11. */
function normalShare(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 1; k < 80; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + sum * (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
}

function weights(): Float64Array {
  const density = Float64Array.from({ length: SCORES }, (_, i) => Math.exp(-(scoreOf(i) ** 2) / 2));
  const sum = density.reduce((a, b) => a + b, 0);
  return density.map((d) => d / sum);
}

/** Shares of a beta distribution below sin^2 of even steps of a quarter turn; the ends, where it may be without bound, are tame there. */
function betaShares(a: number, b: number): Float64Array {
  const below = new Float64Array(GRID + 1);
  for (let i = 0; i < GRID; i++) {
    const angle = ((i + 0.5) / GRID) * (Math.PI / 2);
    below[i + 1] = below[i]! + Math.sin(angle) ** (2 * a - 1) * Math.cos(angle) ** (2 * b - 1);
  }
  const all = below[GRID]!;
  return below.map((v) => v / all);
}

/** Clearness at every tabled score, exponential below the clearest day. */
function exponentialTable(clearest: number, rate: number): Float64Array {
  const range = clearest - CLEARNESS_LOW;
  const least = Math.exp(-rate);
  return SHARES.map((share) => clearest + (range / rate) * Math.log(share + (1 - share) * least));
}

/** The same for a beta distribution between the darkest and the clearest day. */
function betaTable(mean: number, sd: number, clearest: number): Float64Array {
  const range = clearest - CLEARNESS_LOW;
  const middle = Math.max(0.02, Math.min(0.98, (mean - CLEARNESS_LOW) / range));
  // Days that are either dark or clear are the widest that there can be; a beta distribution comes near it.
  const variance = Math.max(1e-6, Math.min((sd / range) ** 2, 0.8 * middle * (1 - middle)));
  const sum = (middle * (1 - middle)) / variance - 1;
  const shares = betaShares(middle * sum, (1 - middle) * sum);
  let k = 0;
  return SHARES.map((share) => {
    while (k < GRID - 1 && shares[k + 1]! < share) k++;
    const step = shares[k + 1]! - shares[k]!;
    const part = step > 0 ? Math.min(1, (share - shares[k]!) / step) : 0;
    return CLEARNESS_LOW + range * Math.sin(((k + part) / GRID) * (Math.PI / 2)) ** 2;
  });
}

/**
 * Daily clearness with this mean and spread. Days crowd below the clearest and grow exponentially rarer towards the dark: Bendt,
 * Collares-Pereira and Rabl 1981, Solar Energy 27, who take mean and clearest day as given; here the spread is, and the clearest
 * day follows. Where that day would be dimmer than a clear day anywhere or brighter than one can be (even skies of the wet tropics,
 * winters of dark and clear days), it is a beta distribution up to the nearer of the two.
 */
export function clearnessShape(mean: number, sd: number): ClearnessShape {
  const { clearest, rate } = exponentialOf(mean, sd);
  const table =
    clearest >= CLEAREST_LOW && clearest <= CLEARNESS_HIGH && rate > 0
      ? exponentialTable(clearest, rate)
      : betaTable(mean, sd, Math.max(mean + 0.01, Math.min(CLEARNESS_HIGH, Math.max(CLEAREST_LOW, clearest))));
  const over = (of: (v: number, i: number) => number) => table.reduce((all, v, i) => all + WEIGHTS[i]! * of(v, i), 0);
  const centre = over((v) => v);
  const spread = Math.sqrt(over((v) => (v - centre) ** 2));
  const slope = over((v, i) => v * scoreOf(i));
  return {
    // What the table's steps have changed of the moments is put right.
    at: (score) => mean + (tabled(table, score) - centre) * (sd / Math.max(spread, 1e-9)),
    kept: Math.min(1, (slope / Math.max(spread, 1e-9)) ** 2),
  };
}

function tabled(table: Float64Array, score: number): number {
  const at = Math.max(0, Math.min(SCORES - 1.000001, ((score / SCORE_LIMIT + 1) / 2) * (SCORES - 1)));
  const i = Math.floor(at);
  return table[i]! + (at - i) * (table[i + 1]! - table[i]!);
}

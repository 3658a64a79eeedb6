/** A queue of prompts, and the answers that it lets begin; times in s. */
export interface Filling {
  /** Prompts that come per second. */
  readonly comesPerS: number;
  /** Share of the time that they are computed, above 0 and below 1. */
  readonly load: number;
  /** Squared coefficient of variation of the compute of one. */
  readonly cv2: number;
  /** Mean and mean square of what a request holds. */
  readonly size: number;
  readonly square: number;
  /** How long it holds it on average: with prompts in all steps meanwhile, and in none. */
  readonly besideS: number;
  readonly aloneS: number;
}

/** Of short and long busy periods, and of the time between. */
type Moments = readonly [number, number, number];

/** What is held in busy periods of a kind. */
export interface Held {
  /** How many of these periods end per second of them. */
  readonly endsPerS: number;
  readonly mean: number;
  readonly variance: number;
}

/**
 * What the answers of a queue of prompts hold while prompts are computed: a sum of random sizes that leave at one rate then and at
 * another between (shot noise, modulated by the queue). Busy periods are of two kinds, short and long, exponential, in equal parts
 * of the time, and together as long on average and as varied as those of an M/G/1 queue (Morse 1958, hyperexponential with
 * balanced means): E[X] / (1 - rho), squared variation (cv2 + rho) / (1 - rho). First and second moments of what is held follow
 * from their balance in each state, for exponential stays.
 *
 * @returns the short ones first; each kind has half of the busy time
 */
export function heldWhileBusy(filling: Filling): readonly [Held, Held] {
  const { comesPerS, load, cv2, size, square, besideS, aloneS } = filling;
  const computedPerS = comesPerS / load;
  const variation = (cv2 + load) / (1 - load);
  const spread = variation > 1 ? Math.sqrt((variation - 1) / (variation + 1)) : 0;
  const [often, rarely] = [(1 + spread) / 2, (1 - spread) / 2];
  const ends = [2 * often * computedPerS * (1 - load), 2 * rarely * computedPerS * (1 - load)] as const;
  const begins = [comesPerS * often, comesPerS * rarely] as const;
  /** A moment of this order in each kind and between them, times their parts of the time, with what adds to it per second in each. */
  const balanced = (order: number, [short, long, idle]: Moments): Moments => {
    const goes = [order / besideS + ends[0], order / besideS + ends[1]] as const;
    const comes = idle + (ends[0] * short) / goes[0] + (ends[1] * long) / goes[1];
    const returns = (ends[0] * begins[0]) / goes[0] + (ends[1] * begins[1]) / goes[1];
    const between = comes / (order / aloneS + comesPerS - returns);
    return [(short + begins[0] * between) / goes[0], (long + begins[1] * between) / goes[1], between];
  };
  const part = load / 2;
  const gain = part * computedPerS;
  const firsts = balanced(1, [gain * size, gain * size, 0]);
  // The sum of the squares of sizes: one that leaves changes the square of the sum by its own square, too.
  const own = balanced(1, [gain * square, gain * square, 0]);
  const rises = (k: 0 | 1) => computedPerS * (2 * size * firsts[k] + part * square) + own[k] / besideS;
  const seconds = balanced(2, [rises(0), rises(1), own[2] / aloneS]);
  const of = (k: 0 | 1): Held => {
    const mean = firsts[k] / part;
    return { endsPerS: ends[k], mean, variance: Math.max(0, seconds[k] / part - mean * mean) };
  };
  return [of(0), of(1)];
}

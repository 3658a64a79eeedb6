import { unmoved } from './router.ts';

/** What a router that prefers idle replicas finds. */
export interface Occupancy {
  /** Share of the time that a replica has something to do. */
  readonly busyShare: number;
  /** Share of the requests that come when no replica is idle. */
  readonly landShare: number;
}

/** Pools up to this size are counted exactly, larger ones by the normal distribution. */
const COUNTED = 8;
/** Beyond so many sequences per replica an idle one is rarer than anybody prints, unless they come in large batches. */
const MANY = 12;

/**
 * Replicas with `each` sequences in service on average, when the router keeps min(number, replicas) of them busy. Requests that
 * come in geometric batches of mean m (variance over mean of their counts c = 2m - 1) and stay exponential times are negative
 * binomial in number, with variance m times the mean (M^X/M/infinity); for single arrivals this is Poisson, and with one replica
 * the plain 1 - exp(-each). A request finds its batch there already, which is one batch more (size-biased).
 *
 * @param each >= 0
 * @param replicas >= 1; a mean over time need not be whole
 * @param arrivalCv2 variance over mean of the counts of arrivals, taken as at least 1
 */
export function occupancy(each: number, replicas: number, arrivalCv2 = 1): Occupancy {
  const moved = ideal(each, replicas, arrivalCv2);
  if (replicas < 2 || each <= 0 || moved.busyShare >= 1) return moved;
  const { idle, alone } = unmoved(each, replicas);
  return {
    busyShare: Math.max(0, moved.busyShare - idle),
    landShare: Math.max(0, moved.landShare - alone),
  };
}

/** The same if min(number, replicas) were always busy. */
function ideal(each: number, replicas: number, arrivalCv2: number): Occupancy {
  if (each <= 0) return { busyShare: 0, landShare: 0 };
  const batch = Math.max(1, (1 + arrivalCv2) / 2);
  if (each > MANY * batch) return { busyShare: 1, landShare: 1 };
  const count = replicas < 2 ? 1 : Math.round(replicas);
  const mean = each * replicas;
  if (count <= COUNTED) {
    const own = countBelow(mean, batch, count, 0);
    return { busyShare: 1 - own.idle / count, landShare: 1 - countBelow(mean, batch, count, 1).below };
  }
  // Normal with the same mean and variance: E min(K, n) = mean - E (K - n)+.
  const sigma = Math.sqrt(mean * batch);
  const z = (replicas - mean) / sigma;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const busyShare = (mean - sigma * (density - z * upperTail(z))) / replicas;
  const landShare = upperTail((replicas - mean - (batch - 1)) / sigma);
  return { busyShare: Math.max(0, Math.min(1, busyShare)), landShare };
}

/** Chance of less than `count`, and the mean number that is missing to it, of a negative binomial with `more` batches more. */
function countBelow(mean: number, batch: number, count: number, more: number): { below: number; idle: number } {
  const spread = batch - 1;
  const isPoisson = spread < 1e-6;
  const shape = isPoisson ? 0 : mean / spread + more;
  let term = isPoisson ? Math.exp(-mean) : batch ** -shape;
  let below = 0;
  let idle = 0;
  for (let k = 0; k < count; k++) {
    below += term;
    idle += (count - k) * term;
    term *= isPoisson ? mean / (k + 1) : ((k + shape) / (k + 1)) * (spread / batch);
  }
  return { below, idle };
}

/** Chance that a standard normal variate exceeds z (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
export function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z >= 0 ? tail : 1 - tail;
}

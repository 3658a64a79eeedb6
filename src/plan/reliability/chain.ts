import { demand } from './demand.ts';

/**
 * Generators that fail to start, fail while they run and may be repaired, as a Markov chain over the numbers of working
 * units. Source of the method: Marqusee, Ericson, Jenket 2020, "Emergency Diesel Generator Reliability and Installation
 * Energy Security", NREL/TP-5C00-76553, and Marqusee and Jenket 2021, Applied Energy 293 (mixed generators, battery), as NREL
 * REopt uses it.
 */

/** Generators of one kind. Shares are 0..1. */
export interface Backup {
  readonly count: number;
  /** Most that one unit gives, kW. */
  readonly kw: number;
  /** Share of the time that a unit is not down for maintenance. */
  readonly availability: number;
  /** Chance that an available unit does not start. */
  readonly failureToStart: number;
  /** Mean running time to failure, h; at least 1. */
  readonly mttfH: number;
  /** Mean time to repair, h, of whatever does not work, at least 1; Infinity, or left out: none during an outage. */
  readonly mttrH?: number;
}

/** Numbers of working units of every kind, the first kind changing fastest: [0,0], [1,0], [2,0], [0,1], ... */
export function workingStates(counts: readonly number[]): readonly (readonly number[])[] {
  let states: (readonly number[])[] = [[]];
  for (const count of counts) {
    states = Array.from({ length: count + 1 }, (_, n) => states.map((state) => [...state, n])).flat();
  }
  return states;
}

/** Binomial coefficient, exact below 2^53. */
function choose(n: number, k: number): number {
  let c = 1;
  for (let i = 1; i <= k; i++) c = (c * (n - k + i)) / i;
  return c;
}

/** Chance that of `from` units `to` are left when each fails by itself with chance `failShare`: binomial; 0 when to > from. */
export function leftChance(from: number, to: number, failShare: number): number {
  return to > from ? 0 : choose(from, to) * (1 - failShare) ** to * failShare ** (from - to);
}

/**
 * Chances to go from one number of working units to another in an hour: `working` of `count` fail each with `failShare`, and the
 * others are repaired each with `repairShare`, independently. Entry n is the chance of n working units; sums to 1.
 */
function hourChances(count: number, working: number, failShare: number, repairShare: number): Float64Array {
  const chances = new Float64Array(count + 1);
  const down = count - working;
  for (let left = 0; left <= working; left++) {
    const stays = leftChance(working, left, failShare);
    // Repairs come out as units "left" of those that are down.
    for (let back = 0; back <= down; back++) chances[left + back]! += stays * leftChance(down, back, 1 - repairShare);
  }
  return chances;
}

/**
 * Chances to go from one state of working units to another, row by row (row: from, column: to), in the order of
 * `workingStates`; every row sums to 1. Failed units stay failed unless `repairShares` says how likely each is back in an hour.
 */
export function transitionMatrix(
  counts: readonly number[],
  failShares: readonly number[],
  repairShares: readonly number[] = [],
): Float64Array {
  const states = workingStates(counts);
  const rows = counts.map((count, k) =>
    Array.from({ length: count + 1 }, (_, n) => hourChances(count, n, failShares[k]!, repairShares[k] ?? 0)),
  );
  const matrix = new Float64Array(states.length ** 2);
  states.forEach((from, row) => {
    states.forEach((to, column) => {
      let chance = 1;
      for (let k = 0; k < counts.length; k++) chance *= rows[k]![from[k]!]![to[k]!]!;
      matrix[row * states.length + column] = chance;
    });
  });
  return matrix;
}

/** Chance that a unit does not carry load when the outage begins: down for maintenance, or available and not starting. */
export function startFailShare(availability: number, failureToStart: number): number {
  return 1 - availability + failureToStart * availability;
}

/** Chances of each state of working units when the outage begins, in the order of `workingStates`. */
export function startingChances(
  counts: readonly number[],
  availabilities: readonly number[],
  failuresToStart: readonly number[],
): Float64Array {
  const fails = counts.map((_, k) => startFailShare(availabilities[k]!, failuresToStart[k]!));
  const matrix = transitionMatrix(counts, fails);
  return matrix.slice(matrix.length - Math.sqrt(matrix.length));
}

/** A chain of generators as the survival of a load needs it. */
export interface Chain {
  /** Most that each state of working units gives, kW. */
  readonly outputsKw: Float64Array;
  /** Hourly transition matrix, and chances of each state when the outage begins. */
  readonly hour: Float64Array;
  readonly begin: Float64Array;
}

/** @throws JW_RELIABILITY for counts, shares or times out of range, or more than 1,000 states */
export function chainOf(generators: readonly Backup[]): Chain {
  for (const g of generators) checkBackup(g);
  const counts = generators.map((g) => g.count);
  const states = workingStates(counts);
  demand(states.length <= 1000, 'states of working generators', states.length, 'at most 1,000');
  return {
    outputsKw: Float64Array.from(states, (state) => state.reduce((kw, n, k) => kw + n * generators[k]!.kw, 0)),
    hour: transitionMatrix(
      counts,
      generators.map((g) => 1 / g.mttfH),
      generators.map((g) => 1 / (g.mttrH ?? Number.POSITIVE_INFINITY)),
    ),
    begin: startingChances(
      counts,
      generators.map((g) => g.availability),
      generators.map((g) => g.failureToStart),
    ),
  };
}

function checkBackup(g: Backup): void {
  const share = (name: string, value: number): void => demand(value >= 0 && value <= 1, name, value, '0 to 1');
  demand(Number.isInteger(g.count) && g.count >= 0, 'the number of generators', g.count, 'whole and not below 0');
  demand(Number.isFinite(g.kw) && g.kw >= 0, 'the power of a generator', g.kw, 'a number not below 0');
  share('the availability of generators', g.availability);
  share('the failure to start', g.failureToStart);
  demand(g.mttfH >= 1, 'the mean time to failure', g.mttfH, 'at least 1 h');
  demand((g.mttrH ?? 1) >= 1, 'the mean time to repair', g.mttrH ?? 1, 'at least 1 h');
}

/**
 * How likely backup power carries a load through an outage. Pure arithmetic on plain numbers: generators that fail to start
 * and fail while they run, as a Markov chain over working units and battery charge. Source of the method: Marqusee,
 * Ericson, Jenket 2020, "Emergency Diesel Generator Reliability and Installation Energy Security", NREL/TP-5C00-76553, and
 * Marqusee and Jenket 2021, Applied Energy 293 (mixed generators, battery), as NREL REopt uses it.
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
}

/** A battery behind them; usable energy only, so that 0 is the lowest charge allowed. */
export interface BackupBattery {
  readonly usableKwh: number;
  readonly kw: number;
  /** Charge at the start of the outage, usable kWh. */
  readonly chargeKwh: number;
  readonly chargeShare: number;
  readonly dischargeShare: number;
  /** Steps of charge that are told apart, >= 2 (empty and full). */
  readonly bins: number;
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
 * Chances to go from one state of working units to another, row by row (row: from, column: to), in the order of
 * `workingStates`. Failed units stay failed, so that every row sums to 1.
 */
export function transitionMatrix(counts: readonly number[], failShares: readonly number[]): Float64Array {
  const states = workingStates(counts);
  const matrix = new Float64Array(states.length ** 2);
  states.forEach((from, row) => {
    states.forEach((to, column) => {
      let chance = 1;
      for (let k = 0; k < counts.length; k++) chance *= leftChance(from[k]!, to[k]!, failShares[k]!);
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

/** Nearest whole number, halves to the even one (IEEE 754), as the reference counts battery steps. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Steps that the battery's charge moves when generators give `excessKw` above the load for an hour. */
function binShift(excessKw: number, battery: BackupBattery, binKwh: number): number {
  const kw = Math.min(battery.kw, Math.max(-battery.kw, excessKw));
  return roundHalfEven((kw > 0 ? kw * battery.chargeShare : kw / battery.dischargeShare) / binKwh);
}

const NO_BATTERY: BackupBattery = {
  usableKwh: 0,
  kw: 0,
  chargeKwh: 0,
  chargeShare: 1,
  dischargeShare: 1,
  bins: 1,
};

/**
 * Chance that the load is met without a break for 1, 2, ... `hours` hours of an outage that begins at hour `start` (0-based)
 * of `netLoadsKw`, hourly load less what sun and wind give; the list is gone through in a circle. In each hour units fail
 * first, then the load must be met by what works and the battery, then the battery is charged or discharged.
 */
export function survivalChances(
  netLoadsKw: readonly number[],
  generators: readonly Backup[],
  battery: BackupBattery | undefined,
  start: number,
  hours: number,
): number[] {
  const store = battery ?? NO_BATTERY;
  const counts = generators.map((g) => g.count);
  const outputs = workingStates(counts).map((state) => state.reduce((kw, n, k) => kw + n * generators[k]!.kw, 0));
  const fail = transitionMatrix(
    counts,
    generators.map((g) => 1 / g.mttfH),
  );
  const begin = startingChances(
    counts,
    generators.map((g) => g.availability),
    generators.map((g) => g.failureToStart),
  );
  const n = outputs.length;
  const { bins } = store;
  const binKwh = bins > 1 ? store.usableKwh / (bins - 1) : 1;
  const first = bins > 1 ? Math.min(bins - 1, roundHalfEven(store.chargeKwh / binKwh)) : 0;
  // Chance of each state of units with each charge: place = state * bins + charge.
  let chances = new Float64Array(n * bins);
  begin.forEach((chance, state) => {
    chances[state * bins + first] = chance;
  });
  const survival: number[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const loadKw = netLoadsKw[(start + hour) % netLoadsKw.length]!;
    const next = new Float64Array(n * bins);
    let alive = 0;
    for (let to = 0; to < n; to++) {
      const output = outputs[to]!;
      const shift = bins > 1 ? binShift(output - loadKw, store, binKwh) : 0;
      for (let bin = 0; bin < bins; bin++) {
        const most = output + Math.min(store.kw, bin * binKwh * store.dischargeShare);
        if (most < loadKw) continue;
        let chance = 0;
        for (let from = to; from < n; from++) chance += chances[from * bins + bin]! * fail[from * n + to]!;
        alive += chance;
        const moved = Math.min(bins - 1, Math.max(0, bin + shift));
        next[to * bins + moved]! += chance;
      }
    }
    survival.push(Math.min(1, alive));
    chances = next;
  }
  return survival;
}

/** What carries the load in `outageHours`; zero where there is none. */
export interface Carriers {
  /** Generator with fuel without end, kW. */
  readonly generatorKw: number;
  readonly usableKwh: number;
  readonly batteryKw: number;
  /** All losses of the battery, counted where it is charged. */
  readonly roundTripShare: number;
}

/**
 * Hours for which the load is carried in an outage from each hour of the list on, gone through in a circle, at most once
 * round: the generator follows the load, the battery gives the rest, and takes what sun and wind give beyond the load (a
 * negative net load). `storedKwh` is the usable charge at the start of each hour.
 * Source: NREL REopt, outage simulator (Cutler et al. 2017, NREL/TP-7A40-70022, section on resilience).
 */
export function outageHours(netLoadsKw: readonly number[], storedKwh: readonly number[], by: Carriers): number[] {
  const n = netLoadsKw.length;
  return netLoadsKw.map((_, start) => {
    let charge = storedKwh[start]!;
    for (let hour = 0; hour < n; hour++) {
      const loadKw = netLoadsKw[(start + hour) % n]!;
      if (loadKw < 0) {
        const taken = Math.min(-loadKw, by.batteryKw) * by.roundTripShare;
        charge = Math.max(charge, Math.min(by.usableKwh, charge + taken));
        continue;
      }
      const rest = Math.max(0, loadKw - by.generatorKw);
      if (rest > Math.min(by.batteryKw, charge) + 1e-5) return hour;
      charge = Math.max(0, charge - rest);
    }
    return n;
  });
}

/** Share of outages that are carried for at least 1, 2, ... `hours` hours, from the hours carried in each. */
export function carriedShares(carriedHours: readonly number[], hours: number): number[] {
  const longer = new Float64Array(hours + 1);
  for (const carried of carriedHours) longer[Math.min(hours, Math.floor(carried))]! += 1;
  for (let h = hours - 1; h >= 0; h--) longer[h]! += longer[h + 1]!;
  return Array.from({ length: hours }, (_, i) => longer[i + 1]! / carriedHours.length);
}

import { type Backup, type Chain, chainOf } from './chain.ts';
import { demand } from './demand.ts';

/** A battery behind the generators; usable energy only, so that 0 is the lowest charge allowed. */
export interface BackupBattery {
  readonly usableKwh: number;
  /** Most that it gives or takes, kW. */
  readonly kw: number;
  readonly chargeShare: number;
  readonly dischargeShare: number;
  /** Steps of charge that are told apart, >= 2 (empty and full). */
  readonly bins: number;
}

/** Nearest whole number, halves to the even one (IEEE 754), as the reference counts battery steps. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Battery as steps of charge; without one, a single step that gives nothing. */
class Steps {
  readonly bins: number;
  readonly #battery: BackupBattery | undefined;
  readonly #binKwh: number;

  constructor(battery: BackupBattery | undefined) {
    this.#battery = battery;
    this.bins = battery?.bins ?? 1;
    this.#binKwh = battery === undefined ? 1 : battery.usableKwh / (this.bins - 1);
    if (battery === undefined) return;
    demand(
      Number.isInteger(battery.bins) && battery.bins >= 2,
      'steps of charge',
      battery.bins,
      'whole and at least 2',
    );
    demand(battery.usableKwh > 0, 'the usable energy of the battery', battery.usableKwh, 'above 0 kWh');
    demand(battery.kw >= 0, 'the power of the battery', battery.kw, 'a number not below 0');
    for (const share of [battery.chargeShare, battery.dischargeShare]) {
      demand(share > 0 && share <= 1, 'an efficiency of the battery', share, 'above 0 and at most 1');
    }
  }

  /** The step nearest to a charge. */
  of(chargeKwh: number): number {
    return this.bins > 1 ? Math.min(this.bins - 1, Math.max(0, roundHalfEven(chargeKwh / this.#binKwh))) : 0;
  }

  /** Most that the battery gives from a step, kW. */
  most(bin: number): number {
    const battery = this.#battery;
    return battery === undefined ? 0 : Math.min(battery.kw, bin * this.#binKwh * battery.dischargeShare);
  }

  /** Steps that the charge moves in an hour in which generators give `excessKw` above the load. */
  shift(excessKw: number): number {
    const battery = this.#battery;
    if (battery === undefined) return 0;
    const kw = Math.min(battery.kw, Math.max(-battery.kw, excessKw));
    return roundHalfEven((kw > 0 ? kw * battery.chargeShare : kw / battery.dischargeShare) / this.#binKwh);
  }
}

/**
 * Chance that the load is met without a break for 1, 2, ... `hours` hours of an outage that begins at hour `start` (0-based)
 * of `netLoadsKw`, hourly load less what sun and wind give; the list is gone through in a circle. In each hour units fail
 * (and are repaired) first, then the load must be met by what works and the battery, then the battery is charged or
 * discharged. @param chargeKwh usable charge when the outage begins
 * @throws JW_RELIABILITY for what is out of range
 */
export function survivalChances(
  netLoadsKw: ArrayLike<number>,
  generators: readonly Backup[],
  battery: BackupBattery | undefined,
  chargeKwh: number,
  start: number,
  hours: number,
): number[] {
  const { outputsKw, hour: move, begin } = chainOf(generators);
  const steps = new Steps(battery);
  const [n, { bins }] = [outputsKw.length, steps];
  const first = steps.of(chargeKwh);
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
      const output = outputsKw[to]!;
      const shift = steps.shift(output - loadKw);
      for (let bin = 0; bin < bins; bin++) {
        if (output + steps.most(bin) < loadKw) continue;
        let chance = 0;
        for (let from = 0; from < n; from++) chance += chances[from * bins + bin]! * move[from * n + to]!;
        alive += chance;
        next[to * bins + Math.min(bins - 1, Math.max(0, bin + shift))]! += chance;
      }
    }
    survival.push(Math.min(1, alive));
    chances = next;
  }
  return survival;
}

/**
 * The same from every hour, backwards: the chance to carry d hours from an hour on follows from that to carry d - 1 from the
 * next, for every state of units and charge at once. A year of 168 h with two generators and 20 steps takes about a second.
 * @param chargesKwh usable charge at the start of each hour; not looked at without a battery
 * @returns chance to carry 1, 2, ... hours from each start: entry start x hours + (hours carried - 1)
 * @throws JW_RELIABILITY for what is out of range
 */
export function survivalOfYear(
  netLoadsKw: Float64Array,
  generators: readonly Backup[],
  battery: BackupBattery | undefined,
  chargesKwh: Float64Array,
  hours: number,
): Float64Array {
  const starts = netLoadsKw.length;
  demand(starts > 0, 'the hours of the load', starts, 'at least 1');
  demand(battery === undefined || chargesKwh.length === starts, 'the hours of charge', chargesKwh.length, `${starts}`);
  demand(Number.isInteger(hours) && hours >= 1, 'the length of the outage', hours, 'whole hours, at least 1');
  const chain = chainOf(generators);
  const steps = new Steps(battery);
  const size = chain.outputsKw.length * steps.bins;
  const plan = planOf(netLoadsKw, chain, steps);
  const firsts = Int32Array.from(netLoadsKw, (_, h) => steps.of(chargesKwh[h] ?? 0));
  let [later, now] = [new Float64Array(starts * size).fill(1), new Float64Array(starts * size)];
  const chances = new Float64Array(starts * hours);
  for (let d = 0; d < hours; d++) {
    for (let h = 0; h < starts; h++) {
      back(now, h * size, later, ((h + 1) % starts) * size, plan, h, chain, steps.bins);
      let alive = 0;
      for (let from = 0; from < chain.begin.length; from++) {
        alive += chain.begin[from]! * now[h * size + from * steps.bins + firsts[h]!]!;
      }
      chances[h * hours + d] = Math.min(1, alive);
    }
    [later, now] = [now, later];
  }
  return chances;
}

/** For each hour and state of units: the lowest step that carries the load with them, and how far the charge moves. */
interface Plan {
  readonly lowest: Int32Array;
  readonly shift: Int32Array;
  /** Of one hour, for the sums. */
  readonly kept: Float64Array;
}

function planOf(netLoadsKw: Float64Array, chain: Chain, steps: Steps): Plan {
  const n = chain.outputsKw.length;
  const [lowest, shift] = [new Int32Array(netLoadsKw.length * n), new Int32Array(netLoadsKw.length * n)];
  netLoadsKw.forEach((loadKw, h) => {
    chain.outputsKw.forEach((output, to) => {
      let bin = 0;
      while (bin < steps.bins && output + steps.most(bin) < loadKw) bin++;
      lowest[h * n + to] = bin;
      shift[h * n + to] = steps.shift(output - loadKw);
    });
  });
  return { lowest, shift, kept: new Float64Array(n * steps.bins) };
}

/** One hour backwards, from the chances at `next` of `later` to those at `here` of `now`. */
function back(
  now: Float64Array,
  here: number,
  later: Float64Array,
  next: number,
  plan: Plan,
  h: number,
  chain: Chain,
  bins: number,
): void {
  const { outputsKw, hour: move } = chain;
  const n = outputsKw.length;
  const { lowest, shift, kept } = plan;
  for (let to = 0; to < n; to++) {
    const [from, by] = [lowest[h * n + to]!, shift[h * n + to]!];
    const at = to * bins;
    for (let bin = 0; bin < from; bin++) kept[at + bin] = 0;
    for (let bin = from; bin < bins; bin++) {
      const moved = bin + by < 0 ? 0 : bin + by >= bins ? bins - 1 : bin + by;
      kept[at + bin] = later[next + at + moved]!;
    }
  }
  for (let from = 0; from < n; from++) {
    const place = here + from * bins;
    let isFirst = true;
    for (let to = 0; to < n; to++) {
      const chance = move[from * n + to]!;
      if (chance === 0) continue;
      const at = to * bins;
      // The first is written and not added, which spares a pass of zeroes.
      if (isFirst) for (let bin = 0; bin < bins; bin++) now[place + bin] = chance * kept[at + bin]!;
      else for (let bin = 0; bin < bins; bin++) now[place + bin]! += chance * kept[at + bin]!;
      isFirst = false;
    }
  }
}

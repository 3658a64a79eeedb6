import { demand } from './demand.ts';

/** A year, or any list gone through in a circle, hour by hour. All three of one length. */
export interface OutageYear {
  /** Load that must be carried, kW. */
  readonly loadKw: Float64Array;
  /** What sun and wind could give, kW. */
  readonly freeKw: Float64Array;
  /** Usable charge of the battery at the start of each hour in normal operation, kWh; the outage finds it like this. */
  readonly chargeKwh: Float64Array;
}

/** Generators of one kind on one tank. */
export interface Gensets {
  readonly units: number;
  /** Most that one gives, kW. */
  readonly unitKw: number;
  /** Fuel per kWh generated, and per hour of every running unit. */
  readonly fuelLPerKwh: number;
  readonly fuelLPerUnitH: number;
  /** Fuel at hand when the outage begins; Infinity: it never ends. */
  readonly fuelL: number;
  /** A lorry that is called when the fuel falls below `belowL`, and fills up to `fullL` after so many hours. */
  readonly delivery?: { readonly belowL: number; readonly afterH: number; readonly fullL: number };
}

/** A battery by its usable energy. */
export interface OutageBattery {
  readonly usableKwh: number;
  /** Most that it gives or takes, kW. */
  readonly kw: number;
  readonly chargeShare: number;
  readonly dischargeShare: number;
}

export interface OutageSupply {
  readonly generators: readonly Gensets[];
  readonly battery?: OutageBattery;
}

/** What became of an outage from every hour. */
export interface OutageRun {
  /** Hours carried from each start without a break, at most the length of the outage. */
  readonly carriedH: Float64Array;
  /** Energy not served in the whole of the outage, by start, kWh: what can be served after a gap is. */
  readonly unservedKwh: Float64Array;
  /** Fuel burnt by start, L. */
  readonly fuelL: Float64Array;
  /** Energy not served in the 1st, 2nd, ... hour of the outage, mean over all starts, kW. */
  readonly lostKw: Float64Array;
}

/** Load not met that counts as a break, kW: rounding only. */
const SHORT_KW = 1e-5;

function check(year: OutageYear, supply: OutageSupply, hours: number): void {
  const n = year.loadKw.length;
  demand(n > 0, 'the hours of the load', n, 'at least 1');
  demand(year.freeKw.length === n, 'the hours of sun and wind', year.freeKw.length, `${n}`);
  demand(year.chargeKwh.length === n, 'the hours of charge', year.chargeKwh.length, `${n}`);
  demand(Number.isInteger(hours) && hours >= 1, 'the length of the outage', hours, 'whole hours, at least 1');
  for (const g of supply.generators) {
    demand(Number.isInteger(g.units) && g.units >= 0, 'the number of generators', g.units, 'whole and not below 0');
    for (const value of [g.unitKw, g.fuelLPerKwh, g.fuelLPerUnitH, g.fuelL]) {
      demand(value >= 0, 'a figure of the generators', value, 'a number not below 0');
    }
    if (g.delivery !== undefined)
      demand(g.delivery.afterH >= 1, 'the hours to a delivery', g.delivery.afterH, 'at least 1');
  }
  const { battery } = supply;
  if (battery === undefined) return;
  demand(battery.usableKwh >= 0, 'the usable energy of the battery', battery.usableKwh, 'a number not below 0');
  demand(battery.kw >= 0, 'the power of the battery', battery.kw, 'a number not below 0');
  for (const share of [battery.chargeShare, battery.dischargeShare]) {
    demand(share > 0 && share <= 1, 'an efficiency of the battery', share, 'above 0 and at most 1');
  }
}

/** Fuel of each kind of generator during one outage. */
class Tanks {
  readonly #kinds: readonly Gensets[];
  readonly #fuelL: Float64Array;
  /** Hours until the lorry is there; Infinity when none is called. */
  readonly #lorryH: Float64Array;
  burntL = 0;

  constructor(kinds: readonly Gensets[]) {
    // The kind whose tank is empty first is asked first, so that the others can take over.
    const enduranceH = (g: Gensets): number => g.fuelL / (g.units * (g.unitKw * g.fuelLPerKwh + g.fuelLPerUnitH));
    this.#kinds = [...kinds].sort((a, b) => (enduranceH(a) || 0) - (enduranceH(b) || 0));
    this.#fuelL = new Float64Array(kinds.length);
    this.#lorryH = new Float64Array(kinds.length);
  }

  begin(): void {
    this.burntL = 0;
    this.#kinds.forEach((g, k) => {
      this.#fuelL[k] = g.fuelL;
      this.#lorryH[k] = Number.POSITIVE_INFINITY;
    });
  }

  /** What generators give of a load in this hour, kW; each kind its share of the power of the kinds not yet asked. */
  give(loadKw: number): number {
    let rest = loadKw;
    let power = 0;
    for (const g of this.#kinds) power += g.units * g.unitKw;
    for (let k = 0; k < this.#kinds.length; k++) {
      const g = this.#kinds[k]!;
      const most = g.units * g.unitKw;
      this.#arrive(k, g);
      if (most > 0 && rest > 0) rest -= this.#burn(k, g, Math.min(most, (rest * most) / power));
      power -= most;
    }
    return loadKw - rest;
  }

  #arrive(k: number, g: Gensets): void {
    const { delivery } = g;
    if (delivery === undefined) return;
    this.#lorryH[k]! -= 1;
    if (this.#lorryH[k]! <= 0) {
      this.#fuelL[k] = Math.max(this.#fuelL[k]!, delivery.fullL);
      this.#lorryH[k] = Number.POSITIVE_INFINITY;
    }
    if (this.#lorryH[k] === Number.POSITIVE_INFINITY && this.#fuelL[k]! < delivery.belowL) {
      this.#lorryH[k] = delivery.afterH;
    }
  }

  #burn(k: number, g: Gensets, wantedKw: number): number {
    const running = Math.ceil(wantedKw / g.unitKw - 1e-9);
    const idleL = running * g.fuelLPerUnitH;
    const left = this.#fuelL[k]!;
    const kw =
      g.fuelLPerKwh > 0 ? Math.min(wantedKw, Math.max(0, left - idleL) / g.fuelLPerKwh) : left > idleL ? wantedKw : 0;
    if (kw <= 0) return 0;
    const burnt = Math.min(left, kw * g.fuelLPerKwh + idleL);
    this.#fuelL[k] = left - burnt;
    this.burntL += burnt;
    return kw;
  }
}

/**
 * An outage that nobody announced, of `hours` hours, from every hour of a year: sun and wind first, then generators follow the
 * load as long as there is fuel, then the battery gives the rest; it takes what sun and wind give beyond the load. Steps of an
 * hour; a starting generator's minutes are not seen. 8,760 starts of 168 h take some tens of milliseconds.
 * Source: NREL REopt, outage simulator (Cutler et al. 2017, NREL/TP-7A40-70022, section on resilience; `fuel_use` in
 * src/outagesim/backup_reliability.jl).
 * @throws JW_RELIABILITY for series of unequal length and figures out of range
 */
export function outagesOfYear(year: OutageYear, supply: OutageSupply, hours: number): OutageRun {
  check(year, supply, hours);
  const { loadKw, freeKw, chargeKwh } = year;
  const n = loadKw.length;
  const { usableKwh, kw, chargeShare, dischargeShare } = supply.battery ?? {
    usableKwh: 0,
    kw: 0,
    chargeShare: 1,
    dischargeShare: 1,
  };
  const tanks = new Tanks(supply.generators);
  const run = {
    carriedH: new Float64Array(n),
    unservedKwh: new Float64Array(n),
    fuelL: new Float64Array(n),
    lostKw: new Float64Array(hours),
  };
  for (let start = 0; start < n; start++) {
    tanks.begin();
    let charge = Math.min(usableKwh, chargeKwh[start]!);
    let [carried, isWhole, unserved] = [0, true, 0];
    for (let d = 0, h = start; d < hours; d++, h = h + 1 === n ? 0 : h + 1) {
      const net = loadKw[h]! - freeKw[h]!;
      let short = 0;
      if (net < 0) {
        tanks.give(0);
        charge = Math.min(usableKwh, charge + Math.min(-net, kw) * chargeShare);
      } else {
        const rest = net - tanks.give(net);
        const given = Math.min(rest, kw, charge * dischargeShare);
        charge = Math.max(0, charge - given / dischargeShare);
        short = rest - given;
      }
      if (short > SHORT_KW) {
        isWhole = false;
        unserved += short;
        run.lostKw[d]! += short / n;
      }
      if (isWhole) carried++;
    }
    run.carriedH[start] = carried;
    run.unservedKwh[start] = unserved;
    run.fuelL[start] = tanks.burntL;
  }
  return run;
}

/** Survival curve: share of outages that are carried for at least 1, 2, ... `hours` hours, from the hours carried in each. */
export function survivalCurve(carriedH: ArrayLike<number>, hours: number): Float64Array {
  const longer = new Float64Array(hours + 1);
  for (let i = 0; i < carriedH.length; i++) longer[Math.min(hours, Math.floor(carriedH[i]!))]! += 1;
  for (let h = hours - 1; h >= 0; h--) longer[h]! += longer[h + 1]!;
  return longer.subarray(1).map((count) => count / carriedH.length);
}

import { TUNED } from './parameters.ts';

/** What a battery's operator sees of an hour: load less sun and wind, kW, and prices, money per kWh. */
export interface HourAhead {
  readonly netKw: number;
  readonly importPrice: number;
  readonly exportPrice: number;
  /** The most that an order of the grid lets it import, kW; no order when left out. */
  readonly mostImportKw?: number;
}

/** Limits that hold over the whole horizon. */
export interface PlanLimits {
  readonly capacityKwh: number;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  readonly chargeShare: number;
  readonly dischargeShare: number;
  readonly wearPerKwh: number;
  readonly importKw: number;
  readonly exportKw: number;
  /** Generators: what they can give, and the price of it. */
  readonly generatorKw: number;
  readonly generatorPrice: number;
}

/** What an hour counts over the one before: of two hours as good, the nearer is surer. */
const FADES = 0.999;
/** Worth of energy after the horizon over its worth within it. */
const LATER = 0.95;
/** Load that is lost costs this many times the dearest energy. */
const LOST = 20;
/** Generators where there are none are this many times as dear as the dearest hour of the grid, for the worth of the reserve. */
const NO_GENERATOR = 3;

/** The worth of energy in a battery, found backwards from the end of the horizon (dynamic programming, Bellman 1957). */
export class StorePlan {
  readonly #limits: PlanLimits;
  readonly #hours: readonly HourAhead[];
  readonly #dearest: number;
  /** Least cost from an hour on, by hour and level of energy; one more for the end. */
  readonly #cost: readonly Float64Array[];

  constructor(hours: readonly HourAhead[], limits: PlanLimits) {
    this.#limits = limits;
    this.#hours = hours;
    const grid = hours.reduce((most, h) => Math.max(most, h.importPrice), 0);
    this.#dearest = Number.isFinite(limits.generatorPrice)
      ? Math.max(grid, limits.generatorPrice)
      : NO_GENERATOR * grid;
    this.#cost = this.#solve();
  }

  /** Money of an hour's fraction with the battery giving `powerKw`. */
  money(
    hour: number,
    powerKw: number,
    dtH: number,
    netKw = this.#hours[hour]!.netKw,
    importKw = this.#importKw(hour),
  ): number {
    const { exportKw, generatorKw, generatorPrice, wearPerKwh, chargeShare, dischargeShare } = this.#limits;
    const { importPrice, exportPrice } = this.#hours[hour]!;
    const restKw = netKw - powerKw;
    const moved = powerKw > 0 ? powerKw / dischargeShare : -powerKw * chargeShare;
    let money = moved * wearPerKwh;
    if (restKw < 0) money -= Math.min(exportKw, -restKw) * exportPrice;
    else {
      const bought = Math.min(restKw, importKw);
      const made = Math.min(restKw - bought, generatorKw);
      const lost = restKw - bought - made;
      money += bought * importPrice + (made > 0 ? made * generatorPrice : 0) + lost * LOST * this.#dearest;
    }
    return money * dtH;
  }

  #importKw(hour: number): number {
    return Math.min(this.#limits.importKw, this.#hours[hour]!.mostImportKw ?? Number.POSITIVE_INFINITY);
  }

  /** Cost per hour of energy below the reserve. */
  #reserve(energyKwh: number): number {
    return Math.max(0, TUNED.reserveShare * this.#limits.capacityKwh - energyKwh) * this.#dearest;
  }

  #solve(): Float64Array[] {
    const { capacityKwh, chargeKw, dischargeKw, chargeShare, dischargeShare, wearPerKwh } = this.#limits;
    const n = TUNED.levels;
    const unit = capacityKwh / (n - 1);
    const up = Math.max(1, Math.floor((chargeKw * chargeShare) / unit));
    const down = Math.max(1, Math.floor(dischargeKw / dischargeShare / unit));
    // What is left is worth the cheapest energy that it will replace, wear taken off; a little less, so that it is used before.
    const cheapest = this.#hours.reduce((least, h) => Math.min(least, h.importPrice), Number.POSITIVE_INFINITY);
    const worth = LATER * Math.max(0, dischargeShare * cheapest - wearPerKwh);
    const end = Float64Array.from({ length: n }, (_, k) => -k * unit * worth);
    const cost: Float64Array[] = [];
    cost[this.#hours.length] = end;
    for (let t = this.#hours.length - 1; t >= 0; t--) {
      const next = cost[t + 1]!;
      // The same change of level costs the same from every level.
      const moves = Float64Array.from({ length: up + down + 1 }, (_, m) => {
        const change = (m - down) * unit;
        return this.money(t, change > 0 ? -change / chargeShare : -change * dischargeShare, 1);
      });
      cost[t] = Float64Array.from({ length: n }, (_, k) => {
        let least = Number.POSITIVE_INFINITY;
        for (let m = Math.max(0, down - k); m <= Math.min(up + down, n - 1 - k + down); m++) {
          least = Math.min(least, moves[m]! + FADES * next[k + m - down]!);
        }
        return least + this.#reserve(k * unit);
      });
    }
    return cost;
  }

  /** Least cost from an hour on with this energy. */
  worth(hour: number, energyKwh: number): number {
    const own = this.#cost[hour]!;
    const at = Math.min(own.length - 1, Math.max(0, (energyKwh / this.#limits.capacityKwh) * (own.length - 1)));
    const below = Math.min(own.length - 2, Math.floor(at));
    return own[below]! + (at - below) * (own[below + 1]! - own[below]!);
  }

  /**
   * The best power of the battery now, kW out, for the net load that is measured.
   *
   * @param part share of the first hour that is over when the step ends
   * @param askedKw the most that an order of the grid lets the site import in this step, kW
   */
  best(
    netKw: number,
    energyKwh: number,
    leastKw: number,
    mostKw: number,
    dtH: number,
    part: number,
    askedKw = Number.POSITIVE_INFINITY,
  ): number {
    const { chargeShare, dischargeShare } = this.#limits;
    const importKw = Math.min(this.#limits.importKw, askedKw);
    const tried = [0, netKw, netKw - importKw];
    for (let k = 0; k <= TRIED; k++) tried.push(leastKw + ((mostKw - leastKw) * k) / TRIED);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const wanted of tried) {
      const powerKw = Math.min(mostKw, Math.max(leastKw, wanted));
      const after = energyKwh - dtH * (powerKw > 0 ? powerKw / dischargeShare : powerKw * chargeShare);
      const later = (1 - part) * this.worth(0, after) + part * this.worth(1, after);
      const money = this.money(0, powerKw, dtH, netKw, importKw) + later;
      if (money < least) {
        least = money;
        best = powerKw;
      }
    }
    return best;
  }

  /** Least cost of the whole horizon from this energy on. */
  total(energyKwh: number): number {
    return this.worth(0, energyKwh);
  }
}

/** Powers that are tried between the least and the most. */
const TRIED = 32;

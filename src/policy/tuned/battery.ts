import type { Conditions } from '../../components/contract.ts';
import { evenEdges, LearningForecaster, loadQuantity, median, Recorder } from '../../forecast/index.ts';
import { DAY_MS, HOUR_MS } from '../../series/grid.ts';
import { mostOver } from '../../site/gridEvent.ts';
import type { Plant } from '../../twin/plant.ts';
import { askedKw, mostKw, type Roles, storedKwh, wantedKw } from '../energy.ts';
import type { View } from '../policy.ts';
import { generatorPrice, gridPrices, type StoreSheet, storeSheet } from './dataSheet.ts';
import { TUNED } from './parameters.ts';
import { type HourAhead, type PlanLimits, StorePlan } from './plan.ts';

/** What must survive a restart: the records and what was learnt from them. */
interface BatteryMemory {
  readonly load?: unknown;
  readonly free?: unknown;
  readonly loadLearnt?: unknown;
  readonly freeLearnt?: unknown;
  readonly peakKw?: unknown;
  readonly month?: unknown;
}

/** What the battery's operator wants in a step. */
export interface StoreWish {
  /** Power of all stores, kW out. */
  readonly powerKw: number;
  /** What it leaves for generators, kW. */
  readonly shortKw: number;
  /** Under a demand charge: the most that is to be bought; the battery gives what is wanted beyond. */
  readonly ceilingKw: number | undefined;
}

/** Conditions of an hour that comes, as far as a tariff looks at them. */
function hourAhead(conditions: Conditions, startMs: number): Conditions {
  const { local } = conditions;
  const middleMs = conditions.startMs + (conditions.dtH * HOUR_MS) / 2;
  const offsetMs = Math.round((localMs(local) - middleMs) / (HOUR_MS / 4)) * (HOUR_MS / 4);
  const at = startMs + HOUR_MS / 2 + offsetMs;
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const day = Math.floor(at / DAY_MS);
  return {
    ...conditions,
    startMs,
    dtH: 1,
    local: {
      year,
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      weekday: (((day + 3) % 7) + 7) % 7,
      hour: (at - day * DAY_MS) / HOUR_MS,
      dayOfYear: day - Math.floor(Date.UTC(year, 0, 1) / DAY_MS) + 1,
    },
  };
}

function localMs({ year, month, day, hour }: Conditions['local']): number {
  return Date.UTC(year, month - 1, day) + hour * HOUR_MS;
}

const keys = ['load', 'free'] as const;

/**
 * The battery alone: a plan over a day and a half against the tariff, with forecasts of load, sun and wind from its own meters,
 * made anew every hour; the worth of its energy then says every step what to do. It sees kilowatts and prices, no requests.
 */
export class BatteryDesk {
  readonly #plant: Plant;
  readonly #roles: Roles;
  readonly #recorders: Readonly<Record<(typeof keys)[number], Recorder>>;
  readonly #forecasters: Readonly<Record<(typeof keys)[number], LearningForecaster>>;
  #plan: StorePlan | undefined;
  #hourMs = Number.NaN;
  #sheet: StoreSheet | undefined;
  #fuelPrice: number | undefined;
  #ceilingKw: number | undefined;
  #month: number;
  #peakKw: number;

  constructor(plant: Plant, roles: Roles, memory: BatteryMemory) {
    this.#plant = plant;
    this.#roles = roles;
    this.#recorders = { load: new Recorder(HOUR_MS, memory.load), free: new Recorder(HOUR_MS, memory.free) };
    // Days and weekends are told apart by the record itself; the zone only says where a day begins.
    const quantity = loadQuantity({ zone: 'UTC' });
    const forecaster = (saved: unknown) => new LearningForecaster(quantity, saved, TUNED.refitDays * DAY_MS);
    this.#forecasters = { load: forecaster(memory.loadLearnt), free: forecaster(memory.freeLearnt) };
    this.#month = typeof memory.month === 'number' ? memory.month : -1;
    this.#peakKw = typeof memory.peakKw === 'number' ? memory.peakKw : 0;
  }

  /** Writes the step before into the records. */
  #record({ last }: View): void {
    if (last === undefined) return;
    const { month } = last.conditions.local;
    if (month !== this.#month) {
      this.#month = month;
      this.#peakKw = 0;
    }
    const startMs = last.conditions.startMs;
    const endMs = startMs + last.conditions.dtH * HOUR_MS;
    this.#recorders.load.add(startMs, endMs, last.loadKw + last.shortKw);
    const free = this.#roles.mustTake.reduce((sum, i) => sum + last.dispatch[i]!.feasible.maxKw, 0);
    this.#recorders.free.add(startMs, endMs, free);
    const bought = this.#roles.slacks.reduce((sum, i) => sum + Math.max(0, last.dispatch[i]!.powerKw), 0);
    this.#peakKw = Math.max(this.#peakKw, bought);
  }

  /** Means of a meter over the hours that come; the value of now until there is a record. */
  #ahead(key: (typeof keys)[number], nowMs: number, hourMs: number, now: number): Float64Array {
    const { history } = this.#recorders[key];
    if (history.grid.count < 3) return new Float64Array(TUNED.aheadH).fill(now);
    return median(this.#forecasters[key].forecast(history, nowMs, evenEdges(hourMs, HOUR_MS, TUNED.aheadH)));
  }

  #makePlan(view: View, hourMs: number): StorePlan {
    const { conditions } = view;
    const { stores, slacks, generators, mustTake } = this.#roles;
    this.#sheet ??= storeSheet(this.#plant.dispatch[stores[0]!]!, conditions);
    this.#fuelPrice ??= generators.reduce(
      (least, i) => Math.min(least, generatorPrice(this.#plant.dispatch[i]!, conditions)),
      Number.POSITIVE_INFINITY,
    );
    const load = this.#ahead('load', conditions.startMs, hourMs, wantedKw(view));
    const free = this.#ahead('free', conditions.startMs, hourMs, mostKw(view, mustTake));
    const grid = slacks[0] === undefined ? undefined : this.#plant.dispatch[slacks[0]]!;
    let demandPrice = 0;
    const hours = Array.from(load, (kw, k): HourAhead => {
      const prices = grid === undefined ? undefined : gridPrices(grid, hourAhead(conditions, hourMs + k * HOUR_MS));
      demandPrice = Math.max(demandPrice, prices?.demandPerKw ?? 0);
      return {
        netKw: kw - free[k]!,
        importPrice: prices?.importPerKwh ?? 0,
        exportPrice: prices?.exportPerKwh ?? 0,
        mostImportKw: mostOver(view.limits, hourMs + k * HOUR_MS, hourMs + (k + 1) * HOUR_MS),
      };
    });
    const { capacityKwh, energyKwh } = storedKwh(view, stores);
    const range = this.#range(view);
    const limits: PlanLimits = {
      ...this.#sheet,
      capacityKwh,
      // What it can do when neither full nor empty is what it could do at most of late.
      chargeKw: Math.max(this.#seenKw.charge, -range.leastKw),
      dischargeKw: Math.max(this.#seenKw.discharge, range.mostKw),
      importKw: mostKw(view, slacks),
      exportKw: slacks.reduce((sum, i) => sum + Math.max(0, -view.feasible[i]!.minKw), 0),
      generatorKw: mostKw(view, generators),
      generatorPrice: this.#fuelPrice,
    };
    this.#ceilingKw = undefined;
    if (demandPrice <= 0) return new StorePlan(hours, limits);
    // A demand charge: the ceiling on import that is cheapest over the horizon, the charge on what it adds to the peak so far counted.
    const top = Math.min(limits.importKw, Math.max(this.#peakKw, ...hours.map((h) => h.netKw + limits.chargeKw)));
    let best: { readonly plan: StorePlan; readonly money: number; readonly importKw: number } | undefined;
    for (let k = 0; k <= CEILINGS; k++) {
      const importKw = this.#peakKw + ((top - this.#peakKw) * k) / CEILINGS;
      const plan = new StorePlan(hours, { ...limits, importKw });
      const money = plan.total(energyKwh) + demandPrice * (importKw - this.#peakKw);
      if (best === undefined || money < best.money) best = { plan, money, importKw };
    }
    this.#ceilingKw = best!.importKw;
    return best!.plan;
  }

  readonly #seenKw = { charge: 0, discharge: 0 };

  #range(view: View): { readonly leastKw: number; readonly mostKw: number } {
    const { stores } = this.#roles;
    const leastKw = stores.reduce((sum, i) => sum + Math.min(0, view.feasible[i]!.minKw), 0);
    const most = mostKw(view, stores);
    this.#seenKw.charge = Math.max(this.#seenKw.charge, -leastKw);
    this.#seenKw.discharge = Math.max(this.#seenKw.discharge, most);
    return { leastKw, mostKw: most };
  }

  /** Looks at the meters; to be called in every step. */
  watch(view: View): void {
    this.#record(view);
    this.#range(view);
  }

  /** What the stores are to do while the grid is up; undefined without stores. */
  wish(view: View): StoreWish | undefined {
    const { stores, slacks, mustTake } = this.#roles;
    const { energyKwh, capacityKwh } = storedKwh(view, stores);
    if (stores.length === 0 || capacityKwh <= 0) return undefined;
    const { startMs, dtH } = view.conditions;
    const hourMs = Math.floor(startMs / HOUR_MS + 1e-9) * HOUR_MS;
    if (this.#plan === undefined || hourMs !== this.#hourMs) {
      this.#plan = this.#makePlan(view, hourMs);
      this.#hourMs = hourMs;
    }
    const netKw = wantedKw(view) - mostKw(view, mustTake);
    const { leastKw, mostKw: most } = this.#range(view);
    const part = Math.min(1, (startMs + dtH * HOUR_MS - hourMs) / HOUR_MS);
    const asked = askedKw(view);
    const powerKw = this.#plan.best(netKw, energyKwh, leastKw, most, dtH, part, asked);
    const shortKw = Math.max(0, netKw - powerKw - Math.min(mostKw(view, slacks), asked));
    return { powerKw, shortKw, ceilingKw: this.#ceilingKw };
  }

  /** The grid went or came, or orders something: what was planned holds no more. */
  forget(): void {
    this.#plan = undefined;
  }

  save(): BatteryMemory {
    return {
      load: this.#recorders.load.save(),
      free: this.#recorders.free.save(),
      loadLearnt: this.#forecasters.load.save(),
      freeLearnt: this.#forecasters.free.save(),
      peakKw: this.#peakKw,
      month: this.#month,
    };
  }
}

/** Ceilings on import that are tried under a demand charge. */
const CEILINGS = 6;

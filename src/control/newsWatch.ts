import type { GridDesk } from '../policy/event/desk.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import type { ForecastBand } from './contract.ts';
import { DemandWatch, type RecentDemand } from './demandWatch.ts';
import { GridWatch } from './gridWatch.ts';
import type { Lever } from './levers.ts';

/** What happens to a site that the plan in force did not know of: the grid goes or comes back, demand jumps, an order of the grid arrives. */
export class NewsWatch {
  readonly #grid: GridWatch;
  readonly #demand: DemandWatch;
  readonly #desk: GridDesk | undefined;
  /** Orders of the grid that were known, to be compared. */
  #orders: string | undefined;

  /** @param desk where orders of the grid arrive */
  constructor(plant: Plant, desk: GridDesk | undefined) {
    this.#grid = new GridWatch(plant);
    this.#demand = new DemandWatch(plant);
    this.#desk = desk;
  }

  /** Forecasts that the plan in force was made from; none without one. */
  use(bands: readonly ForecastBand[]): void {
    this.#demand.use(bands);
  }

  /** Site time since when the grid is away, ms; undefined while it is there. */
  get gridLostMs(): number | undefined {
    return this.#grid.lostMs;
  }

  /** The most that has arrived of interactive services of late. */
  get demand(): readonly RecentDemand[] {
    return this.#demand.recent;
  }

  /**
   * @param levers of an operator; those that were pulled with a notice are told when it is given
   * @returns what a step has brought, each in words
   */
  look(record: StepRecord, nowMs: number, levers: readonly Lever[]): string[] {
    const told = [this.#grid.look(record), this.#demand.look(record)].filter((text) => text !== undefined);
    const noticed = levers
      .filter(({ knownMs }) => knownMs !== undefined && knownMs <= nowMs)
      .map(({ id }) => `lever ${id}`);
    const announced = (this.#desk?.known(nowMs) ?? []).map(({ startMs, endMs }) => `${startMs} ${endMs}`);
    const known = [...announced, ...noticed].join();
    if (this.#orders !== undefined && known !== this.#orders) told.push('orders of the grid have changed');
    this.#orders = known;
    return told;
  }
}

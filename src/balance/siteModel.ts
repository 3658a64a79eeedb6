import { accountBus, type BalancePart, type Horizon, type SizeOption, type Standby } from '../components/model.ts';
import type { Unit } from '../components/unit.ts';
import { LinearModel, type ModelSize } from './linearModel.ts';
import { type Reserve, reserveRule } from './rules/reserve.ts';
import type { Penalties, Rule } from './rules/rule.ts';
import { type Calendar, everyStep, mergedSegments, type Segments, segmentsOf, windowsOf } from './segments.ts';
import { type BalanceService, servicePart } from './services.ts';

/** Hours of a window where no billing period says otherwise. */
const WINDOW_H = 730;

/** A size with whose it is. */
export interface SiteSize extends SizeOption {
  readonly unitId: string;
}

/** What the balance asks of a unit. */
export type BalanceUnit = Pick<Unit, 'id' | 'balance'>;

/** Bounds of a size and its yearly cost per unit, in the order of `SiteBalance.sizes`. */
export interface SizeChoice {
  readonly lower: number;
  readonly upper: number;
  /** Capital recovery and upkeep per unit and year, money. */
  readonly costPerYear: number;
}

/** A device's part. */
interface OwnPart {
  readonly id: string;
  readonly part: BalancePart;
}

/** The linear model of a site over a horizon: its parts made once, written for any segments and sizes. */
export class SiteBalance {
  readonly horizon: Horizon;
  readonly sizes: readonly SiteSize[];
  readonly calendar: Calendar;
  /** Years that the horizon stands for. */
  readonly years: number;
  readonly #own: readonly OwnPart[];
  readonly #parts: readonly BalancePart[];
  readonly #penalties: Penalties;
  readonly #services: readonly BalanceService[];
  readonly #rules: readonly Rule[];
  /** Reserve against the loss of the grid without notice; none when undefined. */
  readonly reserve: Reserve | undefined;

  /** @param rules write rows beyond the devices' own: duties and limits */
  constructor(
    units: readonly BalanceUnit[] | readonly OwnPart[],
    services: readonly BalanceService[],
    horizon: Horizon,
    penalties: Penalties,
    rules: readonly Rule[] = [],
    reserve?: Reserve,
  ) {
    this.horizon = horizon;
    this.#services = services;
    this.reserve = reserve;
    this.#penalties = penalties;
    this.#rules = rules;
    const own = units.map((unit) => ('part' in unit ? unit : { id: unit.id, part: unit.balance(horizon) }));
    this.#own = own;
    this.sizes = own.flatMap(({ id, part }) => part.sizes.map((size) => ({ ...size, unitId: id })));
    this.#parts = [...own.map(({ part }) => part), ...services.map((s) => servicePart(s, horizon))];
    this.years = (horizon.grid.count * this.stepH) / 8760;
    this.calendar = {
      steps: horizon.grid.count,
      stepH: this.stepH,
      blocks: horizon.blocks,
      cyclic: horizon.cyclic,
      windows: this.#windows(),
    };
  }

  /** First steps of windows: billing periods where there are any, else about a month; one where a part needs the whole. */
  #windows(): number[] {
    const { grid, blocks } = this.horizon;
    if (this.#parts.some((part) => part.whole === true)) return [...blocks];
    const periods = this.#parts.flatMap((part) => part.periods ?? []);
    const month = Math.round(WINDOW_H / this.stepH);
    const starts = new Set(blocks);
    for (let i = 1; i < grid.count; i++) {
      const cut = periods.length > 0 ? periods.some((p) => p[i] !== p[i - 1]) : i % month === 0;
      if (cut) starts.add(i);
    }
    return [...starts].sort((a, b) => a - b);
  }

  /** The same devices with services, penalties and rules; what was computed for the devices is kept. */
  with(
    services: readonly BalanceService[],
    penalties: Penalties,
    rules: readonly Rule[],
    reserve?: Reserve,
  ): SiteBalance {
    return new SiteBalance(this.#own, services, this.horizon, penalties, rules, reserve);
  }

  /**
   * The same site with other parts of some of its devices, by id; their sizes stay.
   *
   * @param givenUp what is given up of services in any case, by id
   */
  withParts(parts: ReadonlyMap<string, BalancePart>, givenUp: ReadonlyMap<string, Float64Array>): SiteBalance {
    const own = this.#own.map(({ id, part }) => ({ id, part: parts.get(id) ?? part }));
    const services = this.#services.map((service): BalanceService => {
      const given = givenUp.get(service.id);
      return given === undefined ? service : { ...service, givenUp: given };
    });
    return new SiteBalance(own, services, this.horizon, this.#penalties, this.#rules, this.reserve);
  }

  /** The same site that holds another reserve, as a search for a reliable supply asks for. */
  withReserve(reserve: Reserve | undefined): SiteBalance {
    return this.with(this.#services, this.#penalties, this.#rules, reserve);
  }

  /** Rules and reserve. */
  get #all(): readonly Rule[] {
    return this.reserve === undefined ? this.#rules : [...this.#rules, reserveRule(this.reserve)];
  }

  /** What the devices are worth when the grid is gone. */
  get standbys(): readonly { readonly unitId: string; readonly standby: Standby }[] {
    return this.#own.flatMap(({ id, part }) =>
      part.standby === undefined ? [] : [{ unitId: id, standby: part.standby }],
    );
  }

  /** Requests by service that a kWh serves, in every way in which devices may run. */
  get perKwh(): readonly ReadonlyMap<string, number>[] {
    return this.#own.flatMap(({ part }) => part.perKwh ?? []);
  }

  get stepH(): number {
    return this.horizon.grid.stepMs / 3_600_000;
  }

  /** Every base step by itself, of the whole horizon or of one window. */
  flat(window?: number): Segments {
    return everyStep(this.calendar, window);
  }

  /** About `target` segments of steps that are alike. */
  merged(target: number): Segments {
    const shape = this.#parts.flatMap((part) => part.shape);
    return mergedSegments(shape, this.sharp, target, this.calendar);
  }

  /**
   * About `target` segments for a model without money, which may merge across prices: an hour's share of an outage multiplies a
   * size. Only what rules count by the hour is told apart, where `tellsHours`; otherwise rules that do may not be asked for.
   */
  relaxed(target: number, tellsHours: boolean): Segments {
    const shape = this.#parts.flatMap((part) => part.shape);
    const sharp = tellsHours ? this.#rules.flatMap((rule) => rule.sharp ?? []) : [];
    return mergedSegments(shape, sharp, target, this.calendar);
  }

  /** Base series that a segment must not merge across. */
  get sharp(): readonly Float64Array[] {
    return [...this.#parts.flatMap((part) => part.sharp), ...this.#rules.flatMap((rule) => rule.sharp ?? [])];
  }

  /** Segments that begin at these base steps; 0 and the first of every window are among them. */
  segments(starts: readonly number[]): Segments {
    return segmentsOf(starts, this.calendar);
  }

  /**
   * Writes the model.
   *
   * @param choices by size, in order
   * @param part true for a window whose sizes another model gives
   */
  model(segments: Segments, choices: readonly SizeChoice[], part = false): LinearModel {
    const { years } = this;
    const sizes: ModelSize[] = this.sizes.map((size, i) => {
      const { lower, upper, costPerYear } = choices[i]!;
      return { unit: size.unitId, key: size.key, lower, upper, cost: costPerYear * years };
    });
    const model = new LinearModel(segments, sizes, years, windowsOf(this.calendar).before, part);
    for (const part of this.#parts) part.add(model);
    model.slack('electricity short', 'kW', model.bus('mv'), 1, this.#penalties.shortPerKwh);
    model.listen('import', [{ at: accountBus('importKwh'), factor: 1 }]);
    model.listen('load', [{ at: accountBus('loadKwh'), factor: -1 }]);
    const { shortPerKwh, limitPerKwh = shortPerKwh } = this.#penalties;
    for (const rule of this.#all) rule.add(model, { shortPerKwh: limitPerKwh });
    model.land();
    return model;
  }
}

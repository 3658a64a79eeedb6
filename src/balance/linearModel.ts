import {
  type Account,
  type Budget,
  type BudgetOptions,
  type Landing,
  type ModelBuilder,
  type PerSegment,
  type Size,
  type State,
  type Topic,
  told,
} from '../components/model.ts';
import { type Counted, Flows, valueAt } from './flows.ts';
import { lastOf, leastOf, meanOf, mostOf } from './fold.ts';
import type { Segments } from './segments.ts';
import { ModelTable } from './table.ts';

/** A size column as the balance sees it. */
export interface ModelSize {
  readonly unit: string;
  readonly key: string;
  readonly lower: number;
  readonly upper: number;
  /** Money over the horizon per unit of size. */
  readonly cost: number;
}

/** The linear model of a site over segments: what devices write through `ModelBuilder`. */
export class LinearModel extends ModelTable implements ModelBuilder {
  readonly segments: number;
  readonly hours: Float64Array;
  readonly years: number;
  readonly shape: Segments;
  readonly part: boolean;
  readonly sizes: readonly ModelSize[];
  /** Stored quantities by the name of their columns. */
  readonly states: { readonly name: string; readonly state: State }[] = [];
  readonly #sizeAt = new Map<string, number>();
  readonly #buses = new Map<string, number>();
  readonly #flows: Flows;

  /** Columns by name through which windows hang together: stored quantities at their ends, shares of budgets. */
  readonly links = new Map<string, number>();
  readonly #windowBefore: Int32Array;

  /**
   * @param sizes sizes of all devices, in the order of their columns
   * @param years years that the whole horizon stands for, its hours over 8,760
   * @param windowBefore window before each window (see windowsOf)
   * @param part true for a window whose sizes are given by another model: what is said about sizes alone is said there
   */
  constructor(shape: Segments, sizes: readonly ModelSize[], years: number, windowBefore: Int32Array, part = false) {
    super();
    this.part = part;
    this.#windowBefore = windowBefore;
    this.shape = shape;
    this.segments = shape.count;
    this.hours = shape.hours;
    this.years = years;
    this.sizes = sizes;
    this.#flows = new Flows(this);
    for (const s of sizes) {
      const name = `${s.unit}.${s.key}`;
      this.#sizeAt.set(name, this.#one(`size ${name}`, '', s.lower, s.upper, s.cost, -1));
    }
  }

  span(segment: number): readonly [number, number] {
    return [this.shape.starts[segment]!, this.shape.starts[segment + 1]!];
  }

  mean(base: Float64Array): Float64Array {
    return meanOf(this.shape, base);
  }
  least(base: Float64Array): Float64Array {
    return leastOf(this.shape, base);
  }
  most(base: Float64Array): Float64Array {
    return mostOf(this.shape, base);
  }
  last(base: Float64Array): Float64Array {
    return lastOf(this.shape, base);
  }

  size(unit: string, key: string): Size {
    const column = this.#sizeAt.get(`${unit}.${key}`);
    if (column === undefined) throw new RangeError(`no size ${unit}.${key}`);
    return { column };
  }

  column(name: string, unit: string, lower: number, upper: number, cost: number, segment: number): number {
    return this.#one(name, unit, lower, upper, cost, this.shape.window[segment]!);
  }

  #one(name: string, unit: string, lower: number, upper: number, cost: number, window: number, slack = false): number {
    return this.addColumns(name, unit, slack, 1, () => ({ lower, upper, cost, window }));
  }

  columns(
    name: string,
    unit: string,
    lower: PerSegment,
    upper: PerSegment,
    costPerHour: PerSegment,
    slack = false,
  ): number {
    return this.addColumns(name, unit, slack, this.segments, (k) => ({
      lower: valueAt(lower, k),
      upper: valueAt(upper, k),
      cost: valueAt(costPerHour, k) * this.hours[k]!,
      window: this.shape.window[k]!,
    }));
  }

  /** A column outside time that stretches a limit on sizes; money of a unit over the horizon. @returns its index */
  missed(name: string, unit: string, penalty: number): number {
    return this.#one(name, unit, 0, Number.POSITIVE_INFINITY, penalty, -1, true);
  }

  state(name: string, unit: string, upper: PerSegment, costPerHour = 0): State {
    const first = this.columns(name, unit, 0, upper, costPerHour);
    const openings = new Map<number, number>();
    const { window, before, count } = this.shape;
    for (let k = 0; k < count; k++) {
      const earlier = this.#windowBefore[window[k]!]!;
      if (before[k]! < 0 && earlier !== window[k]) {
        const opening = this.#one(`${name} at the start`, unit, 0, Number.POSITIVE_INFINITY, 0, window[k]!);
        openings.set(k, opening);
        this.links.set(earlier < 0 ? `${name} before ${window[k]}` : `${name} @${earlier}`, opening);
      }
      if (k + 1 === count || window[k + 1] !== window[k]) this.links.set(`${name} @${window[k]}`, first + k);
    }
    // A window that follows on itself, a block in one piece, closes in itself.
    const last = first + count - 1;
    const state: State = { first, before: (k) => openings.get(k) ?? (before[k]! < 0 ? last : first + before[k]!) };
    this.states.push({ name, state });
    return state;
  }

  budget(number: string, name: string, options: BudgetOptions = {}): Budget {
    const { allowed = 0, only, missed } = options;
    const { window, count, whole } = this.shape;
    const infinite = Number.POSITIVE_INFINITY;
    const total = whole ? this.row(number, name, -infinite, allowed) : undefined;
    const rows = new Map<number, number>();
    for (const k of only ?? Array.from({ length: count }, (_, i) => i)) {
      const w = window[k]!;
      if (rows.has(w)) continue;
      const share = this.#one(`${name}, share ${w}`, '', -infinite, infinite, 0, -1);
      this.links.set(`${name} #${w}`, share);
      const row = this.row(number, `${name}, part ${w}`, -infinite, 0);
      this.put(row, share, -1);
      if (total !== undefined) this.put(total, share, 1);
      // Each part has its own, so that a window always has a plan whatever share it was given.
      if (missed !== undefined)
        this.put(row, this.#one(missed.name, missed.unit, 0, infinite, missed.penalty, w, true), -1);
      rows.set(w, row);
    }
    return { row: (k) => rows.get(window[k]!)!, total };
  }

  row(number: string, name: string, lower: number, upper: number): number {
    return this.addRows(
      number,
      name,
      1,
      () => lower,
      () => upper,
    );
  }

  rows(number: string, name: string, lower: PerSegment, upper: PerSegment): number {
    return this.addRows(
      number,
      name,
      this.segments,
      (k) => valueAt(lower, k),
      (k) => valueAt(upper, k),
    );
  }

  putAll(firstRow: number, firstColumn: number, value: PerSegment): void {
    for (let k = 0; k < this.segments; k++) this.put(firstRow + k, firstColumn + k, valueAt(value, k));
  }

  putSize(firstRow: number, { column }: Size, value: PerSegment): void {
    for (let k = 0; k < this.segments; k++) this.put(firstRow + k, column, valueAt(value, k));
  }

  bus(name: string): number {
    let first = this.#buses.get(name);
    if (first === undefined) {
      first = this.rows('E1', `bus ${name}`, 0, 0);
      this.#buses.set(name, first);
    }
    return first;
  }

  flow(bus: string, firstColumn: number, value: PerSegment): void {
    this.#flows.add(bus, (k) => firstColumn + k, value);
  }

  flowSize(bus: string, { column }: Size, value: PerSegment): void {
    this.#flows.add(bus, () => column, value);
  }

  through(name: string, landings: readonly Landing[]): void {
    this.#flows.through(name, landings);
  }

  tell(topic: Topic, firstColumn: number, value: PerSegment): void {
    this.flow(told(topic), firstColumn, value);
  }

  tellSize(topic: Topic, size: Size, value: PerSegment): void {
    this.flowSize(told(topic), size, value);
  }

  tellBefore(topic: Topic, state: State, value: PerSegment): void {
    this.#flows.add(told(topic), state.before, value);
  }

  /** Has what devices tell land on rows; call it before `land`. */
  listen(topic: Topic, landings: readonly Landing[]): void {
    this.#flows.through(told(topic), landings);
  }

  /**
   * Moves the money of every window into one column of its own, which the window's costs bound from below: a cut from a closer
   * look at that window then bounds it too. @returns the column of each window that is covered
   */
  gatherCosts(): Map<number, number> {
    const columns = new Map<number, { readonly cost: number; readonly row: number }>();
    const count = this.columnCount;
    const window = Int32Array.from(this.windowOfColumn);
    for (const w of this.shape.window) {
      if (columns.has(w)) continue;
      const row = this.row('K1', `cost of window ${w}`, 0, Number.POSITIVE_INFINITY);
      // Income may make it negative.
      const cost = this.#one(`cost of window ${w}`, 'money', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1, -1);
      this.put(row, cost, 1);
      columns.set(w, { cost, row });
    }
    const { cost } = this;
    for (let c = 0; c < count; c++) {
      const w = window[c]!;
      if (w < 0 || cost[c] === 0) continue;
      this.put(columns.get(w)!.row, c, -cost[c]!);
      cost[c] = 0;
    }
    return new Map([...columns].map(([w, own]) => [w, own.cost]));
  }

  /** Lands what was put onto buses, when every device has said which buses pass through it. Call once, last. */
  land(): void {
    this.#flows.land();
  }

  /** Moves a constant inflow of a bus to its right-hand side. */
  shift(firstRow: number, inflow: PerSegment): void {
    const { rowLower, rowUpper } = this;
    for (let k = 0; k < this.segments; k++) {
      rowLower[firstRow + k]! -= valueAt(inflow, k);
      rowUpper[firstRow + k]! -= valueAt(inflow, k);
    }
  }

  count(account: Account, firstColumn: number, perHour: PerSegment): void {
    this.#flows.count(account, (k) => firstColumn + k, perHour);
  }

  /** What is counted; complete when all has landed. */
  get accounts(): ReadonlyMap<Account, readonly Counted[]> {
    return this.#flows.accounts;
  }

  /** Adds what an account counts in a segment, times a factor, to the row of that segment; call it before `land`. */
  putAccount(account: Account, row: (segment: number) => number, factor: number): void {
    this.#flows.ask(account, row, factor);
  }

  slack(
    name: string,
    unit: string,
    firstRow: number,
    sign: 1 | -1,
    penaltyPerHour: number,
    least: PerSegment = 0,
  ): number {
    const first = this.columns(name, unit, least, Number.POSITIVE_INFINITY, penaltyPerHour, true);
    this.putAll(firstRow, first, sign);
    return first;
  }
}

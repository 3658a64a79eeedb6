import type { Account, Budget, Landing, ModelBuilder, PerSegment, Size, State } from '../components/model.ts';
import { floats, ints } from './growing.ts';
import { type Matrix, matrixOf } from './matrix.ts';
import type { Segments } from './segments.ts';

/** A group of columns or rows that stand one after the other: one, or one per segment. */
export interface Group {
  readonly name: string;
  /** Unit of a column; number of a row in docs/formulation.md. */
  readonly tag: string;
  readonly first: number;
  readonly count: number;
  /** Slack columns tell which limit they stretch. */
  readonly slack: boolean;
}

/** A size column as the balance sees it. */
export interface ModelSize {
  readonly unit: string;
  readonly key: string;
  readonly lower: number;
  readonly upper: number;
  /** Money over the horizon per unit of size. */
  readonly cost: number;
}

/** Writes coefficients into rows of a bus. */
type Put = (firstRow: number, value: PerSegment) => void;

/** The linear model: minimise cost x within column bounds and row bounds. Built once in typed arrays, changed in place. */
export class LinearModel implements ModelBuilder {
  readonly segments: number;
  readonly hours: Float64Array;
  readonly years: number;
  readonly shape: Segments;
  readonly columnGroups: Group[] = [];
  readonly rowGroups: Group[] = [];
  readonly sizes: readonly ModelSize[];
  /** What is counted: first column, length and amount per unit over the segment. */
  readonly accounts = new Map<Account, { readonly first: number; readonly amount: Float64Array }[]>();
  readonly #lower = floats();
  readonly #upper = floats();
  readonly #cost = floats();
  readonly #rowLower = floats();
  readonly #rowUpper = floats();
  readonly #atRow = ints();
  readonly #atColumn = ints();
  readonly #value = floats();
  readonly #sizeAt = new Map<string, number>();
  readonly #buses = new Map<string, number>();
  readonly #pending: { readonly bus: string; readonly value: PerSegment; readonly put: Put }[] = [];
  readonly #passing = new Map<string, readonly Landing[]>();

  /** Columns by name through which windows hang together: stored quantities at their ends, shares of budgets. */
  readonly links = new Map<string, number>();
  /** Window that each column belongs to; -1 for sizes and shares. */
  readonly #window = ints();
  readonly #windowBefore: Int32Array;

  /**
   * @param sizes sizes of all devices, in the order of their columns
   * @param years years that the whole horizon stands for, its hours over 8,760
   * @param windowBefore window before each window (see windowsOf)
   */
  constructor(shape: Segments, sizes: readonly ModelSize[], years: number, windowBefore: Int32Array) {
    this.#windowBefore = windowBefore;
    this.shape = shape;
    this.segments = shape.count;
    this.hours = shape.hours;
    this.years = years;
    this.sizes = sizes;
    for (const s of sizes) {
      const name = `${s.unit}.${s.key}`;
      this.#sizeAt.set(name, this.#one(`size ${name}`, '', s.lower, s.upper, s.cost, -1));
    }
  }

  get columnCount(): number {
    return this.#cost.length;
  }
  get rowCount(): number {
    return this.#rowLower.length;
  }
  get lower(): Float64Array {
    return this.#lower.filled;
  }
  get upper(): Float64Array {
    return this.#upper.filled;
  }
  get cost(): Float64Array {
    return this.#cost.filled;
  }
  get rowLower(): Float64Array {
    return this.#rowLower.filled;
  }
  get rowUpper(): Float64Array {
    return this.#rowUpper.filled;
  }

  span(segment: number): readonly [number, number] {
    return [this.shape.starts[segment]!, this.shape.starts[segment + 1]!];
  }

  mean(base: Float64Array): Float64Array {
    return this.#fold(base, (from, to) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += base[i]!;
      return sum / (to - from);
    });
  }
  least(base: Float64Array): Float64Array {
    return this.#fold(base, (from, to) => {
      let low = base[from]!;
      for (let i = from + 1; i < to; i++) if (base[i]! < low) low = base[i]!;
      return low;
    });
  }
  most(base: Float64Array): Float64Array {
    return this.#fold(base, (from, to) => {
      let high = base[from]!;
      for (let i = from + 1; i < to; i++) if (base[i]! > high) high = base[i]!;
      return high;
    });
  }
  last(base: Float64Array): Float64Array {
    return this.#fold(base, (_, to) => base[to - 1]!);
  }
  #fold(base: Float64Array, of: (from: number, to: number) => number): Float64Array {
    const { starts, count } = this.shape;
    if (base.length < starts[count]!) throw new RangeError(`a series of ${base.length} for ${starts[count]} steps`);
    const out = new Float64Array(count);
    for (let k = 0; k < count; k++) out[k] = of(starts[k]!, starts[k + 1]!);
    return out;
  }

  size(unit: string, key: string): Size {
    const column = this.#sizeAt.get(`${unit}.${key}`);
    if (column === undefined) throw new RangeError(`no size ${unit}.${key}`);
    return { column };
  }

  column(name: string, unit: string, lower: number, upper: number, cost: number, segment: number): number {
    return this.#one(name, unit, lower, upper, cost, this.shape.window[segment]!);
  }

  #one(name: string, unit: string, lower: number, upper: number, cost: number, window: number): number {
    const first = this.#cost.length;
    this.columnGroups.push({ name, tag: unit, first, count: 1, slack: false });
    this.#lower.push(lower);
    this.#upper.push(upper);
    this.#cost.push(cost);
    this.#window.push(window);
    return first;
  }

  columns(name: string, unit: string, lower: PerSegment, upper: PerSegment, costPerHour: PerSegment): number {
    return this.#columns(name, unit, lower, upper, costPerHour, false);
  }

  #columns(
    name: string,
    unit: string,
    lower: PerSegment,
    upper: PerSegment,
    costPerHour: PerSegment,
    slack: boolean,
  ): number {
    const first = this.#cost.length;
    this.columnGroups.push({ name, tag: unit, first, count: this.segments, slack });
    for (let k = 0; k < this.segments; k++) {
      this.#lower.push(at(lower, k));
      this.#upper.push(at(upper, k));
      this.#cost.push(at(costPerHour, k) * this.hours[k]!);
      this.#window.push(this.shape.window[k]!);
    }
    return first;
  }

  state(name: string, unit: string, upper: PerSegment): State {
    const first = this.columns(name, unit, 0, upper, 0);
    const openings = new Map<number, number>();
    const { window, before, count, whole } = this.shape;
    for (let k = 0; k < count; k++) {
      if (before[k]! < 0) {
        const opening = this.#one(`${name} at the start`, unit, 0, Number.POSITIVE_INFINITY, 0, window[k]!);
        openings.set(k, opening);
        if (!whole) this.links.set(`${name} @${this.#windowBefore[window[k]!]}`, opening);
        else this.links.set(`${name} at the start of segment ${k}`, opening);
      }
      if (k + 1 === count || window[k + 1] !== window[k]) this.links.set(`${name} @${window[k]}`, first + k);
    }
    return { first, before: (k) => openings.get(k) ?? first + before[k]! };
  }

  budget(number: string, name: string): Budget {
    const { window, count, whole } = this.shape;
    const total = whole ? this.row(number, name, Number.NEGATIVE_INFINITY, 0) : undefined;
    const rows = new Map<number, number>();
    for (let k = 0; k < count; k++) {
      const w = window[k]!;
      if (rows.has(w)) continue;
      const infinite = Number.POSITIVE_INFINITY;
      const share = this.#one(`${name}, share ${w}`, '', Number.NEGATIVE_INFINITY, infinite, 0, -1);
      this.links.set(`${name} #${w}`, share);
      const row = this.row(number, `${name}, part ${w}`, Number.NEGATIVE_INFINITY, 0);
      this.put(row, share, -1);
      if (total !== undefined) this.put(total, share, 1);
      rows.set(w, row);
    }
    return { row: (k) => rows.get(window[k]!)!, total };
  }

  /** Window that each column belongs to; -1 for sizes and shares. */
  get windowOfColumn(): Int32Array {
    return this.#window.filled;
  }

  row(number: string, name: string, lower: number, upper: number): number {
    const first = this.#rowLower.length;
    this.rowGroups.push({ name, tag: number, first, count: 1, slack: false });
    this.#rowLower.push(lower);
    this.#rowUpper.push(upper);
    return first;
  }

  rows(number: string, name: string, lower: PerSegment, upper: PerSegment): number {
    const first = this.#rowLower.length;
    this.rowGroups.push({ name, tag: number, first, count: this.segments, slack: false });
    for (let k = 0; k < this.segments; k++) {
      this.#rowLower.push(at(lower, k));
      this.#rowUpper.push(at(upper, k));
    }
    return first;
  }

  put(row: number, column: number, value: number): void {
    if (value === 0) return;
    this.#atRow.push(row);
    this.#atColumn.push(column);
    this.#value.push(value);
  }

  putAll(firstRow: number, firstColumn: number, value: PerSegment): void {
    for (let k = 0; k < this.segments; k++) this.put(firstRow + k, firstColumn + k, at(value, k));
  }

  putSize(firstRow: number, { column }: Size, value: PerSegment): void {
    for (let k = 0; k < this.segments; k++) this.put(firstRow + k, column, at(value, k));
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
    this.#pending.push({ bus, value, put: (row, v) => this.putAll(row, firstColumn, v) });
  }

  flowSize(bus: string, size: Size, value: PerSegment): void {
    this.#pending.push({ bus, value, put: (row, v) => this.putSize(row, size, v) });
  }

  through(name: string, landings: readonly Landing[]): void {
    this.#passing.set(name, landings);
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
    for (const { bus, value, put } of this.#pending.splice(0)) this.#land(bus, value, put);
  }

  #land(bus: string | number, value: PerSegment, put: Put): void {
    if (typeof bus === 'number') {
      put(bus, value);
      return;
    }
    const landings = this.#passing.get(bus);
    if (landings === undefined) {
      put(this.bus(bus), value);
      return;
    }
    for (const landing of landings) this.#land(landing.at, times(value, landing.factor), put);
  }

  /** Moves a constant inflow of a bus to its right-hand side. */
  shift(firstRow: number, inflow: PerSegment): void {
    const { rowLower, rowUpper } = this;
    for (let k = 0; k < this.segments; k++) {
      rowLower[firstRow + k]! -= at(inflow, k);
      rowUpper[firstRow + k]! -= at(inflow, k);
    }
  }

  count(account: Account, firstColumn: number, perHour: PerSegment): void {
    const amount = Float64Array.from(this.hours, (h, k) => h * at(perHour, k));
    const list = this.accounts.get(account) ?? [];
    list.push({ first: firstColumn, amount });
    this.accounts.set(account, list);
  }

  slack(name: string, unit: string, firstRow: number, sign: 1 | -1, penaltyPerHour: number): number {
    const first = this.#columns(name, unit, 0, Number.POSITIVE_INFINITY, penaltyPerHour, true);
    this.putAll(firstRow, first, sign);
    return first;
  }

  /** The matrix by columns; coefficients of one place are added up. */
  matrix(): Matrix {
    return matrixOf(this.#atRow.filled, this.#atColumn.filled, this.#value.filled, this.columnCount, this.rowCount);
  }
}

/** The value of a segment. */
function at(value: PerSegment, segment: number): number {
  return typeof value === 'number' ? value : value[segment]!;
}

function times(a: PerSegment, b: PerSegment): PerSegment {
  if (typeof a === 'number') return typeof b === 'number' ? a * b : b.map((v) => a * v);
  return a.map((v, k) => v * at(b, k));
}

import { floats, ints } from './growing.ts';
import { type Matrix, matrixOf } from './matrix.ts';

/** A group of columns or rows that stand one after the other: one, or one per segment. */
export interface Group {
  readonly name: string;
  /** Unit of a column; number of a row in docs/formulation.md. */
  readonly tag: string;
  readonly first: number;
  readonly count: number;
  /** Columns: what stretches a limit, at a penalty; its name says which. */
  readonly slack: boolean;
}

/** Bounds and cost of a column. */
export interface ColumnTerms {
  readonly lower: number;
  readonly upper: number;
  readonly cost: number;
  /** Window that it belongs to; -1 for what stands outside time. */
  readonly window: number;
}

/** Columns, rows and coefficients of a linear model in growing arrays: minimise cost x within bounds of columns and rows. */
export class ModelTable {
  readonly columnGroups: Group[] = [];
  readonly rowGroups: Group[] = [];
  readonly #lower = floats();
  readonly #upper = floats();
  readonly #cost = floats();
  readonly #rowLower = floats();
  readonly #rowUpper = floats();
  readonly #atRow = ints();
  readonly #atColumn = ints();
  readonly #value = floats();
  readonly #window = ints();

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
  /** Window that each column belongs to; -1 for sizes and shares. */
  get windowOfColumn(): Int32Array {
    return this.#window.filled;
  }

  /** Adds columns. @returns the first index */
  protected addColumns(name: string, unit: string, slack: boolean, count: number, of: (k: number) => ColumnTerms) {
    const first = this.columnCount;
    this.columnGroups.push({ name, tag: unit, first, count, slack });
    for (let k = 0; k < count; k++) {
      const { lower, upper, cost, window } = of(k);
      this.#lower.push(lower);
      this.#upper.push(upper);
      this.#cost.push(cost);
      this.#window.push(window);
    }
    return first;
  }

  /** Adds rows. @returns the first index */
  protected addRows(
    number: string,
    name: string,
    count: number,
    lower: (k: number) => number,
    upper: (k: number) => number,
  ): number {
    const first = this.rowCount;
    this.rowGroups.push({ name, tag: number, first, count, slack: false });
    for (let k = 0; k < count; k++) {
      this.#rowLower.push(lower(k));
      this.#rowUpper.push(upper(k));
    }
    return first;
  }

  put(row: number, column: number, value: number): void {
    if (value === 0) return;
    this.#atRow.push(row);
    this.#atColumn.push(column);
    this.#value.push(value);
  }

  /** The matrix by columns; coefficients of one place are added up. */
  matrix(): Matrix {
    return matrixOf(this.#atRow.filled, this.#atColumn.filled, this.#value.filled, this.columnCount, this.rowCount);
  }
}

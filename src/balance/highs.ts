import highsModule from 'highs';
import type { LinearModel } from './linearModel.ts';
import type { Matrix } from './matrix.ts';

/** How a solve ended. `limit` = time is up or somebody stopped it: what stands is the best so far, if anything. */
export type SolveStatus = 'optimal' | 'infeasible' | 'unbounded' | 'limit' | 'failed';

/** Which algorithm; `ipm` without crossover. */
export type Method = 'simplex' | 'primal' | 'ipm' | 'pdlp' | 'choose';

export interface SolveOptions {
  readonly method?: Method;
  readonly timeLimitS?: number;
  /** Relative gap at which a search over whole numbers ends. */
  readonly mipGap?: number;
  readonly presolve?: boolean;
  /** Told now and then; true stops the solve. */
  readonly interrupt?: () => boolean;
  /** Feasibility and optimality tolerance. */
  readonly tolerance?: number;
}

/** Primal and dual values. Duals are d objective / d bound: of a column its reduced cost, of a row its price. */
export interface Solved {
  readonly status: SolveStatus;
  readonly objective: number;
  /** Proven bound of a search over whole numbers; the objective elsewhere. */
  readonly bound: number;
  readonly values: Float64Array;
  readonly columnDuals: Float64Array;
  readonly rowDuals: Float64Array;
  readonly iterations: number;
  readonly seconds: number;
}

/** Options must be finite. */
const ENDLESS_S = 1e12;

/** Its types describe a CommonJS module; as ECMAScript module the loader is the default export itself. */
const loadHighs = highsModule as unknown as typeof highsModule.default;
export type Highs = Awaited<ReturnType<typeof loadHighs>>;
let loading: Promise<Highs> | undefined;

/** The solver's WebAssembly, once per thread. */
export function highs(): Promise<Highs> {
  loading ??= loadHighs();
  return loading;
}

/** What the solver takes: plain arrays, so that it can go to another thread. */
export interface ModelArrays {
  readonly columns: number;
  readonly rows: number;
  readonly cost: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly matrix: Matrix;
  /** Columns that are whole numbers. */
  readonly whole?: readonly number[];
}

/** Which columns and rows are basic, and where the others stand, by HiGHS' codes. */
export interface Basis {
  readonly colStatus: Int32Array;
  readonly rowStatus: Int32Array;
}

/** The arrays of a model. */
export function arraysOf(model: LinearModel): ModelArrays {
  return {
    columns: model.columnCount,
    rows: model.rowCount,
    cost: model.cost,
    lower: model.lower,
    upper: model.upper,
    rowLower: model.rowLower,
    rowUpper: model.rowUpper,
    matrix: model.matrix(),
  };
}

/** A model in the solver's memory: change it in place, solve again from where it stood. Call `dispose` when done. */
export class HeldModel {
  readonly #highs: Highs;
  readonly #model: ReturnType<Highs['createModel']>;
  readonly #isWhole: boolean;
  #columns: number;
  #rows: number;
  #isSolved = false;

  constructor(solver: Highs, arrays: ModelArrays) {
    this.#highs = solver;
    this.#columns = arrays.columns;
    this.#rows = arrays.rows;
    this.#isWhole = (arrays.whole?.length ?? 0) > 0;
    const integrality = new Int32Array(arrays.columns);
    for (const c of arrays.whole ?? []) integrality[c] = 1;
    this.#model = solver.createModel({
      numCols: arrays.columns,
      numRows: arrays.rows,
      colCost: arrays.cost,
      colLower: arrays.lower,
      colUpper: arrays.upper,
      rowLower: arrays.rowLower,
      rowUpper: arrays.rowUpper,
      matrix: {
        format: 'csc',
        numCols: arrays.columns,
        numRows: arrays.rows,
        starts: arrays.matrix.starts,
        indices: arrays.matrix.rows,
        values: arrays.matrix.values,
      },
      ...(arrays.whole === undefined ? {} : { integrality }),
    });
    this.#model.options.set({ output_flag: false });
  }

  get columns(): number {
    return this.#columns;
  }
  get rows(): number {
    return this.#rows;
  }

  setColumnBounds(columns: readonly number[], lower: readonly number[], upper: readonly number[]): void {
    const order = columns.map((_, i) => i).sort((a, b) => columns[a]! - columns[b]!);
    this.#model.changeColsBounds(
      { kind: 'set', indices: Int32Array.from(order, (i) => columns[i]!) },
      Float64Array.from(order, (i) => lower[i]!),
      Float64Array.from(order, (i) => upper[i]!),
    );
  }

  setCost(column: number, cost: number): void {
    this.#model.changeColCost(column, cost);
  }

  addRow(lower: number, upper: number, columns: readonly number[], values: readonly number[]): number {
    this.#model.addRow(lower, upper, { indices: Int32Array.from(columns), values: Float64Array.from(values) });
    return this.#rows++;
  }

  /** Whether the last solve ended at an optimum with a basis. */
  get isSolved(): boolean {
    return this.#isSolved;
  }
  /** Where the last solve ended, with a basis. */
  get basis(): Basis | undefined {
    return this.#isSolved ? this.#model.getBasis() : undefined;
  }

  /** Begins the next solve from a basis of a model of the same shape; nothing where it is of another. */
  startFrom({ colStatus, rowStatus }: Basis): void {
    if (colStatus.length !== this.#columns || rowStatus.length !== this.#rows) return;
    this.#model.setBasis({ colStatus, rowStatus });
  }

  solve(options: SolveOptions = {}): Solved {
    const started = performance.now();
    const { method = 'choose', tolerance } = options;
    this.#model.options.set({
      solver: method === 'primal' ? 'simplex' : method,
      simplex_strategy: method === 'primal' ? 4 : 1,
      run_crossover: method === 'ipm' ? 'off' : 'on',
      presolve: options.presolve === false ? 'off' : 'choose',
      // Options stay from solve to solve, and the solver's clock runs on.
      time_limit: this.#model.getRunTime() + Math.max(0, options.timeLimitS ?? ENDLESS_S),
      ...(options.mipGap === undefined ? {} : { mip_rel_gap: options.mipGap }),
      ...(tolerance === undefined
        ? {}
        : {
            primal_feasibility_tolerance: tolerance,
            dual_feasibility_tolerance: tolerance,
            ipm_optimality_tolerance: tolerance,
          }),
    });
    let status = this.#run(options.interrupt);
    // After many changes the basis may be too poor to end from; without it the solve is a new one, with presolve.
    if (status === 'failed') {
      this.#model.clearSolver();
      status = this.#run(options.interrupt);
    }
    this.#isSolved = status === 'optimal' && method !== 'ipm' && method !== 'pdlp' && !this.#isWhole;
    if (status === 'failed') return this.#nothing(started);
    const solution = this.#model.getSolution();
    const info = this.#model.info;
    const objective = this.#model.getObjectiveValue();
    return {
      status,
      objective,
      bound: this.#isWhole ? Number(info.get('mip_dual_bound') ?? objective) : objective,
      values: solution.colValue,
      columnDuals: solution.colDual,
      rowDuals: solution.rowDual,
      iterations:
        Number(info.get('simplex_iteration_count') ?? 0) + Math.max(0, Number(info.get('ipm_iteration_count') ?? 0)),
      seconds: (performance.now() - started) / 1000,
    };
  }

  /** What stands after a failure: the solver has no solution then, not even to ask for. */
  #nothing(started: number): Solved {
    return {
      status: 'failed',
      objective: Number.NaN,
      bound: Number.NaN,
      values: new Float64Array(this.#columns),
      columnDuals: new Float64Array(this.#columns),
      rowDuals: new Float64Array(this.#rows),
      iterations: 0,
      seconds: (performance.now() - started) / 1000,
    };
  }

  #run(interrupt: SolveOptions['interrupt']): SolveStatus {
    const codes = this.#highs.constants.modelStatus;
    switch (this.#modelStatus(interrupt)) {
      case codes.optimal:
        return 'optimal';
      case codes.infeasible:
      case codes.unboundedOrInfeasible:
        return 'infeasible';
      case codes.unbounded:
        return 'unbounded';
      case codes.timeLimit:
      case codes.iterationLimit:
      case codes.interrupted:
        return 'limit';
      default:
        return 'failed';
    }
  }

  /**
   * Undefined where the solver gives up with an error of its own, as from a basis that it cannot factor; an abort is thrown on. Seen with bases
   * that a merged model took over from other segments: of 17,671 rows 44 had no basic column, and "run failed with HiGHS status -1".
   */
  #modelStatus(interrupt: SolveOptions['interrupt']): number | undefined {
    try {
      return this.#model.run(this.#callbacks(interrupt)).modelStatus;
    } catch (error) {
      if (error instanceof this.#highs.errors.HighsError) return undefined;
      throw error;
    }
  }

  #callbacks(interrupt: SolveOptions['interrupt']): Parameters<ReturnType<Highs['createModel']>['run']>[0] {
    if (interrupt === undefined) return undefined;
    const { simplexInterrupt, ipmInterrupt, mipInterrupt } = this.#highs.constants.callbackType;
    const ask = (event: { interrupt(): void }): undefined => {
      if (interrupt()) event.interrupt();
      return undefined;
    };
    return { [simplexInterrupt]: ask, [ipmInterrupt]: ask, [mipInterrupt]: ask };
  }

  dispose(): void {
    this.#model.dispose();
  }
}

/** Solves once. */
export async function solveOnce(arrays: ModelArrays, options: SolveOptions = {}): Promise<Solved> {
  const held = new HeldModel(await highs(), arrays);
  try {
    return held.solve(options);
  } finally {
    held.dispose();
  }
}

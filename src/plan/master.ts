import { checkModel } from '../balance/check.ts';
import { arraysOf, type Basis } from '../balance/highs.ts';
import type { LinearModel } from '../balance/linearModel.ts';
import type { Answered, ColumnBounds, Held, NewRow, SolverPool } from '../balance/pool.ts';
import type { Segments } from '../balance/segments.ts';
import type { SiteBalance, SizeChoice } from '../balance/siteModel.ts';
import { fault, JoulewrightError } from '../errors/error.ts';
import { type Cut, costName, type Point, sizeName } from './coupling.ts';
import { basisFrom, type Outline, type Stand, withSlack } from './stand.ts';

/** Of a kW, a kWh, a replica or a request, whatever a point holds. */
const NOTHING = 1e-9;

/** The merged model of the whole horizon, with a column for the running money of every window that cuts bound from below. */
export class Master {
  readonly segments: Segments;
  readonly columns: number;
  readonly rows: number;
  readonly #pool: SolverPool;
  readonly #held: Held;
  /** Column of whatever stands in a point, by its name. */
  readonly #columnOf: ReadonlyMap<string, number>;
  /** What costs money outside the windows: sizes, and limits on sizes that are missed. */
  readonly #standing: readonly { readonly name: string; readonly cost: number }[];
  readonly #outline: Outline;
  #cuts = 0;
  /** What the first solve begins from, and where the last one ended. */
  #before: Stand | undefined;
  #basis: Basis | undefined;

  private constructor(pool: SolverPool, held: Held, written: WrittenMaster, before: Stand | undefined) {
    this.#pool = pool;
    this.#held = held;
    this.segments = written.model.shape;
    this.columns = written.model.columnCount;
    this.rows = written.model.rowCount;
    this.#columnOf = written.columnOf;
    this.#standing = written.standing;
    const { columnGroups, rowGroups } = written.model;
    this.#outline = { segments: this.segments, columnGroups, rowGroups };
    this.#before = before;
  }

  /**
   * @param before where another one stood, to begin there; its cuts are the first of those that this one is given
   * @throws JW_PLAN_MODEL for a model that has no sensible solution
   */
  static async open(
    balance: SiteBalance,
    choices: readonly SizeChoice[],
    segments: Segments,
    pool: SolverPool,
    before?: Stand,
  ): Promise<Master> {
    const written = writeMaster(balance, choices, segments);
    return new Master(pool, await pool.hold(arraysOf(written.model), 0), written, before);
  }

  /**
   * @param sizes bounds of sizes by their column, from now on
   * @param from where to begin, rather than where the last solve ended; cuts that it does not know begin slack
   */
  async solve(cuts: readonly Cut[], timeLimitS?: number, sizes?: ColumnBounds, from?: Basis): Promise<Answered> {
    this.#cuts += cuts.length;
    const before = this.#before === undefined ? undefined : basisFrom(this.#before, this.#outline, this.#cuts);
    this.#before = undefined;
    const start = from === undefined ? before : withSlack(from, this.rows + this.#cuts);
    const solved = await this.#pool.solve(this.#held, {
      ...(sizes === undefined ? {} : { fix: sizes }),
      rows: cuts.map((cut) => rowOf(cut, this.#columnOf)),
      options: { method: 'simplex', ...(timeLimitS === undefined ? {} : { timeLimitS }) },
      want: { values: 'all', duals: [], basis: true },
      ...(start === undefined ? {} : { from: start }),
    });
    this.#basis = solved.basis ?? this.#basis;
    return solved;
  }

  /** Where the last solve ended. */
  get stand(): Stand | undefined {
    return this.#basis === undefined ? undefined : { of: this.#outline, basis: this.#basis };
  }

  /** What a solution says about sizes and ties; what the solver leaves next to zero is nothing. */
  point(values: Float64Array): Point {
    return new Map(
      [...this.#columnOf].map(([name, column]) => {
        const value = values[column]!;
        return [name, Math.abs(value) < NOTHING ? 0 : value];
      }),
    );
  }

  /** Money of a point outside the windows. */
  standingMoney(point: Point): number {
    return this.#standing.reduce((sum, { name, cost }) => sum + point.get(name)! * cost, 0);
  }

  close(): Promise<void> {
    return this.#pool.drop(this.#held);
  }
}

/** The merged model, and where things stand in it. */
export interface WrittenMaster {
  readonly model: LinearModel;
  readonly columnOf: ReadonlyMap<string, number>;
  readonly standing: readonly { readonly name: string; readonly cost: number }[];
}

/** Writes the merged model. @throws JW_PLAN_MODEL for one that has no sensible solution */
export function writeMaster(balance: SiteBalance, choices: readonly SizeChoice[], segments: Segments): WrittenMaster {
  const model = balance.model(segments, choices);
  refuseFaulty(model);
  const costs = model.gatherCosts();
  const columnOf = new Map(model.sizes.map((size, column) => [sizeName(size), column]));
  const standing = model.sizes.map((size, column) => ({ name: sizeName(size), cost: model.cost[column]! }));
  for (const [name, column] of model.links) columnOf.set(name, column);
  for (const [window, column] of costs) columnOf.set(costName(window), column);
  const known = new Set(columnOf.values());
  const { windowOfColumn, cost } = model;
  for (const { name, first, count } of model.columnGroups) {
    for (let column = first; column < first + count; column++) {
      if (windowOfColumn[column]! >= 0 || cost[column] === 0 || known.has(column)) continue;
      const own = `${name} (${standing.length})`;
      columnOf.set(own, column);
      standing.push({ name: own, cost: cost[column]! });
    }
  }
  return { model, columnOf, standing };
}

/** A cut as a row of the merged model. */
export function rowOf({ window, constant, slopes }: Cut, columnOf: ReadonlyMap<string, number>): NewRow {
  return {
    lower: constant,
    upper: Number.POSITIVE_INFINITY,
    columns: [columnOf.get(costName(window))!, ...[...slopes.keys()].map((name) => columnOf.get(name)!)],
    values: [1, ...[...slopes.values()].map((slope) => -slope)],
  };
}

function refuseFaulty(model: LinearModel): void {
  const faults = checkModel(model).filter((f) => f.severity === 'error');
  if (faults.length > 0) throw new JoulewrightError(faults.map(({ text }) => fault('JW_PLAN_MODEL', { reason: text })));
}

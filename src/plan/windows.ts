import { arraysOf, type Method, type Solved } from '../balance/highs.ts';
import type { LinearModel } from '../balance/linearModel.ts';
import type { Held, SolverPool } from '../balance/pool.ts';
import type { SiteBalance, SizeChoice } from '../balance/siteModel.ts';
import { type Cut, type Point, sizeName } from './coupling.ts';

/** A window at full resolution: its model in a thread, and the columns that others set. */
interface Window {
  readonly window: number;
  readonly held: Held;
  /** An earlier window of the same thread and as many hours. */
  readonly like?: Held;
  readonly links: readonly { readonly name: string; readonly column: number; readonly size: boolean }[];
  /** Base step of every column, -1 for those outside time, and its money. */
  readonly stepOf: Int32Array;
  readonly cost: Float64Array;
}

export interface AskOptions {
  readonly timeLimitS?: number;
  readonly method?: Method;
  /** Values of all columns are wanted, and the price of every row. */
  readonly all?: boolean;
}

/** A window's answer to a point. */
export interface Answer extends Solved {
  /** What links have chosen within the band of their ties, and what one more of each costs, in the order of the window's links. */
  readonly linkValues: Float64Array;
  readonly linkDuals: Float64Array;
}

/**
 * The windows of a balance at full resolution, each held in a solver thread: asked again and again at other points, each solve goes
 * on from where the last one stood. They do not depend on the bounds of sizes, so that one set serves every search over a balance.
 */
export class Windows {
  readonly columns: number;
  readonly rows: number;
  readonly #pool: SolverPool;
  readonly #list: readonly Window[];

  private constructor(pool: SolverPool, list: readonly Window[], columns: number, rows: number) {
    this.#pool = pool;
    this.#list = list;
    this.columns = columns;
    this.rows = rows;
  }

  static async open(balance: SiteBalance, choices: readonly SizeChoice[], pool: SolverPool): Promise<Windows> {
    const list: Window[] = [];
    let [columns, rows] = [0, 0];
    for (const w of balance.calendar.windows.keys()) {
      const model = windowModel(balance, choices, w);
      const arrays = arraysOf(model);
      const thread = w % pool.size;
      const like = list.findLast(({ held, cost }) => held.thread === thread && cost.length === arrays.columns)?.held;
      columns += arrays.columns;
      rows += arrays.rows;
      list.push({
        window: w,
        held: await pool.hold(arrays, thread),
        ...(like === undefined ? {} : { like }),
        links: linksOf(model),
        stepOf: stepsOf(model),
        cost: arrays.cost.slice(),
      });
    }
    return new Windows(pool, list, columns, rows);
  }

  get count(): number {
    return this.#list.length;
  }

  /** Least cost of windows at a point, in their order. */
  ask(windows: readonly number[], point: Point, options: AskOptions = {}): Promise<Answer[]> {
    return Promise.all(windows.map((k) => this.#askOne(k, point, options)));
  }

  async #askOne(k: number, point: Point, { timeLimitS, method, all = false }: AskOptions): Promise<Answer> {
    const { held, links, like } = this.#list[k]!;
    const at = links.map(({ name }) => placeOf(point, name));
    const band = links.map(({ size }, i) => (size ? 0 : tieWidth(at[i]!)));
    const columns = links.map((l) => l.column);
    const solved = await this.#pool.solve(held, {
      fix: { columns, lower: at.map((v, i) => v - band[i]!), upper: at.map((v, i) => v + band[i]!) },
      options: { method: method ?? 'simplex', ...(timeLimitS === undefined ? {} : { timeLimitS }) },
      want: { values: all ? 'all' : columns, duals: columns, rowDuals: all },
      ...(like === undefined ? {} : { like }),
    });
    const linkValues = all ? Float64Array.from(columns, (c) => solved.values[c]!) : solved.values;
    return { ...solved, linkValues, linkDuals: solved.columnDuals };
  }

  /** What an answer says about the cost of its window anywhere else. */
  cut(k: number, { objective, linkValues, linkDuals }: Answer): Cut {
    const { links, window } = this.#list[k]!;
    let constant = objective;
    const slopes = new Map<string, number>();
    links.forEach(({ name }, i) => {
      constant -= linkDuals[i]! * linkValues[i]!;
      if (linkDuals[i] !== 0) slopes.set(name, linkDuals[i]!);
    });
    return { window, constant, slopes };
  }

  /** Adds the money of every base step of a window's answer, penalties included; the answer has all values. */
  addMoney(k: number, { values }: Answer, money: Float64Array): void {
    const { stepOf, cost } = this.#list[k]!;
    for (let c = 0; c < cost.length; c++) if (stepOf[c]! >= 0) money[stepOf[c]!]! += cost[c]! * values[c]!;
  }

  async close(): Promise<void> {
    await Promise.all(this.#list.map(({ held }) => this.#pool.drop(held)));
  }
}

function placeOf(point: Point, name: string): number {
  const value = point.get(name);
  if (value === undefined) throw new RangeError(`the merged model has no ${name}`);
  return value;
}

/**
 * Half width of the band that a window may choose a tie from: the merged model keeps its rows to 1e-7 only, and a window with a
 * tie on the wrong side of a row would have no plan at all. Sizes have none.
 */
export function tieWidth(value: number): number {
  return 1e-6 * (1 + Math.abs(value));
}

/** The model of one window at full resolution; sizes cost nothing in it, they are the merged model's. */
export function windowModel(balance: SiteBalance, choices: readonly SizeChoice[], window: number): LinearModel {
  return balance.model(
    balance.flat(window),
    choices.map((c) => ({ ...c, costPerYear: 0 })),
    true,
  );
}

/** Columns of a window that the merged model sets: sizes, and what ties windows together. */
function linksOf(model: LinearModel): Window['links'] {
  return [
    ...model.sizes.map((size, column) => ({ name: sizeName(size), column, size: true })),
    ...[...model.links].map(([name, column]) => ({ name, column, size: false })),
  ];
}

function stepsOf(model: LinearModel): Int32Array {
  const steps = new Int32Array(model.columnCount).fill(-1);
  for (const { first, count } of model.columnGroups) {
    if (count !== model.segments || count === 1) continue;
    for (let k = 0; k < count; k++) steps[first + k] = model.span(k)[0];
  }
  return steps;
}

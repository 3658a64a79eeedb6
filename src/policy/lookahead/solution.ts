import type { Matrix } from '../../balance/matrix.ts';
import type { Account } from '../../components/model.ts';
import { formatNumber } from '../../units/quantity.ts';
import type { LookedAhead } from './looking.ts';

/** Powers and rates below this are rounding of the solver. */
export const NOTHING = 1e-5;
/** Of the dearest price. */
const SMALL_SHARE = 1e-3;

/** A look ahead by the names of its columns, and by segment. */
export class Solution {
  readonly ahead: LookedAhead;
  readonly segments: number;
  readonly hours: Float64Array;
  /** Money per kWh of one more kW on the site's bus, by segment. */
  readonly price: Float64Array;
  readonly #matrix: Matrix;
  readonly #tagOfRow: readonly { readonly tag: string; readonly name: string }[];

  constructor(ahead: LookedAhead) {
    const { model, solved } = ahead;
    this.ahead = ahead;
    this.segments = model.segments;
    this.hours = model.hours;
    this.#matrix = model.matrix();
    const bus = model.rowGroups.find((g) => g.name === 'bus mv')!;
    this.price = Float64Array.from(model.hours, (h, k) => solved.rowDuals[bus.first + k]! / h);
    this.#tagOfRow = model.rowGroups.flatMap(({ tag, name, count }) =>
      Array.from({ length: count }, () => ({ tag, name })),
    );
  }

  /** Columns of every segment whose name ends so, with what stands before it: the device's id. */
  ending(suffix: string): { readonly id: string; readonly values: Float64Array; readonly first: number }[] {
    const { columnGroups, segments } = this.ahead.model;
    return columnGroups
      .filter((g) => g.count === segments && !g.slack && g.name.endsWith(suffix))
      .map((g) => ({ id: g.name.slice(0, -suffix.length), values: this.#values(g.first), first: g.first }));
  }

  /** Columns of replicas of a deployment, by what follows its id in their names. */
  replicasOf(deployment: string): { readonly level: string; readonly values: Float64Array }[] {
    return this.ahead.model.columnGroups
      .filter((g) => g.tag === 'replicas' && g.name.startsWith(`${deployment} `))
      .map((g) => ({ level: g.name.slice(deployment.length + 1), values: this.#values(g.first) }));
  }

  /** A column of every segment; zeros where there is none. */
  column(name: string): Float64Array {
    const { columnGroups, segments } = this.ahead.model;
    const group = columnGroups.find((g) => g.name === name && g.count === segments);
    return group === undefined ? new Float64Array(segments) : this.#values(group.first);
  }

  /** Named slacks of every segment: by how much what was asked is missed. */
  get slacks(): { readonly name: string; readonly unit: string; readonly values: Float64Array }[] {
    return this.ahead.model.columnGroups
      .filter((g) => g.count === this.segments && g.slack)
      .map((g) => ({ name: g.name, unit: g.tag, values: this.#values(g.first) }));
  }

  /** What an account counts, per second by segment; undefined where nothing is counted in it. */
  perS(account: Account): Float64Array | undefined {
    const { model, solved } = this.ahead;
    const counted = model.accounts.get(account);
    if (counted === undefined) return undefined;
    return this.hours.map((h, k) =>
      counted.reduce((sum, { column, amount }) => sum + (solved.values[column(k)]! * amount[k]!) / (3600 * h), 0),
    );
  }

  /** Whether a row of a segment holds the plan back: one more unit of what it limits would save money. */
  binds(tag: string, name: string, segment: number): boolean {
    const { model, solved } = this.ahead;
    const group = model.rowGroups.find((g) => g.tag === tag && g.name === name);
    if (group === undefined) return false;
    const money = Math.abs(solved.rowDuals[group.first + segment]!) / this.hours[segment]!;
    return money > 1e-7 * Math.max(1, Math.abs(this.price[segment]!));
  }

  /** A stored quantity before the first segment. */
  opening(name: string): number {
    const state = this.ahead.model.states.find((s) => s.name === name);
    return state === undefined ? 0 : this.ahead.solved.values[state.state.before(0)]!;
  }

  #values(first: number): Float64Array {
    return this.ahead.solved.values.subarray(first, first + this.segments);
  }

  /** Rows with one of these numbers that a column pays for: name, and money per unit and hour (below 0: it earns). */
  paysFor(
    column: number,
    segment: number,
    numbers: readonly string[],
  ): { readonly name: string; readonly money: number }[] {
    const { starts, rows, values } = this.#matrix;
    const { rowDuals } = this.ahead.solved;
    const list: { name: string; money: number }[] = [];
    for (let i = starts[column]!; i < starts[column + 1]!; i++) {
      const { tag, name } = this.#tagOfRow[rows[i]!]!;
      const money = (-rowDuals[rows[i]!]! * values[i]!) / this.hours[segment]!;
      if (numbers.includes(tag) && Math.abs(money) > 1e-7 * Math.max(1, Math.abs(this.price[segment]!)))
        list.push({ name, money });
    }
    return list;
  }

  /** A price as it is told: two digits that count; what is nothing beside the dearest hour is 0, since hairs against ties have a price too. */
  priceText(money: number): string {
    let dearest = 0;
    for (const p of this.price) dearest = Math.max(dearest, Math.abs(p));
    return Math.abs(money) < SMALL_SHARE * dearest ? '0' : formatNumber(money, 2);
  }

  /** Start of a segment. */
  startMs(segment: number): number {
    const { grid } = this.ahead.outlook;
    return grid.startMs + this.ahead.model.span(segment)[0] * grid.stepMs;
  }

  /** "17:00", or "17:00 tomorrow", in the site's own time. */
  clock(segment: number): string {
    const { conditions, grid } = this.ahead.outlook;
    const halfH = grid.stepMs / 7_200_000;
    const at = conditions(this.ahead.model.span(segment)[0]).local;
    const now = conditions(0).local;
    const minutes = Math.round((at.hour - halfH) * 60);
    const text = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const days = Math.round(
      (Date.UTC(at.year, at.month - 1, at.day) - Date.UTC(now.year, now.month - 1, now.day)) / 86_400_000,
    );
    return days === 0 ? text : days === 1 ? `${text} tomorrow` : `${text} in ${days} days`;
  }
}

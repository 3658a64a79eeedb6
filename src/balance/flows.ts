import { type Account, accountOf, type Landing, type PerSegment, TOLD } from '../components/model.ts';

/** A column of every segment: one of a group, a size, or what stood before. */
export type ColumnOf = (segment: number) => number;

/** What an account counts: its column and the amount per unit of it, by segment. */
export interface Counted {
  readonly column: ColumnOf;
  readonly amount: Float64Array;
}

/** What lands on the rows of a model. */
export interface FlowTarget {
  readonly segments: number;
  readonly hours: Float64Array;
  bus(name: string): number;
  put(row: number, column: number, value: number): void;
}

/** Flows that wait for every device to say which buses pass through it, and what is counted on the way. */
export class Flows {
  readonly accounts = new Map<Account, Counted[]>();
  readonly #target: FlowTarget;
  readonly #pending: { readonly bus: string; readonly column: ColumnOf; readonly value: PerSegment }[] = [];
  readonly #passing = new Map<string, Landing[]>();
  readonly #asked: {
    readonly account: Account;
    readonly row: (segment: number) => number;
    readonly factor: number;
  }[] = [];

  constructor(target: FlowTarget) {
    this.#target = target;
  }

  add(bus: string, column: ColumnOf, value: PerSegment): void {
    this.#pending.push({ bus, column, value });
  }

  /** Where what is put onto a bus lands; several may listen to what devices tell. */
  through(name: string, landings: readonly Landing[]): void {
    const before = this.#passing.get(name);
    if (before !== undefined && name.startsWith(TOLD)) before.push(...landings);
    else this.#passing.set(name, [...landings]);
  }

  count(account: Account, column: ColumnOf, perHour: PerSegment): void {
    const { hours } = this.#target;
    const amount = Float64Array.from(hours, (h, k) => h * valueAt(perHour, k));
    const list = this.accounts.get(account) ?? [];
    list.push({ column, amount });
    this.accounts.set(account, list);
  }

  /** Adds what an account will have counted, times a factor, to rows. */
  ask(account: Account, row: (segment: number) => number, factor: number): void {
    this.#asked.push({ account, row, factor });
  }

  /** Lands everything. */
  land(): void {
    const go = (bus: Landing['at'], column: ColumnOf, value: PerSegment): void => {
      if (typeof bus !== 'string') {
        this.#onRows(bus, column, value);
        return;
      }
      const account = accountOf(bus);
      if (account !== undefined) {
        this.count(account, column, value);
        return;
      }
      const landings = this.#passing.get(bus) ?? (bus.startsWith(TOLD) ? [] : undefined);
      if (landings === undefined) this.#onRows(this.#target.bus(bus), column, value);
      else for (const landing of landings) go(landing.at, column, times(value, landing.factor));
    };
    for (const { bus, column, value } of this.#pending.splice(0)) go(bus, column, value);
    for (const { account, row, factor } of this.#asked.splice(0)) {
      for (const { column, amount } of this.accounts.get(account) ?? []) {
        for (let k = 0; k < amount.length; k++) this.#target.put(row(k), column(k), factor * amount[k]!);
      }
    }
  }

  #onRows(rows: number | ((segment: number) => number), column: ColumnOf, value: PerSegment): void {
    const rowOf = typeof rows === 'number' ? (k: number) => rows + k : rows;
    for (let k = 0; k < this.#target.segments; k++) this.#target.put(rowOf(k), column(k), valueAt(value, k));
  }
}

/** The value of a segment. */
export function valueAt(value: PerSegment, segment: number): number {
  return typeof value === 'number' ? value : value[segment]!;
}

function times(a: PerSegment, b: PerSegment): PerSegment {
  if (typeof a === 'number') return typeof b === 'number' ? a * b : b.map((v) => a * v);
  return a.map((v, k) => v * valueAt(b, k));
}

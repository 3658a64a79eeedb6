import { type Basis, HeldModel, type Highs, highs, type ModelArrays, type Solved, type SolveOptions } from './highs.ts';
import type { ColumnBounds, ColumnCosts, NewRow } from './pool.ts';

/** Changes of a model before it is solved again. */
export interface Changes {
  readonly fix?: ColumnBounds;
  readonly price?: ColumnCosts;
  readonly rows?: readonly NewRow[];
}

/** A model with all that was changed since it came, and what it is begun anew from when the solver has let go of it. */
interface Kept {
  /** Its own; bounds and costs in it are today's. */
  readonly arrays: ModelArrays;
  readonly added: NewRow[];
  held: HeldModel | undefined;
  basis: Basis | undefined;
}

/**
 * Entries of matrices that stand in the solver's memory at once. A model that was solved takes some 340 bytes an entry there (14,152
 * columns with 65,552 entries: 22 MB), and its WebAssembly can address 2 GiB, of which a solve needs a part for itself.
 */
const MOST_ENTRIES = 3_000_000;

/**
 * The models of a solver thread. Only so many stand in the solver's memory at once; the others lie beside it as plain arrays with
 * the basis that they ended at, and go back into it when they are asked for. Whoever asks them in turn, again and again, finds
 * those that came first where they were: the one that came last makes room.
 */
export class Shelf {
  readonly #mostEntries: number;
  readonly #models = new Map<number, Kept>();
  /** Models in the solver's memory, the one that came last at the end. */
  readonly #inside: Kept[] = [];

  constructor(mostEntries = MOST_ENTRIES) {
    this.#mostEntries = mostEntries;
  }

  /** Models that stand in the solver's memory. */
  get inside(): number {
    return this.#inside.length;
  }

  /** @param arrays the shelf's from now on */
  put(model: number, arrays: ModelArrays): void {
    this.#models.set(model, { arrays, added: [], held: undefined, basis: undefined });
  }

  /**
   * Changes a model for good and solves it.
   *
   * @param start a model to begin the first solve from, or a basis to begin from in any case, where they have the same shape
   * @throws RangeError for a model that is not there
   */
  async solve(
    model: number,
    changes: Changes,
    options: SolveOptions,
    { like, from }: { readonly like?: number; readonly from?: Basis } = {},
  ): Promise<Solved> {
    // What follows happens at once, whatever else is asked meanwhile.
    const solver = await highs();
    const kept = this.#models.get(model);
    if (kept === undefined) throw new RangeError(`no model ${model} in this thread`);
    change(kept, changes);
    const held = kept.held ?? this.#bringIn(kept, solver);
    const before = held.isSolved ? undefined : (kept.basis ?? (like === undefined ? undefined : this.basisOf(like)));
    const start = from ?? before;
    if (start !== undefined) held.startFrom(start);
    return held.solve(options);
  }

  drop(model: number): void {
    const kept = this.#models.get(model);
    if (kept === undefined) return;
    if (kept.held !== undefined) this.#putAside(kept);
    this.#models.delete(model);
  }

  #bringIn(kept: Kept, solver: Highs): HeldModel {
    let entries = this.#inside.reduce((sum, { arrays }) => sum + arrays.matrix.values.length, 0);
    for (let last = this.#inside.at(-1); last !== undefined; last = this.#inside.at(-1)) {
      if (entries + kept.arrays.matrix.values.length <= this.#mostEntries) break;
      entries -= last.arrays.matrix.values.length;
      this.#putAside(last);
    }
    const held = new HeldModel(solver, kept.arrays);
    for (const row of kept.added) held.addRow(row.lower, row.upper, row.columns, row.values);
    kept.held = held;
    this.#inside.push(kept);
    return held;
  }

  /** Where the last solve of a model ended, with a basis. */
  basisOf(model: number): Basis | undefined {
    const kept = this.#models.get(model);
    return kept?.held?.basis ?? kept?.basis;
  }

  #putAside(kept: Kept): void {
    kept.basis = kept.held?.basis ?? kept.basis;
    kept.held?.dispose();
    kept.held = undefined;
    this.#inside.splice(this.#inside.indexOf(kept), 1);
  }
}

/** Writes changes into the arrays, and into the solver's memory where the model stands there. */
function change({ arrays, added, held }: Kept, { fix, price, rows = [] }: Changes): void {
  fix?.columns.forEach((column, i) => {
    arrays.lower[column] = fix.lower[i]!;
    arrays.upper[column] = fix.upper[i]!;
  });
  price?.columns.forEach((column, i) => {
    arrays.cost[column] = price.costs[i]!;
    held?.setCost(column, price.costs[i]!);
  });
  added.push(...rows);
  if (fix !== undefined) held?.setColumnBounds(fix.columns, fix.lower, fix.upper);
  for (const row of rows) held?.addRow(row.lower, row.upper, row.columns, row.values);
}

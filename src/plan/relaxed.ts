import { arraysOf, HeldModel, highs } from '../balance/highs.ts';
import type { LinearModel } from '../balance/linearModel.ts';
import { type Ask, tellsHours } from './asks.ts';
import type { PlanProblem } from './problem.ts';

/** Segments of the model for a year; for more years by the root of their number, and more where duties ask for it. */
const SEGMENTS_A_YEAR = 96;

/** A slack column of an ask, and what a unit of it counts over the horizon. */
interface SlackColumn {
  readonly column: number;
  readonly amount: number;
}

/**
 * What a plan must keep to in a merged model without money. A plan that keeps some asks, averaged over the segments, keeps the merged rows (docs/formulation.md,
 * "Segments"): so what the merged model must miss, every plan misses.
 */
export class Relaxed {
  readonly #held: HeldModel;
  readonly #slacks: ReadonlyMap<Ask, readonly SlackColumn[]>;

  static async open(problem: PlanProblem, asks: readonly Ask[]): Promise<Relaxed> {
    const { balance, choices } = problem;
    const target = Math.ceil(SEGMENTS_A_YEAR * Math.sqrt(Math.max(1, balance.years)));
    const model = balance.model(balance.relaxed(target, tellsHours(problem)), choices);
    return new Relaxed(new HeldModel(await highs(), withoutMoney(model)), slacksOf(model, asks));
  }

  private constructor(held: HeldModel, slacks: ReadonlyMap<Ask, readonly SlackColumn[]>) {
    this.#held = held;
    this.#slacks = slacks;
  }

  /**
   * Least that some asks are missed by together, each over its scale; the others may be missed for nothing, but for those that are kept.
   *
   * @returns undefined where the solver has no answer
   */
  least(asks: readonly Ask[], kept: readonly Ask[] = []): number | undefined {
    const [columns, upper]: [number[], number[]] = [[], []];
    for (const [ask, slacks] of this.#slacks) {
      const weight = asks.includes(ask) ? 1 / ask.scale : 0;
      const isKept = kept.includes(ask);
      for (const { column, amount } of slacks) {
        this.#held.setCost(column, weight * amount);
        columns.push(column);
        upper.push(isKept ? 0 : Number.POSITIVE_INFINITY);
      }
    }
    this.#held.setColumnBounds(columns, new Array<number>(columns.length).fill(0), upper);
    const { status, objective } = this.#held.solve();
    return status === 'optimal' ? objective : undefined;
  }

  close(): void {
    this.#held.dispose();
  }
}

function withoutMoney(model: LinearModel) {
  const arrays = arraysOf(model);
  return { ...arrays, cost: new Float64Array(arrays.columns) };
}

function slacksOf(model: LinearModel, asks: readonly Ask[]): ReadonlyMap<Ask, readonly SlackColumn[]> {
  const list = new Map<Ask, SlackColumn[]>(asks.map((ask) => [ask, []]));
  for (const group of model.columnGroups.filter((g) => g.slack)) {
    const ask = asks.find((a) => a.owns(group.name));
    if (ask === undefined) continue;
    const perUnit = ask.perUnit?.(group.name) ?? 1;
    for (let k = 0; k < group.count; k++) {
      const amount = ask.lasts ? perUnit * model.hours[k]! : 1;
      list.get(ask)!.push({ column: group.first + k, amount });
    }
  }
  return list;
}

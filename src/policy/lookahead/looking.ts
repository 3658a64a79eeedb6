import type { Solved } from '../../balance/highs.ts';
import type { LinearModel } from '../../balance/linearModel.ts';
import type { ColumnCosts } from '../../balance/pool.ts';
import { SiteBalance } from '../../balance/siteModel.ts';
import type { Conditions } from '../../components/contract.ts';
import type { Horizon } from '../../components/model.ts';
import { fail } from '../../errors/error.ts';
import type { TimeGrid } from '../../series/grid.ts';
import type { ImportLimit } from '../../site/gridEvent.ts';
import { Parts } from './parts.ts';
import { segmentStarts } from './shape.ts';
import type { AheadSite } from './site.ts';
import { type Start, tie, withWaiting } from './start.ts';
import { endWorth, type Worth, worthsOf } from './worth.ts';

/** What is foreseen, by base step. */
export interface Outlook {
  readonly grid: TimeGrid;
  readonly conditions: (i: number) => Conditions;
  /** Arrivals of every service, requests/s, as much of them as is to be served. */
  readonly arrivals: ReadonlyMap<string, Float64Array>;
  /** The same in the middle of what is foreseen; as above where left out. */
  readonly expected?: ReadonlyMap<string, Float64Array>;
  /** Limits on import that were announced. */
  readonly limits?: readonly ImportLimit[];
  /** Whether the grid is taken to be away in a base step, beside announced outages. */
  readonly isGridLost?: (i: number) => boolean;
}

export interface LookOptions {
  /** Worth of a unit of a stored quantity at the end of the horizon, by name; what is left out is learnt. */
  readonly endWorth?: ReadonlyMap<string, number>;
  /** First base steps of the segments, 0 first; chosen when left out. */
  readonly starts?: readonly number[];
}

/** A look ahead, solved. */
export interface LookedAhead {
  readonly outlook: Outlook;
  readonly model: LinearModel;
  readonly solved: Solved;
  /** What one more of each stored quantity saves, over time. */
  readonly worths: readonly Worth[];
  /** The same at the end of the horizon, as the model took it. */
  readonly endWorth: ReadonlyMap<string, number>;
  /** Iterations of the solver in all. */
  readonly iterations: number;
}

/** What a look ahead asks a solver for: a new model, begun from the basis of the one before, or the same one at other costs. */
export type SolveAsk =
  | { readonly kind: 'new'; readonly model: LinearModel }
  | { readonly kind: 'again'; readonly price: ColumnCosts };

/**
 * The one balance over the two days that come, in at most 72 segments: devices as they are, stores as they stand, and what is stored at
 * the end worth what it was worth a day before. It writes models and reads answers; who solves them is somebody else's.
 */
export class Looking {
  readonly #site: AheadSite;
  readonly #parts: Parts;
  #awake: Start['awake'];
  #worths: readonly Worth[] = [];

  constructor(site: AheadSite) {
    this.#site = site;
    this.#parts = new Parts(site);
  }

  /** Writes the model of a look ahead with its start, the end still worth nothing. */
  model(outlook: Outlook, start: Start = {}, given?: readonly number[]): LinearModel {
    const {
      asked: askedOf,
      rules,
      reserve,
      carbonPerKg,
      weights,
      attainment,
      clocks,
      perItKwh,
      keepsAwake,
    } = this.#site;
    const { grid, conditions, arrivals, isGridLost } = outlook;
    this.#awake = start.awake;
    const horizon: Horizon = {
      grid,
      blocks: [0],
      cyclic: false,
      conditions,
      arrivals: (service) => arrivals.get(service),
      attainment,
      wearPaid: true,
      // Parts of deployments are kept from look to look: they ask when they write their rows.
      awake: (deployment) => this.#awake?.get(deployment),
      level: { energy: 1, fuel: 1, water: 1, ...weights, carbonPerKg },
      ...(isGridLost === undefined ? {} : { isGridLost }),
      ...(perItKwh === undefined ? {} : { perItKwh }),
      ...(clocks === undefined ? {} : { clocks }),
      ...(keepsAwake === undefined ? {} : { keepsAwake: (deployment) => keepsAwake.has(deployment) }),
    };
    const bare = new SiteBalance(this.#parts.of(horizon, [...arrivals.keys()]), [], horizon, { shortPerKwh: 0 });
    const { services, penalties } = askedOf(horizon, bare.sizes, bare.perKwh);
    const balance = bare.with(withWaiting(services, start), penalties, rules(horizon, start, outlook.limits), reserve);
    const choices = balance.sizes.map(({ given }) => ({ lower: given, upper: given, costPerYear: 0 }));
    const starts = given ?? segmentStarts(grid, [...balance.sharp, windowSteps(balance)]);
    const model = balance.model(balance.segments(starts), choices);
    tie(model, start);
    this.#site.bind?.(model, grid);
    return model;
  }

  /**
   * The steps of a look ahead: what is asked of the solver, its answers handed in.
   *
   * @throws JW_SOLVER when there is no optimum
   */
  *steps(outlook: Outlook, start: Start, options: LookOptions): Generator<SolveAsk, LookedAhead, Solved> {
    const model = this.model(outlook, start, options.starts);
    const { grid } = outlook;
    const endMs = grid.startMs + grid.count * grid.stepMs;
    const known = new Map<string, number>();
    for (const { name } of model.states) {
      const last = this.#worths.find((w) => w.name === name);
      const worth = options.endWorth?.get(name) ?? (last === undefined ? undefined : endWorth(last, endMs));
      if (worth !== undefined) known.set(name, worth);
    }
    price(model, known);
    let solved = optimal(yield { kind: 'new', model });
    let { iterations } = solved;
    let worths = worthsOf(model, solved, grid.startMs);
    const open = worths.filter(({ name }) => !known.has(name));
    if (open.length > 0) {
      // Nothing is known of the end yet: this first answer says what a stored unit is worth a day before it.
      for (const worth of open) known.set(worth.name, endWorth(worth, endMs) ?? 0);
      const columns = price(model, new Map(open.map(({ name }) => [name, known.get(name)!])));
      solved = optimal(yield { kind: 'again', price: { columns, costs: columns.map((c) => model.cost[c]!) } });
      iterations += solved.iterations;
      worths = worthsOf(model, solved, grid.startMs);
    }
    this.#worths = worths;
    return { outlook, model, solved, worths, endWorth: known, iterations };
  }
}

function optimal(solved: Solved): Solved {
  if (solved.status !== 'optimal') fail('JW_SOLVER', { reason: `the look ahead is ${solved.status}` });
  return solved;
}

/** Has stored quantities at the end of the horizon earn what they are worth. @returns their columns */
function price(model: LinearModel, worth: ReadonlyMap<string, number>): number[] {
  const { cost } = model;
  return model.states.flatMap(({ name, state }) => {
    const own = worth.get(name);
    if (own === undefined) return [];
    const last = state.first + model.segments - 1;
    cost[last]! -= own;
    return [last];
  });
}

/** Window of every base step: segments end where windows do. */
function windowSteps({ calendar }: SiteBalance): Float64Array {
  const { windows, steps } = calendar;
  const of = new Float64Array(steps);
  for (const [w, from] of windows.entries()) of.fill(w, from);
  return of;
}

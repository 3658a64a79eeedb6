import { JoulewrightError } from '../../errors/error.ts';
import { HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import type { ImportLimit } from '../../site/gridEvent.ts';
import {
  aheadSite,
  LookAheadHere,
  type LookedAhead,
  type Outlook,
  readOut,
  type SegmentAhead,
} from '../lookahead/index.ts';
import type { Surroundings, View } from '../policy.ts';
import type { Observer } from './observer.ts';
import { JOINT } from './parameters.ts';
import type { Sight } from './sight.ts';

/** What was decided for the hours that come. */
export interface AheadPlan {
  readonly madeMs: number;
  readonly outlook: Outlook;
  /** Orders of the grid that it knows of. */
  readonly limits: readonly ImportLimit[];
  /** The first hours, from the start of the step in which it was made. */
  readonly segments: readonly SegmentAhead[];
  /** Highest import of the two days by connection, where a demand charge holds it, kW. */
  readonly ceilingsKw: ReadonlyMap<string, number>;
}

/** What an order leaves, less what loads stray by from a plan within a step. */
function aimedBelow(limit: ImportLimit): ImportLimit {
  return { ...limit, mostKw: (1 - JOINT.belowOrder) * limit.mostKw };
}

/** Base steps of a look ahead: as long as the steps that are decided, within these; they divide an hour. */
const BASE_MS = { least: 5 * MINUTE_MS, most: 60 * MINUTE_MS };

export function baseStepMs(dtH: number): number {
  const ms = Math.min(BASE_MS.most, Math.max(BASE_MS.least, Math.round(dtH * HOUR_MS)));
  return Math.round(HOUR_MS / Math.max(1, Math.floor(HOUR_MS / ms + 1e-9)));
}

/** Highest import of a look ahead by connection, where a demand charge holds it, kW. */
export function ceilingsOf({ model, solved }: LookedAhead): Map<string, number> {
  const ceilingsKw = new Map<string, number>();
  for (const { name, first, count } of model.columnGroups) {
    const found = /^(.+?) peak (?!above )/.exec(name);
    if (found === null || count === model.segments) continue;
    const unit = found[1]!;
    ceilingsKw.set(unit, Math.max(ceilingsKw.get(unit) ?? 0, solved.values[first]!));
  }
  return ceilingsKw;
}

/** Plans a site's next two days from what the observer has measured and a sight of what comes. */
export class Planner {
  readonly #ahead: LookAheadHere;
  readonly #site: ReturnType<typeof aheadSite>;
  readonly #around: Surroundings;
  readonly #sight: Sight;

  constructor(around: Surroundings, sight: Sight, clocks: readonly number[] | undefined) {
    this.#around = around;
    this.#site = { ...aheadSite(around.site), ...(clocks === undefined ? {} : { clocks }) };
    this.#ahead = new LookAheadHere(this.#site, around.solver);
    this.#sight = sight;
  }

  /**
   * A plan from a step on; undefined where the solver finds none.
   *
   * @param lostUntilMs the grid is away and taken to stay so until then
   */
  plan(
    view: View,
    observer: Observer,
    ordered: readonly (readonly number[])[] | undefined,
    lostUntilMs: number | undefined,
  ): AheadPlan | undefined {
    const { startMs, dtH } = view.conditions;
    const stepMs = baseStepMs(dtH);
    const seen = this.#sight.outlook(startMs, stepMs, observer);
    const { grid } = seen;
    const lost = lostUntilMs === undefined ? 0 : Math.ceil((lostUntilMs - grid.startMs) / grid.stepMs);
    const outlook: Outlook = {
      ...seen,
      ...(lost > 0 ? { isGridLost: (i: number) => i < lost } : {}),
      ...(view.limits === undefined ? {} : { limits: view.limits.map(aimedBelow) }),
    };
    try {
      const looked = this.#ahead.look(outlook, observer.start(view, stepMs, ordered));
      const until = startMs + (JOINT.againH + 1) * HOUR_MS;
      let count = 0;
      while (count < looked.model.segments && grid.startMs + looked.model.span(count)[0] * grid.stepMs < until) count++;
      const segments = readOut(looked, this.#site, this.#around.site.money.currency, count);
      return { madeMs: startMs, outlook, limits: view.limits ?? [], segments, ceilingsKw: ceilingsOf(looked) };
    } catch (error) {
      if (error instanceof JoulewrightError) return undefined;
      throw error;
    }
  }

  save(): unknown {
    return this.#sight.save();
  }
}

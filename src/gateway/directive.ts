import {
  type ClassBudget,
  type Directive,
  type EngineOrder,
  SAFE_CLASSES,
  type TrafficClass,
} from '../control/contract.ts';
import { type Clock, systemClock } from '../series/clock.ts';

const noLimit = (name: TrafficClass): ClassBudget => ({ class: name, ratePerS: null, watts: null });

/**
 * Holds the newest directive. While it is valid its budgets rule; once it is stale, or before the first, the safe floor does.
 * What it says of engines (their state and what they are expected to do) is held beyond that, as the last thing known.
 */
export class DirectiveHolder {
  readonly #clock: Clock;
  #directive: Directive | undefined;
  #orders = new Map<string, EngineOrder>();
  #budgets = new Map<TrafficClass, ClassBudget>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Takes a directive whose number is higher than that of the one held; says whether it did. */
  accept(directive: Directive): boolean {
    if (this.#directive !== undefined && directive.seq <= this.#directive.seq) return false;
    this.#directive = directive;
    this.#orders = new Map(directive.engines.map((order) => [order.id, order]));
    this.#budgets = new Map(directive.classes.map((budget) => [budget.class, budget]));
    return true;
  }

  /** The newest directive, valid or not. */
  get newest(): Directive | undefined {
    return this.#directive;
  }

  /** True when no directive is valid now: the safe floor holds. */
  get stale(): boolean {
    return this.#directive === undefined || this.#clock.nowMs() >= this.#directive.validUntilMs;
  }

  /** Seconds since the newest directive was issued; null before the first. */
  get ageS(): number | null {
    return this.#directive === undefined ? null : (this.#clock.nowMs() - this.#directive.issuedMs) / 1000;
  }

  /** What a class may use now; a valid directive that does not name the class sets it no limit. */
  budget(name: TrafficClass): ClassBudget {
    if (this.stale) return SAFE_CLASSES.find((c) => c.class === name) ?? { class: name, ratePerS: 0, watts: null };
    return this.#budgets.get(name) ?? noLimit(name);
  }

  /** Shares of services that several deployments serve; undefined where none are asked for, and when no directive is valid. */
  get shares(): Directive['shares'] {
    return this.stale ? undefined : this.#directive?.shares;
  }

  /** The newest order for an engine; undefined for one that the controller has not named: it is left alone. */
  order(engine: string): EngineOrder | undefined {
    return this.#orders.get(engine);
  }
}

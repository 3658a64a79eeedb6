import { arraysOf, HeldModel, type Highs, type Solved } from '../../balance/highs.ts';
import { type LookedAhead, Looking, type LookOptions, type Outlook, type SolveAsk } from './looking.ts';
import type { AheadSite } from './site.ts';
import type { Start } from './start.ts';

/** Looks ahead in this very thread, for a policy that has to answer at once. Each look begins from the basis of the last one. */
export class LookAheadHere {
  readonly #highs: Highs;
  readonly #looking: Looking;
  #held: HeldModel | undefined;

  constructor(site: AheadSite, solver: Highs) {
    this.#highs = solver;
    this.#looking = new Looking(site);
  }

  /** @throws JW_SOLVER when there is no optimum */
  look(outlook: Outlook, start: Start = {}, options: LookOptions = {}): LookedAhead {
    const steps = this.#looking.steps(outlook, start, options);
    let step = steps.next();
    while (step.done !== true) step = steps.next(this.#answer(step.value));
    return step.value;
  }

  #answer(ask: SolveAsk): Solved {
    if (ask.kind === 'again') {
      const held = this.#held!;
      ask.price.columns.forEach((column, i) => {
        held.setCost(column, ask.price.costs[i]!);
      });
      return held.solve({ method: 'simplex' });
    }
    const before = this.#held;
    const held = new HeldModel(this.#highs, arraysOf(ask.model));
    this.#held = held;
    const basis = before?.basis;
    if (basis !== undefined) held.startFrom(basis);
    before?.dispose();
    return held.solve({ method: 'simplex' });
  }
}

import type { Fault, FaultKind, Patience } from './fault.ts';
import { Watch } from './watch.ts';

/** Told when a fault is raised or cleared. */
export type OnFault = (turn: 'raised' | 'cleared', fault: Fault) => void;

const MINUTE_MS = 60_000;

/**
 * How patient the watches are. A meter may glitch for two looks; a stuck one and an engine that is lost are seen by comparison, which is itself
 * slow. What comes back must stay a while, so that the site does not go to and fro. Our choice.
 */
export const PATIENCE: Readonly<Record<FaultKind, Patience>> = {
  solver: { raise: { looks: 1, ms: 0 }, clear: { looks: 1, ms: 0 } },
  forecast: { raise: { looks: 3, ms: 30 * MINUTE_MS }, clear: { looks: 3, ms: 15 * MINUTE_MS } },
  clock: { raise: { looks: 1, ms: 0 }, clear: { looks: 3, ms: MINUTE_MS } },
  meter: { raise: { looks: 3, ms: 0 }, clear: { looks: 10, ms: MINUTE_MS } },
  engine: { raise: { looks: 3, ms: 0 }, clear: { looks: 3, ms: 10_000 } },
  inverter: { raise: { looks: 3, ms: 0 }, clear: { looks: 3, ms: 10_000 } },
};

/** All that is watched of a site. While a fault stands, plans are not followed. */
export class FaultBoard {
  readonly #watches = new Map<string, Watch>();
  readonly #onFault: OnFault;

  constructor(onFault: OnFault) {
    this.#onFault = onFault;
  }

  /**
   * A look at one thing.
   *
   * @param id what it is; its kind and this name it
   * @param wrong what is wrong with it, in words; undefined where all is well
   */
  look(kind: FaultKind, id: string, wrong: string | undefined, nowMs: number): void {
    const name = `${kind} ${id}`;
    let watch = this.#watches.get(name);
    if (watch === undefined) {
      if (wrong === undefined) return;
      watch = new Watch(name, kind, PATIENCE[kind]);
      this.#watches.set(name, watch);
    }
    const before = watch.fault;
    const turn = watch.look(wrong, nowMs);
    if (turn === 'raised') this.#onFault(turn, watch.fault!);
    if (turn === 'cleared') this.#onFault(turn, before!);
  }

  /** Faults that stand, oldest first. */
  get standing(): readonly Fault[] {
    const list: Fault[] = [];
    for (const { fault } of this.#watches.values()) if (fault !== undefined) list.push(fault);
    return list.sort((a, b) => a.sinceMs - b.sinceMs);
  }

  /** Whether the fast rules decide alone. */
  get bars(): boolean {
    for (const { fault } of this.#watches.values()) if (fault !== undefined) return true;
    return false;
  }
}

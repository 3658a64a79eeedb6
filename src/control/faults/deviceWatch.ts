import type { Decision } from '../../twin/decision.ts';
import type { Plant } from '../../twin/plant.ts';
import type { StepRecord } from '../../twin/record.ts';
import type { FaultBoard } from './board.ts';

/** Replicas that were ordered and are still not there after this long have not booted and will not, ms. Our choice: the slowest boots take minutes. */
const BOOT_MS = 30 * 60_000;

/** Computing that is held below what was wanted by more than this share of it is limited from outside. */
const LIMITED_SHARE = 1e-3;

interface Ordered {
  awake: number;
  ordered: number;
  /** What was ordered within the time of a boot, oldest first; the first one held when that time began. */
  orders: { readonly ms: number; readonly replicas: number }[];
  /** Replicas that went without being told to; 0 = none. */
  lost: number;
}

/** Replicas of a deployment that are gone, since when (site time, ms). */
export interface LostReplicas {
  readonly deployment: string;
  readonly replicas: number;
  readonly sinceMs: number;
}

/** Watches what obeys: devices that no longer answer, and engines that go or never come. */
export class DeviceWatch {
  readonly #plant: Plant;
  readonly #board: FaultBoard;
  readonly #engines = new Map<string, Ordered>();
  /** Replicas that are not there, by deployment, as last seen. */
  readonly #missing = new Map<string, number>();
  #known: ReadonlySet<string> = new Set();

  constructor(plant: Plant, board: FaultBoard) {
    this.#plant = plant;
    this.#board = board;
  }

  /**
   * @param decision what was ordered in the step
   * @param silent ids of units that do not answer
   * @param down ids of deployments whose engines cannot be reached, as the gateway sees them
   */
  look(record: StepRecord, decision: Decision, silent: readonly string[], down: readonly string[]): void {
    const { startMs, dtH } = record.conditions;
    const nowMs = startMs + dtH * 3_600_000;
    for (const unit of this.#plant.dispatch) {
      const wrong = silent.includes(unit.id) ? `${unit.id} does not answer; its own default holds` : undefined;
      this.#board.look('inverter', unit.id, wrong, nowMs);
    }
    this.#plant.halls.forEach((hall, h) => {
      // What power, feeder or cooling does not bear is no fault of an engine, and is told as what it is
      const { itKw, wantedItKw } = record.halls[h]!;
      const limited = record.blackout || record.shortKw > 0 || wantedItKw > (1 + LIMITED_SHARE) * itKw;
      hall.it.forEach((unit, i) => {
        const awake = record.halls[h]!.it[i]!['replicas'] ?? 0;
        const wrong = limited ? undefined : this.#lost(unit.id, awake, decision.replicas[h]![i]!, nowMs);
        const gone = down.includes(unit.id) ? `the engine of ${unit.id} cannot be reached` : undefined;
        if (gone !== undefined) this.#missing.set(unit.id, unit.installed);
        else if (wrong !== undefined) this.#missing.set(unit.id, wrong.replicas);
        this.#board.look('engine', unit.id, gone ?? wrong?.text, nowMs);
      });
    });
    this.#forget(down, nowMs);
  }

  /** Engines that are no unit of the plant, as those outside. */
  #forget(down: readonly string[], nowMs: number): void {
    const units = new Set(this.#plant.halls.flatMap((hall) => hall.it.map(({ id }) => id)));
    const now = new Set(down.filter((id) => !units.has(id)));
    for (const id of new Set([...now, ...this.#known])) {
      this.#board.look('engine', id, now.has(id) ? `the engine of ${id} cannot be reached` : undefined, nowMs);
    }
    this.#known = new Set([...now, ...this.#known]);
  }

  /** Replicas that are gone while the fault that tells of them stands. */
  get lost(): readonly LostReplicas[] {
    const standing = new Map(this.#board.standing.map(({ id, sinceMs }) => [id, sinceMs]));
    return [...this.#missing].flatMap(([deployment, replicas]): LostReplicas[] => {
      const sinceMs = standing.get(`engine ${deployment}`);
      return sinceMs === undefined ? [] : [{ deployment, replicas, sinceMs }];
    });
  }

  /** Replicas that are not there and should be, and that in words; undefined where none is missed. */
  #lost(id: string, awake: number, ordered: number, nowMs: number): { replicas: number; text: string } | undefined {
    const before = this.#engines.get(id);
    const of: Ordered = before ?? { awake, ordered, orders: [], lost: 0 };
    const kept = Math.min(of.ordered, ordered);
    // Went below what was there and still wanted, without an order
    const fell = whole(Math.min(of.awake, kept) - awake);
    if (fell > 0) of.lost = Math.max(of.lost, fell);
    // One that is no longer wanted is not missed
    of.lost = Math.min(of.lost, whole(ordered - awake));
    of.awake = awake;
    of.ordered = ordered;
    if (of.orders.at(-1)?.replicas !== ordered || nowMs < of.orders.at(-1)!.ms)
      of.orders.push({ ms: nowMs, replicas: ordered });
    while (of.orders.length > 1 && (of.orders[1]!.ms <= nowMs - BOOT_MS || of.orders[0]!.ms > nowMs)) of.orders.shift();
    this.#engines.set(id, of);
    if (of.lost > 0) return { replicas: of.lost, text: `${of.lost} of ${ordered} replicas of ${id} are gone` };
    // All that were wanted through the whole time of a boot should be there
    const long = of.orders[0]!.ms <= nowMs - BOOT_MS;
    const missing = long ? whole(Math.min(...of.orders.map(({ replicas }) => replicas)) - awake) : 0;
    if (missing === 0) return undefined;
    return { replicas: missing, text: `${missing} of ${ordered} replicas of ${id} have not come up` };
  }
}

/** Whole replicas of a difference of means over a step; 0 where there is none. */
function whole(replicas: number): number {
  return Math.max(0, Math.floor(replicas + 1e-6));
}

import type { Feasible } from '../../components/contract.ts';
import type { Plant } from '../../twin/plant.ts';
import type { StepRecord } from '../../twin/record.ts';
import type { Outlook } from '../contract.ts';
import type { FaultBoard } from './board.ts';
import { AIR, possible, type Reading, readingsOf } from './meters.ts';
import { figure, formatDuration } from './words.ts';

/** A reading that was the same so many times in a row stands still. Real meters flicker in their last digit. Our choice. */
const STILL_LOOKS = 12;

/** A unit that claims what is no number is not reckoned with. */
const NOTHING: Feasible = { zero: true, minKw: 0, maxKw: 0, auxKw: 0 };

interface Still {
  value: number;
  sinceMs: number;
  looks: number;
  /** Least and most that was expected of it meanwhile. */
  low: number;
  high: number;
}

/**
 * Watches the meters of a site: a reading outside what is possible; one that stands still while the others say that it should have moved, and that
 * disagrees with them; and meters that do not add up, where no single one can be blamed.
 */
export class MeterWatch {
  readonly #plant: Plant;
  readonly #board: FaultBoard;
  readonly #still = new Map<string, Still>();
  /** The last reading of each meter that was possible. */
  readonly #good = new Map<string, number>();
  /** Charge that has flowed out of each store since its meter last moved, kWh. */
  readonly #counted = new Map<string, { reading: number; kwh: number }>();

  constructor(plant: Plant, board: FaultBoard) {
    this.#plant = plant;
    this.#board = board;
  }

  /** Looks at all meters; then those that say what is not possible say in the record what they said last that was. */
  look(record: StepRecord): void {
    const { startMs, dtH } = record.conditions;
    const nowMs = startMs + dtH * 3_600_000;
    let blamed = false;
    const readings = readingsOf(record, this.#plant);
    for (const reading of readings) {
      const wrong = absurd(reading) ?? this.#stuck(this.#withCount(reading, record), nowMs);
      blamed ||= wrong !== undefined;
      this.#board.look('meter', reading.id, wrong, nowMs);
    }
    this.#board.look('meter', 'sum', blamed ? undefined : unbalanced(record), nowMs);
    for (const reading of readings) {
      if (possible(reading)) this.#good.set(reading.id, reading.value);
      else reading.put(this.#goodOf(reading.id, reading));
    }
    record.itKw = record.halls.reduce((sum, { itKw }) => sum + itKw, 0);
    record.facilityKw = record.halls.reduce((sum, { facilityKw }) => sum + facilityKw, 0);
  }

  /** What is possible next, without what no sensor can have seen. */
  mend(outlook: Outlook): Outlook {
    let { conditions } = outlook;
    for (const id of ['temperature', 'irradiance', 'wind'] as const) {
      const { key, ...range } = AIR[id];
      const value = conditions[key];
      if (!possible({ ...range, value })) conditions = { ...conditions, [key]: this.#goodOf(id, range) };
    }
    const feasible = outlook.feasible.map((f, i) => {
      if (Number.isNaN(f.minKw) || Number.isNaN(f.maxKw) || !Number.isFinite(f.auxKw)) return NOTHING;
      const { store } = f;
      if (store === undefined || possible({ low: 0, high: store.capacityKwh, value: store.energyKwh })) return f;
      const range = { low: 0, high: store.capacityKwh };
      return { ...f, store: { ...store, energyKwh: this.#goodOf(`${this.#plant.dispatch[i]!.id} charge`, range) } };
    });
    return { ...outlook, conditions, feasible };
  }

  /** What a meter said last that was possible; before it said anything, nothing, or the nearest to it that is possible. */
  #goodOf(id: string, { low, high }: Pick<Reading, 'low' | 'high'>): number {
    const value = this.#good.get(id) ?? 0;
    return Math.min(high, Math.max(low, value));
  }

  /** The charge of a store should follow what flows into it. */
  #withCount(reading: Reading, record: StepRecord): Reading {
    if (!reading.id.endsWith(' charge')) return reading;
    const i = this.#plant.dispatch.findIndex(({ id }) => reading.id === `${id} charge`);
    const { powerKw, meters } = record.dispatch[i]!;
    const kwh = (powerKw + (meters['lossKw'] ?? 0)) * record.conditions.dtH;
    const count = this.#counted.get(reading.id);
    if (count === undefined || count.reading !== reading.value || !Number.isFinite(kwh)) {
      this.#counted.set(reading.id, { reading: reading.value, kwh: 0 });
      return { ...reading, expected: reading.value };
    }
    count.kwh += kwh;
    return { ...reading, expected: reading.value - count.kwh, mayRest: false };
  }

  #stuck(reading: Reading, nowMs: number): string | undefined {
    const { id, value, expected, mayRest, tolerance } = reading;
    if (expected === undefined || !Number.isFinite(expected)) return undefined;
    const still = this.#still.get(id);
    if (still === undefined || still.value !== value || mayRest) {
      this.#still.set(id, { value, sinceMs: nowMs, looks: 1, low: expected, high: expected });
      return undefined;
    }
    still.looks += 1;
    still.low = Math.min(still.low, expected);
    still.high = Math.max(still.high, expected);
    const moved = still.high - still.low > tolerance && Math.abs(value - expected) > tolerance;
    if (still.looks < STILL_LOOKS || !moved) return undefined;
    const how = `${figure(value, reading.unit)} for ${formatDuration(nowMs - still.sinceMs)}`;
    return `${reading.about} stands at ${how}, and the other meters say ${figure(expected, reading.unit)}`;
  }
}

function absurd(reading: Reading): string | undefined {
  const { about, unit, value } = reading;
  if (possible(reading)) return undefined;
  if (!Number.isFinite(value)) return `${about} gives no number`;
  return `${about} says ${figure(value, unit)}, which is not possible`;
}

/** What flows into the site against what it takes; undefined while it adds up, and while a meter gives no number at all. */
function unbalanced(record: StepRecord): string | undefined {
  let [given, gross] = [0, Math.abs(record.facilityKw) + record.dumpKw];
  for (const { powerKw, auxKw } of record.dispatch) {
    given += powerKw - auxKw;
    gross += Math.abs(powerKw);
  }
  const takenKw = record.facilityKw + record.dumpKw;
  if (!(Math.abs(given - takenKw) > Math.max(5, 0.1 * gross))) return undefined;
  return `the power meters do not add up: ${figure(given, 'kW')} is fed and ${figure(takenKw, 'kW')} is taken`;
}

import { z } from 'zod';
import { Recorder } from '../../forecast/index.ts';
import { HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import { type GridEvent, type ImportLimit, limitKw } from '../../site/gridEvent.ts';
import { reviveRecord } from '../../twin/memory.ts';
import type { Plant } from '../../twin/plant.ts';
import type { StepRecord } from '../../twin/record.ts';
import { type Baseline, customerBaseline } from './baseline.ts';

/** Meters of the grid are read so often. */
const METER_MS = 15 * MINUTE_MS;

/**
 * Where orders of the grid arrive: keeps the meter that baselines rest on, and knows what was announced. Policies see limits from it,
 * and nothing of an event before its announcement.
 */
export class GridDesk {
  readonly #connections: readonly number[];
  readonly #zone: string;
  readonly #meter: Recorder;
  readonly #events: GridEvent[];
  readonly #baselines = new Map<GridEvent, Baseline | undefined>();

  /**
   * @param events known to the world, not to the site: each is seen from its announcement on
   * @param saved what `save()` returned; handed-in events are read back, and none is doubled
   */
  constructor(plant: Plant, zone: string, events: readonly GridEvent[] = [], saved?: unknown) {
    this.#connections = plant.dispatch.flatMap((unit, i) => (unit.role === 'slack' ? [i] : []));
    this.#zone = zone;
    const memory = reviveRecord(saved);
    this.#meter = new Recorder(METER_MS, memory['meter']);
    this.#events = [...events];
    for (const [event, baseline] of reviveEvents(memory['events'])) {
      const own = this.#events.find((known) => same(known, event)) ?? event;
      if (own === event) this.#events.push(event);
      if (baseline !== null) this.#baselines.set(own, baseline);
    }
  }

  /** Hands an event in, as the grid's operator calls it. */
  announce(event: GridEvent): void {
    this.#events.push(event);
  }

  /** Takes an event back that was announced; the limits that it set are gone. @returns false when it is not known */
  withdraw(event: GridEvent): boolean {
    const at = this.#events.findIndex((own) => same(own, event));
    if (at < 0) return false;
    this.#baselines.delete(this.#events[at]!);
    this.#events.splice(at, 1);
    return true;
  }

  /** Events that have been announced by an instant, in the order in which they came. */
  known(nowMs: number): readonly GridEvent[] {
    return this.#events.filter(({ announcedMs }) => announcedMs <= nowMs);
  }

  /** Reads the meter of a step. While the grid is out nothing is metered. */
  watch({ conditions, dispatch }: StepRecord): void {
    let [importKw, out] = [0, this.#connections.length > 0];
    for (const i of this.#connections) {
      const { powerKw, feasible } = dispatch[i]!;
      importKw += Math.max(0, powerKw);
      out &&= feasible.maxKw <= 0 && feasible.minKw >= 0;
    }
    if (out) return;
    const { startMs, dtH } = conditions;
    this.#meter.add(startMs, startMs + dtH * HOUR_MS, importKw);
  }

  /** The baseline of an event that has been announced; undefined before, and where nothing was metered. */
  baseline(event: GridEvent, nowMs: number): Baseline | undefined {
    if (event.announcedMs > nowMs) return undefined;
    if (!this.#baselines.has(event)) {
      this.#baselines.set(event, customerBaseline(this.#meter.history, event, this.#events, this.#zone));
    }
    return this.#baselines.get(event);
  }

  /** Limits on import that have been announced and are not over, by their start. */
  limits(nowMs: number): readonly ImportLimit[] {
    const list: ImportLimit[] = [];
    for (const event of this.#events) {
      if (event.announcedMs > nowMs || event.endMs <= nowMs) continue;
      for (const { fromMs, toMs, kw } of this.baseline(event, nowMs)?.hours ?? []) {
        if (toMs > nowMs) list.push({ fromMs, toMs, mostKw: limitKw(kw, event.cut) });
      }
    }
    return list.sort((a, b) => a.fromMs - b.fromMs);
  }

  /** What must survive a restart, as plain JSON. */
  save(): unknown {
    return {
      v: 1,
      meter: this.#meter.save(),
      events: this.#events.map((event) => [event, this.#baselines.get(event) ?? null]),
    };
  }
}

const cutSchema = z.union([z.strictObject({ share: z.number() }), z.strictObject({ powerKw: z.number() })]);
const eventSchema = z.strictObject({
  startMs: z.number(),
  endMs: z.number(),
  announcedMs: z.number(),
  cut: cutSchema,
});
const baselineSchema = z.strictObject({
  kind: z.enum(['days', 'meter-before']),
  hours: z.array(z.strictObject({ fromMs: z.number(), toMs: z.number(), kw: z.number() })),
  days: z.array(z.number()),
  counted: z.number(),
  wanted: z.number(),
  adjustmentKw: z.number(),
});
const savedSchema = z.array(z.tuple([eventSchema, baselineSchema.nullable()]));

/** Events with the baselines that were fixed; none where they cannot be read. */
function reviveEvents(saved: unknown): [GridEvent, Baseline | null][] {
  const read = savedSchema.safeParse(saved);
  return read.success ? read.data : [];
}

function same(a: GridEvent, b: GridEvent): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

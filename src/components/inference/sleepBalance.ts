import type { ModelBuilder, Standing } from '../model.ts';
import { addDrawn } from './drawn.ts';
import { sleepTerms } from './sleep.ts';
import type { InferenceSpec } from './spec.ts';

/** Columns of replicas that sleep and of those that are woken, and the part of each segment that a wake takes. */
export interface Sleepers {
  readonly asleep: number;
  readonly woken: number;
  readonly wakeShare: Float64Array;
}

/**
 * Replicas of a deployment that sleep in a look ahead, where that saves power and a wake is shorter than a boot: each draws what one
 * asleep draws, and one that is woken draws the power of loading for as long as that takes, in the segment that it is woken for. They
 * count among the replicas that there are (I1).
 *
 * @param within first row of I1
 * @param perItKwh money that a kWh of the accelerators counts beside its price
 * @returns undefined where nobody sleeps: no columns then
 */
export function addSleepers(
  spec: InferenceSpec,
  place: Standing,
  within: number,
  perItKwh: number,
  model: ModelBuilder,
): Sleepers | undefined {
  const terms = sleepTerms(spec);
  if (terms === undefined || terms.wakeS >= spec.bootS) return undefined;
  const { asleepKw, wakeKw, wakeS } = terms;
  const wakeShare = model.hours.map((h) => wakeS / 3600 / h);
  const asleep = addDrawn(
    spec,
    place,
    { name: `${place.id} asleep`, unit: 'asleep', kw: model.hours.map(() => asleepKw), perItKwh },
    model,
  );
  const wakes = { name: `${place.id} woken from sleep`, unit: 'wakes', kw: wakeShare.map((h) => wakeKw * h), perItKwh };
  const woken = addDrawn(spec, place, wakes, model);
  model.putAll(within, asleep, 1);
  model.putAll(within, woken, wakeShare);
  return { asleep, woken, wakeShare };
}

/**
 * I7: replicas awake - those before <= woken from sleep + booted. Awake are those at work, and for its part of the segment who wakes.
 *
 * @param columns first columns of the replicas at every load level
 * @param booted first column of those that are booted
 * @param fresh awake at the start of a segment without being woken or booted, and among them those that were not before
 */
export function addWakes(
  { id }: Standing,
  { woken, wakeShare }: Sleepers,
  columns: readonly number[],
  booted: number,
  fresh: Float64Array,
  model: ModelBuilder,
): void {
  const rise = model.rows('I7', `${id}: woken from sleep`, Number.NEGATIVE_INFINITY, fresh);
  for (const first of columns) {
    model.putAll(rise, first, 1);
    for (let k = 1; k < model.segments; k++) model.put(rise + k, first + k - 1, -1);
  }
  for (let k = 0; k < model.segments; k++) {
    model.put(rise + k, woken + k, wakeShare[k]! - 1);
    if (k > 0) model.put(rise + k, woken + k - 1, -wakeShare[k - 1]!);
  }
  model.putAll(rise, booted, -1);
}

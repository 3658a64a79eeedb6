import type { AwakeReplicas, ModelBuilder, Standing } from '../model.ts';
import { addDrawn } from './drawn.ts';
import { idleKw } from './power.ts';
import { addWakes, type Sleepers } from './sleepBalance.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * Boots of a deployment in the linear model, where it is told what is awake when the horizon begins. I3: replicas at work <= those
 * awake, in segments that begin before one started now has booted. I4, woken: replicas at work - those before <= woken, each of which
 * draws idle power while it boots, counted in the segment that it is woken for. Replicas that sleep count on both sides: they need
 * no boot.
 *
 * @param columns first columns of the replicas at every load level
 * @param sleepers undefined where nobody sleeps
 * @param perItKwh money that a kWh of the accelerators counts beside its price
 */
export function addBoots(
  spec: InferenceSpec,
  place: Standing,
  { serving, asleep = 0, booting }: AwakeReplicas,
  columns: readonly number[],
  sleepers: Sleepers | undefined,
  perItKwh: number,
  model: ModelBuilder,
): void {
  const { id } = place;
  const infinite = Number.POSITIVE_INFINITY;
  const bootH = spec.bootS / 3600;
  const most = new Float64Array(model.segments).fill(infinite);
  /** Up at the start of a segment without being woken, and among them those that were not up before. */
  const fresh = new Float64Array(model.segments);
  const all = serving + asleep;
  let [beginH, before] = [0, 0];
  for (let k = 0; k < model.segments; k++) {
    const up = booting.reduce((sum, { replicas, leftH }) => sum + (leftH <= beginH + 1e-9 ? replicas : 0), all);
    if (beginH < bootH - 1e-9) most[k] = up;
    fresh[k] = up - before;
    before = up;
    beginH += model.hours[k]!;
  }
  const awake = model.rows('I3', `${id}: awake`, -infinite, most);
  const rise = model.rows('I4', `${id}: woken`, -infinite, fresh);
  const putOn = (first: number, part: (k: number) => number): void => {
    for (let k = 0; k < model.segments; k++) {
      model.put(awake + k, first + k, part(k));
      model.put(rise + k, first + k, part(k));
      if (k > 0) model.put(rise + k, first + k - 1, -part(k - 1));
    }
  };
  for (const first of columns) putOn(first, () => 1);
  const { replicas } = spec.racking;
  const eachKwh = (idleKw(spec.power, spec.racking, replicas) / replicas) * bootH;
  const boots = { name: `${id} woken`, unit: 'boots', kw: model.hours.map((h) => eachKwh / h), perItKwh };
  const woken = addDrawn(spec, place, boots, model);
  model.putAll(rise, woken, -1);
  if (sleepers === undefined) return;
  putOn(sleepers.asleep, () => 1);
  putOn(sleepers.woken, (k) => sleepers.wakeShare[k]!);
  // Who sleeps at the start has to be woken.
  fresh[0]! -= asleep;
  addWakes(place, sleepers, columns, woken, fresh, model);
}

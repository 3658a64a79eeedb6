import type { AwakeReplicas, ModelBuilder, Standing } from '../model.ts';
import { idleKw } from './power.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * Boots of a deployment in the linear model, where it is told what is awake when the horizon begins. I3: replicas at work <= those
 * awake, in segments that begin before one started now has booted. I4, woken: replicas at work - those before <= woken, each of which
 * draws idle power while it boots, counted in the segment that it is woken for.
 *
 * @param columns first columns of the replicas at every load level
 */
export function addBoots(
  spec: InferenceSpec,
  { id, hall }: Standing,
  { serving, booting }: AwakeReplicas,
  columns: readonly number[],
  model: ModelBuilder,
): void {
  const infinite = Number.POSITIVE_INFINITY;
  const bootH = spec.bootS / 3600;
  const most = new Float64Array(model.segments).fill(infinite);
  /** Up at the start of a segment without being woken, and among them those that were not up before. */
  const fresh = new Float64Array(model.segments);
  let [beginH, before] = [0, 0];
  for (let k = 0; k < model.segments; k++) {
    const up = booting.reduce((sum, { replicas, leftH }) => sum + (leftH <= beginH + 1e-9 ? replicas : 0), serving);
    if (beginH < bootH - 1e-9) most[k] = up;
    fresh[k] = up - before;
    before = up;
    beginH += model.hours[k]!;
  }
  const awake = model.rows('I3', `${id}: awake`, -infinite, most);
  const rise = model.rows('I4', `${id}: woken`, -infinite, fresh);
  for (const first of columns) {
    model.putAll(awake, first, 1);
    model.putAll(rise, first, 1);
    for (let k = 1; k < model.segments; k++) model.put(rise + k, first + k - 1, -1);
  }
  const woken = model.columns(`${id} woken`, 'boots', 0, infinite, 0);
  model.putAll(rise, woken, -1);
  const { replicas } = spec.racking;
  const eachKwh = (idleKw(spec.power, spec.racking, replicas) / replicas) * bootH;
  const kw = model.hours.map((h) => eachKwh / h);
  const times = (factor: number): Float64Array => kw.map((v) => factor * v);
  model.flow(`${hall}/critical`, woken, times(-1));
  if (spec.liquidShare > 0) model.flow(`${hall}/liquid`, woken, times(spec.liquidShare));
  model.flow(`${hall}/air`, woken, times(1 - spec.liquidShare));
  model.count('energyKwh', woken, kw);
}

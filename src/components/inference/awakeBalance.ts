import type { ModelBuilder, Standing } from '../model.ts';
import { addDrawn } from './drawn.ts';
import { idleKw } from './power.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * Replicas of a deployment in the linear model that are awake beside those at work, as somebody asks: they draw idle power and serve nothing. All
 * that are awake are told, for whoever asks. They count among the replicas that there are (I1).
 *
 * @param within first row of I1
 * @param columns first columns of the replicas at every load level
 * @param perItKwh money that a kWh of the accelerators counts beside its price
 * @returns first of the columns
 */
export function addKeptAwake(
  spec: InferenceSpec,
  place: Standing,
  within: number,
  columns: readonly number[],
  perItKwh: number,
  model: ModelBuilder,
): number {
  const { id } = place;
  const { replicas } = spec.racking;
  const eachKw = idleKw(spec.power, spec.racking, replicas) / replicas;
  const drawn = { name: `${id} kept awake`, unit: 'replicas', kw: model.hours.map(() => eachKw), perItKwh };
  const kept = addDrawn(spec, place, drawn, model);
  model.putAll(within, kept, 1);
  for (const first of [...columns, kept]) model.tell(`awake ${id}`, first, 1);
  return kept;
}

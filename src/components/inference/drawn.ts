import type { ModelBuilder, Standing } from '../model.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * A column of replicas that draw and do not serve, in the linear model: kW of one by segment, all of which becomes heat.
 *
 * @param perItKwh money that a kWh of the accelerators counts beside its price
 * @returns its first index
 */
export function addDrawn(
  { liquidShare }: Pick<InferenceSpec, 'liquidShare'>,
  { hall }: Standing,
  { name, unit, kw, perItKwh }: { name: string; unit: string; kw: Float64Array; perItKwh: number },
  model: ModelBuilder,
): number {
  const times = (factor: number): Float64Array => kw.map((v) => factor * v);
  const column = model.columns(name, unit, 0, Number.POSITIVE_INFINITY, times(perItKwh));
  model.flow(`${hall}/critical`, column, times(-1));
  if (liquidShare > 0) model.flow(`${hall}/liquid`, column, times(liquidShare));
  model.flow(`${hall}/air`, column, times(1 - liquidShare));
  model.count('energyKwh', column, kw);
  return column;
}

import { type ModelBuilder, type Operated, requestsOn, type Standing } from '../model.ts';
import { powerRange } from './powerRange.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * A deployment whose whole replicas are decided by base step, in the linear model: one column, at most that many replicas, with the
 * power and the requests of one in that step. Fewer run only where something is so short that requests have to be given up.
 * I1: replicas <= R.
 */
export function addOperated(
  spec: InferenceSpec,
  { id, hall }: Standing,
  operated: Operated,
  model: ModelBuilder,
): void {
  const { liquidShare } = spec;
  const count = model.mean(operated.replicas);
  const perReplica = (base: Float64Array): Float64Array =>
    model.mean(base).map((v, k) => (count[k]! > 0 ? v / count[k]! : 0));
  const replicas = model.columns(`${id} whole replicas`, 'replicas', 0, count, 0);
  const within = model.rows('I1', `${id}: replicas`, Number.NEGATIVE_INFINITY, 0);
  model.putSize(within, model.size(id, 'replicas'), -1);
  model.putAll(within, replicas, 1);
  model.tell(`busy ${id}`, replicas, 1);
  const powerKw = perReplica(operated.powerKw);
  const fullKw = powerRange(spec, spec.racking.replicas).fullKw / spec.racking.replicas;
  const times = (factor: number): Float64Array => powerKw.map((v) => factor * v);
  model.flow(`${hall}/critical`, replicas, times(-1));
  model.flow(
    `${hall}/critical peak`,
    replicas,
    powerKw.map((v) => -Math.max(v, fullKw)),
  );
  if (liquidShare > 0) model.flow(`${hall}/liquid`, replicas, times(liquidShare));
  model.flow(`${hall}/air`, replicas, times(1 - liquidShare));
  model.count('energyKwh', replicas, powerKw);
  for (const { service, perS, itKw } of operated.services) {
    const { inputTokens, outputTokens } = spec.services.find((load) => load.id === service)!;
    const rate = perReplica(perS);
    const hourly = (each: number): Float64Array => rate.map((v) => 3600 * v * each);
    model.flow(`requests:${service}`, replicas, rate);
    model.count(`itKwh of ${service}`, replicas, perReplica(itKw));
    model.count(requestsOn(service, id), replicas, hourly(1));
    model.count(`input of ${service}`, replicas, hourly(inputTokens));
    model.count(`output of ${service}`, replicas, hourly(outputTokens));
    model.count('outputTokens', replicas, hourly(outputTokens));
  }
}

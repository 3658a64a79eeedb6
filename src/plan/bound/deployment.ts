import type { BalancePart, Horizon } from '../../components/model.ts';
import type { ItUnit } from '../../components/unit.ts';
import type { Asked, RequestPower } from './requests.ts';

/** A deployment as a lower bound sees it. */
export interface BoundedDeployment {
  readonly unit: ItUnit;
  /** Part of its electricity that becomes heat of the liquid loop. */
  readonly liquidShare: number;
  readonly asked: readonly Asked[];
  readonly power: readonly RequestPower[];
}

/**
 * A deployment in a lower bound: each request served takes its least power, and each within its targets more, I5; over the whole horizon the
 * share within targets is at least what is asked, I6. Any number of replicas may serve them.
 */
export function boundedDeployment(
  { unit, liquidShare, asked, power }: BoundedDeployment,
  horizon: Horizon,
): BalancePart {
  const infinite = Number.POSITIVE_INFINITY;
  const { id, hall } = unit;
  return {
    sizes: [],
    sharp: [],
    shape: asked.flatMap((a) => horizon.arrivals(a.service) ?? []),
    add(model) {
      const draws = (column: number, perUnitKw: number): void => {
        model.flow(`${hall}/critical`, column, -perUnitKw);
        model.flow(`${hall}/liquid`, column, liquidShare * perUnitKw);
        model.flow(`${hall}/air`, column, (1 - liquidShare) * perUnitKw);
        model.count('energyKwh', column, perUnitKw);
      };
      asked.forEach(({ service, attainment }, s) => {
        const { perServedKw, perAttainedKw } = power[s]!;
        const served = model.columns(`${id} ${service} served`, 'req/s', 0, infinite, 0);
        model.flow(`requests:${service}`, served, 1);
        draws(served, perServedKw);
        if (perAttainedKw === 0) return;
        const attained = model.columns(`${id} ${service} within targets`, 'req/s', 0, infinite, 0);
        draws(attained, perAttainedKw);
        const rows = model.rows('I5', `${id}: ${service} within targets`, -infinite, 0);
        model.putAll(rows, attained, 1);
        model.putAll(rows, served, -1);
        const enough = model.budget('I6', `${id}: ${service} within targets as often as asked`);
        for (let k = 0; k < model.segments; k++) {
          model.put(enough.row(k), served + k, attainment * model.hours[k]!);
          model.put(enough.row(k), attained + k, -model.hours[k]!);
        }
      });
    },
  };
}

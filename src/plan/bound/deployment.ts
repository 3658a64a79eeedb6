import type { BalancePart, Budget, Horizon, ModelBuilder } from '../../components/model.ts';
import type { ItUnit } from '../../components/unit.ts';
import { fullLevel } from '../../site/shares.ts';
import type { Service } from '../../workload/service.ts';
import type { Asked, RequestPower } from './requests.ts';

/** What several deployments serve of a service together. */
export interface Shared {
  /** By what is asked of the deployment: whether other deployments serve it too. */
  readonly isShared: readonly boolean[];
  /** Requests/s that fill all installed replicas, in the same order. */
  readonly fullPerS: readonly number[];
}

/** A deployment as a lower bound sees it. */
export interface BoundedDeployment {
  readonly unit: ItUnit;
  /** Part of its electricity that becomes heat of the liquid loop. */
  readonly liquidShare: number;
  readonly asked: readonly Asked[];
  readonly power: readonly RequestPower[];
  /** Where a service has a choice between this deployment and others. */
  readonly shared?: Shared;
}

/** Filled replicas are so much more than they are taken for: what rounding may add. */
const FULL = 1 + 1e-9;

/** How a deployment shares services with others; nothing where none of its own has a choice. */
export function sharedBy(
  unit: ItUnit,
  asked: readonly Asked[],
  services: readonly Service[],
): Pick<BoundedDeployment, 'shared'> {
  const isShared = asked.map(({ service }) =>
    services.some((s) => s.profile.id === service && s.deployments.length > 1),
  );
  if (!isShared.includes(true)) return {};
  const fullPerS = asked.map(({ service }) => {
    // As batch, at the largest clock and whatever the targets: more than any way to serve it.
    const level = fullLevel(unit, { id: service, kind: 'batch' }, { attainment: 0, clocks: [1] });
    return FULL * unit.installed * (level?.scale ?? 0);
  });
  return { shared: { isShared, fullPerS } };
}

/** I6 of services that several deployments serve: one limit for all of these in a model. */
const limits = new WeakMap<ModelBuilder, Map<string, Budget>>();

function sharedLimit(model: ModelBuilder, service: string): Budget {
  const own = limits.get(model) ?? new Map<string, Budget>();
  limits.set(model, own);
  const limit = own.get(service) ?? model.budget('I6', `${service} within targets as often as asked`);
  own.set(service, limit);
  return limit;
}

/**
 * A deployment in a lower bound: each request served takes its least power, and each within its targets more, I5; over the whole horizon the
 * share within targets is at least what is asked, I6. Any number of replicas may serve them; where a service has a choice, no more
 * than all that are installed do, I7, and the share within targets is that of all its deployments.
 */
export function boundedDeployment(
  { unit, liquidShare, asked, power, shared }: BoundedDeployment,
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
      const full = shared === undefined ? undefined : model.rows('I7', `${id}: all replicas`, -infinite, 1);
      asked.forEach(({ service, attainment }, s) => {
        const { perServedKw, perAttainedKw } = power[s]!;
        const served = model.columns(`${id} ${service} served`, 'req/s', 0, infinite, 0);
        model.flow(`requests:${service}`, served, 1);
        draws(served, perServedKw);
        const fullPerS = shared?.fullPerS[s] ?? 0;
        if (full !== undefined && fullPerS > 0) model.putAll(full, served, 1 / fullPerS);
        const isShared = shared?.isShared[s] === true && attainment > 0;
        if (perAttainedKw === 0 && !isShared) return;
        const attained = model.columns(`${id} ${service} within targets`, 'req/s', 0, infinite, 0);
        draws(attained, perAttainedKw);
        const rows = model.rows('I5', `${id}: ${service} within targets`, -infinite, 0);
        model.putAll(rows, attained, 1);
        model.putAll(rows, served, -1);
        const enough = isShared
          ? sharedLimit(model, service)
          : model.budget('I6', `${id}: ${service} within targets as often as asked`);
        for (let k = 0; k < model.segments; k++) {
          model.put(enough.row(k), served + k, attainment * model.hours[k]!);
          model.put(enough.row(k), attained + k, -model.hours[k]!);
        }
      });
    },
  };
}

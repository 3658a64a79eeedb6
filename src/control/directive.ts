import type { Accuracy, ItSetPoint, Offer } from '../components/contract.ts';
import type { ItUnit } from '../components/unit.ts';
import type { Decision } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import {
  type ClassBudget,
  type Directive,
  type EngineOrder,
  type Metered,
  type ServiceShares,
  TRAFFIC_CLASSES,
} from './contract.ts';

/** What the directive says of energy besides the record. */
export interface EnergyNow {
  readonly carbonGPerKwh: number;
  readonly greenShare: number;
  readonly waterLPerKwh: number;
  readonly pricePerKwh: number;
  readonly currency: string;
}

const OPEN: readonly ClassBudget[] = TRAFFIC_CLASSES.map((c) => ({ class: c, ratePerS: null, watts: null }));
/** In need batch and flex wait, and the protected classes are served as far as the plant can. */
const SHORT: readonly ClassBudget[] = TRAFFIC_CLASSES.map((c) => ({
  class: c,
  ratePerS: c === 'priority' || c === 'default' ? null : 0,
  watts: null,
}));

/** Makes the directive for the state a step has left the plant in. */
export function directiveOf(
  record: StepRecord,
  plant: Plant,
  energy: EnergyNow,
  stamp: {
    readonly seq: number;
    readonly nowMs: number;
    readonly holdMs: number;
    readonly planned: boolean;
    /** How the decision that is acted on splits services, as `Decision.shares`. */
    readonly shares?: Decision['shares'];
  },
): Directive {
  const engines: EngineOrder[] = [];
  plant.halls.forEach((hall, h) => {
    hall.it.forEach((unit, i) => {
      const meters = record.halls[h]!.it[i]!;
      const replicas = meters['replicas'] ?? 0;
      const asleep = record.blackout ? 0 : (meters['asleep'] ?? 0);
      const clock = meters['clock'] ?? 1;
      const fullRequests = meters['fullRequests'] ?? 0;
      const watts = 1000 * record.halls[h]!.itPowerKw[i]!;
      const metered = {
        watts,
        idleWatts: Math.min(watts, 1000 * (meters['idleKw'] ?? 0)),
        ...tokensOf(record, plant, unit),
      };
      engines.push({
        id: unit.id,
        state: replicas > 0 && !record.blackout ? 'serving' : asleep > 0 ? 'asleep' : 'off',
        replicas,
        ...(asleep > 0 ? { asleep } : {}),
        clock: clock < 1 ? clock : null,
        ...(fullRequests > 0 ? { fullRequests } : {}),
        expected: expectedOf(record, plant, unit, { replicas, clock }, metered),
        ...energyBandOf(unit.accuracy),
        metered,
      });
    });
  });
  return {
    seq: stamp.seq,
    issuedMs: stamp.nowMs,
    validUntilMs: stamp.nowMs + stamp.holdMs,
    classes: record.shortKw > 0 ? SHORT : OPEN,
    engines,
    ...sharesOf(plant, stamp.shares),
    planned: stamp.planned,
    facilityFactor: record.itKw > 0 ? record.facilityKw / record.itKw : 1,
    ...energy,
  };
}

/** Shares of the services that have a choice; none where nothing was decided of any. */
function sharesOf({ services }: Plant, decided: Decision['shares']): Pick<Directive, 'shares'> {
  const shares = services.flatMap(({ id: service, deployments }, s): ServiceShares[] => {
    const own = deployments.map((_, d) => Math.max(0, decided?.[s]?.[d] ?? 0));
    const sum = own.reduce((all, part) => all + part, 0);
    if (deployments.length < 2 || !(sum > 0) || !Number.isFinite(sum)) return [];
    return [{ service, engines: deployments.map((id, d) => ({ id, share: own[d]! / sum })) }];
  });
  return shares.length === 0 ? {} : { shares };
}

/** Joules per token are power over throughput; the errors of the two are taken as independent, so their logarithms add in squares. */
function energyBandOf({ speedBand, drawBand }: Accuracy): Pick<EngineOrder, 'energyBand'> {
  if (speedBand === undefined || drawBand === undefined) return {};
  const up = Math.hypot(Math.log(drawBand.high), Math.log(speedBand.low));
  const down = Math.hypot(Math.log(drawBand.low), Math.log(speedBand.high));
  return { energyBand: { low: Math.exp(-down), high: Math.exp(up) } };
}

/** Tokens that a deployment made for everybody. */
function tokensOf(
  record: StepRecord,
  plant: Plant,
  unit: ItUnit,
): { computedTokensPerS: number; outputTokensPerS: number } {
  const sums = { computedTokensPerS: 0, outputTokensPerS: 0 };
  plant.services.forEach((service, s) => {
    const outcome = record.services[s]!.outcomes[service.deployments.indexOf(unit.id)];
    if (outcome === undefined) return;
    sums.computedTokensPerS += outcome.computedTokensPerS;
    sums.outputTokensPerS += outcome.outputTokensPerS;
  });
  return sums;
}

/** Expectations of a deployment: those of the service on it that has the most traffic, and what one more of its tokens costs now. */
function expectedOf(
  record: StepRecord,
  plant: Plant,
  unit: ItUnit,
  running: Pick<ItSetPoint, 'replicas' | 'clock'>,
  { watts, idleWatts }: Metered,
): EngineOrder['expected'] {
  let best: EngineOrder['expected'] = {
    queueS: 0,
    prefillSPerToken: 0,
    tpotS: 0,
    prefillJPerToken: 0,
    decodeJPerToken: 0,
  };
  let most = -1;
  let busiest = '';
  let servedW = 0;
  const served: Offer[] = [];
  plant.services.forEach((service, s) => {
    const outcome = record.services[s]!.outcomes[service.deployments.indexOf(unit.id)];
    if (outcome === undefined || outcome.tpotS <= 0) return;
    served.push({ service: service.id, requestsPerS: outcome.servedPerS, batchPerS: outcome.batchServedPerS });
    servedW += 1000 * outcome.powerKw;
    if (outcome.outputTokensPerS <= most) return;
    most = outcome.outputTokensPerS;
    busiest = service.id;
    best = {
      queueS: Number.isFinite(outcome.queueS) ? outcome.queueS : 0,
      prefillSPerToken: outcome.prefillSPerToken,
      tpotS: outcome.tpotS,
      prefillJPerToken: outcome.prefillJPerToken,
      decodeJPerToken: outcome.decodeJPerToken,
    };
  });
  // Services share what serving replicas draw, idle power included; where none was served, it was not counted in
  if (servedW > 0) {
    const above = (watts - idleWatts) / servedW;
    best = {
      ...best,
      prefillJPerToken: above * best.prefillJPerToken,
      decodeJPerToken: above * best.decodeJPerToken,
    };
  }
  const more = unit.marginal(busiest, served, running);
  if (more === undefined) return best;
  return {
    ...best,
    marginalPrefillJPerToken: more.prefillJPerToken,
    marginalDecodeJPerToken: more.decodeJPerToken,
    lengths: more.lengths,
  };
}

import type { Conditions, ItSetPoint, ItStepped, MeterDef, Port } from '../contract.ts';
import { serveAgain } from './again.ts';
import { withKnobs } from './knobs.ts';
import { idleKw } from './power.ts';
import type { InferenceSpec } from './spec.ts';
import { type InferenceState, pass, switchTo } from './state.ts';

export const meters = {
  replicas: { unit: '', what: 'mean', about: 'replicas that serve' },
  outputTokensPerS: { unit: 'tokens/s', what: 'mean', about: 'tokens given out' },
  inputTokensPerS: { unit: 'tokens/s', what: 'mean', about: 'prompt tokens read' },
  utilisation: {
    unit: '',
    what: 'mean',
    about: 'output over the most that this mix could have on the serving replicas',
  },
  clock: { unit: '', what: 'mean', about: 'clock that the accelerators are locked to, of their largest' },
  idleKw: { unit: 'kW', what: 'mean', about: 'power that nodes draw just by being on' },
} as const satisfies Record<string, MeterDef>;

/** Electricity in, heat to liquid and air, and served requests per service. */
export function ports(spec: InferenceSpec): readonly Port[] {
  return [
    { name: 'power', carrier: 'electricity', bus: 'critical' },
    { name: 'liquid', carrier: 'heat', bus: 'liquid' },
    { name: 'air', carrier: 'heat', bus: 'air' },
    ...spec.services.map(({ port }): Port => ({ name: port, carrier: 'requests', bus: port })),
  ];
}

/** Replicas that may be on under a power limit: whole nodes go off until idle power fits. */
export function underLimit(spec: InferenceSpec, wanted: number, limitKw: number): number {
  if (idleKw(spec.power, spec.racking, wanted) <= limitKw) return wanted;
  let low = 0;
  let high = wanted;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (idleKw(spec.power, spec.racking, middle) <= limitKw) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * One step of a deployment; `limitKw` holds always. The queues are taken as steady within the step (a step is minutes, a
 * request seconds). All electricity becomes heat. Clock and cap are those of the set point, or the deployment's own.
 */
export function step(
  spec: InferenceSpec,
  before: InferenceState,
  setPoint: ItSetPoint,
  conditions: Conditions,
): ItStepped<InferenceState> {
  const limitKw = Math.max(0, setPoint.limitKw);
  const wanted = Math.max(0, Math.min(spec.racking.replicas, Math.floor(setPoint.replicas)));
  const on = underLimit(spec, wanted, limitKw);
  const { state, servingMean } = pass(switchTo(before, on, spec.bootS), conditions.dtH * 3600);
  const idle = idleKw(spec.power, spec.racking, on);
  const pool = { on, serving: servingMean, idleKw: idle };
  const { powerKw, servedPerS, ...served } = serveAgain(withKnobs(spec, setPoint), setPoint.offers, pool, limitKw);
  const liquidKw = spec.liquidShare * powerKw;
  const flows: Record<string, number> = { power: -powerKw, liquid: liquidKw, air: powerKw - liquidKw };
  for (let k = 0; k < servedPerS.length; k++) flows[spec.services[k]!.port] = servedPerS[k]!;
  return {
    state,
    flows,
    meters: {
      replicas: servingMean,
      outputTokensPerS: served.outputTokensPerS,
      inputTokensPerS: served.inputTokensPerS,
      utilisation: served.utilisation,
      clock: setPoint.clock ?? spec.knobs.clock,
      idleKw: idle,
    },
    services: served.services,
  };
}

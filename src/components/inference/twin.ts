import type { Conditions, ItSetPoint, ItStepped, MeterDef, Offer, Port } from '../contract.ts';
import { again, type Outcome } from './again.ts';
import { fullAt } from './fill.ts';
import { withKnobs } from './knobs.ts';
import { LOOKS_WITHIN_S, wokenFor } from './onDemand.ts';
import { idleKw } from './power.ts';
import { ratesOf } from './rates.ts';
import { type Pool, serveOffers } from './serving.ts';
import { standingKw } from './sleep.ts';
import type { InferenceSpec } from './spec.ts';
import { type InferenceState, type Passed, pass, switchTo, type Wanted } from './state.ts';

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
  fullRequests: {
    unit: '',
    what: 'mean',
    about: 'requests on a replica from which on the router takes the next one; 0 where it spreads them evenly',
  },
  idleKw: { unit: 'kW', what: 'mean', about: 'power that nodes draw just by being on' },
  asleep: { unit: '', what: 'mean', about: 'replicas that sleep' },
  starting: { unit: '', what: 'mean', about: 'replicas that boot or wake' },
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

/** What a pool makes of offers under a limit: flows, meters and outcomes. */
function outcomeOf(
  spec: InferenceSpec,
  offers: readonly Offer[],
  pool: Pool,
  limitKw = Number.POSITIVE_INFINITY,
): Outcome {
  const { powerKw, servedPerS, settled, ...served } = serveOffers(spec, offers, pool, limitKw);
  const liquidKw = spec.liquidShare * powerKw;
  const flows: Record<string, number> = { power: -powerKw, liquid: liquidKw, air: powerKw - liquidKw };
  for (let k = 0; k < servedPerS.length; k++) flows[spec.services[k]!.port] = servedPerS[k]!;
  return {
    flows,
    meters: {
      replicas: pool.serving,
      outputTokensPerS: served.outputTokensPerS,
      inputTokensPerS: served.inputTokensPerS,
      utilisation: settled.at.utilisation,
      clock: spec.knobs.clock,
      fullRequests: fullAt(spec, ratesOf(spec, offers, Math.max(1, pool.serving)))?.requests ?? 0,
      idleKw: pool.idleKw,
      asleep: pool.rest?.asleep ?? 0,
      starting: pool.rest?.starting ?? 0,
    },
    services: served.services,
  };
}

/**
 * Replicas that are to serve and to sleep in a step: as ordered, and those that its requests wake. While some boot, so many more of the
 * others serve, as far as there are any.
 */
function wantedIn(
  spec: InferenceSpec,
  before: InferenceState,
  { replicas, asleep, offers }: ItSetPoint,
  stepS: number,
): Wanted {
  const installed = spec.racking.replicas;
  const ordered = Math.max(0, Math.min(installed, Math.floor(replicas)));
  if (asleep === undefined || spec.sleep === undefined) return { serving: ordered, asleep: 0 };
  const most = Math.min(installed, ordered + Math.max(0, Math.floor(asleep)));
  const wanted = (serving: number): Wanted => ({ serving, asleep: most - serving });
  if (stepS < LOOKS_WITHIN_S) return wanted(ordered);
  const needed = ordered + wokenFor(spec, offers, ordered, most - ordered);
  const suffice = (count: number): boolean => {
    if (count === most) return true;
    // The seconds of a wake are no reason to wake more.
    const { serving, waking } = passed(spec, before, wanted(count), stepS);
    return serving + waking >= needed - 1e-9;
  };
  if (suffice(needed)) return wanted(needed);
  let [low, high] = [needed, most];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (suffice(middle)) high = middle;
    else low = middle;
  }
  return wanted(high);
}

/** A step in which these are to serve and to sleep. */
function passed(spec: InferenceSpec, before: InferenceState, wanted: Wanted, stepS: number): Passed {
  return pass(switchTo(before, wanted, spec.bootS, spec.sleep?.wakeS ?? 0), stepS, wanted.serving);
}

/** The pool of a step; what nodes draw for replicas that do not serve belongs to no service. */
function poolOf(spec: InferenceSpec, on: number, { serving, asleep, booting, waking }: Passed): Pool {
  const idle = standingKw(spec, on, asleep, waking);
  if (serving === on) return { on, serving, idleKw: idle };
  const awake = spec.sleep === undefined ? idle : standingKw(spec, on);
  const kw = on > 0 ? (awake * (on - serving)) / on + (idle - awake) : 0;
  return { on, serving, idleKw: idle, rest: { asleep, starting: booting + waking, kw } };
}

/**
 * One step of a deployment; `limitKw` holds always. The queues are taken as steady within the step (a step is minutes, a
 * request seconds). All electricity becomes heat. Clock and cap are those of the set point, or the deployment's own. What falls asleep
 * does so at once.
 */
export function step(
  spec: InferenceSpec,
  before: InferenceState,
  setPoint: ItSetPoint,
  conditions: Conditions,
): ItStepped<InferenceState> {
  const limitKw = Math.max(0, setPoint.limitKw);
  const stepS = conditions.dtH * 3600;
  const turned = withKnobs(spec, setPoint);
  const wanted = wantedIn(turned, before, setPoint, stepS);
  const on = underLimit(spec, wanted.serving + wanted.asleep, limitKw);
  // Who sleeps goes off first.
  const serving = Math.min(wanted.serving, on);
  const after = passed(spec, before, { serving, asleep: on - serving }, stepS);
  const pool = poolOf(spec, on, after);
  // Limits hardly ever come again.
  const { flows, meters, services } =
    limitKw === Number.POSITIVE_INFINITY
      ? again(turned, setPoint.offers, pool, outcomeOf)
      : outcomeOf(turned, setPoint.offers, pool, limitKw);
  const { clock } = setPoint;
  return { state: after.state, flows, meters: clock === undefined ? meters : { ...meters, clock }, services };
}

import { paceOf } from '../../../workload/pace.ts';
import { lengthSlices, promptSlices } from '../../../workload/trace.ts';
import type { ServiceProfile } from '../../contract.ts';
import { draw, latencyOver, settle } from '../settle.ts';
import { type InferenceSpec, serveWith } from '../spec.ts';
import type { Requests } from './requests.ts';
import type { Targets } from './summary.ts';

/** What the fluid model, which the year is stepped with, says of the same requests. */
export interface Fluid {
  /** Share of a full replica. */
  readonly load: number;
  readonly outputPerS: number;
  /** Electricity above idle of all replicas, W, and the part of it that goes to prompts. */
  readonly aboveIdleW: number;
  readonly promptPart: number;
  readonly ttftS: number;
  readonly tpotS: number;
  readonly attainment: number;
}

/** The requests as a service: lengths and prefixes as equally likely samples, burstiness as the pace of what must be computed. */
export function profileOf(requests: Requests, targets: Targets): ServiceProfile {
  const { input, cached } = requests;
  const pace = paceOf({
    timeS: requests.arrivalS,
    inputTokens: Float64Array.from(input, (tokens, i) => tokens - (cached?.[i] ?? 0)),
    outputTokens: Float64Array.from(requests.output),
  });
  return {
    id: 'recorded',
    kind: 'interactive',
    ...promptSlices(input, cached),
    outputTokens: lengthSlices(requests.output),
    // What is uneven is in the pace; within its windows requests are taken as independent.
    arrivalCv2: 1,
    ...(pace === undefined ? {} : { pace }),
    ...targets,
  };
}

/** The fluid model's answer for rates of the spec's services, requests/s in all. */
function fluidAt(spec: InferenceSpec, ratesPerS: readonly number[], replicas: number): Fluid {
  const rates = ratesPerS.map((rate) => rate / replicas);
  const all = rates.reduce((sum, rate) => sum + rate, 0);
  const settled = settle(spec, rates, rates, replicas);
  const { loadKw, promptKw } = draw(spec, settled);
  let [ttftS, tpotS, attainment] = [0, 0, 0];
  spec.services.forEach((service, k) => {
    if (all === 0) return;
    const own = latencyOver(spec, service, settled);
    const share = rates[k]! / all;
    ttftS += share * (own.queueS + own.prefillS);
    tpotS += share * own.tpotS;
    attainment += share * own.attainment;
  });
  return {
    load: settled.mix.load,
    outputPerS: replicas * settled.mix.outputPerS,
    aboveIdleW: 1000 * replicas * loadKw,
    promptPart: loadKw > 0 ? promptKw / loadKw : 0,
    ttftS,
    tpotS,
    attainment,
  };
}

/**
 * The fluid model's answer over steps of equal length, as a simulated period takes them: means over time, and over requests for
 * what requests see.
 *
 * @param steps rates of the spec's services in each, requests/s in all
 */
export function fluidOver(spec: InferenceSpec, steps: readonly (readonly number[])[], replicas: number): Fluid {
  const sum = { load: 0, outputPerS: 0, aboveIdleW: 0, promptW: 0, ttftS: 0, tpotS: 0, attainment: 0, rate: 0 };
  for (const rates of steps) {
    const at = fluidAt(spec, rates, replicas);
    const rate = rates.reduce((all, r) => all + r, 0);
    sum.load += at.load / steps.length;
    sum.outputPerS += at.outputPerS / steps.length;
    sum.aboveIdleW += at.aboveIdleW / steps.length;
    sum.promptW += (at.promptPart * at.aboveIdleW) / steps.length;
    sum.ttftS += rate * at.ttftS;
    sum.tpotS += rate * at.tpotS;
    sum.attainment += rate * at.attainment;
    sum.rate += rate;
  }
  const each = (value: number) => (sum.rate > 0 ? value / sum.rate : 0);
  return {
    load: sum.load,
    outputPerS: sum.outputPerS,
    aboveIdleW: sum.aboveIdleW,
    promptPart: sum.aboveIdleW > 0 ? sum.promptW / sum.aboveIdleW : 0,
    ttftS: each(sum.ttftS),
    tpotS: each(sum.tpotS),
    attainment: each(sum.attainment),
  };
}

/** The fluid model's answer for requests that come to `replicas` replicas. */
export function fluidOf(bare: InferenceSpec, requests: Requests, targets: Targets, replicas: number): Fluid {
  const spanS = requests.count === 0 ? 0 : requests.arrivalS[requests.count - 1]!;
  const rate = requests.count / Math.max(spanS, 1e-9);
  // With the correction that the deployment has already: the replay beside it steps with that.
  return fluidAt(serveWith(bare, [profileOf(requests, targets)], bare.correction), [rate], replicas);
}

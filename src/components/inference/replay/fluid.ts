import { type Pace, paceOf } from '../../../workload/pace.ts';
import type { ServiceProfile } from '../../contract.ts';
import { draw, latencyOver, settle } from '../settle.ts';
import { type InferenceSpec, serve } from '../spec.ts';
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
  readonly pace: Pace | undefined;
}

/** Lengths that stand for all: as many as a service takes of a recording. */
const SAMPLES = 32;

function samples(values: Int32Array): number[] {
  const sorted = Float64Array.from(values).sort();
  const picked = Array.from({ length: SAMPLES }, (_, k) => {
    const [from, to] = [k, k + 1].map((edge) => Math.floor((edge * sorted.length) / SAMPLES));
    const part = sorted.subarray(from, Math.max(from! + 1, to!));
    return part.reduce((sum, v) => sum + v, 0) / part.length;
  });
  const scale =
    sorted.reduce((sum, v) => sum + v, 0) / sorted.length / (picked.reduce((sum, v) => sum + v, 0) / SAMPLES);
  return picked.map((v) => v * scale);
}

/** The requests as a service: lengths as equally likely samples, burstiness as the pace of their arrivals. */
export function profileOf(requests: Requests, targets: Targets): ServiceProfile {
  const pace = paceOf({
    timeS: requests.arrivalS,
    inputTokens: Float64Array.from(requests.input),
    outputTokens: Float64Array.from(requests.output),
  });
  return {
    id: 'recorded',
    kind: 'interactive',
    inputTokens: samples(requests.input),
    outputTokens: samples(requests.output),
    // What is uneven is in the pace; within its windows requests are taken as independent.
    arrivalCv2: 1,
    ...(pace === undefined ? {} : { pace }),
    ...targets,
  };
}

/** The fluid model's answer for requests that come to `replicas` replicas. It knows no caches of prefixes. */
export function fluidOf(bare: InferenceSpec, requests: Requests, targets: Targets, replicas: number): Fluid {
  const spanS = requests.count === 0 ? 0 : requests.arrivalS[requests.count - 1]!;
  const profile = profileOf(requests, targets);
  const spec = serve(bare, [profile]);
  const rates = [requests.count / Math.max(spanS, 1e-9) / replicas];
  const settled = settle(spec, rates, rates, replicas);
  const { loadKw, promptKw } = draw(spec, settled);
  const times = latencyOver(spec, spec.services[0]!, settled);
  return {
    load: settled.mix.load,
    outputPerS: replicas * settled.mix.outputPerS,
    aboveIdleW: 1000 * replicas * loadKw,
    promptPart: loadKw > 0 ? promptKw / loadKw : 0,
    ttftS: times.queueS + times.prefillS,
    tpotS: times.tpotS,
    attainment: times.attainment,
    pace: profile.pace,
  };
}

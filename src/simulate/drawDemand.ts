import { gamma, type Requests, requestsOf } from '../components/inference/replay/index.ts';
import { type Random, random, seedFrom } from '../series/random.ts';
import type { Service } from '../workload/service.ts';

/** Rates of a shape or a recording are looked at over this, s; those with a pace over its windows. */
const RATE_STEP_S = 60;

/** Arrivals of one service over a window of the calendar, s from its start. */
function arrivalsOf(service: Service, startMs: number, lengthS: number, draw: Random): number[] {
  const { pace, arrivalCv2 } = service.profile;
  const stepS = pace?.windowS ?? RATE_STEP_S;
  const gap = () => (arrivalCv2 === 1 ? draw.exponential() : arrivalCv2 > 0 ? gamma(draw, 1 / arrivalCv2) : 1);
  const times: number[] = [];
  // The pace begins anywhere in its recording; a window of demand has no place in it.
  const first = pace === undefined ? 0 : Math.floor(draw.next() * pace.requests.length);
  let left = gap();
  for (let k = 0; k * stepS < lengthS; k++) {
    const fromS = k * stepS;
    const partS = Math.min(stepS, lengthS - fromS);
    const mean = service.rate.ratePerS(startMs + fromS * 1000, startMs + (fromS + partS) * 1000);
    const rate = mean * (pace === undefined ? 1 : Math.max(0, pace.requests[(first + k) % pace.requests.length]!));
    let now = fromS;
    // Gaps are counted in expected requests, so that they go on across steps of another rate.
    while (left <= rate * (fromS + partS - now)) {
      now += left / rate;
      times.push(now);
      left = gap();
    }
    left -= rate * (fromS + partS - now);
  }
  return times;
}

/**
 * Single requests of services over a window of the calendar, at random: arrivals follow each service's rate, its pace and its
 * burstiness; input and output lengths are drawn independently. The same seed gives the same requests.
 *
 * @param lengthS of the window, s, > 0
 */
export function drawDemand(services: readonly Service[], startMs: number, lengthS: number, seed: number): Requests {
  const all = services.flatMap((service, k) => {
    const draw = random(seedFrom(`${seed}/requests/${service.profile.id}/${startMs}`));
    const { inputTokens, outputTokens } = service.profile;
    const any = (values: readonly number[]) => values[Math.floor(draw.next() * values.length)]!;
    return arrivalsOf(service, startMs, lengthS, draw).map((atS) => ({
      atS,
      input: any(inputTokens),
      output: any(outputTokens),
      k,
    }));
  });
  all.sort((a, b) => a.atS - b.atS);
  const requests = requestsOf(
    Float64Array.from(all, (r) => r.atS),
    all.map((r) => r.input),
    all.map((r) => r.output),
  );
  return { ...requests, service: Uint8Array.from(all, (r) => r.k) };
}

import { gamma, type Requests, requestsOf } from '../components/inference/replay/index.ts';
import { type Random, random, seedFrom } from '../series/random.ts';
import type { Service } from '../workload/service.ts';

/** Rates of a shape or a recording are looked at over this, s; those with a pace over its windows. */
const RATE_STEP_S = 60;

/** Numbers that are added one by one, millions of them. */
class Growing {
  #values = new Float64Array(1024);
  count = 0;

  add(value: number): void {
    if (this.count === this.#values.length) {
      const grown = new Float64Array(2 * this.count);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.count++] = value;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.count);
  }
}

/** Arrivals of one service over a window of the calendar, s from its start. */
function arrivalsOf(service: Service, startMs: number, lengthS: number, draw: Random): Float64Array {
  const { pace, arrivalCv2 } = service.profile;
  const stepS = pace?.windowS ?? RATE_STEP_S;
  const gap = () => (arrivalCv2 === 1 ? draw.exponential() : arrivalCv2 > 0 ? gamma(draw, 1 / arrivalCv2) : 1);
  const times = new Growing();
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
      times.add(now);
      left = gap();
    }
    left -= rate * (fromS + partS - now);
  }
  return times.values;
}

/**
 * Single requests of services over a window of the calendar, at random: arrivals follow each service's rate, its pace and its
 * burstiness; input and output lengths are drawn independently. The same seed gives the same requests.
 *
 * @param lengthS of the window, s, > 0
 */
export function drawDemand(services: readonly Service[], startMs: number, lengthS: number, seed: number): Requests {
  const draws = services.map((s) => random(seedFrom(`${seed}/requests/${s.profile.id}/${startMs}`)));
  const arrivals = services.map((service, k) => arrivalsOf(service, startMs, lengthS, draws[k]!));
  const count = arrivals.reduce((sum, own) => sum + own.length, 0);
  const arrivalS = new Float64Array(count);
  const input = new Float64Array(count);
  const output = new Float64Array(count);
  const service = new Uint8Array(count);
  const next = new Int32Array(services.length);
  for (let i = 0; i < count; i++) {
    let k = -1;
    for (let other = 0; other < services.length; other++) {
      if (next[other]! >= arrivals[other]!.length) continue;
      if (k < 0 || arrivals[other]![next[other]!]! < arrivals[k]![next[k]!]!) k = other;
    }
    const { inputTokens, outputTokens } = services[k]!.profile;
    const any = (values: readonly number[]) => values[Math.floor(draws[k]!.next() * values.length)]!;
    arrivalS[i] = arrivals[k]![next[k]!++]!;
    input[i] = any(inputTokens);
    output[i] = any(outputTokens);
    service[i] = k;
  }
  return { ...requestsOf(arrivalS, input, output), service };
}

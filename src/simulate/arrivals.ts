import { gamma } from '../components/inference/replay/index.ts';
import { type Random, random, seedFrom } from '../series/random.ts';
import { prefixTokensAt, prefixWithin } from '../workload/profile.ts';
import type { Recording } from '../workload/requests.ts';
import type { Service } from '../workload/service.ts';

/** Rates of a shape or a recording are looked at over this, s; those with a pace over its windows. */
const RATE_STEP_S = 60;

/** Requests of one service as they come: told one by one, in order of arrival, with what the prefix cache has of each prompt. */
export type Tell = (arrivalS: number, inputTokens: number, outputTokens: number, cachedTokens: number) => void;

/** Where the gaps and lengths of a service come from. */
interface Source {
  /** Gap to the next request, in requests expected meanwhile. */
  gap(): number;
  /** Lengths of the request that comes now. */
  lengths(tell: (input: number, output: number, cached: number) => void): void;
}

/** Gaps and lengths at random as the profile has them; input and output are drawn independently. */
function drawn({ profile }: Service, draw: Random): Source {
  const { arrivalCv2: cv2, inputTokens, outputTokens } = profile;
  const any = (values: readonly number[]) => Math.floor(draw.next() * values.length);
  return {
    gap: () => (cv2 === 1 ? draw.exponential() : cv2 > 0 ? gamma(draw, 1 / cv2) : 1),
    lengths: (tell) => {
      const prompt = any(inputTokens);
      tell(inputTokens[prompt]!, outputTokens[any(outputTokens)]!, prefixTokensAt(profile, prompt));
    },
  };
}

/** Gaps and lengths as they were recorded, from the first request on, again and again. */
function recorded({ timeS, inputTokens, outputTokens, seenTokens }: Recording, { profile }: Service): Source {
  // Prefixes are those of the recording where the profile took them from there.
  const seen = profile.prefixTokens === undefined ? undefined : seenTokens;
  const share = profile.prefixHitShare ?? 0;
  const cachedAt = (i: number) => prefixWithin(inputTokens[i]!, seen?.[i] ?? share * inputTokens[i]!);
  const count = timeS.length;
  const meanS = (timeS[count - 1]! - timeS[0]!) / Math.max(1, count - 1);
  let at = -1;
  return {
    gap: () => {
      at = (at + 1) % count;
      // Between the last and the first again there is the mean gap, and so before the very first.
      return at === 0 || meanS <= 0 ? 1 : (timeS[at]! - timeS[at - 1]!) / meanS;
    },
    lengths: (tell) => tell(inputTokens[at]!, outputTokens[at]!, cachedAt(at)),
  };
}

/**
 * Requests of one service from an instant on, part by part: they follow its rate, its pace and its burstiness, or the gaps and lengths of
 * a recording. Gaps are counted in expected requests, so that they go on across parts of another rate.
 *
 * The same seed gives the same requests, however the time is cut.
 */
export class Arrivals {
  readonly #service: Service;
  readonly #startMs: number;
  readonly #source: Source;
  /** Where the pace begins: anywhere in its recording; a window of demand has no place in it. */
  readonly #first: number;
  readonly #paces: boolean;
  #k = 0;
  #nowS = 0;
  #leftRequests: number;
  #rate = 0;

  /** @param recording in place of what is drawn */
  constructor(service: Service, startMs: number, seed: number, recording?: Recording) {
    const draw = random(seedFrom(`${seed}/requests/${service.profile.id}/${startMs}`));
    const { pace } = service.profile;
    this.#service = service;
    this.#startMs = startMs;
    this.#source = recording === undefined ? drawn(service, draw) : recorded(recording, service);
    // A recording brings its own pace.
    this.#paces = pace !== undefined && recording === undefined;
    this.#first = pace === undefined ? 0 : Math.floor(draw.next() * pace.requests.length);
    this.#leftRequests = this.#source.gap();
    this.#rate = this.#rateOf(0);
  }

  /** Tells of those that come before `untilS`, s from the start; from where the last call ended. */
  until(untilS: number, tell: Tell): void {
    const stepS = this.#stepS;
    while (this.#nowS < untilS) {
      const endS = Math.min(untilS, (this.#k + 1) * stepS);
      for (;;) {
        const waitS = this.#leftRequests / this.#rate;
        if (!(this.#nowS + waitS < endS)) break;
        this.#nowS += waitS;
        this.#source.lengths((input, output, cached) => tell(this.#nowS, input, output, cached));
        this.#leftRequests = this.#source.gap();
      }
      this.#leftRequests -= this.#rate * (endS - this.#nowS);
      this.#nowS = endS;
      if (endS < (this.#k + 1) * stepS) return;
      this.#k++;
      this.#rate = this.#rateOf(this.#k);
    }
  }

  get #stepS(): number {
    return this.#paces ? this.#service.profile.pace!.windowS : RATE_STEP_S;
  }

  /** Mean rate of a part, requests/s. */
  #rateOf(k: number): number {
    const { rate, profile } = this.#service;
    const stepMs = 1000 * this.#stepS;
    const mean = rate.ratePerS(this.#startMs + k * stepMs, this.#startMs + (k + 1) * stepMs);
    if (!this.#paces) return mean;
    const { requests } = profile.pace!;
    return mean * Math.max(0, requests[(this.#first + k) % requests.length]!);
  }
}

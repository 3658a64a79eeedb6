import type { ReplayResult } from './replay.ts';

/** Targets that a request must keep, s. */
export interface Targets {
  readonly ttftS: number;
  readonly tpotS: number;
}

/** Median and the ends that people ask for. */
export interface Spread {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What a replay comes to. */
export interface Summary {
  readonly arrived: number;
  readonly finished: number;
  readonly refused: number;
  readonly preemptions: number;
  readonly lengthS: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly outputPerS: number;
  readonly ttftS: Spread;
  readonly tpotS: Spread;
  /** Share of all that came that were answered within both targets. */
  readonly attainment: number;
  /** Electricity, J: above idle by the compute of prompts and by decoding, and idle power over the length. */
  readonly prefillJ: number;
  readonly decodeJ: number;
  readonly idleJ: number;
  /** All of it over output tokens. */
  readonly joulesPerToken: number;
  readonly meanKw: number;
  /** Mean sequences that decode while steps run, and share of the time that they run. */
  readonly batch: number;
  readonly busyShare: number;
  /** What the busy time went to: shares that add up to 1. */
  readonly binds: {
    readonly memory: number;
    readonly compute: number;
    readonly link: number;
    readonly engine: number;
  };
  /** Share of the busy time in which requests were held back for KV memory, and for batch slots. */
  readonly kvWaitShare: number;
  readonly slotWaitShare: number;
}

/** The value that a share of sorted values lies below, linear between neighbours; NaN for none. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}

/** Mean and quantiles of values. */
export function spreadOf(values: Float64Array): Spread {
  const sorted = Float64Array.from(values).sort();
  let sum = 0;
  for (const v of sorted) sum += v;
  return {
    mean: sum / sorted.length,
    p50: quantileOf(sorted, 0.5),
    p90: quantileOf(sorted, 0.9),
    p99: quantileOf(sorted, 0.99),
    max: quantileOf(sorted, 1),
  };
}

/** Times of each request that has come: to the first token, and per token after it (NaN where there is no second). */
export function times(result: ReplayResult): { readonly ttftS: Float64Array; readonly tpotS: Float64Array } {
  const { requests, book, arrived } = result;
  const ttftS = new Float64Array(arrived);
  const tpotS = new Float64Array(arrived);
  for (let i = 0; i < arrived; i++) {
    ttftS[i] = book.firstTokenS[i]! - requests.arrivalS[i]!;
    const rest = requests.output[i]! - 1;
    tpotS[i] = rest > 0 ? (book.finishS[i]! - book.firstTokenS[i]!) / rest : Number.NaN;
  }
  return { ttftS, tpotS };
}

/** Figures of a replay; targets are one for all, or one for each service of the requests. Requests that were refused, or not finished when it was broken off, count as outside the targets. */
export function summarise(result: ReplayResult, targets: Targets | readonly Targets[]): Summary {
  const each = 'ttftS' in targets ? [targets] : targets;
  const { requests, book, arrived, totals, lengthS } = result;
  const { ttftS, tpotS } = times(result);
  let finished = 0;
  let refused = 0;
  let preemptions = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  let prefillJ = 0;
  let decodeJ = 0;
  let within = 0;
  for (let i = 0; i < arrived; i++) {
    refused += book.refused[i]!;
    preemptions += book.preemptions[i]!;
    prefillJ += book.prefillJ[i]!;
    decodeJ += book.decodeJ[i]!;
    if (Number.isNaN(book.finishS[i]!)) continue;
    finished++;
    inputTokens += requests.input[i]!;
    outputTokens += requests.output[i]!;
    const own = each[requests.service?.[i] ?? 0]!;
    if (ttftS[i]! <= own.ttftS && !(tpotS[i]! > own.tpotS)) within++;
  }
  const idleJ = 1000 * result.idleKw * lengthS;
  const over = (sum: number, by: number) => (by > 0 ? sum / by : 0);
  const energyJ = totals.energyJ + idleJ;
  return {
    arrived,
    finished,
    refused,
    preemptions,
    lengthS,
    inputTokens,
    outputTokens,
    outputPerS: over(outputTokens, lengthS),
    ttftS: spreadOf(ttftS.filter((t) => !Number.isNaN(t))),
    tpotS: spreadOf(tpotS.filter((t) => !Number.isNaN(t))),
    attainment: over(within, arrived),
    prefillJ,
    decodeJ,
    idleJ,
    joulesPerToken: over(energyJ, outputTokens),
    meanKw: over(energyJ, 1000 * lengthS),
    batch: over(totals.batchS, totals.busyS),
    busyShare: over(totals.busyS, lengthS * result.replicas),
    binds: {
      memory: over(totals.memoryS, totals.busyS),
      compute: over(totals.computeS, totals.busyS),
      link: over(totals.linkS, totals.busyS),
      engine: over(totals.engineS, totals.busyS),
    },
    kvWaitShare: over(totals.kvWaitS, totals.busyS),
    slotWaitShare: over(totals.slotWaitS, totals.busyS),
  };
}

import type { EngineOrder } from '../control/contract.ts';

/** A request at an engine, as far as it has come. */
export interface Work {
  readonly requestId: string;
  readonly deployment: string;
  /** The engine of the deployment that has it. */
  readonly server: string;
  /** When its engine got it, ms UTC. */
  readonly startMs: number;
  /** Null while it runs. */
  readonly endMs: number | null;
  /** From the start to the first token, ms; null = not seen (yet). */
  readonly ttftMs: number | null;
  readonly inputTokens: number;
  /** Part of the input that was not computed. */
  readonly cachedTokens: number;
  /** So far, or in all; null = it runs and its tokens are not seen. */
  readonly outputTokens: number | null;
}

/** Tokens of a request until an instant. */
export interface Progress {
  readonly prefilled: number;
  readonly output: number;
  /** When its first token came, or is taken to come, ms UTC. */
  readonly firstMs: number;
}

type Expected = EngineOrder['expected'];

/** A whole answer that took up to this many times its expected time is taken to have come slowly rather than late. Our choice. */
const SLOW = 1.25;
/** Where no prompts were ahead of it, even up to this many times. Our choice. */
const SLOWER = 2;
/** Prompts are not spread evenly over replicas: one may wait for this many times what all that are ahead take together. Our choice. */
const UNEVEN = 3;

/** Whether a request runs of which nothing will be seen before its end. */
export const isUnseen = ({ endMs, ttftMs, outputTokens }: Work): boolean =>
  endMs === null && ttftMs === null && outputTokens === null;

/** Input tokens that an engine has to compute. */
export const computedTokens = ({ inputTokens, cachedTokens }: Work): number => Math.max(0, inputTokens - cachedTokens);

/**
 * From the start of an answer without stream to its first token, ms: no one sees it. The answer's own tokens take what they are expected
 * to. What is left of its time is a wait if there were prompts ahead of it, or if it is more than slow tokens explain.
 */
function unseenTtftMs(
  { startMs, endMs, outputTokens }: Work,
  expected: Expected,
  promptMs: number,
  aheadS: number,
): number {
  // It runs for too long to wait for its end
  if (endMs === null) return 1000 * expected.queueS + promptMs;
  const wholeMs = endMs - startMs;
  const leastMs = Math.min(promptMs, wholeMs / 2);
  const answerMs = 1000 * expected.tpotS * (outputTokens ?? 0);
  const longestMs = wholeMs - leastMs - SLOW * answerMs;
  const surelyMs = wholeMs - leastMs - SLOWER * answerMs;
  return leastMs + Math.max(0, surelyMs, Math.min(longestMs, 1000 * UNEVEN * aheadS));
}

/**
 * Tokens of a request until an instant: its prompt until the first token, then the answer evenly.
 * @param aheadS time that the prompts before it were expected to take when it came, s
 */
export function progressAt(work: Work, expected: Expected, atMs: number, aheadS: number): Progress {
  const { startMs, endMs, ttftMs, outputTokens } = work;
  const prefilled = computedTokens(work);
  const promptMs = 1000 * prefilled * expected.prefillSPerToken;
  const firstMs = startMs + (ttftMs ?? unseenTtftMs(work, expected, promptMs, aheadS));
  if (atMs < firstMs) {
    const begunMs = atMs - (firstMs - promptMs);
    return { prefilled: promptMs > 0 ? prefilled * Math.max(0, begunMs / promptMs) : 0, output: 0, firstMs };
  }
  if (endMs === null) {
    // A stream tells its tokens; of a whole answer nothing is seen before its end
    if (outputTokens !== null) return { prefilled: ttftMs === null ? 0 : prefilled, output: outputTokens, firstMs };
    const output = expected.tpotS > 0 ? (atMs - firstMs) / 1000 / expected.tpotS : 0;
    return { prefilled, output, firstMs };
  }
  const part = endMs > firstMs ? Math.min(1, (atMs - firstMs) / (endMs - firstMs)) : 1;
  return { prefilled, output: part * (outputTokens ?? 0), firstMs };
}

/** Prompts that a deployment has been sent and has not had time to compute. */
export class Backlog {
  #aheadS = 0;
  #atMs = Number.NEGATIVE_INFINITY;

  /** A request comes, in order of arrival: returns the time that the prompts before it take, s. */
  add(work: Work, { expected, replicas }: EngineOrder): number {
    const { startMs } = work;
    const aheadS = Math.max(0, this.#aheadS - Math.max(0, startMs - this.#atMs) / 1000);
    this.#atMs = Math.max(this.#atMs, startMs);
    this.#aheadS = aheadS + (computedTokens(work) * expected.prefillSPerToken) / Math.max(1, replicas);
    return aheadS;
  }
}

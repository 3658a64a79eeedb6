import type { EngineOrder } from '../../control/contract.ts';
import type { Expected } from '../../engines/contract.ts';
import type { Member } from './member.ts';
import { blockTokens } from './prefixes.ts';

/** What is to be served, as far as choosing an engine goes. */
export interface Shape {
  readonly inputTokens: number;
  /** Expected output tokens. */
  readonly outputTokens: number;
  /** Hashes of its leading blocks (`prefixes.ts`); empty = not looked at. */
  readonly prefix: Float64Array;
}

/** What serving a request at an engine is predicted to take. */
export interface Estimate {
  /** Seconds; null = nothing known. */
  readonly ttftS: number | null;
  readonly tpotS: number | null;
  /** Joules at the IT boundary that the request adds; null = nothing known. */
  readonly joules: number | null;
  /** Input tokens that the engine probably holds already. */
  readonly cachedTokens: number;
}

/** Joules per token that one more request adds, where the order says them; else the mean per token. */
function marginal(expected: Expected & Partial<EngineOrder['expected']>): { prefillJ: number; decodeJ: number } {
  return {
    prefillJ: expected.marginalPrefillJPerToken ?? expected.prefillJPerToken,
    decodeJ: expected.marginalDecodeJPerToken ?? expected.decodeJPerToken,
  };
}

/**
 * Predicts time and energy of a request at an engine: the expectation of the plant (its physics or its meters) at its present
 * load, times multiplied by what was measured over what was predicted so far. Input tokens that the prefix cache holds are neither waited for nor
 * paid. Without an expectation the measured means stand in, and no energy is known.
 */
export function estimate(member: Member, expected: Expected | null, shape: Shape): Estimate {
  const cachedTokens = Math.min(shape.inputTokens, blockTokens(member.prefixes.seen(shape.prefix)));
  const { measured, ratios } = member;
  if (expected === null) return { ...measured, joules: null, cachedTokens };
  const prefilled = shape.inputTokens - cachedTokens;
  const { prefillJ, decodeJ } = marginal(expected);
  return {
    ttftS: ratios.ttft * (expected.queueS + expected.prefillSPerToken * prefilled),
    tpotS: ratios.tpot * expected.tpotS,
    joules: prefillJ * prefilled + decodeJ * shape.outputTokens,
    cachedTokens,
  };
}

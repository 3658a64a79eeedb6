import type { Pace } from './pace.ts';

/** Lengths and pace of a service as a deployment sees it. */
export interface ServiceProfile {
  readonly id: string;
  readonly kind: 'interactive' | 'batch';
  /** Token lengths as equally likely samples (10 to 256 of each); input and output are independent. */
  readonly inputTokens: readonly number[];
  readonly outputTokens: readonly number[];
  /**
   * Share of the input tokens whose KV cache the engine has already, 0..1: every prompt begins with that share of its tokens.
   * None when left out.
   */
  readonly prefixHitShare?: number;
  /** Tokens at the start of each prompt of `inputTokens` that hit, where a recording tells them: they go before the share. */
  readonly prefixTokens?: readonly number[];
  /** Squared coefficient of variation of the time between arrivals; 1 = Poisson. */
  readonly arrivalCv2: number;
  /** How the rate itself comes and goes, where it was recorded; `arrivalCv2` then counts within its windows. */
  readonly pace?: Pace;
  /** Targets of an interactive service, s; Infinity for batch. */
  readonly ttftS: number;
  readonly tpotS: number;
}

/** What hits the prefix cache of a prompt: whole lengths stay; the last token is always computed, since the answer starts from it. */
export function prefixWithin(inputTokens: number, hitTokens: number): number {
  return Math.max(0, Math.min(hitTokens, inputTokens - 1));
}

/** Tokens at the start of the k-th prompt of a profile that are not computed. */
export function prefixTokensAt(profile: ServiceProfile, k: number): number {
  const input = profile.inputTokens[k]!;
  return prefixWithin(input, profile.prefixTokens?.[k] ?? (profile.prefixHitShare ?? 0) * input);
}

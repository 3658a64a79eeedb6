/** What became of one service in a step: requests that left, and what was done for it, finished or not. */
export interface ServiceStep {
  arrived: number;
  answered: number;
  refused: number;
  shed: number;
  lost: number;
  /** Answered within both targets. */
  within: number;
  /** Sums over the answered ones, s; and those with a second token. */
  ttftS: number;
  tpotS: number;
  spaced: number;
  /** Tokens read, those of them that were computed, and tokens given, and energy above idle, J, of all that ran. */
  input: number;
  computed: number;
  output: number;
  prefillJ: number;
  decodeJ: number;
}

/** A step in which nothing happened. */
export function emptyStep(): ServiceStep {
  return {
    arrived: 0,
    answered: 0,
    refused: 0,
    shed: 0,
    lost: 0,
    within: 0,
    ttftS: 0,
    tpotS: 0,
    spaced: 0,
    input: 0,
    computed: 0,
    output: 0,
    prefillJ: 0,
    decodeJ: 0,
  };
}

/** Work done for one service since the start: tokens read, computed and given, energy above idle, J. */
export interface Work {
  input: number;
  computed: number;
  output: number;
  prefillJ: number;
  decodeJ: number;
}

export const noWork = (): Work => ({ input: 0, computed: 0, output: 0, prefillJ: 0, decodeJ: 0 });

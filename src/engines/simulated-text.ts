import { CHARS_PER_TOKEN } from './tokens.ts';

/** What every simulated answer begins with. */
export const SIMULATED_NOTICE = '[simulated by Joulewright: no model is behind this answer]';

const FILLER = ' these words only fill the length that a real answer of this kind would have,';

/** `chars` characters of simulated text from position `from`: the notice first, then filler words without end. */
export function simulatedText(from: number, chars: number): string {
  let text = from < SIMULATED_NOTICE.length ? SIMULATED_NOTICE.slice(from, from + chars) : '';
  let at = Math.max(0, from - SIMULATED_NOTICE.length) % FILLER.length;
  while (text.length < chars) {
    const piece = FILLER.slice(at, at + chars - text.length);
    text += piece;
    at = 0;
  }
  return text;
}

/** How long a simulated answer is and why it ends there. */
export interface AnswerLength {
  readonly chars: number;
  readonly tokens: number;
  readonly finish: 'stop' | 'length';
}

/**
 * Where an answer ends: at the first of its stop sequences (which is left out), at the token limit, or at its natural length.
 * A token is four characters, as `tokens.ts` counts.
 * @param natural tokens that the answer would have without limit, >= 1
 * @param limit most tokens allowed, >= 1
 */
export function answerLength(natural: number, limit: number, stops: readonly string[]): AnswerLength {
  const tokens = Math.min(natural, limit);
  const chars = tokens * CHARS_PER_TOKEN;
  if (stops.length > 0) {
    const text = simulatedText(0, chars);
    const cuts = stops.map((stop) => text.indexOf(stop)).filter((at) => at !== -1);
    if (cuts.length > 0) {
      const cut = Math.min(...cuts);
      return { chars: cut, tokens: Math.max(1, Math.ceil(cut / CHARS_PER_TOKEN)), finish: 'stop' };
    }
  }
  return { chars, tokens, finish: natural > limit ? 'length' : 'stop' };
}

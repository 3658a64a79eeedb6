import type { Pace } from '../../workload/pace.ts';

/** A wait that differs between requests: evenly spread around its mean, s. */
export interface Delay {
  readonly meanS: number;
  /** From the mean to either end. */
  readonly halfS: number;
}

export const NO_DELAY: Delay = { meanS: 0, halfS: 0 };

/** A part of a period in which a replica is about equally loaded. */
export interface SpellOfLoad {
  /** Parts of the time and of the requests. */
  readonly timeShare: number;
  readonly requestShare: number;
  /** Prompt tokens and answer tokens that are worked on, over their means. */
  readonly input: number;
  readonly output: number;
  /** Wait for work left over from windows that brought more than could be done, s. */
  readonly delay: Delay;
}

/** How long an answer takes: with no prompt in its steps, and with prompts in all of them, s. */
export interface Stay {
  readonly aloneS: number;
  readonly besideS: number;
}

/** Times that the windows are gone through: the last round begins with what the one before left. */
const ROUNDS = 2;

/** Parts that a period is cut into; energy and attainment bend slowly with load. */
const PARTS = 16;
/** Tables are kept for loads on this grid. */
const GRID = 100;
/** Loads are told apart by this ratio: at any load a step of the table is a step of the same size. */
const LOAD_STEP = 1.005;
const tables = new WeakMap<Pace, Map<string, readonly SpellOfLoad[]>>();

/**
 * How the windows of a pace load a replica that is loaded `load` on average: what a window brings beyond the full rate is left
 * for the next one (a fluid queue). Sorted from the idlest to the one with the longest wait and cut into a few parts.
 *
 * @param load mean share of the full rate, 0..1; taken to the next of 100 steps
 * @param stay decoding follows the prompts that much later and smoother; to the next fourth of an octave
 * @param promptShare part of the work at the full rate that is prompts, 0..1; to the next of 100 steps
 */
export function spellsOf(pace: Pace, load: number, promptShare: number, stay: Stay): readonly SpellOfLoad[] {
  const ofLoad = Math.round(Math.log(load) / Math.log(LOAD_STEP));
  const ofPrompts = Math.round(promptShare * GRID);
  const fourths = (seconds: number) => Math.round(4 * Math.log2(Math.max(0.01, seconds)));
  const [alone, beside] = [fourths(stay.aloneS), fourths(stay.besideS)] as const;
  const key = `${ofLoad} ${ofPrompts} ${alone} ${beside}`;
  let known = tables.get(pace);
  if (known === undefined) {
    known = new Map();
    tables.set(pace, known);
  }
  let found = known.get(key);
  if (found === undefined) {
    found = cut(pace, LOAD_STEP ** ofLoad, ofPrompts / GRID, { aloneS: 2 ** (alone / 4), besideS: 2 ** (beside / 4) });
    known.set(key, found);
  }
  return found;
}

interface Window {
  readonly requests: number;
  readonly load: number;
  readonly input: number;
  readonly output: number;
  /** Wait of who comes in the middle of it, and how much longer at its end than at its start, s. */
  readonly delayS: number;
  readonly growthS: number;
}

/**
 * Prompts wait in line; the answers of those that are done follow over their stay, before new prompts, as engines give decodes
 * their tokens first. What does not fit into a window is left for the next, after the last for the first: nothing is lost.
 * Amounts are in units of what a window brings on average.
 */
function windowsOf(
  { windowS, requests, input, output }: Pace,
  mean: number,
  promptShare: number,
  stay: Stay,
): Window[] {
  /** The most that a window can take of prompts alone, and give of answers alone. */
  const mostPrompts = promptShare > 0 ? 1 / (mean * promptShare) : Number.POSITIVE_INFINITY;
  const mostAnswers = promptShare < 1 ? 1 / (mean * (1 - promptShare)) : Number.POSITIVE_INFINITY;
  /** Prompts that wait, the answers that they ask for, and answers begun and not given. */
  let [prompts, asked, begun] = [0, 0, 0];
  let waitS = 0;
  let windows: Window[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    windows = requests.map((count, k) => {
      prompts += Math.max(0, input[k]!);
      asked += Math.max(0, output[k]!);
      const stayS = stay.aloneS + Math.min(1, prompts / mostPrompts) * (stay.besideS - stay.aloneS);
      const left = Math.exp(-windowS / stayS);
      const earlier = Math.min(begun * (1 - left), mostAnswers);
      const done = promptShare > 0 ? Math.min(prompts, (1 - earlier / mostAnswers) * mostPrompts) : prompts;
      const fresh = prompts > 0 ? (asked * done) / prompts : asked;
      prompts -= done;
      asked -= fresh;
      // Of prompts that are done within the window, evenly over it, a part of the answers is given within it too.
      const given = Math.min(earlier + fresh * (1 - (stayS / windowS) * (1 - left)), mostAnswers);
      begun += fresh - given;
      // Answers beyond those that slots hold wait for one.
      const held = Math.max(0, begun - (mostAnswers * stayS) / windowS);
      const beforeS = waitS;
      waitS = windowS * (prompts / mostPrompts + (held > 0 ? held / mostAnswers : 0));
      return {
        requests: Math.max(0, count),
        load: Math.min(1, done / mostPrompts + given / mostAnswers),
        input: done,
        output: given,
        delayS: (beforeS + waitS) / 2,
        growthS: waitS - beforeS,
      };
    });
  }
  return windows;
}

function cut(pace: Pace, mean: number, promptShare: number, stay: Stay): readonly SpellOfLoad[] {
  const windows = windowsOf(pace, mean, promptShare, stay);
  windows.sort((a, b) => a.delayS - b.delayS || a.load - b.load || a.output - b.output);
  const all = windows.reduce((sum, w) => sum + w.requests, 0);
  const parts: SpellOfLoad[] = [];
  let [count, requests, input, output, delay, square] = [0, 0, 0, 0, 0, 0];
  windows.forEach((w, i) => {
    count++;
    requests += w.requests;
    input += w.input;
    output += w.output;
    delay += w.requests * w.delayS;
    square += w.requests * (w.delayS ** 2 + w.growthS ** 2 / 12);
    const [timeShare, requestShare] = [count / windows.length, requests / all];
    // Half by time, which energy goes by, and half by requests, which latency goes by.
    if ((timeShare + requestShare) / 2 < 1 / PARTS && i < windows.length - 1) return;
    const meanS = requests > 0 ? delay / requests : 0;
    // An even spread with the same variance.
    const halfS = requests > 0 ? Math.min(meanS, Math.sqrt(3 * Math.max(0, square / requests - meanS ** 2))) : 0;
    const spell = { timeShare, requestShare, input: input / count, output: output / count };
    parts.push({ ...spell, delay: { meanS, halfS } });
    [count, requests, input, output, delay, square] = [0, 0, 0, 0, 0, 0];
  });
  return parts;
}
